"""Days, local times and time zones in the calendar file: zones equal to zoneinfo."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from scheduling.zones import zone_rule
from tests.scheduling.calendars import LONDON, SETTINGS, entry_of, rendered, timed

# --- time


def test_all_day_entries_are_days_with_an_exclusive_end() -> None:
    data = rendered(entry_of(), entry_of(uid="b@feed", ends=date(2026, 7, 4)))
    assert b"DTSTART;VALUE=DATE:20260701\r\nDTEND;VALUE=DATE:20260702\r\n" in data
    assert b"DTSTART;VALUE=DATE:20260701\r\nDTEND;VALUE=DATE:20260704\r\n" in data
    assert b"VTIMEZONE" not in data


def test_timed_entries_carry_the_zone_and_its_rules_before_them() -> None:
    data = rendered(timed(datetime(2026, 7, 1, 8, tzinfo=UTC)))
    assert b"DTSTART;TZID=Europe/London:20260701T090000\r\nDTEND;TZID=Europe/London:20260701T100000\r\n" in data
    assert data.index(b"BEGIN:VTIMEZONE") < data.index(b"BEGIN:VEVENT")
    assert data.count(b"BEGIN:STANDARD") == data.count(b"BEGIN:DAYLIGHT") == 1
    assert not re.search(rb"RDATE|UNTIL|COMMENT", data)
    assert data.count(b"RRULE:FREQ=YEARLY;") == 2


def test_repeated_and_skipped_local_times_are_written_in_utc() -> None:
    repeated = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)
    for fold_ in (0, 1):
        data = rendered(timed(repeated.replace(fold=fold_), hours=2))
        hour = 0 + fold_
        assert f"DTSTART:20261025T{hour:02d}3000Z".encode() in data
    skipped = datetime(2026, 3, 29, 1, 30, tzinfo=LONDON)
    assert b"DTSTART:20260329T013000Z" in rendered(timed(skipped, hours=2))
    day_after = rendered(timed(datetime(2026, 3, 30, 1, 30, tzinfo=LONDON)))
    assert b"DTSTART;TZID=Europe/London:20260330T013000" in day_after


def test_start_in_local_time_and_repeated_end_in_utc() -> None:
    entry = entry_of(starts=datetime(2026, 10, 24, 23, tzinfo=LONDON), ends=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    data = rendered(entry)
    assert b"DTSTART;TZID=Europe/London:20261024T230000\r\nDTEND:20261025T003000Z\r\n" in data


@pytest.mark.parametrize("tz", ["Africa/Casablanca", "UTC", "Etc/UTC"])
def test_zones_without_a_yearly_rule_are_written_in_utc(tz: str) -> None:
    data = rendered(timed(datetime(2026, 7, 1, 8, tzinfo=UTC)), settings=replace(SETTINGS, tz=tz))
    assert b"DTSTART:20260701T080000Z" in data
    assert b"VTIMEZONE" not in data


def test_zone_whose_rule_changes_inside_the_window_is_written_in_utc() -> None:
    """Mexico gave up summer time in 2022: a feed that spans it takes UTC, a feed after it one STANDARD."""
    mexico = replace(SETTINGS, tz="America/Mexico_City")
    spanning = [timed(datetime(year, 7, 1, 8, tzinfo=UTC), uid=f"{year}@feed") for year in (2021, 2026)]
    assert b"VTIMEZONE" not in rendered(*spanning, settings=mexico)
    data = rendered(spanning[1], settings=mexico)
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
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
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
    rows = [timed(start, uid=f"u{n}@feed") for n, start in enumerate(starts)]
    data = rendered(*rows, settings=replace(SETTINGS, tz=name))
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
