"""The cancer of origin, its markers, function scales and what limits imaging."""

from __future__ import annotations

from django.db import models

from scheduling.engine.vocabulary import MarkerClass, MriSafety, Site
from tracker.models.codes import CodeField, choices
from tracker.models.fact import Fact


class PrimaryCancer(Fact):
    """A cancer of origin (mCODE PrimaryCancerCondition). `marker_class` is empty unless a person set it."""

    site = CodeField(max_length=10, choices=choices(*Site))
    subtype = models.CharField(max_length=60, blank=True, default="")
    marker_class = CodeField(max_length=30, choices=choices(*MarkerClass), blank=True, default="")
    text = models.CharField(max_length=200, blank=True, default="", help_text="As the source words it.")


class Marker(Fact):
    """A tumour marker or genomic variant: tested, with what was found."""

    name = models.CharField(max_length=120)
    result = CodeField(max_length=10, choices=choices("present", "absent", "not_tested", "unknown"))
    value = models.CharField(max_length=120, blank=True, default="")
    primary = models.ForeignKey(PrimaryCancer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class Function(Fact):
    """A performance or neurological scale on a day; the scale that was used is kept, never converted."""

    scale = CodeField(max_length=10, choices=choices("ecog", "karnofsky", "frankel", "asia", "ambulation"))
    value = models.CharField(max_length=20)


class ImagingSafety(Fact):
    """What limits imaging; the newest known value of each counts. eGFR in mL/min/1.73 m2."""

    mri = CodeField(max_length=20, choices=choices(*MriSafety), blank=True, default="")
    gadolinium_allergy = models.BooleanField(null=True, blank=True)
    egfr = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")


class Prognosis(Fact):
    """A survival score as entered: shown with direction and caution, never read by a plan."""

    score = CodeField(max_length=20, choices=choices("tokuhashi", "tomita", "modified_bauer", "nesms", "sorg"))
    inputs = models.JSONField(default=dict)
    total = models.PositiveSmallIntegerField(null=True, blank=True)
    band = models.CharField(max_length=10, blank=True, default="")
    model_version = models.CharField(max_length=80, blank=True, default="")
