"""What a call leaves to be answered: somebody is unwell, the number was wrong."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tests.tracker.services.recording import act, act_problems, current, do, routine
from tracker.errors import InvalidFact, NotPossible, Refused
from tracker.models import AuditEvent, Patient, Study, Task, User, Visit
from tracker.queries.queues.lists import queue_page
from tracker.queries.queues.registry import QUEUES
from tracker.queries.queues.rows import QueueFilters
from tracker.services import records
from tracker.services.follow_ups import answers, contacts
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.follow_ups.elsewhere import done_elsewhere
from tracker.services.patients import update_contact

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> None:
    people.policy_version()


@pytest.fixture
def planned(patient: Patient) -> Patient:
    """Kidney cancer, an MRI 20 weeks ago and a visit: B1, its imaging overdue."""
    return routine(patient)


def unwell(patient: Patient) -> Task:
    """Somebody said on the telephone that they are unwell."""
    acted = act(follow_ups.log_call, current(patient), outcome="unwell", text="Legs feel heavy.")
    assert acted.asks == ("symptom",)
    assert acted.task is not None
    return acted.task


def standing(patient: Patient, kind: str = "unwell") -> list[Task]:
    return list(Task.objects.filter(patient=patient, kind=kind, ended_at__isnull=True))


# Unwell


def test_unwell_stands_on_top_of_every_queue_urgent_with_its_owner(planned: Patient, alice: User, bob: User) -> None:
    task = unwell(planned)
    assert task.call is not None
    assert (task.call.by, task.call.at) == (alice, NOW)
    assert "Legs feel heavy." in task.text
    for user in (alice, bob):
        for queue in QUEUES:
            shown = queue_page(user, queue.slug, QueueFilters(stream="surgeon", text="nobody"), 1, NOW)
            on_top = (
                shown.unwell if queue.slug != "unwell" else queue_page(user, "unwell", QueueFilters(), 1, NOW).tasks
            )
            (row,) = on_top
            assert (row.urgency, row.owner, row.next_act.code) == ("urgent", "Alice Avocet", "unwell")


def test_a_patient_without_a_nurse_leaves_it_with_who_called(planned: Patient, bob: User) -> None:
    Patient.objects.filter(pk=planned.pk).update(nurse=None)
    act(follow_ups.log_call, current(planned), by=bob, outcome="unwell")
    (row,) = queue_page(bob, "unwell", QueueFilters(), 1, NOW).tasks
    assert row.owner == "Bob Brambling"


def test_no_other_act_drops_it(planned: Patient, bob: User) -> None:
    task = unwell(planned)
    row = current(planned)
    with pytest.raises(NotPossible, match="cannot be taken back"):
        follow_ups.undo(row, occasion=occasion())
    act(follow_ups.log_call, row, by=bob, outcome="reached_agreed")
    act(follow_ups.note, row, by=bob, text="All fine")
    follow_ups.undo(act(follow_ups.take, row, by=bob).follow_up, occasion=occasion(bob))
    act(follow_ups.book, row, by=bob, day=days(3))
    do(records.record_study, planned, kind="mri", coverage="whole_spine", occurred_on=TODAY)
    do(records.record_status, planned, status="declined", occurred_on=TODAY, reason="no more scans")
    do(records.open_symptom, planned, kind="neuro", occurred_on=TODAY, source="fhir", source_key="obs/1")
    assert standing(planned) == [task]
    with pytest.raises(NotPossible, match="Record the symptom, or say why"):
        contacts.end_task(task.pk, occasion=occasion(bob))


def test_a_second_call_keeps_the_age_of_the_first(planned: Patient, bob: User) -> None:
    task = unwell(planned)
    act(follow_ups.log_call, current(planned, "surgeon"), by=bob, at=NOW + timedelta(hours=2), outcome="unwell")
    assert [one.raised_at for one in standing(planned)] == [task.raised_at]


def test_a_symptom_answers_it_and_a_wrong_symptom_asks_again(planned: Patient, bob: User) -> None:
    task = unwell(planned)
    recorded = do(records.open_symptom, planned, kind="neuro", occurred_on=TODAY)
    task.refresh_from_db()
    assert (standing(planned), task.ending, task.symptom_id) == ([], "done", recorded.fact.pk)
    do(records.mark_entered_in_error, planned, "symptom", recorded.fact.pk, by=bob, reason="other patient")
    assert [one.pk for one in standing(planned)] == [task.pk]
    assert AuditEvent.objects.filter(verb="task.asked_again", patient=planned).count() == 1


def test_no_spine_symptom_after_all_needs_its_reason_and_is_audited(
    planned: Patient, alice: User, charlie: User
) -> None:
    task = unwell(planned)
    with pytest.raises(InvalidFact):
        answers.not_a_spine_symptom(planned, task.pk, reason=" ", occasion=occasion())
    with pytest.raises(Refused):
        answers.not_a_spine_symptom(planned, task.pk, reason="a cold", occasion=occasion(charlie))
    answers.not_a_spine_symptom(planned, task.pk, reason="a cold", occasion=occasion())
    task.refresh_from_db()
    assert (task.ended_by, task.note) == (alice, "No spine symptom after all: a cold")
    said = AuditEvent.objects.get(verb="task.done", patient=planned)
    assert (said.by, said.changes["note"]) == (alice, ["", "No spine symptom after all: a cold"])
    with pytest.raises(NotPossible, match="answered"):
        answers.not_a_spine_symptom(planned, task.pk, reason="twice", occasion=occasion())


# A wrong number


def test_a_wrong_number_is_set_aside_until_the_right_one_is_stored(planned: Patient) -> None:
    acted = act(follow_ups.log_call, current(planned), outcome="wrong_number")
    assert acted.asks == ("number",)
    planned.refresh_from_db()
    assert (planned.phone, planned.wrong_phone, planned.wrong_phone_on) == ("", "01632 960 144", TODAY)
    (task,) = standing(planned, "right_number")
    with pytest.raises(NotPossible, match="Enter the right number"):
        contacts.end_task(task.pk, occasion=occasion())
    with pytest.raises(InvalidFact, match="reached somebody else on 20 Nov 2026"):
        update_contact(planned, {"phone": "01632-960144"}, occasion=occasion())
    update_contact(planned, {"phone": "01632 960 222"}, occasion=occasion())
    assert (planned.phone, standing(planned, "right_number")) == ("01632 960 222", [])


def test_a_number_can_be_right_after_all(planned: Patient) -> None:
    act(follow_ups.log_call, current(planned), outcome="wrong_number")
    planned.refresh_from_db()
    update_contact(planned, {"phone": "01632 960 144"}, right_after_all=True, occasion=occasion())
    assert (planned.phone, planned.wrong_phone, standing(planned, "right_number")) == ("01632 960 144", "", [])


def test_the_wrong_number_comes_back_with_the_call_that_said_so(planned: Patient) -> None:
    row = act(follow_ups.log_call, current(planned), outcome="wrong_number").follow_up
    follow_ups.undo(row, occasion=occasion())
    planned.refresh_from_db()
    assert (planned.phone, planned.wrong_phone, standing(planned, "right_number")) == ("01632 960 144", "", [])


# Done elsewhere, and what else an outcome says


@pytest.mark.parametrize(("kind", "ends"), [("mri", True), ("xray", False)])
def test_a_study_done_elsewhere_is_a_fact_of_its_day(planned: Patient, kind: str, ends: bool) -> None:
    row = current(planned)
    act(follow_ups.book, row, day=days(10))
    acted = act(done_elsewhere, row, on=days(-2), kind=kind, coverage="whole_spine" if ends else "segment")
    row.refresh_from_db()
    study = planned_studies(planned)[0]
    assert (study.occurred_on, study.source, study.kind) == (days(-2), "told", kind)
    assert (row.state, row.done_on) == (("done", days(-2)) if ends else ("booked", None))
    assert row.booked_on == days(10)
    # Our own appointment is still ahead: it passes to what opens next, where it is asked about.
    standing = current(planned)
    assert (standing.pk != row.pk, standing.state, standing.booked_on) == (ends, "booked", days(10))
    assert not Task.objects.filter(kind="cancel_booking").exists()
    follow_ups.undo(acted.follow_up, occasion=occasion())
    study.refresh_from_db()
    assert study.entered_in_error_at is not None


def planned_studies(patient: Patient) -> list[Study]:
    return list(Study.objects.filter(patient=patient).order_by("-pk"))


def test_a_visit_elsewhere_says_with_whom(planned: Patient) -> None:
    row = current(planned, "surgeon")
    assert set(act_problems(done_elsewhere, row, on=days(-1))) == {"seen_by"}
    assert set(act_problems(done_elsewhere, current(planned), on=None)) == {"on", "kind"}
    act(done_elsewhere, row, on=days(-1), seen_by="Mr Teal, Northgate")
    visit = Visit.objects.get(patient=planned, source="told")
    assert (visit.occurred_on, visit.seen_by) == (days(-1), "Mr Teal, Northgate")
    assert current(planned, "surgeon").due_on > TODAY


def cancelled(patient: Patient, outcome: str, until: date | None = None) -> tuple[str, ...]:
    return act(follow_ups.cancel, current(patient), outcome=outcome, reason="said so", until=until or days(14)).asks


def test_done_elsewhere_is_no_reason_to_cancel(planned: Patient) -> None:
    refused = act_problems(
        follow_ups.cancel, current(planned), outcome="done_elsewhere", reason="at Northgate", until=days(14)
    )
    assert "What was done elsewhere is recorded with its day." in refused["outcome"][0]


@pytest.mark.parametrize(
    ("outcome", "asks"),
    [("refused", ("status",)), ("contraindicated", ("imaging_safety",)), ("overtaken", ("study", "visit"))],
)
def test_an_outcome_that_says_something_happened_asks_for_it(
    planned: Patient, outcome: str, asks: tuple[str, ...]
) -> None:
    assert cancelled(planned, outcome) == asks
