"""Entries of a calendar feed from which each test departs, and what a feed says in short."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from scheduling.entries import CalendarSettings, Entry, notice
from scheduling.ical import render

AT = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)
SETTINGS = CalendarSettings(name="Spine, follow-up", tz="Europe/London", changed_at=AT)
PLACEHOLDER = notice("nothing-planned@feed", date(2026, 6, 1), "Nothing planned", AT)
LONDON = ZoneInfo("Europe/London")


def entry_of(**changes: object) -> Entry:
    entry = Entry(uid="a1@feed", starts=date(2026, 7, 1), summary="Follow-up due", last_modified=AT)
    return replace(entry, **changes)  # type: ignore[arg-type]


def timed(start: datetime, *, hours: float = 1, **changes: object) -> Entry:
    return entry_of(starts=start, ends=start + timedelta(hours=hours), transparent=False, **changes)


def rendered(*entries: Entry, settings: CalendarSettings = SETTINGS) -> bytes:
    return render(entries, settings, PLACEHOLDER)


def events(data: bytes) -> list[Component]:
    return Calendar.from_ical(data).walk("VEVENT")


def unfolded(data: bytes) -> list[str]:
    return data.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
