"""What an import understood but a person must decide, and the runs it came from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tracker.models.codes import CodeField, choices


class ImportRun(models.Model):
    """One import: by whom, from what, and its whole report."""

    kind = CodeField(max_length=4, choices=choices("csv", "fhir"))
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    report = models.JSONField(default=dict)


class Question(models.Model):
    """A fact of an import that waits for a person: accepted as proposed, corrected, or rejected.

    `proposal` is what would be recorded: ``{"record": <kind>, "fields": {...}}``. `source_key` makes asking the same
    question twice impossible while it is open or already answered.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="questions")
    patient = models.ForeignKey(
        "tracker.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="questions"
    )
    kind = models.CharField(max_length=60)
    source_key = models.CharField(max_length=300, unique=True)
    place = models.CharField(max_length=300, help_text="File and line, or resource and path.")
    value = models.CharField(max_length=500, blank=True, default="")
    expected = models.CharField(max_length=500, blank=True, default="")
    text = models.CharField(max_length=500)
    proposal = models.JSONField(null=True, blank=True)
    state = CodeField(max_length=9, choices=choices("open", "accepted", "corrected", "rejected"), default="open")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.JSONField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="question_answered_by_someone",
                condition=Q(state="open", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["state", "patient"])]
