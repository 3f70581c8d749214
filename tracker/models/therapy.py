"""Systemic treatment by lines."""

from __future__ import annotations

from django.db import models

from scheduling.engine.vocabulary import TherapyClass
from tracker.models.codes import CodeField, choices
from tracker.models.fact import Fact, Precision


class TherapyLine(Fact):
    """A line of systemic treatment; `occurred_on` is its start. Class `none` records that treatment is stopped."""

    therapy_class = CodeField(max_length=12, choices=choices(*TherapyClass))
    drugs = models.JSONField(default=list, help_text="Names as written, one text each.")
    stopped_on = models.DateField(null=True, blank=True)
    stopped_precision = CodeField(max_length=7, choices=Precision.choices, default=Precision.DAY)
    reason = CodeField(
        max_length=25,
        choices=choices("first_line", "progression", "switch_after_spine_pd", "toxicity", "other", "none", "unknown"),
        default="unknown",
        help_text="Why this line was begun.",
    )
    stop_reason = CodeField(
        max_length=25,
        choices=choices("spine_progression", "visceral_progression", "toxicity", "other", "unknown"),
        default="unknown",
    )
    bone_agent = models.CharField(max_length=60, blank=True, default="")
    steroids = CodeField(max_length=7, choices=choices("yes", "no", "unknown"), default="unknown")
    baseline_study = models.ForeignKey(
        "tracker.Study", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
