"""A booking that another study made needless: somebody is asked to cancel it, once."""

from __future__ import annotations

import pytest

from tests.tracker import people
from tests.tracker.people import TODAY, days
from tests.tracker.services.recording import act, current, do, routine
from tracker.models import Patient, Task
from tracker.services import records
from tracker.services.follow_ups import arranging as follow_ups

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> None:
    people.policy_version()


@pytest.mark.parametrize(("booked", "asked"), [(3, True), (0, False)])
def test_a_later_booking_is_to_be_cancelled(patient: Patient, booked: int, asked: bool) -> None:
    row = current(routine(patient))
    act(follow_ups.book, row, day=days(booked))
    do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=TODAY)
    row.refresh_from_db()
    assert row.state == "done"
    tasks = Task.objects.filter(kind="cancel_booking", ended_at__isnull=True)
    assert [task.due_on for task in tasks] == ([days(booked)] if asked else [])
    do(records.record_visit, patient, occurred_on=TODAY)  # planned again: not asked a second time, nor taken away
    assert tasks.count() == int(asked)
