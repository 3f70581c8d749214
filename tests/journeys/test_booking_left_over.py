"""A booking that another study made needless: it passes to what opens next, or somebody is asked to cancel it, once."""

from __future__ import annotations

from datetime import time

import pytest

from tests.tracker import people
from tests.tracker.people import TODAY, days
from tests.tracker.services.recording import act, current, do, routine
from tracker.models import Patient, Task
from tracker.queries.time_status import conflicts_on
from tracker.services import records
from tracker.services.follow_ups import arranging as follow_ups

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> None:
    people.policy_version()


@pytest.mark.parametrize(("booked", "passes"), [(3, True), (0, False)])
def test_an_appointment_still_ahead_passes_to_what_opens_next_and_is_asked_there(
    patient: Patient, booked: int, passes: bool
) -> None:
    row = act(follow_ups.order, current(routine(patient)), indication="scheduled_surveillance").follow_up
    row = act(follow_ups.book, row, day=days(booked), hour=time(10, 20), place="MRI 2").follow_up
    arranged = (row.booked_on, row.booked_at, row.booked_place, row.ordered_on, row.indication, row.snapshot)
    do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=TODAY)
    row.refresh_from_db()
    assert row.state == "done"
    opened = current(patient)
    now = (opened.booked_on, opened.booked_at, opened.booked_place, opened.ordered_on, opened.indication)
    if passes:
        assert opened.state == "booked"
        assert (*now, opened.snapshot) == arranged
        assert conflicts_on(opened, TODAY) == ("too_early",)
        assert list(opened.events.order_by("pk").values_list("kind", flat=True)) == ["opened", "note", "conflict"]
    else:
        assert (opened.state, *now) == ("open", None, None, "", None, "")
    do(records.record_visit, patient, occurred_on=TODAY)  # planned again: nothing is dropped or taken away
    assert current(patient).booked_on == opened.booked_on
    assert not Task.objects.filter(kind="cancel_booking").exists()


def test_where_nothing_opens_somebody_is_asked_to_cancel_it_once(patient: Patient) -> None:
    row = act(follow_ups.book, current(routine(patient)), day=days(3)).follow_up
    do(records.record_status, patient, status="hospice", occurred_on=TODAY, reason="said so", clinician="B")
    do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=TODAY)
    row.refresh_from_db()
    assert row.state == "done"
    tasks = Task.objects.filter(kind="cancel_booking", ended_at__isnull=True)
    assert [task.due_on for task in tasks] == [days(3)]
    do(records.record_visit, patient, occurred_on=TODAY)
    assert tasks.count() == 1
