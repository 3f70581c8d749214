"""The day of a plan: it answers as a date does, knows when its answers turn, and refuses everything else."""

from __future__ import annotations

import copy
import json
import operator
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.engine.day import Day, DayError

ON = date(2026, 6, 1)
LONGEST = timedelta(timedelta.max.days)
COMPARISONS = (operator.ge, operator.gt, operator.le, operator.lt, operator.eq, operator.ne)
near = st.integers(-40, 40).map(lambda days: ON + timedelta(days))
comparisons = st.sampled_from(COMPARISONS)
Question = Callable[[Any], bool]


def of_a_date(compare: Callable[[Any, Any], bool], x: date, turned: bool) -> Question:
    """A comparison with a date, the day on either side."""
    return (lambda today: compare(x, today)) if turned else (lambda today: compare(today, x))


def of_a_span(compare: Callable[[Any, Any], bool], x: date, days: int, turned: bool) -> Question:
    """A comparison of the time since a date with a span, on either side."""
    span = timedelta(days)
    return (lambda today: compare(span, today - x)) if turned else (lambda today: compare(today - x, span))


questions = st.one_of(
    st.builds(of_a_date, comparisons, near, st.booleans()),
    st.builds(of_a_span, comparisons, near, st.integers(-20, 20), st.booleans()),
)


def first_turn(question: Question) -> date | None:
    """The first later day on which a plain date gets another answer."""
    return next((day for day in (ON + timedelta(n) for n in range(1, 90)) if question(day) != question(ON)), None)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("days", [-2, -1, 0, 1, 2, 30])
@pytest.mark.parametrize("compare", COMPARISONS)
def test_a_comparison_answers_as_a_date_does_and_turns_on_its_day(
    compare: Callable[[Any, Any], bool], days: int, turned: bool
) -> None:
    for question in (
        of_a_date(compare, ON + timedelta(days), turned),
        of_a_span(compare, ON - timedelta(10), days + 10, turned),
    ):
        day = Day(ON)
        assert question(day) is question(ON)
        assert day.stands_until == first_turn(question)


@given(st.lists(questions, max_size=6))
def test_it_stands_until_the_earliest_turn_of_what_was_asked(asked: list[Question]) -> None:
    day = Day(ON)
    assert [question(day) for question in asked] == [question(ON) for question in asked]
    turns = [turn for turn in map(first_turn, asked) if turn is not None]
    assert day.stands_until == min(turns, default=None)


@given(st.lists(questions, min_size=1, max_size=6))
def test_what_a_short_circuit_leaves_out_turns_nothing_earlier(asked: list[Question]) -> None:
    """Until the day that the asked comparisons give, the whole has one answer, whatever was never asked."""
    day = Day(ON)
    answer = any(question(day) for question in asked)
    until = day.stands_until or ON + timedelta(90)
    for later in range((until - ON).days):
        assert any(question(ON + timedelta(later)) for question in asked) == answer


def test_the_ends_of_the_calendar() -> None:
    day = Day(ON)
    assert day <= date.max
    assert day < date.max
    assert day > date.min
    assert day - date.min < LONGEST
    assert not day - date.max > LONGEST
    assert day - date(2020, 1, 1) > -LONGEST
    assert day.stands_until is None


REFUSED: dict[str, Callable[[Any], object]] = {
    "text": lambda today: today == "2026-06-01",
    "no date": lambda today: today is None or today == None,  # noqa: E711
    "a moment": lambda today: today < datetime(2026, 6, 1, tzinfo=UTC),
    "another day of a plan": lambda today: today <= Day(ON),
    "the day itself": lambda today: today == Day(ON),
    "among texts": lambda today: today in ("2026-06-01",),
    "in a set": lambda today: today in {ON},
    "in a dictionary": lambda today: {ON: 1}.get(today),
    "hash": hash,
    "truth": bool,
    "str": str,
    "format": lambda today: f"{today:%d %b}",
    "plain format": lambda today: f"{today}",
    "json": json.dumps,
    "isoformat": lambda today: today.isoformat(),
    "year": lambda today: today.year,
    "weekday": lambda today: today.weekday(),
    "replace": lambda today: today.replace(day=1),
    "toordinal": lambda today: today.toordinal(),
    "has it a year": lambda today: hasattr(today, "year"),
    "plus": lambda today: today + timedelta(1),
    "plus, turned": lambda today: timedelta(1) + today,
    "minus a span": lambda today: today - timedelta(1),
    "taken from a date": lambda today: ON - today,
    "a moment of it": lambda today: datetime.combine(today, datetime.min.time()),
    "its ordinal as a number": int,
    "the earlier of two, then used": lambda today: min(ON + timedelta(1), today) + timedelta(1),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": pickle.dumps,
    "a tuple with text": lambda today: (today, 1) == ("2026-06-01", 1),
    "a list of texts": lambda today: ["b", today].index("c"),
    "days since": lambda today: (today - ON).days,
    "since, as a number": lambda today: (today - ON) // 7,
    "since, in weeks": lambda today: (today - ON) // timedelta(7),
    "since, as truth": lambda today: bool(today - ON),
    "since, as text": lambda today: f"{today - ON}",
    "since, str": lambda today: str(today - ON),
    "since, added": lambda today: ON + (today - ON),
    "since, hashed": lambda today: {today - ON},
    "since, with a number": lambda today: today - ON > 7,
    "since, with hours": lambda today: today - ON > timedelta(hours=36),
    "since, with itself": lambda today: today - ON == today - ON,
    "since, copied": lambda today: copy.copy(today - ON),
}


@pytest.mark.parametrize("use", REFUSED.values(), ids=REFUSED)
def test_every_other_use_raises(use: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError):
        use(Day(ON))


def test_the_error_says_what_is_allowed() -> None:
    with pytest.raises(DayError, match=r"was asked for its year\. Only comparisons with a date"):
        _ = Day(ON).year


def test_for_a_traceback_it_shows_no_date() -> None:
    assert (repr(Day(ON)), repr(Day(ON) - ON)) == (
        "<the day of the plan>",
        "<the time until the day of the plan>",
    )
