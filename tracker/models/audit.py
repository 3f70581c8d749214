"""Who did what to which row, when. Rows can be added and read, nothing else: the database refuses the rest."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One act. `changes` maps a field to [before, after]; written in the transaction of the act itself."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=40)
    target_key = models.CharField(max_length=60)
    patient = models.ForeignKey(
        "tracker.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="audit_events"
    )
    changes = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["patient", "at"])]
