"""Typed days are read as meant, or refused with what was expected."""

from datetime import date

import pytest

from scheduling.engine.words import near_day, window_text
from tracker.queries.queues.rendering import age_on
from tracker.web.look.days import parse_day

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("today", date(2026, 11, 20)),
        ("Yesterday", date(2026, 11, 19)),
        ("2026-07-21", date(2026, 7, 21)),
        ("21 Jul 2026", date(2026, 7, 21)),
        ("Tue 21 July 2026", date(2026, 7, 21)),
        ("21/7/26", date(2026, 7, 21)),
        ("21.11.", date(2026, 11, 21)),
        ("3 jan", date(2027, 1, 3)),
        ("29/2/2024", date(2024, 2, 29)),
    ],
)
def test_a_typed_day_is_read_day_before_month(typed: str, meant: date) -> None:
    assert parse_day(typed, TODAY) == meant


@pytest.mark.parametrize("typed", ["", "soon", "31/2/2026", "2026-13-01", "21 Jux 2026", "21/7/026"])
def test_what_is_no_day_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match="Write it like 21 Jul 2026"):
        parse_day(typed, TODAY)


def test_the_year_stands_once_and_only_where_it_is_another() -> None:
    assert window_text(date(2026, 9, 29), date(2026, 10, 27), date(2026, 11, 3), TODAY) == "29 Sep · 27 Oct · 3 Nov"
    assert (
        window_text(date(2026, 12, 2), date(2026, 12, 30), date(2027, 1, 27), TODAY) == "2 Dec · 30 Dec · 27 Jan 2027"
    )


def test_near_days_carry_their_weekday() -> None:
    assert near_day(date(2026, 11, 23), TODAY) == "Mon 23 Nov 2026"
    assert near_day(date(2026, 7, 21), TODAY) == "21 Jul 2026"


def test_an_age_rises_on_the_birthday() -> None:
    assert (age_on(date(1965, 11, 21), TODAY), age_on(date(1965, 11, 20), TODAY)) == (60, 61)
