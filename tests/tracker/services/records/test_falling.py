"""What the schedule wrote itself falls with its cause: facts that a plan brought about, tasks, closings, openings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tests.tracker.schedules import STABLE
from tests.tracker.services.recording import act, current, do, routine
from tracker.models import (
    Fact,
    FollowUp,
    FollowUpEvent,
    LowRiskExit,
    Patient,
    PatientPlan,
    Reminder,
    StepDownApproval,
    Study,
    Task,
    User,
    kind_of,
)
from tracker.services import records
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.follow_ups.contacts import end_task
from tracker.services.messages import reminders
from tracker.services.schedule.planning import replan_all, replan_whose_day_has_come

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> None:
    people.policy_version()


def later(minutes: int = 1, day: int = 0) -> dict[str, Any]:
    """An occasion some minutes, or days, after that of the tests."""
    return {"today": days(day), "at": NOW + timedelta(days=day, minutes=minutes)}


def in_error(fact: Fact, by: User | None = None, **when: Any) -> records.Recorded:
    return do(records.mark_entered_in_error, fact.patient, kind_of(fact).code, fact.pk, reason="Wrong.", by=by, **when)


def low_risk(patient: Patient) -> Patient:
    """Prostate cancer, one stable lesion, stable disease: the row that asks for no visit."""
    do(records.record_primary, patient, site="prostate", subtype="hormone_sensitive", occurred_on=days(-200))
    do(records.record_lesion, patient, level="T8", occurred_on=days(-200), escc="0", sins=STABLE)
    do(records.record_study, patient, kind="ct_systemic", coverage="whole_body", occurred_on=days(-30))
    do(records.record_response, patient, spine="stable", occurred_on=days(-30))
    do(records.record_visit, patient, occurred_on=days(-60))
    return patient


def test_a_lesion_of_the_wrong_patient_leaves_no_end_of_low_risk(patient: Patient) -> None:
    low_risk(patient)
    assert PatientPlan.objects.get(patient=patient).low_risk
    wrong = do(records.record_lesion, patient, level="L1", occurred_on=TODAY, escc="2", sins=STABLE, **later()).fact
    assert LowRiskExit.objects.filter(entered_in_error_at__isnull=True).count() == 1
    in_error(wrong, **later(2))
    left = LowRiskExit.objects.get()
    assert left.entered_in_error_reason == "What it followed from was entered in error."
    plan = PatientPlan.objects.get(patient=patient)
    assert (plan.rows, plan.low_risk) == (["A1"], True)
    assert not FollowUp.objects.filter(stream="surgeon", closed_at__isnull=True).exists()


def test_a_cause_that_another_fact_shares_leaves_what_both_brought_about(patient: Patient) -> None:
    low_risk(patient)
    wrong = do(records.record_lesion, patient, level="L1", occurred_on=TODAY, escc="1b", sins=STABLE, **later()).fact
    do(records.record_lesion, patient, level="L3", occurred_on=TODAY, escc="1b", sins=STABLE, **later(2))
    in_error(wrong, **later(3))
    assert LowRiskExit.objects.get(entered_in_error_at__isnull=True).occurred_on == TODAY


def test_the_follow_up_that_a_wrong_study_closed_stands_again(patient: Patient, alice: User) -> None:
    routine(patient)
    row = current(patient)
    act(follow_ups.book, row, day=days(10), place="Room 4", **later())
    act(follow_ups.take, row, **later(2))
    first = FollowUp.objects.values().get(pk=row.pk)
    wrong = do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=TODAY, **later(3)).fact
    opened = current(patient)
    assert opened.pk != row.pk
    replan_all(occasion=by_the_scheduler(days(1), NOW + timedelta(days=1)))
    recorded = in_error(wrong, **later(day=2))

    again = current(patient)
    assert (again.pk, again.state, again.booked_place, again.owner) == (row.pk, "booked", "Room 4", alice)
    same = ("opens_on", "due_on", "closes_on", "first_due_on", "booked_on", "ordered_on", "done_on", "closed_by_id")
    assert {name: getattr(again, name) for name in same} == {name: first[name] for name in same}
    assert again.revision > first["revision"]
    assert FollowUpEvent.objects.filter(follow_up=again, kind="reopened").count() == 1
    assert [change.kind for change in recorded.changes] == ["reopened"]
    opened.refresh_from_db()
    assert (opened.state, opened.outcome, opened.passed_to) == ("withdrawn", "in_error", again)


def test_what_people_arranged_on_a_row_that_falls_passes_to_the_one_that_stands(patient: Patient, bob: User) -> None:
    routine(patient)
    row = current(patient)
    wrong = do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=TODAY, **later()).fact
    falls = current(patient)
    act(follow_ups.order, falls, indication="unknown", **later(2))
    act(follow_ups.book, falls, day=days(90), place="Room 9", **later(day=1))
    act(follow_ups.hand_over, falls, to_id=bob.pk, **later(day=2))
    act(follow_ups.log_call, falls, outcome="call_back", again_on=days(9), **later(day=3))
    in_error(wrong, **later(day=4))
    again = current(patient)
    assert (again.pk, again.state, again.booked_on, again.booked_place) == (row.pk, "booked", days(90), "Room 9")
    assert (again.owner, again.ordered_on, again.last_contact_on) == (bob, TODAY, days(3))
    assert Task.objects.get(kind="call_patient", ended_at__isnull=True).follow_up == again


def test_an_appointment_that_nothing_asks_for_any_more_is_not_lost(patient: Patient, bob: User) -> None:
    routine(patient)
    given = {"reason": "said so", "occurred_on": TODAY, "by": bob}
    do(records.record_status, patient, status="discharged", **given, **later())
    wrong = do(records.record_status, patient, status="active", **given, **later(2)).fact
    act(follow_ups.book, current(patient), day=days(5), **later(3))
    in_error(wrong, **later(4))
    left = current(patient)
    assert (left.state, left.booked_on, left.asked) == ("booked", days(5), False)


def test_what_a_plan_made_of_an_act_is_no_act_of_a_person(patient: Patient, bob: User) -> None:
    """A visit that took place after a stop ended its row; where the stop was an error, the record can be mended."""
    routine(patient)
    early = people.Certain(people.alice(), TODAY, NOW + timedelta(minutes=1))
    follow_ups.book(current(patient, "surgeon"), day=days(3), occasion=early)
    given = {"reason": "said so", "clinician": "Dr Plover", "by": bob}
    wrong = do(records.record_status, patient, status="discharged", occurred_on=days(1), **given, **later(day=1)).fact
    act(follow_ups.complete, current(patient, "surgeon"), on=days(3), **later(day=3))
    in_error(wrong, bob, **later(day=4))
    stands = FollowUp.objects.filter(patient=patient, stream="surgeon", closed_at__isnull=True)
    assert [one.state for one in stands] == ["open"]


def test_a_true_study_counts_for_the_follow_up_it_would_have_completed(patient: Patient) -> None:
    routine(patient)
    row = current(patient)
    wrong = do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=TODAY, **later()).fact
    another = {"answers": ((f"twin.study.{wrong.pk}", "another"),), **later(2)}
    true = do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=TODAY, **another).fact
    in_error(wrong, **later(3))
    row.refresh_from_db()
    true.refresh_from_db()
    assert (row.state, row.done_on) == ("done", TODAY)
    assert isinstance(true, Study)
    assert current(patient).pk != row.pk


def test_a_step_down_that_an_error_ended_never_ended(alice: User, bob: User) -> None:
    patient = people.patient(registered_on=days(-900))
    do(records.record_primary, patient, site="prostate", occurred_on=days(-900))
    do(records.record_lesion, patient, level="T8", occurred_on=days(-800), escc="0", sins=STABLE)
    do(records.record_procedure, patient, kind="sbrt", levels=["T8"], occurred_on=days(-700))
    do(records.record_therapy, patient, therapy_class="arpi_parp", occurred_on=days(-800))
    do(records.record_response, patient, spine="stable", occurred_on=days(-650))
    do(records.record_response, patient, spine="stable", occurred_on=days(-20))
    do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=days(-20))
    do(records.record_visit, patient, occurred_on=days(-20))
    do(records.approve_step_down, patient, by=bob, **later())
    rows = PatientPlan.objects.get(patient=patient).rows
    wrong = do(records.record_response, patient, spine="progressive", occurred_on=TODAY, **later(2)).fact
    assert StepDownApproval.objects.get().ended_on == TODAY
    in_error(wrong, **later(day=3))
    approval = StepDownApproval.objects.get()
    assert (approval.ended_on, approval.ended_row) == (None, "")
    assert PatientPlan.objects.get(patient=patient).rows == rows


def test_the_same_task_stands_again_and_one_that_was_done_stays_done(patient: Patient, alice: User) -> None:
    routine(patient)
    tasks = list(Task.objects.filter(patient=patient, ended_at__isnull=True).order_by("pk"))
    assert tasks
    done, waits = tasks[0], tasks[1:]
    follow_ups_done = occasion(alice, at=NOW + timedelta(minutes=1))
    end_task(done.pk, occasion=follow_ups_done)
    wrong = do(records.record_status, patient, status="deceased", occurred_on=TODAY, **later(2)).fact
    assert not Task.objects.filter(pk__in=[one.pk for one in waits], ended_at__isnull=True).exists()
    in_error(wrong, **later(day=1))
    assert list(Task.objects.filter(patient=patient, ended_at__isnull=True).order_by("pk")) == waits


def test_a_snooze_that_an_error_ended_goes_on(patient: Patient) -> None:
    low_risk(patient)
    row = current(patient)
    act(follow_ups.snooze, row, until=days(20), reason="On holiday", **later())
    wrong = do(records.open_symptom, patient, kind="pain_suggestive", occurred_on=TODAY, **later(2)).fact
    assert current(patient).snoozed_until is None
    in_error(wrong, by=people.bob(), **later(day=1))
    again = current(patient)
    assert (again.pk, again.snoozed_until, again.snooze_reason) == (row.pk, days(20), "On holiday")


def test_a_step_of_the_ladder_that_an_error_held_back_is_made_again(patient: Patient) -> None:
    routine(patient)
    row = current(patient)
    night = by_the_scheduler(TODAY, NOW + timedelta(minutes=1))
    reminders.queue_due(occasion=night)
    steps = set(Reminder.objects.filter(follow_up=row, audience="nurse").values_list("step", flat=True))
    assert steps
    wrong = do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=TODAY, **later(2)).fact
    Reminder.objects.filter(follow_up=row).update(state="withdrawn", withdrawn_reason="the follow-up is done")
    in_error(wrong, **later(3))
    reminders.queue_due(occasion=by_the_scheduler(TODAY, NOW + timedelta(minutes=4)))
    made = Reminder.objects.filter(follow_up=row, audience="nurse", state="pending")
    assert set(made.values_list("step", flat=True)) == steps


def test_taking_an_act_back_gives_the_same_follow_up(patient: Patient) -> None:
    routine(patient)
    row = current(patient)
    act(follow_ups.book, row, day=days(0), place="Room 4", **later())
    act(follow_ups.complete, row, on=TODAY, **later(2))
    assert current(patient).pk != row.pk
    act(follow_ups.undo, row, **later(3))
    again = current(patient)
    assert (again.pk, again.state, again.booked_place) == (row.pk, "booked", "Room 4")


def test_a_quiet_night_that_would_have_moved_something_is_told_too(patient: Patient) -> None:
    """While the patient counted as dead no night looked at them; what it would have opened is open."""
    routine(patient)
    given = {"earliest_on": days(1), "due_on": days(2), "latest_on": days(3), "until_on": days(4)}
    own = {"stream": "imaging", "reason": "a hunch", "by": people.bob()}
    do(records.record_override, patient, **given, **own, **later())
    wrong = do(records.record_status, patient, status="deceased", occurred_on=TODAY, **later(2)).fact
    for day in (1, 3, 6):
        replan_whose_day_has_come(occasion=by_the_scheduler(days(day), NOW + timedelta(days=day)))
    in_error(wrong, **later(day=7))
    row = current(patient)
    assert (row.state, row.row) == ("open", "B1")
    moved = FollowUpEvent.objects.filter(follow_up=row, kind="reopened")
    assert moved.count() == 1
