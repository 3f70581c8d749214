"""The only module that looks at the clock; doors call it and pass the answer down."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """Today at the clinic (settings.TIME_ZONE)."""
    return timezone.localdate(now())
