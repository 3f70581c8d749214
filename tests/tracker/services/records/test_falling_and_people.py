"""What people did, and what waits for them, once a fact between was entered in error."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tests.tracker.services.recording import act, current, do, routine
from tracker.models import Fact, FollowUp, FollowUpEvent, Patient, Reminder, Task, User, kind_of
from tracker.services import records
from tracker.services.acts.releasing import release
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.follow_ups import contacts
from tracker.services.follow_ups.elsewhere import done_elsewhere
from tracker.services.patients import update_contact

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> None:
    people.policy_version()


@pytest.fixture
def overdue(patient: Patient) -> Patient:
    """Imaging past its latest day, a visit to come."""
    return routine(patient)


def later(minutes: int = 1) -> dict[str, Any]:
    """An occasion some minutes after that of the tests."""
    return {"at": NOW + timedelta(minutes=minutes)}


def in_error(fact: Fact, minutes: int) -> None:
    do(
        records.mark_entered_in_error,
        fact.patient,
        kind_of(fact).code,
        fact.pk,
        reason="Wrong.",
        by=people.bob(),
        **later(minutes),
    )


def status(patient: Patient, word: str, minutes: int) -> Fact:
    given = {"reason": "said so", "occurred_on": TODAY, "by": people.bob()}
    return do(records.record_status, patient, status=word, **given, **later(minutes)).fact


def mri(patient: Patient, minutes: int, **fields: Any) -> Fact:
    given = {"kind": "mri", "coverage": "whole_spine", "occurred_on": TODAY} | fields
    return do(records.record_study, patient, **given, **later(minutes)).fact


def standing(patient: Patient) -> dict[str, int | None]:
    """Open work that a person raised, by kind, with the follow-up it is about."""
    tasks = Task.objects.filter(patient=patient, raised_by="person", ended_at__isnull=True)
    return dict(tasks.values_list("kind", "follow_up_id"))


def test_a_return_that_never_was_leaves_what_is_to_be_cancelled(overdue: Patient) -> None:
    row = current(overdue)
    act(follow_ups.book, row, day=days(5))
    act(follow_ups.order, current(overdue, "surgeon"), indication="")
    status(overdue, "discharged", 1)
    left = standing(overdue)
    assert set(left) == {"cancel_booking", "cancel_order"}
    wrong = status(overdue, "active", 2)
    assert standing(overdue) == {}
    in_error(wrong, 3)
    assert standing(overdue) == left


def test_a_message_under_way_is_stopped_no_more_and_again(overdue: Patient) -> None:
    row = current(overdue)
    Reminder.objects.create(
        key="a", follow_up=row, revision=row.revision, step="one", purpose="recall", audience="patient",
        due_at=NOW, next_attempt_at=NOW, created_at=NOW, state="uncertain",
    )  # fmt: skip
    wrong = status(overdue, "deceased", 1)
    assert set(standing(overdue)) == {"cancel_message"}
    in_error(wrong, 2)
    assert standing(overdue) == {}
    status(overdue, "deceased", 3)
    assert set(standing(overdue)) == {"cancel_message"}


def test_who_was_released_does_not_own_the_follow_up_again(overdue: Patient) -> None:
    row = current(overdue)
    wrong = mri(overdue, 1, occurred_on=days(-1), kind="ct_systemic", spine_read="not_read")
    act(contacts.take, current(overdue), **later(2))
    Patient.objects.filter(pk=overdue.pk).update(team=people.moorland())
    release([overdue.pk], occasion=occasion(people.bob(), **later(3)))
    Patient.objects.filter(pk=overdue.pk).update(team=people.estuary())
    in_error(wrong, 4)
    assert (current(overdue).pk, current(overdue).owner) == (row.pk, None)


@pytest.mark.parametrize(("outcome", "kind"), [("unwell", "unwell"), ("wrong_number", "right_number")])
def test_what_a_call_asked_is_asked_of_the_follow_up_that_stands_again(
    overdue: Patient, outcome: str, kind: str
) -> None:
    row = current(overdue)
    wrong = mri(overdue, 1)
    act(contacts.log_call, current(overdue), outcome=outcome, **later(2))
    in_error(wrong, 3)
    assert standing(overdue)[kind] == current(overdue).pk == row.pk


def test_calls_in_vain_are_counted_as_they_were(overdue: Patient) -> None:
    """Also where the call that ended them cannot be taken back, and where a new number did."""
    first = mri(overdue, 1, kind="xray")
    for minutes in (2, 3):
        act(contacts.log_call, current(overdue), outcome="no_answer", **later(minutes))
    act(contacts.log_call, current(overdue), outcome="unwell", **later(4))
    act(contacts.log_call, current(overdue), outcome="no_answer", **later(5))
    update_contact(overdue, {"phone": "01632 960 155"}, occasion=occasion(**later(6)))
    assert told_failures(overdue, first) == [0, 1, 2, 0, 1, 0]


def told_failures(patient: Patient, since: Fact) -> list[int]:
    """The count at each minute from a fact on, as a schedule told anew reads it."""
    from tracker.facts import Chronicle, Position
    from tracker.services.schedule.retold import _with_failures

    known = _with_failures(Chronicle(patient.pk, Position(since.recorded_at)).known_at, patient.pk)
    return [known(Position(NOW + timedelta(minutes=n, seconds=30))).contact_failures for n in range(1, 7)]


@pytest.fixture
def progressive(patient: Patient) -> Patient:
    """Progression after an MRI a month ago: an MRI is asked for (R1), and waits for its response once done."""
    do(records.record_response, routine(patient, ago=31), spine="progressive", occurred_on=days(-30), **later())
    assert current(patient).row == "R1"
    assert current(patient).opens_on <= TODAY
    return patient


def test_what_waited_for_a_response_waits_again(progressive: Patient) -> None:
    asked = current(progressive)
    study = mri(progressive, 2)
    waits = current(progressive)
    assert (waits.pk, waits.awaiting_response_on) == (asked.pk, TODAY)
    assert FollowUpEvent.objects.filter(follow_up=waits, kind="awaiting_response").count() == 1
    wrong = do(records.record_response, progressive, spine="stable", occurred_on=TODAY, **later(3)).fact
    assert current(progressive).pk != asked.pk
    in_error(wrong, 4)
    assert (current(progressive).pk, current(progressive).awaiting_response_on) == (asked.pk, TODAY)
    in_error(study, 5)
    assert (current(progressive).pk, current(progressive).awaiting_response_on) == (asked.pk, None)


def test_an_answer_holds_through_what_fell(overdue: Patient) -> None:
    row = current(overdue)
    act(follow_ups.book, row, day=days(30))
    wrong = do(records.open_symptom, overdue, kind="neuro", occurred_on=TODAY, **later(1)).fact
    assert not current(overdue).answered
    in_error(wrong, 2)
    assert (current(overdue).pk, current(overdue).answered) == (row.pk, True)


def test_done_elsewhere_taken_back_leaves_the_same_follow_up(overdue: Patient, alice: User) -> None:
    row = current(overdue)
    act(follow_ups.book, row, day=days(9))
    given = {"on": TODAY, "kind": "mri", "coverage": "whole_spine"}
    done = act(done_elsewhere, current(overdue), **given, **later(1))
    assert done.event.text == "Done elsewhere on 20 Nov 2026."
    assert current(overdue).pk != row.pk
    act(follow_ups.undo, done.follow_up, **later(2))
    again = current(overdue)
    assert (again.pk, again.state, again.booked_on) == (row.pk, "booked", days(9))


def test_done_elsewhere_while_its_response_waits_is_done(progressive: Patient) -> None:
    given = {"on": TODAY, "kind": "mri", "coverage": "whole_spine"}
    done = act(done_elsewhere, current(progressive), **given, **later(2))
    assert current(progressive).awaiting_response_on == TODAY
    assert done.event.text == "Done elsewhere on 20 Nov 2026."


def test_a_study_that_showed_nothing_and_never_was_changes_nothing(overdue: Patient) -> None:
    before = FollowUp.objects.values().get(pk=current(overdue).pk)
    wrong = mri(overdue, 1, quality="not")
    do(records.explain_study, overdue, wrong.pk, reason="Claustrophobia.", **later(2))
    in_error(wrong, 3)
    after = FollowUp.objects.values().get(pk=current(overdue).pk)
    told = {"reasons", "changed_at", "revision", "next_step_on"}
    assert {name: after[name] for name in after if name not in told} == {
        name: before[name] for name in before if name not in told
    }


def test_a_report_that_takes_a_study_out_of_the_count_reopens_the_same_follow_up(overdue: Patient) -> None:
    row = current(overdue)
    act(follow_ups.book, row, day=days(9))
    act(contacts.take, row, **later(1))
    study = mri(overdue, 2)
    assert current(overdue).pk != row.pk
    do(records.report_study, overdue, study.pk, reported_on=TODAY, quality="not", **later(3))
    again = current(overdue)
    assert (again.pk, again.state, again.first_due_on, again.booked_on) == (row.pk, "booked", row.first_due_on, days(9))
    assert again.owner is not None
