"""The only module that looks at the clock, and that knows which day a moment is at the clinic."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
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


def beginning_of(day: date) -> datetime:
    """The first moment of a day at the clinic."""
    return timezone.make_aware(datetime.combine(day, time.min))


def day_of(moment: datetime, zone: ZoneInfo | None = None) -> date:
    """The day of a moment at the clinic, or in the `zone` of somebody who lives in another."""
    return timezone.localdate(moment, zone)


def moment_at(day: date, hour: time) -> datetime:
    """The moment of an hour on the clinic's clock, in UTC: of a repeated hour the first, a skipped one counts on."""
    return datetime.combine(day, hour, tzinfo=timezone.get_current_timezone()).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The moment at which a day ends at the clinic, which is the first one of the next."""
    return beginning_of(day + timedelta(1))
