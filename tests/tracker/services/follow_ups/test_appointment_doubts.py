"""An odd appointment is asked about and not refused: a clash, the night, before the window, months beyond it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from tests.tracker import people
from tests.tracker.people import days
from tests.tracker.services.recording import act
from tracker.errors import NeedsAnswer
from tracker.models import FollowUp, Patient
from tracker.services.follow_ups import arranging

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def doubts(row: FollowUp, **fields: Any) -> list[str]:
    """What is asked; the row stays as it was, and with the answers it is booked."""
    before = FollowUp.objects.values().get(pk=row.pk)
    with pytest.raises(NeedsAnswer) as question:
        act(arranging.book, row, **fields)
    assert FollowUp.objects.values().get(pk=row.pk) == before
    answers = tuple((doubt.code, "book") for doubt in question.value.doubts)
    act(arranging.book, row, answers=answers, **fields)
    row.refresh_from_db()
    assert row.booked_on == fields["day"]
    return [doubt.code.partition(".")[0] for doubt in question.value.doubts]


@pytest.mark.parametrize(
    ("day", "hour", "code"),
    [
        (days(5), time(3, 30), "at_night"),
        (days(5), time(22), "at_night"),
        (days(2), None, "too_early"),
        (days(10 + 57), None, "far_beyond"),
    ],
)
def test_an_odd_day_or_hour_is_asked_about(day: date, hour: time | None, code: str, patient: Patient) -> None:
    row = people.follow_up(patient, opens=4, due=7, closes=10)
    assert doubts(row, day=day, hour=hour) == [code]


@pytest.mark.parametrize(("day", "hour"), [(days(4), time(6)), (days(10), time(21, 59)), (days(10 + 56), None)])
def test_a_usual_day_and_hour_are_booked_at_once(day: date, hour: time | None, patient: Patient) -> None:
    act(arranging.book, people.follow_up(patient, opens=4, due=7, closes=10), day=day, hour=hour)


@pytest.mark.parametrize(
    ("theirs", "ours", "clashes"),
    [
        (time(10), time(10), True),
        (time(10), time(10, 59), True),
        (time(10), time(9, 1), True),
        (time(10), time(11), False),
        (None, time(11), True),
        (time(10), None, True),
    ],
)
def test_an_appointment_beside_another_of_the_same_patient_is_asked_about(
    theirs: time | None, ours: time | None, clashes: bool, patient: Patient
) -> None:
    visit = people.follow_up(patient, stream="surgeon", opens=0, due=7, closes=20)
    act(arranging.book, visit, day=days(6), hour=theirs)
    row = people.follow_up(patient, opens=0, due=7, closes=20)
    if clashes:
        assert doubts(row, day=days(6), hour=ours) == ["clash"]
    else:
        act(arranging.book, row, day=days(6), hour=ours)


def test_of_what_is_overdue_only_a_day_far_ahead_is_asked_about(patient: Patient) -> None:
    row = people.follow_up(patient, opens=-200, due=-150, closes=-140)
    act(arranging.book, row, day=days(56))
    assert doubts(row, day=days(57)) == ["far_beyond"]


def test_another_day_and_another_patient_do_not_clash(patient: Patient) -> None:
    act(arranging.book, people.follow_up(patient, stream="surgeon", opens=0, due=7, closes=20), day=days(6))
    act(arranging.book, people.follow_up(patient, opens=0, due=7, closes=20), day=days(7))
    act(arranging.book, people.follow_up(people.patient(), opens=0, due=7, closes=20), day=days(6))


def test_the_answer_to_one_clash_is_none_to_another(patient: Patient) -> None:
    visit = people.follow_up(patient, stream="surgeon", opens=0, due=7, closes=20)
    act(arranging.book, visit, day=days(6), hour=time(10))
    row = people.follow_up(patient, opens=0, due=7, closes=20)
    with pytest.raises(NeedsAnswer) as first:
        act(arranging.book, row, day=days(6), hour=time(10))
    answers = tuple((doubt.code, "book") for doubt in first.value.doubts)
    with pytest.raises(NeedsAnswer):
        act(arranging.book, row, day=days(6), hour=time(10, 30), answers=answers)
