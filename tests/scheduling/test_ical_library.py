"""The calendar file is equal to icalendar's, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Event, vText

from scheduling.entries import CalendarSettings, Entry, EntryClass, EntryStatus
from scheduling.ical import clean_text, fold, render
from tests.scheduling.calendars import LONDON, PLACEHOLDER, SETTINGS, events, rendered, timed

# --- equal to icalendar, byte for byte


def _by_library(entry: Entry, settings: CalendarSettings) -> bytes:
    """The same event made with icalendar's own components."""
    event = Event()
    moment = max(entry.last_modified, settings.changed_at).astimezone(UTC)
    ends = entry.ends if entry.ends is not None else entry.starts + timedelta(days=1)
    description = entry.description
    if entry.url and entry.url not in description:
        description = f"{description}\n{entry.url}" if description.strip() else entry.url
    event.add("summary", vText(clean_text(entry.summary)))
    for name, value in (("dtstart", entry.starts), ("dtend", ends)):
        event.add(name, value.astimezone(UTC) if isinstance(value, datetime) else value)
    event.add("dtstamp", moment)
    event.add("last-modified", moment)
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence + settings.revision)
    event.add("class", str(entry.cls))
    if clean_text(description):
        event.add("description", vText(clean_text(description)))
    if clean_text(entry.location):
        event.add("location", vText(clean_text(entry.location)))
    event.add("status", str(entry.status))
    event.add("transp", "TRANSPARENT" if entry.transparent else "OPAQUE")
    if entry.url:
        event.add("url", entry.url)
    event.add("x-microsoft-cdo-busystatus", "FREE" if entry.transparent else "BUSY")
    return bytes(event.to_ical())


_TEXT = st.text(max_size=200) | st.text(alphabet="a^\\,;\n ß脊🦴é", max_size=400) | st.text(alphabet="^,", max_size=200)
_MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def _any_entry(draw: st.DrawFn) -> Entry:
    start: date | datetime
    end: date | datetime | None
    if draw(st.booleans()):
        start = draw(_MOMENTS).replace(microsecond=0)
        end = start + timedelta(minutes=draw(st.integers(1, 6000)))
    else:
        start = draw(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
        end = draw(st.none() | st.integers(1, 40).map(lambda days: start + timedelta(days=days)))
    cancelled = draw(st.booleans())
    return Entry(
        uid=draw(st.text(alphabet="abcXYZ019-.@", min_size=1, max_size=199)),
        starts=start,
        ends=end,
        summary="S" + draw(_TEXT),
        last_modified=draw(_MOMENTS).replace(microsecond=0),
        sequence=draw(st.integers(0, 1000)),
        description=draw(_TEXT),
        location=draw(_TEXT),
        url=draw(st.just("") | st.text(alphabet="abc/?=&-^,;", max_size=300).map(lambda path: f"https://x/{path}")),
        status=EntryStatus.CANCELLED if cancelled else draw(st.sampled_from(list(EntryStatus))),
        transparent=True,
        cls=draw(st.sampled_from(list(EntryClass))),
    )


@given(entry=_any_entry())
def test_bytes_equal_icalendar(entry: Entry) -> None:
    settings = replace(SETTINGS, tz="UTC", revision=3)
    data = render([entry], settings, PLACEHOLDER)
    assert data[data.index(b"BEGIN:VEVENT") : -len(b"END:VCALENDAR\r\n")] == _by_library(entry, settings)


def test_local_times_equal_icalendar() -> None:
    data = rendered(timed(datetime(2026, 7, 1, 9, tzinfo=LONDON)))
    event = Event()
    event.add("dtstart", datetime(2026, 7, 1, 9, tzinfo=LONDON))
    for line in bytes(event.to_ical()).split(b"\r\n")[1:-2]:
        assert line in data.split(b"\r\n")


@given(entry=_any_entry())
def test_reading_gives_back_what_was_written(entry: Entry) -> None:
    (event,) = events(render([entry], replace(SETTINGS, tz="UTC"), PLACEHOLDER))
    assert str(event["SUMMARY"]) == clean_text(entry.summary)
    assert event["DTSTART"].dt == entry.starts


@pytest.mark.parametrize("length", range(70, 80))
@pytest.mark.parametrize("char", ["x", "ß", "脊", "🦴", "^"])
def test_fold_round_trips_at_every_edge(length: int, char: str) -> None:
    line = "SUMMARY:" + char * length
    folded = fold(line)
    assert folded.replace(b"\r\n ", b"") == line.encode() + b"\r\n"
    assert all(len(part) <= 75 for part in folded.split(b"\r\n"))
