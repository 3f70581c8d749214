"""The frame of every act: who may, what is stale, what is at its end, and what can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from scheduling.models import PolicyVersion
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days
from tests.tracker.services.recording import act, current, routine
from tracker.errors import NotPossible, Refused, Stale
from tracker.models import AuditEvent, FollowUp, FollowUpEvent, Patient, Study, Task, User
from tracker.queries.queues.contacts import newest_act
from tracker.services.acts.on_follow_up import Acted
from tracker.services.follow_ups import arranging as follow_ups

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return people.policy_version()


@pytest.fixture
def planned(patient: Patient) -> Patient:
    """Kidney cancer, an MRI 20 weeks ago and a visit: B1, its imaging overdue."""
    return routine(patient)


ACTS: dict[str, tuple[Callable[..., Acted], dict[str, Any]]] = {
    "order": (follow_ups.order, {"indication": "unknown"}),
    "book": (follow_ups.book, {"day": days(3)}),
    "log_call": (follow_ups.log_call, {"outcome": "no_answer"}),
    "take": (follow_ups.take, {}),
    "note": (follow_ups.note, {"text": "Prefers mornings."}),
    "cancel": (follow_ups.cancel, {"reason": "Abroad.", "outcome": "refused", "until": days(9)}),
    "complete": (follow_ups.complete, {"on": TODAY}),
}


@pytest.mark.parametrize("name", ACTS)
def test_strangers_and_administrators_do_nothing(name: str, planned: Patient, charlie: User, dana: User) -> None:
    verb, fields = ACTS[name]
    row = current(planned)
    before = (FollowUpEvent.objects.count(), AuditEvent.objects.count())
    for stranger in (charlie, dana):
        with pytest.raises(Refused):
            act(verb, row, by=stranger, **fields)
    assert (FollowUpEvent.objects.count(), AuditEvent.objects.count()) == before


@pytest.mark.parametrize("name", ACTS)
def test_a_stale_act_is_refused_with_who_did_what(name: str, planned: Patient, bob: User) -> None:
    verb, fields = ACTS[name]
    row = current(planned)
    seen = FollowUpEvent.objects.filter(follow_up=row).latest("pk").pk
    act(follow_ups.book, row, day=days(4), by=bob)
    with pytest.raises(Stale, match=r"Not saved\. Bob Brambling, 20 Nov 2026, 09:47: Booked for 24 Nov 2026"):
        act(verb, row, seen=seen, **fields)
    assert FollowUpEvent.objects.filter(follow_up=row).latest("pk").by == bob


@pytest.mark.parametrize("name", ACTS)
def test_nothing_is_done_with_what_is_at_its_end(name: str, planned: Patient) -> None:
    verb, fields = ACTS[name]
    row = current(planned)
    act(follow_ups.complete, row, on=TODAY)
    with pytest.raises(NotPossible, match="This follow-up is done"):
        act(verb, row, **fields)


# Taking back


@pytest.mark.parametrize("name", ["order", "book", "log_call", "take", "cancel"])
def test_an_act_can_be_taken_back_for_a_day(name: str, planned: Patient) -> None:
    verb, fields = ACTS[name]
    row = current(planned)
    before = FollowUp.objects.values().get(pk=row.pk)
    acted = act(verb, row, **fields)
    assert acted.undo_until == NOW + timedelta(hours=24)
    with pytest.raises(NotPossible, match="for 24 hours"):
        act(follow_ups.undo, row, at=NOW + timedelta(hours=24, seconds=1))
    act(follow_ups.undo, row, at=NOW + timedelta(hours=24))
    after = FollowUp.objects.values().get(pk=row.pk)
    may_rise = {"revision", "changed_at", "outcome", "outcome_reason"} if name in ("book", "cancel") else set()
    assert {key for key in after if after[key] != before[key]} <= may_rise
    assert after["revision"] >= before["revision"]
    planned.refresh_from_db()
    assert planned.contact_failures == 0
    with pytest.raises(NotPossible, match="Nothing was done"):
        act(follow_ups.undo, row)


def test_with_a_call_goes_the_task_it_raised(planned: Patient) -> None:
    row = current(planned)
    act(follow_ups.log_call, row, outcome="call_back", again_on=days(3))
    act(follow_ups.undo, row)
    assert Task.objects.get(kind="call_patient").note == "What raised it was taken back."


def test_acts_are_taken_back_newest_first_and_not_over_a_later_change(planned: Patient) -> None:
    row = current(planned)
    act(follow_ups.order, row, indication="unknown")
    act(follow_ups.book, row, day=days(3))
    act(follow_ups.undo, row)
    row.refresh_from_db()
    assert row.state == "ordered"
    act(follow_ups.undo, row)
    row.refresh_from_db()
    assert (row.state, row.snapshot, row.indication) == ("open", None, "")


def test_an_act_is_not_taken_back_over_what_the_plan_changed_since(planned: Patient) -> None:
    row = act(follow_ups.book, current(planned), day=TODAY).follow_up
    FollowUp.objects.filter(pk=row.pk).update(booked_on=days(2))
    with pytest.raises(NotPossible, match=r"Something changed since \(booked on\)"):
        act(follow_ups.undo, row)


def test_taking_back_attended_marks_the_study_as_entered_in_error(planned: Patient) -> None:
    row = act(follow_ups.book, current(planned), day=TODAY).follow_up
    act(follow_ups.complete, row, on=TODAY, kind="xray")
    row = current(planned)
    newest = newest_act(row.pk)
    assert newest is not None
    assert newest.kind == "attended"
    act(follow_ups.undo, row)
    assert Study.objects.get(kind="xray").entered_in_error_reason == "Taken back within 24 hours."
    row.refresh_from_db()
    assert (row.state, row.booked_on) == ("booked", TODAY)


def test_taking_back_what_completed_opens_the_window_again(planned: Patient) -> None:
    row = current(planned)
    window = (row.opens_on, row.due_on, row.closes_on)
    act(follow_ups.complete, row, on=TODAY)
    acted = act(follow_ups.undo, row)
    assert [change.kind for change in acted.changes] == ["reopened"]
    again = current(planned)
    assert again.pk == row.pk
    assert (again.opens_on, again.due_on, again.closes_on) == window
    assert Study.objects.get(occurred_on=TODAY).entered_in_error_at == NOW


def test_a_note_cannot_be_taken_back(planned: Patient) -> None:
    row = current(planned)
    act(follow_ups.note, row, text="Prefers mornings.")
    with pytest.raises(NotPossible, match="cannot be taken back"):
        act(follow_ups.undo, row)
