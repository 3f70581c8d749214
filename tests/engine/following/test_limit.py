"""The emergency limit: 24 hours from the earliest known report, and never later than the end of the latest day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from scheduling.engine.following.limit import limit_of

BERLIN = ZoneInfo("Europe/Berlin")
MIDNIGHT = datetime(2026, 11, 25, tzinfo=BERLIN)
moments = st.builds(
    lambda minutes, zone: (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).astimezone(zone),
    st.integers(0, 500_000),
    st.sampled_from([UTC, BERLIN]),
)


def test_without_an_hour_it_is_the_end_of_the_latest_day() -> None:
    limit = limit_of(MIDNIGHT, ())
    assert (limit.at, limit.from_report) == (MIDNIGHT, False)


def test_a_known_hour_counts_24_hours_and_the_earliest_of_several_wins() -> None:
    reported = datetime(2026, 11, 23, 9, 40, tzinfo=BERLIN)
    limit = limit_of(MIDNIGHT, (reported + timedelta(hours=5), reported))
    assert (limit.at, limit.from_report) == (reported + timedelta(hours=24), True)
    assert not limit.past(limit.at - timedelta(seconds=1))
    assert limit.past(limit.at)


def test_a_later_report_never_moves_the_end_of_the_latest_day() -> None:
    limit = limit_of(MIDNIGHT, (datetime(2026, 11, 24, 8, tzinfo=BERLIN),))
    assert (limit.at, limit.from_report) == (MIDNIGHT, False)


def test_24_hours_are_24_hours_over_a_change_to_summer_and_to_winter_time() -> None:
    for day, hour in ((date(2026, 3, 28), 13), (date(2026, 10, 24), 11)):
        reported = datetime.combine(day, time(12), tzinfo=BERLIN)
        ends = datetime.combine(day + timedelta(2), time.min, tzinfo=BERLIN)
        at = limit_of(ends, (reported,)).at
        assert at - reported.astimezone(UTC) == timedelta(hours=24)
        assert at.astimezone(BERLIN).hour == hour


@given(ends=moments, reported=st.lists(moments, max_size=4))
def test_it_is_the_earliest_of_all_that_bind(ends: datetime, reported: list[datetime]) -> None:
    limit = limit_of(ends, reported)
    ends = ends.astimezone(UTC)
    bounds = [ends, *(moment.astimezone(UTC) + timedelta(hours=24) for moment in reported)]
    assert limit.at == min(bounds)
    assert limit.from_report == (limit.at < ends)
