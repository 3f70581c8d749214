"""Re-planning: what is written after a fact and at night, and what is left alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scheduling.engine.words import day_text
from scheduling.models import PolicyVersion
from tests.tracker.schedules import AT, TODAY, add, ago, low_risk, plan_now, row_counts
from tracker.models import (
    AuditEvent,
    FollowUp,
    FollowUpEvent,
    LesionAssessment,
    LowRiskExit,
    Override,
    Patient,
    PatientPlan,
    StatusEvent,
    StepDownApproval,
    Study,
    Symptom,
    Task,
    User,
)
from tracker.queries.time_status import conflicts_on
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.people import system_user
from tracker.services.policies import ensure_default
from tracker.services.schedule import planning

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return ensure_default(occasion=by_the_scheduler(TODAY, AT))


def current(patient: Patient, stream: str = "imaging") -> FollowUp:
    return FollowUp.objects.get(patient=patient, stream=stream, closed_at__isnull=True)


def test_a_first_plan_opens_both_streams_and_says_why(patient: Patient, alice: User) -> None:
    changes = plan_now(patient, alice)

    imaging, surgeon = current(patient), current(patient, "surgeon")
    registered = patient.registered_on
    assert (imaging.row, imaging.opens_on, imaging.due_on, imaging.closes_on) == (
        "B4",
        registered,
        registered + timedelta(14),
        registered + timedelta(28),
    )
    assert (surgeon.row, surgeon.counted_by, imaging.first_due_on) == ("B0", "visit", imaging.due_on)
    assert {reason["row"] for reason in imaging.reasons} == {"B1", "B4"}
    assert [(one.stream, one.kind, one.after.due) for one in changes if one.after] == [
        ("imaging", "opened", imaging.due_on),
        ("surgeon", "opened", surgeon.due_on),
    ]
    event = FollowUpEvent.objects.get(follow_up=imaging)
    assert (event.kind, event.cause, event.by, event.due_on) == ("opened", "fact", alice, imaging.due_on)
    assert AuditEvent.objects.filter(verb="follow_up.opened", target_key=str(imaging.pk), patient=patient).exists()
    plan = PatientPlan.objects.get(patient=patient)
    assert (plan.rows, plan.tempo, plan.tasks) == (["B1", "B0", "B4"], "fast", ["score_missing"])


def test_planning_again_writes_nothing_and_says_nothing(patient: Patient) -> None:
    plan_now(patient)
    before = row_counts(), list(FollowUp.objects.values()), list(PatientPlan.objects.values())
    assert plan_now(patient) == []
    assert (row_counts(), list(FollowUp.objects.values()), list(PatientPlan.objects.values())) == before


def test_a_study_in_the_window_completes_it_and_opens_the_next(patient: Patient, alice: User, bob: User) -> None:
    plan_now(patient, alice)
    first = current(patient)
    add(Study, patient, ago(5), kind="mri", coverage="whole_spine", recorded_by=bob)

    changes = plan_now(patient, alice)

    first.refresh_from_db()
    assert (first.state, first.done_on, first.outcome, first.closed_by) == ("done", ago(5), "done", bob)
    assert first.revision == 2
    following = current(patient)
    assert (following.row, following.due_on) == ("B1", ago(5) + timedelta(84))
    assert [one.kind for one in changes] == ["completed", "opened"]
    assert list(first.events.values_list("kind", flat=True)) == ["opened", "completed"]


def test_a_worse_score_moves_the_row_to_a_new_revision(patient: Patient) -> None:
    lesion = low_risk(patient)
    plan_now(patient)
    first = current(patient)
    assert first.row == "A1"
    add(LesionAssessment, patient, ago(1), lesion=lesion, escc="1c")

    (change, *_) = plan_now(patient)

    moved = current(patient)
    assert (moved.pk, moved.uid, moved.row, moved.revision) == (first.pk, first.uid, "C2", 2)
    assert moved.first_due_on == first.due_on
    assert (change.kind, change.before.due if change.before else None) == ("moved", first.due_on)
    assert str(moved.due_on.day) in change.text
    event = moved.events.get(kind="moved")
    assert (event.due_on, event.row) == (moved.due_on, "C2")


def test_a_booked_row_has_the_window_of_the_plan_and_keeps_its_appointment(patient: Patient) -> None:
    lesion = low_risk(patient)
    plan_now(patient)
    booked = current(patient)
    FollowUp.objects.filter(pk=booked.pk).update(state="booked", booked_on=booked.due_on)
    add(LesionAssessment, patient, ago(1), lesion=lesion, escc="1c")

    changes = plan_now(patient)

    after = current(patient)
    assert (after.state, after.booked_on) == ("booked", booked.due_on)
    assert (after.urgency, after.row, after.revision) == ("expedited", "C2", booked.revision + 1)
    assert after.due_on < booked.due_on
    assert conflicts_on(after, TODAY) == ("too_late",)
    (change,) = [one for one in changes if one.stream == "imaging"]
    assert change.kind == "moved"
    assert change.text.endswith(f"Booked for {day_text(booked.due_on)}: it is too late for what the plan asks now.")
    assert after.events.filter(kind="conflict").count() == 1
    assert plan_now(patient) == []


def test_a_snoozed_row_wakes_when_it_falls_due_earlier(patient: Patient, alice: User) -> None:
    lesion = low_risk(patient)
    plan_now(patient)
    FollowUp.objects.filter(patient=patient, stream="imaging").update(
        snoozed_until=TODAY + timedelta(84), snooze_reason="holiday", snoozed_by=alice
    )
    assert plan_now(patient) == []
    add(LesionAssessment, patient, ago(1), lesion=lesion, escc="1c")

    plan_now(patient)

    woken = current(patient)
    assert (woken.snoozed_until, woken.snooze_reason, woken.snoozed_by) == (None, "", None)
    assert set(woken.events.values_list("kind", flat=True)) == {"opened", "moved", "woken"}


def test_a_recorded_death_withdraws_what_nobody_arranged_and_asks_to_cancel_what_somebody_did(
    patient: Patient, bob: User
) -> None:
    plan_now(patient)
    FollowUp.objects.filter(patient=patient, stream="surgeon").update(state="booked", booked_on=TODAY)
    add(StatusEvent, patient, TODAY, status="deceased")

    changes = plan_now(patient, bob)

    gone = FollowUp.objects.get(patient=patient, stream="imaging")
    assert (gone.state, gone.outcome, gone.closed_by) == ("withdrawn", "died", bob)
    assert gone.events.get(kind="withdrawn").row == "S1"
    assert conflicts_on(current(patient, "surgeon"), TODAY) == ("cancel_it",)
    assert {one.kind for one in changes} == {"withdrawn", "conflict"}
    assert set(Task.objects.filter(ended_at__isnull=True).values_list("kind", flat=True)) == {
        "close_all_open_items",
        "suppress_all_patient_messages",
    }


def test_an_emergency_takes_the_dates_and_gives_them_back_when_the_symptom_is_closed(
    patient: Patient, bob: User
) -> None:
    plan_now(patient)
    own = current(patient)
    symptom = add(Symptom, patient, TODAY, kind="neuro")
    plan_now(patient)
    during = current(patient)
    assert (during.pk, during.row, during.urgency, during.due_on) == (own.pk, "E1", "emergency", TODAY)

    Symptom.objects.filter(pk=symptom.pk).update(
        closed_on=TODAY, closed_at=AT, closed_by=bob, closed_reason="cord clear on MRI"
    )
    plan_now(patient, bob)

    after = current(patient)
    assert (after.pk, after.row, after.due_on) == (own.pk, "B4", own.due_on)
    assert after.revision == 3


def test_the_emergency_study_waits_for_a_clinician(patient: Patient) -> None:
    add(Symptom, patient, TODAY, kind="neuro")
    plan_now(patient)
    add(Study, patient, TODAY, kind="mri", coverage="whole_spine")
    (change,) = plan_now(patient)
    assert change.kind == "awaiting_closure"
    assert current(patient).awaiting_closure_on == TODAY
    assert current(patient).state == "open"


def test_tasks_follow_the_plan_and_one_that_is_done_stays_done(patient: Patient, alice: User) -> None:
    plan_now(patient)
    task = Task.objects.get(patient=patient)
    assert (task.kind, task.raised_by, task.ended_at) == ("score_missing", "plan", None)

    Task.objects.filter(pk=task.pk).update(ended_at=AT, ended_by=alice, ending="done")
    plan_now(patient, today=TODAY + timedelta(1))
    assert Task.objects.filter(ended_at__isnull=True).count() == 0

    symptom = add(Symptom, patient, TODAY, kind="neuro")
    plan_now(patient)  # the emergency suspends every other task: the plan drops it
    emergency = Task.objects.get(ended_at__isnull=True)
    assert (emergency.kind, emergency.due_on) == ("emergency_pathway_same_day", TODAY)
    Symptom.objects.filter(pk=symptom.pk).update(closed_on=TODAY, closed_at=AT, closed_by=alice)
    plan_now(patient)

    emergency.refresh_from_db()
    assert (emergency.ending, emergency.ended_by) == ("no_longer_asked", system_user())
    assert Task.objects.get(ended_at__isnull=True).kind == "score_missing"


def test_a_refusal_asks_to_offer_again_on_its_day(patient: Patient) -> None:
    add(StatusEvent, patient, ago(10), status="declined")
    plan_now(patient)
    plan_now(patient, today=TODAY + timedelta(3))
    task = Task.objects.get(kind="re_offer_on")
    assert (task.due_on, task.ended_at) == (ago(10) + timedelta(182), None)


def test_leaving_low_risk_is_recorded_once_and_the_surgeon_counts_from_it(patient: Patient) -> None:
    lesion = low_risk(patient, visits=())
    plan_now(patient)
    plan = PatientPlan.objects.get(patient=patient)
    assert (plan.low_risk, plan.surgeon_not_asked) == (True, "A1")
    assert not FollowUp.objects.filter(stream="surgeon").exists()
    add(
        LesionAssessment, patient, ago(1), lesion=lesion, escc="0", sins_scored=True, pain="mechanical"
    )  # incomplete: unknown, never low risk

    plan_now(patient)
    plan_now(patient, today=TODAY + timedelta(1))

    left = LowRiskExit.objects.get(patient=patient)
    assert (left.occurred_on, left.recorded_by, left.source) == (TODAY, system_user(), "system")
    visit = current(patient, "surgeon")
    assert (visit.row, visit.due_on) == ("B0", TODAY + timedelta(28))


def test_an_emergency_is_no_end_of_low_risk(patient: Patient) -> None:
    low_risk(patient)
    plan_now(patient)
    add(Symptom, patient, TODAY, kind="neuro")
    plan_now(patient)
    assert PatientPlan.objects.get(patient=patient).low_risk
    assert not LowRiskExit.objects.exists()


def test_a_step_down_approval_ends_on_the_day_of_an_e_r_or_c_row(patient: Patient) -> None:
    lesion = low_risk(patient)
    approval = add(StepDownApproval, patient, ago(3), clinician="B. Brambling")
    plan_now(patient)
    approval.refresh_from_db()
    assert approval.ended_on is None
    add(LesionAssessment, patient, ago(1), lesion=lesion, escc="1a")
    plan_now(patient)
    approval.refresh_from_db()
    assert (approval.ended_on, approval.ended_row) == (TODAY, "C3")


def test_an_own_window_moves_the_date_with_its_cause(patient: Patient, bob: User) -> None:
    low_risk(patient)
    plan_now(patient)
    add(
        Override,
        patient,
        TODAY,
        stream="imaging",
        earliest_on=TODAY,
        due_on=TODAY + timedelta(3),
        latest_on=TODAY + timedelta(5),
        until_on=TODAY + timedelta(30),
        reason="before the new cycle",
        recorded_by=bob,
    )
    plan_now(patient, bob)
    moved = current(patient)
    assert (moved.row, moved.due_on) == ("OV", TODAY + timedelta(3))
    assert moved.events.get(kind="moved").cause == "override"


def test_a_fact_entered_in_error_is_not_seen(patient: Patient, alice: User) -> None:
    plan_now(patient)
    wrong = add(Study, patient, ago(5), kind="mri")
    plan_now(patient)
    Study.objects.filter(pk=wrong.pk).update(
        entered_in_error_at=AT, entered_in_error_by=alice, entered_in_error_reason="another patient's"
    )
    plan_now(patient)
    assert current(patient).row == "B4"


def test_as_of_an_earlier_day_later_facts_are_not_seen(patient: Patient) -> None:
    add(Study, patient, ago(5), kind="mri")
    plan_now(patient, today=ago(6))
    assert current(patient).row == "B4"


def test_a_patient_of_no_record_is_left_alone() -> None:
    assert planning.replan(999_999, occasion=by_the_scheduler(date(2026, 1, 1), AT)) == []
