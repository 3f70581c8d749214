"""The calendar file: what it holds, what changes it, what it refuses, and the requirements for feeds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from scheduling.entries import COLOURS, EntryClass, EntryStatus, withdrawn
from scheduling.ical import HIGHEST_SEQUENCE, clean_text
from tests.scheduling.calendars import AT, LONDON, PLACEHOLDER, SETTINGS, entry_of, events, rendered, timed, unfolded

# --- the file


def test_frame_has_what_it_must_and_nothing_it_must_not() -> None:
    data = rendered(entry_of(url="https://tracker.example/f/1"))
    lines = unfolded(data)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    for line in (
        "VERSION:2.0",
        r"NAME:Spine\, follow-up",
        r"X-WR-CALNAME:Spine\, follow-up",
        "COLOR:steelblue",
        "X-APPLE-CALENDAR-COLOR:#4682B4",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ):
        assert lines.count(line) == 1, line
    assert sum(line.startswith("PRODID:") for line in lines) == 1
    assert not [line for line in lines if re.match(r"METHOD|X-WR-TIMEZONE|SOURCE|BEGIN:VALARM|ATTENDEE", line)]


def test_line_ends_and_octets() -> None:
    data = rendered(entry_of(summary="ß" * 300, description="x,\\;\n" * 90))
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    for line in data.split(b"\r\n")[:-1]:
        assert line
        assert len(line) <= 75
        line.decode()
        assert not re.search(rb"[\x00-\x1f\x7f]", line)


def test_an_empty_feed_holds_one_neutral_transparent_entry() -> None:
    (event,) = events(rendered())
    assert event["UID"] == PLACEHOLDER.uid
    assert event["TRANSP"] == "TRANSPARENT"
    assert "X-MICROSOFT-CDO-BUSYSTATUS" in event


def test_every_property_stands_once() -> None:
    data = rendered(timed(datetime(2026, 7, 1, 9, tzinfo=LONDON), description="d", location="l", url="https://x/1"))
    block = data[data.index(b"BEGIN:VEVENT") : data.index(b"END:VEVENT")].replace(b"\r\n ", b"").decode()
    names = [re.split("[:;]", line)[0] for line in block.split("\r\n") if line]
    assert len(names) == len(set(names))


def test_same_entries_same_bytes_in_any_order() -> None:
    rows = [entry_of(uid=f"u{n}@feed", starts=date(2026, 5, 20) + timedelta(days=n)) for n in range(30)]
    assert rendered(*rows) == rendered(*reversed(rows))


def test_nearest_future_first_far_past_last() -> None:
    days = [date(2026, 6, 10), date(2025, 1, 1), date(2026, 6, 1), date(2026, 5, 30), date(2027, 1, 1)]
    rows = [entry_of(uid=f"{day}@feed", starts=day) for day in days]
    order = [str(event["UID"])[:10] for event in events(rendered(*rows))]
    assert order == ["2026-06-01", "2026-06-10", "2027-01-01", "2026-05-30", "2025-01-01"]


# --- identity and change


def test_sequence_and_moment_rise_with_the_entry_and_with_the_feed() -> None:
    entry = entry_of(sequence=4, last_modified=AT - timedelta(days=3))
    changed = replace(SETTINGS, revision=2, changed_at=AT + timedelta(seconds=1))
    (before,), (after,) = events(rendered(entry)), events(rendered(entry, settings=changed))
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (4, 6)
    assert before["LAST-MODIFIED"].dt == before["DTSTAMP"].dt == AT
    assert after["LAST-MODIFIED"].dt == after["DTSTAMP"].dt == AT + timedelta(seconds=1)
    (newer,) = events(rendered(replace(entry, last_modified=AT + timedelta(days=1)), settings=changed))
    assert newer["LAST-MODIFIED"].dt == AT + timedelta(days=1)


def test_moments_are_written_in_utc() -> None:
    east = timezone(timedelta(hours=9))
    assert b"LAST-MODIFIED:20260602T150000Z" in rendered(entry_of(last_modified=datetime(2026, 6, 3, 0, tzinfo=east)))


def test_withdrawn_entry_is_cancelled_transparent_and_says_so() -> None:
    (event,) = events(rendered(entry_of(status=EntryStatus.CANCELLED, summary=withdrawn("Follow-up due"))))
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert event["SUMMARY"] == "Withdrawn: Follow-up due"


# --- what an entry says


def test_due_windows_are_free_and_bookings_busy() -> None:
    booked = timed(datetime(2026, 7, 1, 9, tzinfo=UTC), uid="b@feed", cls=EntryClass.PUBLIC)
    due, busy = sorted(events(rendered(entry_of(), booked)), key=lambda event: event["UID"])
    assert (due["TRANSP"], due["X-MICROSOFT-CDO-BUSYSTATUS"], due["CLASS"]) == (
        "TRANSPARENT",
        "FREE",
        "PRIVATE",
    )
    assert (busy["TRANSP"], busy["X-MICROSOFT-CDO-BUSYSTATUS"], busy["CLASS"]) == ("OPAQUE", "BUSY", "PUBLIC")


def test_link_stands_in_the_description_too() -> None:
    (event,) = events(rendered(entry_of(description="Sign in", url="https://tracker.example/f/1")))
    assert event["DESCRIPTION"] == "Sign in\nhttps://tracker.example/f/1"
    assert event["URL"] == "https://tracker.example/f/1"
    (alone,) = events(rendered(entry_of(url="https://tracker.example/f/1")))
    assert alone["DESCRIPTION"] == "https://tracker.example/f/1"
    (empty,) = events(rendered(entry_of()))
    assert "DESCRIPTION" not in empty
    assert "URL" not in empty


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  two ends \t", "two ends"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x1bc\x7fd\x85e\u2028f", "abcd\ne\nf"),
        (r"C:\new", "C:/new"),
        ("\ud800lone", "lone"),
        ("Ünïcode – 脊椎 🦴", "Ünïcode – 脊椎 🦴"),
    ],
)
def test_text_is_cleaned(text: str, clean: str) -> None:
    assert clean_text(text) == clean


# --- bad input


def test_every_wrong_entry_is_named_at_once() -> None:
    naive = datetime(2026, 7, 1, 9)  # noqa: DTZ001 (the fault under test)
    wrong = [
        entry_of(uid="has space"),
        entry_of(uid="b", summary=" \t"),
        entry_of(uid="c", starts=naive, ends=naive + timedelta(hours=1)),
        entry_of(uid="d", ends=date(2026, 7, 1)),
        entry_of(uid="e", status=EntryStatus.CANCELLED, transparent=False),
        entry_of(uid="f", sequence=HIGHEST_SEQUENCE + 1),
        entry_of(uid="g", url="https://x/a b"),
        entry_of(uid="h", last_modified=naive),
        entry_of(uid="i", starts=AT, ends=AT),
        entry_of(uid="j", starts=AT),
        entry_of(uid="k", ends=AT),
        entry_of(uid="k"),
        entry_of(uid="l" * 200),
        entry_of(uid="m", sequence=-1),
    ]
    with pytest.raises(ValueError, match="'has space'") as refused:
        rendered(*wrong)
    named = set(re.findall(r"entry '(.+?)'", str(refused.value)))
    assert named == {entry.uid for entry in wrong}
    assert "twice" in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tz": "GMT Standard Time"}, "IANA name"),
        ({"tz": "../etc/passwd"}, "IANA name"),
        ({"colour": "#4682B4"}, "is not offered"),
        ({"name": " "}, "no name"),
        ({"changed_at": datetime(2026, 6, 1)}, "aware moment"),  # noqa: DTZ001 (the fault under test)
    ],
)
def test_wrong_settings_are_named(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        rendered(entry_of(), settings=replace(SETTINGS, **changes))  # type: ignore[arg-type]


def test_every_colour_has_its_value() -> None:
    assert all(re.fullmatch("#[0-9A-F]{6}", value) and name.isalpha() for name, value in COLOURS.items())
