"""A surgeon's calendar by secret address."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tracker.models.codes import CodeField, choices


class CalendarFeed(models.Model):
    """A subscription. The address is shown once; only its hash is kept.

    `revision` rises with level, language or template, so every entry is seen as changed by calendar programs.
    """

    surgeon = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feeds")
    name = models.CharField(max_length=60, default="Follow-up")
    token_hash = models.CharField(max_length=64, unique=True)
    level = CodeField(max_length=8, choices=choices("neutral", "initials", "name", "full"), default="neutral")
    visibility = CodeField(max_length=7, choices=choices("PRIVATE", "PUBLIC"), default="PRIVATE")
    language = models.CharField(max_length=12, default="en-gb")
    time_zone = models.CharField(max_length=60, default="Europe/London")
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
