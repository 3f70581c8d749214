"""What every dated clinical statement shares: two times, a source, and a way to withdraw it without erasing it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tracker.models.codes import CodeField


class Precision(models.TextChoices):
    """How exactly `occurred_on` is known; the date holds the first day of the period."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class Source(models.TextChoices):
    """Where a fact came from."""

    TYPED = "typed"
    CSV = "csv"
    FHIR = "fhir"
    CALL = "call"
    SYSTEM = "system"
    TOLD = "told", "Done elsewhere, as we were told"


class Fact(models.Model):
    """A dated, attributed statement about a patient; never edited away.

    `occurred_on` is the day it holds from, `recorded_at` the moment it was written down. A wrong fact is marked
    entered in error (author, moment, reason) and the right one is added. `source_key` names the row or resource it
    was read from, so the same import twice changes nothing.
    """

    patient = models.ForeignKey("tracker.Patient", on_delete=models.PROTECT, related_name="+")
    occurred_on = models.DateField()
    precision = CodeField(max_length=7, choices=Precision.choices, default=Precision.DAY)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    source = CodeField(max_length=6, choices=Source.choices, default=Source.TYPED)
    source_key = models.CharField(max_length=200, blank=True, default="")
    form_version = models.CharField(max_length=20, blank=True, default="")
    entered_in_error_at = models.DateTimeField(null=True, blank=True)
    entered_in_error_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_in_error_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        abstract = True
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["patient", "occurred_on"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="%(class)s_error_has_author",
                condition=Q(entered_in_error_at__isnull=True, entered_in_error_by__isnull=True)
                | Q(entered_in_error_at__isnull=False, entered_in_error_by__isnull=False),
                violation_error_message="A fact entered in error names who said so and when.",
            ),
            models.UniqueConstraint(
                name="%(class)s_once_per_source",
                fields=["patient", "source", "source_key"],
                condition=Q(entered_in_error_at__isnull=True) & ~Q(source_key=""),
                violation_error_message="This row of the source has been read already.",
            ),
        ]
