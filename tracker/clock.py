"""The only module that looks at the clock, and that knows which day a moment is at the clinic."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """Today at the clinic (settings.TIME_ZONE)."""
    return timezone.localdate(now())


def at_clinic(moment: datetime) -> datetime:
    """A moment as the clinic's clock shows it (settings.TIME_ZONE)."""
    return timezone.localtime(moment)


def day_of(moment: datetime, zone: ZoneInfo | None = None) -> date:
    """The day of a moment at the clinic, or in the `zone` of somebody who lives in another."""
    return timezone.localdate(moment, zone)
