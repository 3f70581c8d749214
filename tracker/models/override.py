"""A clinician's own window for one patient and stream."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from scheduling.engine.vocabulary import Stream
from tracker.models.codes import CodeField, choices
from tracker.models.fact import Fact


class Override(Fact):
    """One window for one stream, asked from `occurred_on` to `until_on`, with its reason.

    It may shorten freely; lengthening beyond `latest` needs a second clinician (`second_approved_by`).
    """

    stream = CodeField(max_length=8, choices=choices(*Stream))
    earliest_on = models.DateField()
    due_on = models.DateField()
    latest_on = models.DateField()
    until_on = models.DateField()
    reason = models.CharField(max_length=300)
    second_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    second_approved_at = models.DateTimeField(null=True, blank=True)
