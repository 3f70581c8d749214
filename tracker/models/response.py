"""The clinician's verdict on a day: spine, viscera and pain are three fields."""

from __future__ import annotations

from django.db import models

from scheduling.engine.vocabulary import ResponseCategory
from tracker.models.codes import CodeField, choices
from tracker.models.fact import Fact


class Response(Fact):
    """Response on `occurred_on`. `counts` False sets an entry aside when two disagreed and a person has answered."""

    spine = CodeField(max_length=30, choices=choices(*ResponseCategory))
    visceral = CodeField(max_length=30, choices=choices(*ResponseCategory), blank=True, default="")
    pain = CodeField(
        max_length=15,
        choices=choices("complete", "partial", "indeterminate", "progression"),
        blank=True,
        default="",
    )
    criteria = models.CharField(max_length=20, blank=True, default="", help_text="RECIST, MDA, PERCIST, SPINO …")
    evidence = CodeField(max_length=10, choices=choices("imaging", "marker", "clinical", "unknown"), default="unknown")
    study = models.ForeignKey("tracker.Study", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lesion = models.ForeignKey("tracker.Lesion", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    assessor = models.CharField(max_length=120, blank=True, default="")
    counts = models.BooleanField(default=True)
