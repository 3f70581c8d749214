"""Time status is written twice, in Python for one row and in SQL for a queue: they agree on every day."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import product

import pytest
from django.db.models import QuerySet

from scheduling.engine.following.conflicts import ConflictKind
from scheduling.engine.following.status import status_on
from scheduling.engine.vocabulary import TimeStatus
from tests.tracker import people
from tracker import clock
from tracker.models import FollowUp
from tracker.queries.time_status import (
    Standing,
    conflicting,
    conflicts_on,
    current,
    in_standing,
    in_time,
    standing_case,
    standing_on,
    timed,
)

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

WINDOWS = [(0, 0, 0), (0, 0, 1), (0, 7, 7), (0, 5, 9), (0, 3, 3)]


def noon(day: date) -> datetime:
    return clock.moment_at(day, time(12))


def rows_at(day: date) -> QuerySet[FollowUp]:
    return timed(FollowUp.objects.all(), noon(day))


def rows_of_all_windows() -> list[FollowUp]:
    return [people.follow_up(people.patient(), opens=opens, due=due, closes=closes) for opens, due, closes in WINDOWS]


def test_sql_and_python_give_the_same_time_status_on_every_day() -> None:
    rows = rows_of_all_windows()
    for number in range(-3, 13):
        today = people.days(number)
        for status in TimeStatus:
            by_sql = set(rows_at(today).filter(in_time(status, today)).values_list("pk", flat=True))
            by_python = {row.pk for row in rows if status_on(today, row.opens_on, row.due_on, row.closes_on) == status}
            assert by_sql == by_python, (status, today)


def test_every_current_row_stands_in_exactly_one_place_on_every_day() -> None:
    rows = rows_of_all_windows()
    set_aside = {"snoozed_until": people.days(6), "snooze_reason": "on holiday"}
    for fields in (
        {"state": "cancelled", "hold_until_on": people.days(30)},
        {"state": "cancelled", **set_aside},
        {"asked": False, "state": "booked", "booked_on": people.days(4)},
        {"asked": False, "state": "ordered", **set_aside},
        {"awaiting_response_on": people.days(1)},
        {"awaiting_closure_on": people.days(1)},
        {"awaiting_closure_on": people.days(1), **set_aside},
        {"state": "cancelled", "awaiting_closure_on": people.days(1)},
        {"state": "booked", "booked_on": people.days(4)},
        set_aside,
    ):
        rows.append(people.follow_up(people.patient(), opens=0, due=5, closes=9, **fields))
    for number in range(-3, 13):
        today = people.days(number)
        found = dict(rows_at(today).filter(current()).annotate(word=standing_case(today)).values_list("pk", "word"))
        assert found == {row.pk: standing_on(row, noon(today), None).value for row in rows}, today
        assert sum(rows_at(today).filter(in_standing(word, today)).count() for word in Standing) == len(rows)


def test_a_snoozed_row_is_back_on_its_day() -> None:
    row = people.follow_up(people.patient(), snoozed_until=people.days(2), snooze_reason="on holiday")
    assert standing_on(row, noon(people.days(1)), None) == Standing.SNOOZED
    assert standing_on(row, noon(people.days(2)), None) == Standing.OVERDUE


def test_a_row_at_its_end_stands_nowhere() -> None:
    people.follow_up(people.patient(), state="done", closed_at=people.NOW, closed_by=people.alice())
    assert not any(
        rows_at(people.days(number)).filter(in_standing(word, people.days(number))).exists()
        for word in Standing
        for number in range(-60, 60, 10)
    )


def test_sql_and_python_give_the_same_conflicts_on_every_day() -> None:
    """Every state, answered or not, asked or not, done or not, arranged as this or that, on each day of a window."""
    rows = [
        people.follow_up(
            people.patient(),
            opens=2,
            due=4,
            closes=6,
            state=state,
            booked_on=people.days(booked) if booked is not None else None,
            asked=asked,
            answered=answered,
            arranged_as=arranged_as,
            **done,
        )
        for state, booked, asked, answered, arranged_as, done in product(
            ["open", "ordered", "booked", "missed"],
            [None, 0, 1, 2, 6, 7],
            [True, False],
            [True, False],
            ["MRI_WS_GAD", "CT_MYELO", ""],
            [{}, {"awaiting_closure_on": people.days(3)}, {"awaiting_response_on": people.days(3)}],
        )
        if (booked is not None) == (state == "booked") and (asked or not done)
    ]
    kinds = set()
    for number in (-1, 0, 1, 2, 3, 6, 7, 8):
        today = people.days(number)
        for kind in ConflictKind:
            by_sql = set(FollowUp.objects.filter(conflicting(kind, today)).values_list("pk", flat=True))
            by_python = {row.pk for row in rows if kind in conflicts_on(row, today)}
            assert by_sql == by_python, (kind, today)
            kinds |= {kind} if by_sql else set()
    assert kinds == set(ConflictKind)
