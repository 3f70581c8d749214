"""The moment by which an emergency is acted on: one clock for every page, list and answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: From the report of a neurological symptom to the scan (NICE QS56, statement 3; clinical dossier 3.1).
EMERGENCY_SPAN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Limit:
    """The moment `at` (UTC) from which an emergency is late; `from_report` False: it is the end of its latest day."""

    at: datetime
    from_report: bool

    def past(self, now: datetime) -> bool:
        """Whether the limit has been reached at `now`."""
        return now >= self.at


def limit_of(latest_day_ends: datetime, reported: Iterable[datetime]) -> Limit:
    """24 hours after the earliest report whose hour is known, and never later than the end of the plan's latest day.

    All moments are aware. The span is one of elapsed time: a change to summer time neither lengthens nor shortens it.
    """
    ends = latest_day_ends.astimezone(UTC)
    first = min((moment.astimezone(UTC) + EMERGENCY_SPAN for moment in reported), default=ends)
    return Limit(first, from_report=True) if first < ends else Limit(ends, from_report=False)
