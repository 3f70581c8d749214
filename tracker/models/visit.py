"""One contact with the spine surgeon."""

from __future__ import annotations

from django.db import models

from tracker.models.codes import CodeField, choices
from tracker.models.fact import Fact


class Visit(Fact):
    """A contact with a clinician; only kind `spine_surgeon` counts for the surgeon stream."""

    kind = CodeField(
        max_length=20,
        choices=choices("spine_surgeon", "oncologist", "nurse", "other"),
        default="spine_surgeon",
    )
    planned = CodeField(max_length=8, choices=choices("planned", "urgent", "unknown"), default="unknown")
    reason = models.CharField(max_length=200, blank=True, default="")
    seen_by = models.CharField(max_length=120, blank=True, default="")
    symptoms_asked = CodeField(max_length=7, choices=choices("yes", "no", "unknown"), default="unknown")
    examined = CodeField(max_length=7, choices=choices("yes", "no", "unknown"), default="unknown")
    follow_up = models.ForeignKey(
        "tracker.FollowUp", null=True, blank=True, on_delete=models.PROTECT, related_name="visits"
    )
