"""Dates as a source writes them: a day, a month or a year, never widened to a day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, TypedDict

EXPECTED_DAY = "a date such as 2026-06-01"
EXPECTED_MOMENT = "a moment with its time zone such as 2026-06-01T09:40+01:00"
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T.*)?)?)?", re.DOTALL)


class Day(NamedTuple):
    """A date as given: the first day of its period, and how exactly it is known."""

    on: date
    precision: str = "day"

    @property
    def last(self) -> date:
        """The last day of the period."""
        if self.precision == "year":
            return date(self.on.year, 12, 31)
        if self.precision == "month":
            following = (self.on.replace(day=28) + timedelta(days=4)).replace(day=1)
            return following - timedelta(days=1)
        return self.on


class Dated(TypedDict):
    """What every draft says of itself: the keywords with which each begins."""

    source_key: str
    occurred_on: date
    precision: str
    place: str


def dated_on(day: Day, source_key: str, place: str) -> Dated:
    """The keywords of a draft with this day, from this row or resource."""
    return Dated(source_key=source_key, occurred_on=day.on, precision=day.precision, place=place)


def day_of(text: str) -> Day | None:
    """A date, a month, a year or a moment in ISO 8601. The day of a moment is the one that the source wrote."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        on = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return Day(on, "day" if day else "month" if month else "year")


def moment_of(text: str) -> datetime | None:
    """A moment in ISO 8601 with its time zone, in UTC; None for anything less exact."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if found.tzinfo is None else found.astimezone(UTC)
