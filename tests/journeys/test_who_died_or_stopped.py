"""Somebody who died or stopped reads so everywhere, and what is left to cancel is a task of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tests.tracker.services.recording import act, current, do, routine
from tracker.errors import NotPossible
from tracker.models import FollowUp, Patient, Reminder, Task, User
from tracker.queries.patient.overview import find_patients
from tracker.queries.queues.lists import queue_counts, queue_page, row_of
from tracker.queries.queues.rows import QueueFilters
from tracker.services import feeds, records
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.follow_ups import contacts
from tracker.services.messages import reminders

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

STOPS: dict[str, dict[str, object]] = {
    "deceased": {},
    "hospice": {"clinician": "Dr Plover"},
    "declined": {"reason": "no more scans"},
    "discharged": {"reason": "quiet for years", "clinician": "Dr Plover"},
    "transferred": {"reason": "to Northgate", "transfer_accepted": True},
}
WORDS = {"hospice": "Hospice or comfort care"}
BECAUSE = {
    "deceased": "the patient died",
    "hospice": "the patient is in hospice care",
    "declined": "the patient declined",
    "discharged": "the patient was discharged",
    "transferred": "the patient was transferred",
}
#: Lists of a person or a team, which hold every current row; no list of what is due does.
HOLD_ALL = {"mine", "team", "to-cancel"}


@pytest.fixture(autouse=True)
def in_force(db: None) -> None:
    people.policy_version()


@pytest.fixture
def booked(patient: Patient) -> Patient:
    """Overdue imaging that is booked in 13 days, an ordered visit."""
    routine(patient)
    act(follow_ups.book, current(patient), day=days(13))
    act(follow_ups.order, current(patient, "surgeon"), indication="")
    return patient


def stop(patient: Patient, status: str) -> int:
    """The patient stops two days ago; the key of the fact."""
    return do(
        records.record_status, patient, by=people.bob(), status=status, occurred_on=days(-2), **STOPS[status]
    ).fact.pk


def left(patient: Patient) -> dict[str, str]:
    tasks = Task.objects.filter(patient=patient, kind__startswith="cancel_", ended_at__isnull=True)
    return {task.kind: task.text for task in tasks}


@pytest.mark.parametrize("status", STOPS)
def test_the_word_stands_and_nothing_is_due(status: str, booked: Patient, alice: User) -> None:
    stop(booked, status)
    word, row = WORDS.get(status, status.capitalize()), current(booked)
    shown = row_of(alice, str(row.uid), NOW)
    assert (shown.gone and shown.gone.word, shown.standing, shown.next_act.code) == (word, "not_asked", "unbook")
    assert {act.code for act in shown.acts}.isdisjoint({"log_call", "order", "book", "snooze", "miss", "cancel"})
    for group in queue_counts(alice, NOW):
        for queue in group.queues:
            page = queue_page(alice, queue.slug, QueueFilters(), 1, NOW)
            assert bool(page.rows) == (queue.slug in HOLD_ALL - {"to-cancel"}), queue.slug
    (found,) = find_patients(alice, booked.number, 1, TODAY).rows
    assert (found.leaving and found.leaving.word, found.next_imaging_on, found.to_cancel) == (word, None, True)
    client = Client()
    client.force_login(alice)
    for address in (f"/queue/team/?open={row.uid}&act=log_call", f"/patients/{booked.key}/"):
        text = client.get(address).content.decode()
        assert word in text
        assert "Log call" not in text
        assert "tel:" not in text
        assert "Agreed to text" not in text
    answer = client.get("/api/queues/team/").json()["rows"][0]
    assert answer["left"] == {"status": status, "word": word, "since": "2026-11-18", "stops": True}
    for verb, fields in (
        (follow_ups.log_call, {"outcome": "no_answer"}),
        (follow_ups.book, {"day": days(20)}),
        (follow_ups.snooze, {"until": days(2), "reason": "later"}),
    ):
        with pytest.raises(NotPossible, match=f"{word} since 18 Nov 2026"):
            act(verb, row, **fields)


@pytest.mark.parametrize("status", STOPS)
def test_what_is_left_to_cancel_is_a_task_with_its_owner(status: str, booked: Patient, alice: User) -> None:
    stop(booked, status)
    because = BECAUSE[status]
    assert left(booked) == {
        "cancel_booking": f"Cancel the booking of 3 Dec 2026: {because}.",
        "cancel_order": f"Cancel the order of 20 Nov 2026: {because}.",
    }
    shown = queue_page(alice, "to-cancel", QueueFilters(), 1, NOW).tasks
    assert [(task.owner, task.leaving is not None) for task in shown] == [("Alice Avocet", True)] * 2
    assert {task.next_act.code for task in shown} == {"unbook", "unorder"}
    task = Task.objects.get(kind="cancel_booking", ended_at__isnull=True)
    with pytest.raises(NotPossible, match="Cancel the booking"):
        contacts.end_task(task.pk, occasion=occasion())
    act(follow_ups.unbook, current(booked), reason="rang the scanner")
    task.refresh_from_db()
    assert (task.ending, task.ended_by) == ("done", alice)
    assert set(left(booked)) == {"cancel_order"}


def test_a_stop_that_was_an_error_takes_its_tasks_along(booked: Patient, alice: User, bob: User) -> None:
    wrong = stop(booked, "deceased")
    before = current(booked)
    do(records.mark_entered_in_error, booked, "status", wrong, by=bob, reason="another patient")
    assert left(booked) == {}
    row = current(booked)
    assert (row.state, row.booked_on, row.closes_on) == ("booked", days(13), before.closes_on)
    assert row_of(alice, str(row.uid), NOW).standing == "overdue"
    assert row.revision > before.revision


def test_a_stop_found_wrong_later_leaves_nothing_to_cancel(booked: Patient, bob: User) -> None:
    """The plan before the error was told anew already: nothing must go on asking to cancel what is needed."""
    wrong = stop(booked, "deceased")
    later = {"today": TODAY + timedelta(2), "at": NOW + timedelta(2)}
    do(records.mark_entered_in_error, booked, "status", wrong, by=bob, reason="another patient", **later)
    assert left(booked) == {}
    assert current(booked).state == "booked"


def test_the_reason_follows_the_newest_status(booked: Patient) -> None:
    stop(booked, "hospice")
    revision = current(booked).revision
    do(records.record_status, booked, status="deceased", occurred_on=TODAY)
    assert left(booked)["cancel_booking"] == "Cancel the booking of 3 Dec 2026: the patient died."
    assert current(booked).revision == revision + 1


def test_a_booking_that_has_passed_is_asked_about(patient: Patient) -> None:
    row = current(routine(patient))
    act(follow_ups.book, row, day=days(1), today=TODAY)
    FollowUp.objects.filter(pk=row.pk).update(booked_on=days(-1))
    stop(patient, "deceased")
    assert left(patient) == {
        "cancel_booking": "Say what became of the booking of 19 Nov 2026, or cancel it: the patient died."
    }


def test_messages_are_stopped_and_one_under_way_is_somebodys(booked: Patient) -> None:
    row = current(booked)
    values = {
        "follow_up": row, "revision": row.revision, "purpose": "appointment", "audience": "patient",
        "due_at": NOW, "next_attempt_at": NOW, "created_at": NOW,
    }  # fmt: skip
    waiting = Reminder.objects.create(key="a", step="one", state="pending", **values)
    Reminder.objects.create(key="b", step="two", state="uncertain", **values)
    stop(booked, "deceased")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.withdrawn_reason) == ("withdrawn", "the patient died")
    assert left(booked)["cancel_message"] == "Stop the message under way: the patient died."
    reminders.queue_due(occasion=occasion())
    assert not Reminder.objects.filter(audience="patient", state__in=["pending", "claimed"]).exists()


def test_call_tasks_wait_while_the_patient_is_gone(booked: Patient, alice: User, bob: User) -> None:
    act(follow_ups.log_call, current(booked), outcome="call_back", again_on=TODAY)

    def calls() -> int:
        return len(queue_page(alice, "calls", QueueFilters(), 1, NOW).tasks)

    assert calls() == 1
    wrong = stop(booked, "deceased")
    assert calls() == 0
    do(records.mark_entered_in_error, booked, "status", wrong, by=bob, reason="another patient")
    assert calls() == 1


@pytest.mark.parametrize("status", ["declined", "discharged"])
def test_a_red_flag_beside_a_stop_keeps_its_dates_and_its_calls(status: str, booked: Patient, alice: User) -> None:
    stop(booked, status)
    do(records.open_symptom, booked, kind="neuro", occurred_on=TODAY)
    (imaging, surgeon) = queue_page(alice, "overdue", QueueFilters(), 1, NOW).emergencies
    for row in (imaging, surgeon):
        assert (row.follow_up.due_on, row.leaving and row.leaving.status, row.gone) == (TODAY, status, None)
        assert "log_call" in {act.code for act in row.acts}
    assert left(booked) == {}
    act(follow_ups.log_call, imaging.follow_up, outcome="reached_agreed")


def test_a_red_flag_in_hospice_is_a_task_without_dates(booked: Patient, alice: User) -> None:
    stop(booked, "hospice")
    do(records.open_symptom, booked, kind="neuro", occurred_on=TODAY)
    page = queue_page(alice, "emergency", QueueFilters(), 1, NOW)
    assert (page.rows, {task.kind for task in page.tasks}) == (
        (),
        {"emergency_pathway_same_day", "comfort_directed_decision_by_clinician"},
    )
    assert {task.leaving and task.leaving.word for task in page.tasks} == {"Hospice or comfort care"}
    assert set(left(booked)) == {"cancel_booking", "cancel_order"}


def test_a_transfer_that_nobody_accepted_stops_nothing(booked: Patient, alice: User) -> None:
    do(records.record_status, booked, status="transferred", occurred_on=TODAY, reason="to Northgate")
    shown = row_of(alice, str(current(booked).uid), NOW)
    assert (shown.leaving and shown.leaving.word, shown.gone) == ("Transferred, not yet accepted", None)
    assert "log_call" in {act.code for act in shown.acts}
    assert left(booked) == {}


@pytest.mark.parametrize(("level", "said"), [("neutral", False), ("full", True)])
def test_the_feed_says_what_is_to_be_cancelled(level: str, said: bool, booked: Patient, bob: User) -> None:
    feed, _ = feeds.create_feed(bob, occasion=occasion(bob), level=level)
    stop(booked, "deceased")
    text = feeds.feed_file(feed, today=TODAY).body.decode().replace("\r\n ", "")
    assert text.count("SUMMARY:To be cancelled: ") == 2
    assert ("the patient died" in text) is said
    assert text.count("Nothing is asked for any more\\; it is still to be cancelled.") == 2
    again = feeds.feed_file(feed, today=TODAY)
    assert again.body.decode().replace("\r\n ", "") == text
