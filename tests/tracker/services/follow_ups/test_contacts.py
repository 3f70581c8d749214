"""Calls, tasks and ownership: who was reached, what escalates, whose it is."""

from __future__ import annotations

import pytest

from scheduling.models import PolicyVersion
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tests.tracker.services.recording import act, act_problems, current, routine
from tracker.errors import NotPossible, Refused
from tracker.models import Patient, Task, User
from tracker.services import records
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.follow_ups import contacts

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return people.policy_version()


@pytest.fixture
def planned(patient: Patient) -> Patient:
    """Kidney cancer, an MRI 20 weeks ago and a visit: B1, its imaging overdue."""
    return routine(patient)


# Calls


@pytest.mark.parametrize("outcome", list(contacts.CallOutcome))
def test_every_outcome_is_kept_and_none_closes_anything(outcome: str, planned: Patient) -> None:
    row = current(planned)
    acted = act(follow_ups.log_call, row, outcome=outcome, text="Spoke to nobody else.", again_on=days(3))
    row.refresh_from_db()
    assert (row.state, row.closed_at) == ("open", None)
    assert (acted.event.kind, acted.event.outcome) == ("called", outcome)
    assert row.last_contact_on == TODAY
    assert row.last_contact == contacts.WORDS[outcome]


def test_three_calls_without_reaching_the_patient_escalate(planned: Patient) -> None:
    planned.oncologist = "Dr L. Plover"
    planned.save()
    row = current(planned)
    for attempt, outcome in enumerate(("no_answer", "voicemail", "wrong_number"), 1):
        act(follow_ups.log_call, row, outcome=outcome)
        planned.refresh_from_db()
        row.refresh_from_db()
        assert planned.contact_failures == attempt
        assert (planned.unreachable_since is not None) == (attempt == 3)
    assert row.last_contact == "Wrong number (3)"
    task = Task.objects.get(kind="call_patient")
    assert task.text == "Not reached 3 times: for the nurse (Alice Avocet) and the oncologist (Dr L. Plover) to decide."
    assert (task.follow_up, task.due_on, task.raised_by) == (row, TODAY, "person")
    act(follow_ups.log_call, row, outcome="reached_agreed")
    planned.refresh_from_db()
    task.refresh_from_db()
    assert (planned.contact_failures, planned.unreachable_since, task.ending) == (0, None, "done")


def test_urgent_rows_escalate_at_once(planned: Patient) -> None:
    records.open_symptom(planned, kind="pain_suggestive", occurred_on=TODAY, occasion=occasion())
    act(follow_ups.log_call, current(planned), outcome="no_answer")
    planned.refresh_from_db()
    assert planned.unreachable_since == TODAY


def test_a_call_back_needs_its_day_and_becomes_a_task_of_that_day(planned: Patient) -> None:
    row = current(planned)
    assert set(act_problems(follow_ups.log_call, row, outcome="call_back")) == {"again_on"}
    assert set(act_problems(follow_ups.log_call, row, outcome="shouted", again_on=days(-1))) == {
        "outcome",
        "again_on",
    }
    act(follow_ups.log_call, row, outcome="call_back", again_on=days(3))
    assert Task.objects.get(kind="call_patient").due_on == days(3)


def test_a_task_is_ended_by_a_person_and_some_by_a_clinician_only(
    planned: Patient, alice: User, bob: User, charlie: User
) -> None:
    values = {"patient": planned, "raised_by": "plan", "raised_at": NOW}
    plain = Task.objects.create(kind="discharge_letter", **values)
    weighty = Task.objects.create(kind="clinician_confirms_stop", **values)
    with pytest.raises(NotPossible, match="no such task"):
        contacts.end_task(plain.pk, occasion=occasion(charlie))
    assert contacts.end_task(plain.pk, note="Sent.", occasion=occasion(alice)).ended_by == alice
    with pytest.raises(NotPossible, match="It ended on 20 Nov 2026: done"):
        contacts.end_task(plain.pk, occasion=occasion(alice))
    with pytest.raises(Refused, match="Only a clinician"):
        contacts.end_task(weighty.pk, occasion=occasion(alice))
    assert contacts.end_task(weighty.pk, occasion=occasion(bob)).ending == "done"


# Whose it is


def test_take_and_hand_over(planned: Patient, alice: User, bob: User, charlie: User, dana: User) -> None:
    row = act(follow_ups.take, current(planned)).follow_up
    assert row.owner == alice
    with pytest.raises(NotPossible, match="yours already"):
        act(follow_ups.take, row)
    assert act(follow_ups.hand_over, row, to_id=bob.pk, text="Knows him.").follow_up.owner == bob
    with pytest.raises(Refused, match="Charlie Curlew does not see this patient"):
        act(follow_ups.hand_over, row, to_id=charlie.pk)
    with pytest.raises(Refused, match="Dana Dunlin does not run a queue"):
        act(follow_ups.hand_over, row, to_id=dana.pk)
