"""The recognition that disease grew: its own row, not only a response category."""

from __future__ import annotations

from django.db import models

from tracker.models.codes import CodeField, choices
from tracker.models.fact import Fact


class Progression(Fact):
    """A progression recognised on `occurred_on`, and how it came to light (evidence record)."""

    found_by = CodeField(
        max_length=30,
        choices=choices(
            "scheduled_spine_scan",
            "restaging_scan",
            "symptom",
            "examination_at_visit",
            "other_admission",
            "after_death",
            "unknown",
        ),
        default="unknown",
    )
    last_clean_study = models.ForeignKey(
        "tracker.Study", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_positive_study = models.ForeignKey(
        "tracker.Study", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lesion = models.ForeignKey("tracker.Lesion", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=3, blank=True, default="")
    kind = CodeField(
        max_length=20,
        choices=choices("in_treated_segment", "new", "epidural", "fracture", "instability", "unknown"),
        default="unknown",
    )
    escc_then = models.CharField(max_length=2, blank=True, default="")
    escc_before = models.CharField(max_length=2, blank=True, default="")
    sins_then = models.PositiveSmallIntegerField(null=True, blank=True)
    sins_before = models.PositiveSmallIntegerField(null=True, blank=True)
    symptoms = CodeField(max_length=12, choices=choices("none", "pain", "neurological", "unknown"), default="unknown")
    walking = CodeField(max_length=10, choices=choices("alone", "with_help", "not", "unknown"), default="unknown")
    neurology_scale = CodeField(max_length=8, choices=choices("frankel", "asia"), blank=True, default="")
    neurology_grade = models.CharField(max_length=1, blank=True, default="")
    emergency = CodeField(max_length=7, choices=choices("yes", "no", "unknown"), default="unknown")
    overdue_at_the_time = CodeField(max_length=7, choices=choices("yes", "no", "unknown"), default="unknown")
    response = models.ForeignKey("tracker.Response", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
