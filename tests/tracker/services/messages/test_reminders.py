"""Queueing by the ladder: once, to the right person, never dropped, and a patient without an address is called."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days
from tracker.models import FollowUp, Patient, Reminder, Task, User
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.messages import deliveries, reminders

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def reached(patient: Patient) -> Patient:
    """A patient who has an address and agreed to messages."""
    patient.email, patient.messages_allowed = "tamar@example.org", "yes"
    patient.save()
    return patient


def queue(day: int = 0) -> reminders.Queued:
    """One round, `day` days from today."""
    return reminders.queue_due(occasion=by_the_scheduler(days(day), NOW + timedelta(days=day)))


def written() -> list[tuple[str, str]]:
    """Audience and step of every reminder to send, in the order they were written."""
    rows = Reminder.objects.exclude(state="withdrawn").order_by("pk")
    return [(row.audience, row.step) for row in rows]


def test_the_whole_ladder_of_a_routine_follow_up(reached: Patient) -> None:
    people.follow_up(reached, opens=0, due=14, closes=21)
    for day in range(31):
        queue(day)
    assert written() == [
        ("patient", f"opens_patient@{days(0)}"),
        ("patient", f"due_patient@{days(7)}"),
        ("nurse", f"due_nurse@{days(14)}"),
        ("nurse", f"overdue_nurse@{days(22)}"),
        ("surgeon", f"overdue_surgeon@{days(22)}"),
        ("nurse", f"overdue_nurse@{days(29)}"),
        ("surgeon", f"overdue_surgeon@{days(29)}"),
    ]


def test_twice_writes_nothing(reached: Patient) -> None:
    people.follow_up(reached, opens=0, due=14, closes=21)
    assert queue() == reminders.Queued(written=1, looked_at=1)
    assert queue() == reminders.Queued()
    FollowUp.objects.update(next_step_on=TODAY)  # as a change leaves it
    later = reminders.queue_due(occasion=by_the_scheduler(TODAY, NOW + timedelta(hours=2)))
    assert later == reminders.Queued(looked_at=1)  # asked again, and nothing new


def test_no_phone_does_not_stop_batch(patient: Patient, reached: Patient) -> None:
    silent = people.patient(number="RBX silent", phone="", email="")
    people.follow_up(silent, opens=0, due=14, closes=21)
    people.follow_up(reached, opens=0, due=14, closes=21)
    assert queue() == reminders.Queued(written=1, tasks=1, looked_at=2)
    task = Task.objects.get()
    assert (task.patient_id, task.kind, task.due_on) == (silent.pk, "call_patient", TODAY)
    assert "consent" in task.text


def test_a_call_is_raised_once_also_after_it_was_done(patient: Patient) -> None:
    people.follow_up(patient, opens=0, due=20, closes=27)
    queue()
    Task.objects.update(ended_at=NOW, ended_by=people.alice(), ending="done")
    queue(1)
    assert Task.objects.count() == 1


def test_worker_down_72h_loses_nothing(reached: Patient) -> None:
    people.follow_up(reached, opens=-3, due=14, closes=21)
    assert queue().written == 1


def test_catch_up_is_capped(reached: Patient) -> None:
    people.follow_up(reached, opens=-100, due=-60, closes=-50)
    assert queue().written == 2  # nurse and surgeon once, not seven weeks of each
    assert [task.kind for task in Task.objects.all()] == ["call_patient"]  # too late for the patient's message


def test_emergency_goes_to_staff_at_once(reached: Patient) -> None:
    people.follow_up(reached, opens=0, due=0, closes=1, urgency="emergency", row="E1")
    queue()
    assert written() == [("nurse", f"urgent_nurse@{TODAY}"), ("surgeon", f"urgent_surgeon@{TODAY}")]
    assert set(Reminder.objects.values_list("purpose", flat=True)) == {"emergency"}


def test_a_patient_of_nobody_reaches_the_whole_team(reached: Patient) -> None:
    other = people.person("ann", "Ann Auk", people.Role.NURSE, people.estuary())
    Patient.objects.update(nurse=None)
    people.follow_up(reached, opens=-20, due=0, closes=7)
    queue()
    nurses = Reminder.objects.filter(audience="nurse").values_list("recipient__username", flat=True)
    assert sorted(nurses) == sorted([people.alice().username, other.username])


def test_booked_is_reminded_of_the_appointment_only(reached: Patient) -> None:
    people.follow_up(reached, opens=-3, due=20, closes=27, state="booked", booked_on=days(10))
    for day in range(12):
        queue(day)
    assert written() == [
        ("patient", f"week_before_patient@{days(3)}"),
        ("patient", f"day_before_patient@{days(9)}"),
    ]


def test_edited_interval_redates(reached: Patient, bob: User) -> None:
    row = people.follow_up(reached, opens=0, due=14, closes=21)
    queue()
    FollowUp.objects.filter(pk=row.pk).update(
        opens_on=days(5), due_on=days(12), closes_on=days(19), revision=2, next_step_on=TODAY
    )
    # The old message does not leave, the new one is written on its own day.
    done = deliveries.deliver_due(occasion=by_the_scheduler(TODAY, NOW), worker="a")
    assert done == deliveries.Delivered(suppressed=1)
    queue(5)
    assert written() == [("patient", f"opens_patient@{days(5)}")]


def test_a_changed_row_that_still_asks_the_step_is_not_silenced(reached: Patient, alice: User) -> None:
    alice.email = "alice@example.org"
    alice.save()
    row = people.follow_up(reached, opens=-14, due=0, closes=7)
    queue()
    FollowUp.objects.filter(pk=row.pk).update(revision=2, state="ordered")
    done = deliveries.deliver_due(occasion=by_the_scheduler(TODAY, NOW), worker="a")
    assert (done.accepted, Reminder.objects.get(audience="nurse").state) == (2, "sent")


@pytest.mark.parametrize("number", [1, 3])
def test_query_count_does_not_grow_with_rows(reached: Patient, number: int) -> None:
    for index in range(number):
        people.follow_up(people.patient(number=f"RBX {index}"), opens=0, due=14, closes=21)
    today = by_the_scheduler(TODAY, NOW)
    with CaptureQueriesContext(connection) as queries:
        reminders.queue_due(occasion=today)
    statements = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == 28  # with the hourly look at all waits
