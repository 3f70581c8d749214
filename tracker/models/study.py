"""One imaging examination, with why it was done, recorded before its result."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from scheduling.engine.vocabulary import Coverage, StudyKind
from tracker.models.codes import CodeField, choices
from tracker.models.fact import Fact


class Study(Fact):
    """One imaging examination that was performed on `occurred_on`.

    `indication`, `snapshot` and `timing_reason` are prospective: set before the result, locked once reported, and
    corrected only by a new, dated value (evidence record). `unknown` is always allowed and is counted.
    """

    kind = CodeField(max_length=12, choices=choices(*StudyKind))
    coverage = CodeField(max_length=12, choices=choices(*Coverage), blank=True, default="")
    indication = CodeField(
        max_length=40,
        choices=choices(
            "scheduled_surveillance",
            "symptom_led",
            "response_to_new_therapy",
            "confirmation_of_doubtful_finding",
            "after_procedure",
            "treatment_planning",
            "oncology_restaging",
            "patient_request",
            "incidental",
            "unknown",
        ),
        default="unknown",
    )
    indication_recorded_at = models.DateTimeField(null=True, blank=True)
    symptom = models.ForeignKey("tracker.Symptom", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    follow_up = models.ForeignKey(
        "tracker.FollowUp", null=True, blank=True, on_delete=models.PROTECT, related_name="studies"
    )
    snapshot = models.JSONField(null=True, blank=True, help_text="What was planned and known when it was ordered.")
    ordered_on = models.DateField(null=True, blank=True)
    booked_for = models.JSONField(default=list, help_text="Every day it was booked for, in order.")
    reported_on = models.DateField(null=True, blank=True)
    seen_on = models.DateField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    patient_told_on = models.DateField(null=True, blank=True)
    timing_reason = CodeField(
        max_length=30,
        choices=choices(
            "symptom",
            "clinician_earlier",
            "clinician_later",
            "patient",
            "capacity",
            "unwell",
            "combined_with_visit",
            "mri_safety_or_sedation",
            "protocol",
            "error",
            "unknown",
        ),
        default="unknown",
    )
    spine_read = CodeField(max_length=10, choices=choices("explicit", "not_read", "unknown"), default="unknown")
    quality = CodeField(max_length=10, choices=choices("diagnostic", "limited", "not", "unknown"), default="unknown")
    contrast = CodeField(max_length=7, choices=choices("yes", "no", "unknown"), default="unknown")
    compared_with = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_call = CodeField(
        max_length=15,
        choices=choices("none", "progression", "doubtful", "not_reported", "unknown"),
        default="unknown",
    )
    first_call_at = models.DateTimeField(null=True, blank=True)
    adjudicated_call = CodeField(
        max_length=20,
        choices=choices("true", "pseudoprogression", "flare", "fracture", "other", "pending"),
        blank=True,
        default="",
    )
    adjudicated_on = models.DateField(null=True, blank=True)
    adjudicated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    visible_earlier = CodeField(max_length=15, choices=choices("not_reviewed", "no", "yes"), default="not_reviewed")
    visible_earlier_study = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    visible_earlier_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    visible_earlier_on = models.DateField(null=True, blank=True)
    actionable = CodeField(max_length=7, choices=choices("yes", "no", "unknown"), default="unknown")
    action = models.CharField(max_length=200, blank=True, default="")
    action_decided_on = models.DateField(null=True, blank=True)
    action_done_on = models.DateField(null=True, blank=True)
    action_planned_before = CodeField(max_length=7, choices=choices("yes", "no", "unknown"), default="unknown")
    explained_on = models.DateField(null=True, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    explanation = models.CharField(
        max_length=300, blank=True, default="", help_text="Why a study that shows nothing is not repeated."
    )
    report = models.TextField(blank=True, default="", help_text="The reader's conclusion, shown and never interpreted.")

    class Meta(Fact.Meta):
        abstract = False
        indexes = [
            *Fact.Meta.indexes,
            # What waits for a person is few of many.
            models.Index(
                name="study_asks_for_an_act",
                fields=["patient"],
                condition=Q(first_call__in=["progression", "doubtful"], entered_in_error_at__isnull=True),
            ),
            models.Index(
                name="study_shows_nothing",
                fields=["patient"],
                condition=(Q(quality="not") | Q(spine_read="not_read")) & Q(entered_in_error_at__isnull=True),
            ),
        ]
