"""A symptom from its first day until a clinician closes it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tracker.models.codes import CodeField, choices
from tracker.models.fact import Fact, Precision


class Symptom(Fact):
    """An episode: `neuro`, `pain_suggestive` or `known_spine` (an older, known spine symptom).

    `occurred_on` is the day it was reported, from which the policy counts, and `reported_at` the moment on that day at
    the clinic where its hour is known: the emergency limit counts from it. `confirmed` False: imported and still to be
    confirmed by a person; it fires nothing and stands on the question list. Closed only by a clinician, never by a
    scan.
    """

    kind = CodeField(max_length=16, choices=choices("neuro", "pain_suggestive", "known_spine"))
    detail = models.CharField(max_length=300, blank=True, default="")
    reported_at = models.DateTimeField(null=True, blank=True)
    onset_on = models.DateField(null=True, blank=True)
    onset_precision = CodeField(max_length=7, choices=Precision.choices, default=Precision.UNKNOWN)
    told_to = models.CharField(max_length=120, blank=True, default="")
    told_on = models.DateField(null=True, blank=True)
    route = CodeField(
        max_length=25,
        choices=choices("call", "visit", "reply", "emergency_department", "other_team", "unknown"),
        default="unknown",
    )
    red_flag = CodeField(max_length=7, choices=choices("yes", "no", "unknown"), default="unknown")
    triaged_at = models.DateTimeField(null=True, blank=True)
    mri_requested_at = models.DateTimeField(null=True, blank=True)
    mri_done_at = models.DateTimeField(null=True, blank=True)
    result_at = models.DateTimeField(null=True, blank=True)
    treatment_begun_at = models.DateTimeField(null=True, blank=True)
    lost_walking = CodeField(max_length=7, choices=choices("yes", "no", "unknown"), default="unknown")
    cause = CodeField(
        max_length=15,
        choices=choices("progression", "fracture", "degenerative", "other", "unknown"),
        default="unknown",
    )
    cause_on = models.DateField(null=True, blank=True)
    confirmed = models.BooleanField(default=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta(Fact.Meta):
        abstract = False
        indexes = [
            *Fact.Meta.indexes,
            models.Index(
                name="symptom_open_emergency",
                fields=["patient", "reported_at"],
                condition=Q(kind="neuro", closed_on__isnull=True, reported_at__isnull=False),
            ),
        ]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="symptom_closed_by_someone",
                condition=Q(closed_on__isnull=True, closed_by__isnull=True)
                | Q(closed_on__isnull=False, closed_by__isnull=False),
                violation_error_message="A closed symptom names who closed it and on which day.",
            ),
        ]
