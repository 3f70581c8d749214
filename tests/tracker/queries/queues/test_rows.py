"""Rows of a queue: what each says, its next act, and work that has no window."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tracker import people
from tracker.models import FollowUp, Patient, Reminder, Symptom, Task, User
from tracker.queries.queues.lists import queue_page, row_of
from tracker.queries.queues.rendering import age_of
from tracker.queries.queues.rows import QueueFilters, QueuePage

pytestmark = pytest.mark.django_db

ALL = QueueFilters()


def page(user: User, slug: str, filters: QueueFilters = ALL, number: int = 1, **more: Any) -> QueuePage:
    return queue_page(user, slug, filters, number, people.TODAY, **more)


def numbers(shown: QueuePage) -> list[str]:
    return [row.patient.number for row in shown.rows]


def due(name: str, **fields: Any) -> FollowUp:
    """A follow-up of a new patient whose number is `name`."""
    patient = fields.pop("patient", None) or people.patient(number=name)
    return people.follow_up(patient, **fields)


def work(kind: str, **fields: Any) -> Task:
    values = {"patient": people.patient(), "raised_by": "plan", "raised_at": people.NOW}
    return Task.objects.create(kind=kind, **(values | fields))


# What a row says


def test_a_row_answers_what_by_when_why_who_and_the_next_act(alice: User) -> None:
    reasons = [
        {"row": "C1", "facts": [["level", "T12", None], ["sins", "11", "2026-08-04"]], "items": []},
        {"row": "B1", "facts": [], "items": []},
    ]
    stored = due(
        "RBX 20 441",
        row="C1",
        urgency="expedited",
        reasons=reasons,
        last_contact_on=people.days(-7),
        last_contact="Call back later",
    )
    (row,) = page(alice, "overdue").rows
    assert (
        row.uid,
        row.patient.name,
        row.patient.number,
        age_of(row.patient, people.TODAY),
        row.patient.sex,
    ) == (
        str(stored.uid),
        "Tamar Wren",
        "RBX 20 441",
        61,
        "female",
    )
    assert (row.what, row.follow_up.row, row.reason.grade, row.reason.more, row.reason.draft) == (
        "MRI whole spine",
        "C1",
        "expert_default",
        1,
        True,
    )
    assert "SINS" in row.reason.why
    assert len(row.reason.why) <= 48
    assert (row.days, row.days_words, row.standing) == (17, "past latest", "overdue")
    assert (row.owner, row.owner_is_default, row.follow_up.last_contact) == (
        "Alice Avocet",
        True,
        "Call back later",
    )
    assert (row.next_act.code, row.next_act.key) == ("log_call", "C")


NEXT: dict[str, tuple[dict[str, Any], str]] = {
    "open imaging": ({"opens": -1, "due": 5, "closes": 9}, "order"),
    "open visit": ({"opens": -1, "due": 5, "closes": 9, "stream": "surgeon", "counted_by": "visit"}, "book"),
    "ordered": ({"opens": -1, "due": 5, "closes": 9, "state": "ordered"}, "book"),
    "booked ahead": (
        {"opens": -1, "due": 5, "closes": 9, "state": "booked", "booked_on": people.days(3)},
        "book",
    ),
    "booked today": (
        {"opens": -1, "due": 5, "closes": 9, "state": "booked", "booked_on": people.TODAY},
        "complete",
    ),
    "missed": ({"opens": -1, "due": 5, "closes": 9, "state": "missed"}, "log_call"),
    "overdue": ({}, "log_call"),
    "snoozed": ({"snoozed_until": people.days(3), "snooze_reason": "on holiday"}, "wake"),
    "emergency": ({"urgency": "emergency"}, "open"),
    "nothing asked any more": (
        {"state": "booked", "booked_on": people.days(3), "asked": False},
        "unbook",
    ),
    "awaiting closure": ({"awaiting_closure_on": people.TODAY}, "open"),
}


@pytest.mark.parametrize("case", NEXT)
def test_the_next_act(case: str, alice: User) -> None:
    fields, expected = NEXT[case]
    row = people.follow_up(people.patient(), **fields)
    assert row_of(alice, str(row.uid), people.TODAY).next_act.code == expected


def test_a_clinician_is_offered_to_close_and_nobodys_row_to_be_taken(alice: User, bob: User) -> None:
    done = people.follow_up(people.patient(), awaiting_closure_on=people.TODAY)
    assert row_of(bob, str(done.uid), people.TODAY).next_act.code == "close_symptom"
    nobodys = people.follow_up(people.patient(nurse=None))
    assert row_of(alice, str(nobodys.uid), people.TODAY).next_act.code == "take"


def test_an_emergency_says_when_it_was_reported_and_is_never_set_aside(alice: User, patient: Patient) -> None:
    Symptom.objects.create(
        patient=patient, kind="neuro", occurred_on=people.TODAY, recorded_at=people.NOW, recorded_by=alice
    )
    people.follow_up(patient, urgency="emergency", opens=0, due=0, closes=1, row="E1")
    (row,) = page(alice, "emergency").rows
    assert row.reported_at == people.NOW
    assert not {"snooze", "cancel"} & {act.code for act in row.acts}


# Work without a window


def test_an_emergency_task_is_listed_where_no_window_stands_for_it(alice: User, patient: Patient) -> None:
    """Beside hospice (S2) an open neurological symptom has no dates: the decision itself stands in the queue."""
    work("comfort_directed_decision_by_clinician", patient=patient, due_on=people.TODAY)
    work("emergency_pathway_same_day", patient=patient)
    shown = page(alice, "emergency")
    assert [task.kind for task in shown.tasks] == [
        "comfort_directed_decision_by_clinician",
        "emergency_pathway_same_day",
    ]
    people.follow_up(patient, urgency="emergency", opens=0, due=0, closes=1, row="E1")
    assert [task.kind for task in page(alice, "emergency").tasks] == ["comfort_directed_decision_by_clinician"]


def test_a_call_and_a_new_offer_wait_for_their_day(alice: User) -> None:
    work("re_offer_on", due_on=people.days(1))
    work("call_patient", due_on=people.days(1), raised_by="person")
    assert page(alice, "stops").total == page(alice, "calls").total == 0
    tomorrow = people.days(1)
    assert queue_page(alice, "stops", ALL, 1, tomorrow).total == 1
    assert queue_page(alice, "calls", ALL, 1, tomorrow).total == 1


def test_a_message_without_an_answer_is_somebodys_work_once(alice: User, patient: Patient) -> None:
    row = people.follow_up(patient)
    Reminder.objects.create(
        key="one",
        follow_up=row,
        revision=1,
        step="due",
        purpose="due",
        audience="patient",
        state="uncertain",
        due_at=people.NOW,
        next_attempt_at=people.NOW,
        created_at=people.NOW,
    )
    assert [task.source for task in page(alice, "uncertain").tasks] == ["reminder"]
    work("check_delivery", patient=patient, follow_up=row, raised_by="reminder")
    assert [task.source for task in page(alice, "uncertain").tasks] == ["reminder"]


def test_tasks_that_have_ended_are_gone(alice: User) -> None:
    task = work("score_missing")
    Task.objects.filter(pk=task.pk).update(ended_at=people.NOW, ended_by=alice, ending="done")
    assert page(alice, "missing-facts").total == 0
