"""A time zone as one pair of yearly rules, the only form that every calendar program reads alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class ZoneChange(NamedTuple):
    """One of the two yearly clock changes: the weekday rule, and the local time before the change."""

    first: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str
    month: int
    nth: int
    weekday: str


class ZoneRule(NamedTuple):
    """A zone that one pair of yearly rules describes, or that never changes (`offset` then holds all year)."""

    offset: timedelta
    name: str
    to_standard: ZoneChange | None
    to_daylight: ZoneChange | None


@lru_cache(maxsize=64)
def zone_rule(name: str, first_year: int, last_year: int) -> ZoneRule | None:
    """The pair of yearly rules of a zone over these years and one on either side; None where no such pair holds."""
    zone = ZoneInfo(name)
    years = range(first_year - 1, last_year + 2)
    by_year = [_changes(zone, year) for year in years]
    start = datetime(years[0], 1, 1, tzinfo=UTC).astimezone(zone)
    offset = start.utcoffset() or timedelta(0)
    if not any(by_year):
        return None if offset.seconds % 60 else ZoneRule(offset, start.tzname() or name, None, None)
    if any(len(changes) != 2 for changes in by_year):
        return None
    to_standard = _yearly([min(changes, key=lambda change: change[2]) for changes in by_year])
    to_daylight = _yearly([max(changes, key=lambda change: change[2]) for changes in by_year])
    if to_standard is None or to_daylight is None:
        return None
    return ZoneRule(to_standard.offset_to, to_standard.name, to_standard, to_daylight)


_Change = tuple[datetime, timedelta, timedelta, str]


@lru_cache(maxsize=256)
def _changes(zone: ZoneInfo, year: int) -> list[_Change]:
    """Every clock change of a year: local time just before it, offset before and after, name after."""
    found = []
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(367)]
    for low, high in pairwise(days):
        if high.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset():
            continue
        before, after = low, high
        while after - before > timedelta(seconds=1):
            middle = before + (after - before) // 2
            middle = middle.replace(microsecond=0)
            if middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset():
                before = middle
            else:
                after = middle
        offset_from = before.astimezone(zone).utcoffset() or timedelta(0)
        local = after.astimezone(zone)
        if after.year == year:
            found.append(
                (
                    (after + offset_from).replace(tzinfo=None),
                    offset_from,
                    local.utcoffset() or timedelta(0),
                    local.tzname() or "",
                )
            )
    return found


def _yearly(changes: list[_Change]) -> ZoneChange | None:
    """The one rule that all these changes follow: same offsets, month, weekday of the month and time of day."""
    first, offset_from, offset_to, name = changes[0]
    fixed = {(change[1], change[2], change[0].month, change[0].weekday(), change[0].time()) for change in changes}
    positions = set.intersection(*(_positions(change[0]) for change in changes))
    if len(fixed) != 1 or not positions or offset_from.seconds % 60 or offset_to.seconds % 60:
        return None
    # -1, the last of the month, sorts first: where both fit, it is the usual rule.
    return ZoneChange(first, offset_from, offset_to, name, first.month, min(positions), _WEEKDAYS[first.weekday()])


def _positions(day: datetime) -> set[int]:
    nth = (day.day - 1) // 7 + 1
    last = (day + timedelta(days=7)).month != day.month
    return ({nth} if nth < 5 else set()) | ({-1} if last else set())
