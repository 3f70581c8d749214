"""The calendar file: bytes equal to icalendar's, zones equal to zoneinfo, and the requirements for feeds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component, Event, vText

from scheduling.ical import (
    COLOURS,
    HIGHEST_SEQUENCE,
    CalendarSettings,
    Entry,
    EntryClass,
    EntryStatus,
    clean_text,
    fold,
    notice,
    render,
    withdrawn,
)
from scheduling.zones import zone_rule

AT = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)
SETTINGS = CalendarSettings(name="Spine, follow-up", tz="Europe/London", changed_at=AT)
PLACEHOLDER = notice("nothing-planned@feed", date(2026, 6, 1), "Nothing planned", AT)
LONDON = ZoneInfo("Europe/London")


def _entry(**changes: object) -> Entry:
    entry = Entry(uid="a1@feed", starts=date(2026, 7, 1), summary="Follow-up due", last_modified=AT)
    return replace(entry, **changes)  # type: ignore[arg-type]


def _timed(start: datetime, *, hours: float = 1, **changes: object) -> Entry:
    return _entry(starts=start, ends=start + timedelta(hours=hours), transparent=False, **changes)


def _render(*entries: Entry, settings: CalendarSettings = SETTINGS) -> bytes:
    return render(entries, settings, PLACEHOLDER)


def _events(data: bytes) -> list[Component]:
    return Calendar.from_ical(data).walk("VEVENT")


def _unfolded(data: bytes) -> list[str]:
    return data.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


# --- the file


def test_frame_has_what_it_must_and_nothing_it_must_not() -> None:
    data = _render(_entry(url="https://tracker.example/f/1"))
    lines = _unfolded(data)
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
    assert not [
        line for line in lines if re.match(r"METHOD|X-WR-TIMEZONE|SOURCE|BEGIN:VALARM|ATTENDEE", line)
    ]


def test_line_ends_and_octets() -> None:
    data = _render(_entry(summary="ß" * 300, description="x,\\;\n" * 90))
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    for line in data.split(b"\r\n")[:-1]:
        assert line
        assert len(line) <= 75
        line.decode()
        assert not re.search(rb"[\x00-\x1f\x7f]", line)


def test_an_empty_feed_holds_one_neutral_transparent_entry() -> None:
    (event,) = _events(_render())
    assert event["UID"] == PLACEHOLDER.uid
    assert event["TRANSP"] == "TRANSPARENT"
    assert "X-MICROSOFT-CDO-BUSYSTATUS" in event


def test_every_property_stands_once() -> None:
    data = _render(
        _timed(datetime(2026, 7, 1, 9, tzinfo=LONDON), description="d", location="l", url="https://x/1")
    )
    block = data[data.index(b"BEGIN:VEVENT") : data.index(b"END:VEVENT")].replace(b"\r\n ", b"").decode()
    names = [re.split("[:;]", line)[0] for line in block.split("\r\n") if line]
    assert len(names) == len(set(names))


def test_same_entries_same_bytes_in_any_order() -> None:
    rows = [_entry(uid=f"u{n}@feed", starts=date(2026, 5, 20) + timedelta(days=n)) for n in range(30)]
    assert _render(*rows) == _render(*reversed(rows))


def test_nearest_future_first_far_past_last() -> None:
    days = [date(2026, 6, 10), date(2025, 1, 1), date(2026, 6, 1), date(2026, 5, 30), date(2027, 1, 1)]
    rows = [_entry(uid=f"{day}@feed", starts=day) for day in days]
    order = [str(event["UID"])[:10] for event in _events(_render(*rows))]
    assert order == ["2026-06-01", "2026-06-10", "2027-01-01", "2026-05-30", "2025-01-01"]


# --- identity and change


def test_sequence_and_moment_rise_with_the_entry_and_with_the_feed() -> None:
    entry = _entry(sequence=4, last_modified=AT - timedelta(days=3))
    changed = replace(SETTINGS, revision=2, changed_at=AT + timedelta(seconds=1))
    (before,), (after,) = _events(_render(entry)), _events(_render(entry, settings=changed))
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (4, 6)
    assert before["LAST-MODIFIED"].dt == before["DTSTAMP"].dt == AT
    assert after["LAST-MODIFIED"].dt == after["DTSTAMP"].dt == AT + timedelta(seconds=1)
    (newer,) = _events(_render(replace(entry, last_modified=AT + timedelta(days=1)), settings=changed))
    assert newer["LAST-MODIFIED"].dt == AT + timedelta(days=1)


def test_moments_are_written_in_utc() -> None:
    east = timezone(timedelta(hours=9))
    assert b"LAST-MODIFIED:20260602T150000Z" in _render(
        _entry(last_modified=datetime(2026, 6, 3, 0, tzinfo=east))
    )


def test_withdrawn_entry_is_cancelled_transparent_and_says_so() -> None:
    (event,) = _events(_render(_entry(status=EntryStatus.CANCELLED, summary=withdrawn("Follow-up due"))))
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert event["SUMMARY"] == "Withdrawn: Follow-up due"


# --- what an entry says


def test_due_windows_are_free_and_bookings_busy() -> None:
    booked = _timed(datetime(2026, 7, 1, 9, tzinfo=UTC), uid="b@feed", cls=EntryClass.PUBLIC)
    due, busy = sorted(_events(_render(_entry(), booked)), key=lambda event: event["UID"])
    assert (due["TRANSP"], due["X-MICROSOFT-CDO-BUSYSTATUS"], due["CLASS"]) == (
        "TRANSPARENT",
        "FREE",
        "PRIVATE",
    )
    assert (busy["TRANSP"], busy["X-MICROSOFT-CDO-BUSYSTATUS"], busy["CLASS"]) == ("OPAQUE", "BUSY", "PUBLIC")


def test_link_stands_in_the_description_too() -> None:
    (event,) = _events(_render(_entry(description="Sign in", url="https://tracker.example/f/1")))
    assert event["DESCRIPTION"] == "Sign in\nhttps://tracker.example/f/1"
    assert event["URL"] == "https://tracker.example/f/1"
    (alone,) = _events(_render(_entry(url="https://tracker.example/f/1")))
    assert alone["DESCRIPTION"] == "https://tracker.example/f/1"
    (empty,) = _events(_render(_entry()))
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


# --- time


def test_all_day_entries_are_days_with_an_exclusive_end() -> None:
    data = _render(_entry(), _entry(uid="b@feed", ends=date(2026, 7, 4)))
    assert b"DTSTART;VALUE=DATE:20260701\r\nDTEND;VALUE=DATE:20260702\r\n" in data
    assert b"DTSTART;VALUE=DATE:20260701\r\nDTEND;VALUE=DATE:20260704\r\n" in data
    assert b"VTIMEZONE" not in data


def test_timed_entries_carry_the_zone_and_its_rules_before_them() -> None:
    data = _render(_timed(datetime(2026, 7, 1, 8, tzinfo=UTC)))
    assert (
        b"DTSTART;TZID=Europe/London:20260701T090000\r\nDTEND;TZID=Europe/London:20260701T100000\r\n" in data
    )
    assert data.index(b"BEGIN:VTIMEZONE") < data.index(b"BEGIN:VEVENT")
    assert data.count(b"BEGIN:STANDARD") == data.count(b"BEGIN:DAYLIGHT") == 1
    assert not re.search(rb"RDATE|UNTIL|COMMENT", data)
    assert data.count(b"RRULE:FREQ=YEARLY;") == 2


def test_repeated_and_skipped_local_times_are_written_in_utc() -> None:
    repeated = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)
    for fold_ in (0, 1):
        data = _render(_timed(repeated.replace(fold=fold_), hours=2))
        hour = 0 + fold_
        assert f"DTSTART:20261025T{hour:02d}3000Z".encode() in data
    skipped = datetime(2026, 3, 29, 1, 30, tzinfo=LONDON)
    assert b"DTSTART:20260329T013000Z" in _render(_timed(skipped, hours=2))
    day_after = _render(_timed(datetime(2026, 3, 30, 1, 30, tzinfo=LONDON)))
    assert b"DTSTART;TZID=Europe/London:20260330T013000" in day_after


def test_start_in_local_time_and_repeated_end_in_utc() -> None:
    entry = _entry(
        starts=datetime(2026, 10, 24, 23, tzinfo=LONDON), ends=datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    )
    data = _render(entry)
    assert b"DTSTART;TZID=Europe/London:20261024T230000\r\nDTEND:20261025T003000Z\r\n" in data


@pytest.mark.parametrize("tz", ["Africa/Casablanca", "UTC", "Etc/UTC"])
def test_zones_without_a_yearly_rule_are_written_in_utc(tz: str) -> None:
    data = _render(_timed(datetime(2026, 7, 1, 8, tzinfo=UTC)), settings=replace(SETTINGS, tz=tz))
    assert b"DTSTART:20260701T080000Z" in data
    assert b"VTIMEZONE" not in data


def test_zone_whose_rule_changes_inside_the_window_is_written_in_utc() -> None:
    """Mexico gave up summer time in 2022: a feed that spans it takes UTC, a feed after it one STANDARD."""
    mexico = replace(SETTINGS, tz="America/Mexico_City")
    spanning = [_timed(datetime(year, 7, 1, 8, tzinfo=UTC), uid=f"{year}@feed") for year in (2021, 2026)]
    assert b"VTIMEZONE" not in _render(*spanning, settings=mexico)
    data = _render(spanning[1], settings=mexico)
    assert b"DTSTART;TZID=America/Mexico_City:20260701T020000" in data
    assert data.count(b"BEGIN:STANDARD") == 1
    assert b"RRULE" not in data


def _onset(part: Component, local: datetime) -> datetime | None:
    """The newest onset of one part of a VTIMEZONE that is not after a local time."""
    start = part["DTSTART"].dt
    if "RRULE" not in part:
        return start if start <= local else None
    return rrulestr(part["RRULE"].to_ical().decode(), dtstart=start).before(local, inc=True)


ZONES = sorted(
    zone
    for zone in available_timezones()
    if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
)


@given(
    name=st.sampled_from(ZONES),
    moments=st.lists(
        st.datetimes(datetime(2023, 1, 1), datetime(2030, 12, 31)),  # noqa: DTZ001 (UTC below)
        min_size=1,
        max_size=6,
    ),
)
def test_zone_in_the_file_equals_zoneinfo(name: str, moments: list[datetime]) -> None:
    """For every timed entry, whatever the zone, a reader of VTIMEZONE and a reader of the IANA name agree."""
    starts = [moment.replace(tzinfo=UTC, microsecond=0) for moment in moments]
    rows = [_timed(start, uid=f"u{n}@feed") for n, start in enumerate(starts)]
    data = _render(*rows, settings=replace(SETTINGS, tz=name))
    zones = Calendar.from_ical(data).walk("VTIMEZONE")
    for block in data.decode().split("BEGIN:VEVENT")[1:]:
        number = int(re.search(r"UID:u(\d+)@", block)[1])  # type: ignore[index]
        for prop, instant in (("DTSTART", starts[number]), ("DTEND", starts[number] + timedelta(hours=1))):
            zone_name, written = re.search(rf"{prop}(?:;TZID=([^:]+))?:(\w+)", block).groups()  # type: ignore[union-attr]
            if zone_name is None:
                assert written == f"{instant:%Y%m%dT%H%M%SZ}"
                continue
            assert zone_name == name
            (zone,) = zones
            local = datetime.strptime(written, "%Y%m%dT%H%M%S")  # noqa: DTZ007 (local by definition)
            onsets = [(found, part) for part in zone.subcomponents if (found := _onset(part, local))]
            _, part = max(onsets, key=lambda pair: pair[0])
            assert (local - part["TZOFFSETTO"].td).replace(tzinfo=UTC) == instant
            assert local.replace(tzinfo=ZoneInfo(name)).astimezone(UTC) == instant


@pytest.mark.parametrize(
    "name", ["Europe/London", "America/New_York", "Australia/Sydney", "Europe/Dublin", "Asia/Kolkata"]
)
def test_common_zones_keep_their_local_times(name: str) -> None:
    rule = zone_rule(name, 2025, 2030)
    assert rule is not None
    zone = ZoneInfo(name)
    winter = datetime(2026, 1, 15, 12, tzinfo=zone).utcoffset()
    summer = datetime(2026, 7, 15, 12, tzinfo=zone).utcoffset()
    assert rule.offset == min(winter or timedelta(), summer or timedelta())
    assert (rule.to_daylight is None) is (winter == summer)


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


_TEXT = (
    st.text(max_size=200)
    | st.text(alphabet="a^\\,;\n ß脊🦴é", max_size=400)
    | st.text(alphabet="^,", max_size=200)
)
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
        url=draw(
            st.just("") | st.text(alphabet="abc/?=&-^,;", max_size=300).map(lambda path: f"https://x/{path}")
        ),
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
    data = _render(_timed(datetime(2026, 7, 1, 9, tzinfo=LONDON)))
    event = Event()
    event.add("dtstart", datetime(2026, 7, 1, 9, tzinfo=LONDON))
    for line in bytes(event.to_ical()).split(b"\r\n")[1:-2]:
        assert line in data.split(b"\r\n")


@given(entry=_any_entry())
def test_reading_gives_back_what_was_written(entry: Entry) -> None:
    (event,) = _events(render([entry], replace(SETTINGS, tz="UTC"), PLACEHOLDER))
    assert str(event["SUMMARY"]) == clean_text(entry.summary)
    assert event["DTSTART"].dt == entry.starts


@pytest.mark.parametrize("length", range(70, 80))
@pytest.mark.parametrize("char", ["x", "ß", "脊", "🦴", "^"])
def test_fold_round_trips_at_every_edge(length: int, char: str) -> None:
    line = "SUMMARY:" + char * length
    folded = fold(line)
    assert folded.replace(b"\r\n ", b"") == line.encode() + b"\r\n"
    assert all(len(part) <= 75 for part in folded.split(b"\r\n"))


# --- bad input


def test_every_wrong_entry_is_named_at_once() -> None:
    naive = datetime(2026, 7, 1, 9)  # noqa: DTZ001 (the fault under test)
    wrong = [
        _entry(uid="has space"),
        _entry(uid="b", summary=" \t"),
        _entry(uid="c", starts=naive, ends=naive + timedelta(hours=1)),
        _entry(uid="d", ends=date(2026, 7, 1)),
        _entry(uid="e", status=EntryStatus.CANCELLED, transparent=False),
        _entry(uid="f", sequence=HIGHEST_SEQUENCE + 1),
        _entry(uid="g", url="https://x/a b"),
        _entry(uid="h", last_modified=naive),
        _entry(uid="i", starts=AT, ends=AT),
        _entry(uid="j", starts=AT),
        _entry(uid="k", ends=AT),
        _entry(uid="k"),
        _entry(uid="l" * 200),
        _entry(uid="m", sequence=-1),
    ]
    with pytest.raises(ValueError, match="'has space'") as refused:
        _render(*wrong)
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
        _render(_entry(), settings=replace(SETTINGS, **changes))  # type: ignore[arg-type]


def test_every_colour_has_its_value() -> None:
    assert all(re.fullmatch("#[0-9A-F]{6}", value) and name.isalpha() for name, value in COLOURS.items())
