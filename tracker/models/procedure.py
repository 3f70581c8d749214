"""Local treatment of the spine: surgery, radiotherapy course, cement, ablation."""

from __future__ import annotations

from django.db import models

from scheduling.engine.vocabulary import Hardware, ProcedureKind
from tracker.models.codes import CodeField, choices
from tracker.models.fact import Fact


class Procedure(Fact):
    """A local treatment; the date of a radiotherapy course is its end. `levels` as written: ``T8``, ``T5-T7``."""

    kind = CodeField(max_length=20, choices=choices(*ProcedureKind))
    levels = models.JSONField(default=list)
    hardware = CodeField(max_length=12, choices=choices(*Hardware), blank=True, default="")
    dose_gy = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    fractions = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
