"""What follows from a fact: the schedule, what is locked, what is asked for next, and what an error brings back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from scheduling.models import PolicyVersion
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days
from tests.tracker.schedules import low_risk
from tests.tracker.services.recording import SINS_10, asked, current, do, listed, problems
from tracker.errors import NotPossible, Refused
from tracker.models import FollowUp, LesionAssessment, Patient, Progression, Response, Study, User
from tracker.services import records
from tracker.services.records import Recorded

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return people.policy_version()


# What follows in the schedule


def test_a_study_says_what_changed_and_completes_its_follow_up(patient: Patient, alice: User) -> None:
    do(records.record_primary, patient, site="rcc", occurred_on=days(-600))
    first = current(patient)
    recorded = do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=TODAY)
    assert [change.kind for change in recorded.changes] == ["completed", "opened"]
    first.refresh_from_db()
    assert (first.state, first.done_on, first.closed_by) == ("done", TODAY, alice)
    study = recorded.fact
    assert isinstance(study, Study)
    assert (study.follow_up, study.snapshot["row"], study.snapshot["taken"]) == (first, "B4", "recorded")


def test_a_neurological_symptom_is_an_emergency_until_a_clinician_closes_it(
    patient: Patient, alice: User, bob: User
) -> None:
    do(records.record_primary, patient, site="rcc", occurred_on=days(-600))
    own = {stream: current(patient, stream).due_on for stream in ("imaging", "surgeon")}
    symptom = do(records.open_symptom, patient, kind="neuro", occurred_on=TODAY, detail="leg weakness").fact
    assert {current(patient, stream).row for stream in own} == {"E1"}
    for act in (
        lambda: do(records.close_symptom, patient, symptom.pk, closed_on=TODAY, reason="No cause.", by=alice),
        lambda: do(records.mark_entered_in_error, patient, "symptom", symptom.pk, reason="Wrong.", by=alice),
    ):
        with pytest.raises(Refused, match="Only a clinician"):
            act()
    do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=TODAY)
    assert current(patient).row == "E1"
    assert current(patient).awaiting_closure_on == TODAY
    do(records.close_symptom, patient, symptom.pk, closed_on=TODAY, reason="Migraine.", cause="other", by=bob)
    assert current(patient).row != "E1"
    assert current(patient, "surgeon").due_on == own["surgeon"]
    with pytest.raises(NotPossible, match="closed on 20 Nov 2026 by Bob Brambling"):
        do(records.close_symptom, patient, symptom.pk, closed_on=TODAY, reason="Again.", by=bob)


def test_closing_needs_a_reason_and_a_day_after_the_symptom(patient: Patient, bob: User) -> None:
    symptom = do(records.open_symptom, patient, kind="neuro", occurred_on=days(-2)).fact
    found = problems(records.close_symptom, patient, symptom.pk, closed_on=days(-3), reason=" ", by=bob)
    assert set(found) == {"closed_on", "closed_reason"}


def test_the_steps_of_the_pathway_are_kept_with_their_moment(patient: Patient) -> None:
    symptom = do(records.open_symptom, patient, kind="neuro", occurred_on=TODAY).fact
    do(records.mark_step, patient, symptom.pk, step="mri_requested")
    symptom.refresh_from_db()
    assert symptom.mri_requested_at == NOW
    with pytest.raises(NotPossible, match="said already"):
        do(records.mark_step, patient, symptom.pk, step="mri_requested")
    assert set(problems(records.mark_step, patient, symptom.pk, step="tea")) == {"step"}


def test_death_ends_everything_and_its_error_brings_it_back(patient: Patient) -> None:
    do(records.record_primary, patient, site="rcc", occurred_on=days(-600))
    event = do(
        records.record_status,
        patient,
        status="deceased",
        occurred_on=days(-1),
        death_cause="cancer_not_spine",
    ).fact
    patient.refresh_from_db()
    assert (patient.deceased_on, patient.death_cause) == (days(-1), "cancer_not_spine")
    assert not FollowUp.objects.filter(patient=patient, closed_at__isnull=True).exists()
    with pytest.raises(NotPossible, match="death on 19 Nov 2026 is recorded"):
        do(records.record_status, patient, status="active", occurred_on=TODAY, reason="Alive.")
    do(records.mark_entered_in_error, patient, "status", event.pk, reason="Another patient.")
    patient.refresh_from_db()
    assert (patient.deceased_on, patient.death_cause) == (None, "unknown")
    assert current(patient).state == "open"


def test_only_a_clinician_discharges(patient: Patient, alice: User, bob: User) -> None:
    with pytest.raises(Refused, match="Only a clinician may discharge"):
        do(records.record_status, patient, status="discharged", occurred_on=TODAY, reason="Cured.", by=alice)
    fact = do(records.record_status, patient, status="discharged", occurred_on=TODAY, reason="Cured.", by=bob).fact
    assert fact.clinician == "Bob Brambling"


# Studies and their reports


def test_why_a_study_was_done_is_locked_once_it_is_reported(patient: Patient) -> None:
    study = do(records.record_study, patient, kind="mri", occurred_on=days(-3)).fact
    do(records.set_indication, patient, study.pk, indication="symptom_led")
    do(
        records.report_study,
        patient,
        study.pk,
        reported_on=days(-2),
        first_call="none",
        spine_read="explicit",
    )
    study.refresh_from_db()
    assert (study.indication, study.indication_recorded_at, study.first_call_at) == ("symptom_led", NOW, NOW)
    with pytest.raises(NotPossible, match="was locked when it was reported on 18 Nov 2026"):
        do(records.set_indication, patient, study.pk, indication="incidental")
    with pytest.raises(NotPossible, match="was reported on 18 Nov 2026"):
        do(records.report_study, patient, study.pk, reported_on=TODAY)


def test_a_first_call_is_kept_beside_what_it_turned_out_to_be(patient: Patient, bob: User) -> None:
    study = do(records.record_study, patient, kind="mri", occurred_on=days(-30)).fact
    assert set(problems(records.adjudicate_study, patient, study.pk, call="flare", on=TODAY)) == {"call"}
    do(records.report_study, patient, study.pk, reported_on=days(-29), first_call="progression")
    do(records.adjudicate_study, patient, study.pk, call="flare", on=TODAY, by=bob)
    study.refresh_from_db()
    assert (study.first_call, study.adjudicated_call, study.adjudicated_by) == ("progression", "flare", bob)


def test_what_a_study_led_to(patient: Patient) -> None:
    study = do(records.record_study, patient, kind="mri", occurred_on=days(-30)).fact
    found = problems(
        records.record_action,
        patient,
        study.pk,
        actionable="no",
        action="SBRT to T8",
        decided_on=days(-31),
        done_on=days(-40),
    )
    assert set(found) == {"actionable", "action_decided_on", "action_done_on"}
    do(
        records.record_action,
        patient,
        study.pk,
        actionable="yes",
        action="SBRT to T8",
        decided_on=days(-20),
        planned_before="no",
    )
    study.refresh_from_db()
    assert (study.actionable, study.action_decided_on, study.action_planned_before) == (
        "yes",
        days(-20),
        "no",
    )


# Response and progression


def test_progressive_disease_makes_an_event_that_reads_the_record(patient: Patient) -> None:
    do(
        records.record_study,
        patient,
        kind="mri",
        occurred_on=days(-200),
        reported_on=days(-199),
        first_call="none",
    )
    lesion = do(records.record_lesion, patient, level="T8", occurred_on=days(-200), escc="1a", sins=SINS_10).fact
    do(records.record_assessment, patient, lesion.pk, occurred_on=days(-3), escc="1c")
    study = do(
        records.record_study,
        patient,
        kind="mri",
        occurred_on=days(-3),
        reported_on=days(-2),
        first_call="progression",
    ).fact
    recorded = do(
        records.record_response,
        patient,
        spine="progressive",
        occurred_on=days(-3),
        study_id=study.pk,
        lesion_id=lesion.pk,
        found_by="scheduled_spine_scan",
        progression_kind="epidural",
    )
    event = Progression.objects.get()
    assert recorded.asks == ("progression",)
    assert (event.response, event.first_positive_study, event.level) == (recorded.fact, study, "T8")
    assert (event.escc_then, event.escc_before, event.sins_then) == ("1c", "1a", 11)
    assert event.last_clean_study is not None
    assert event.last_clean_study.occurred_on == days(-200)
    assert (event.found_by, event.symptoms, event.emergency) == ("scheduled_spine_scan", "unknown", "no")


def test_stable_disease_makes_no_event(patient: Patient) -> None:
    assert do(records.record_response, patient, spine="stable", occurred_on=TODAY).asks == ()
    assert not Progression.objects.exists()


def test_two_categories_on_one_day_are_asked_about(patient: Patient) -> None:
    do(records.record_response, patient, spine="progressive", occurred_on=days(-3))
    recorded = do(records.record_response, patient, spine="stable", occurred_on=days(-3))
    assert recorded.asks == ("two_responses",)
    assert "R1" in listed(patient)
    worse = Response.objects.get(spine="progressive")
    do(records.set_response_aside, patient, worse.pk)
    assert "R1" not in listed(patient)
    with pytest.raises(NotPossible, match="No other response of that day"):
        do(records.set_response_aside, patient, recorded.fact.pk)


# Therapy


def test_a_new_line_ends_the_ones_it_replaces(patient: Patient) -> None:
    first = do(records.record_therapy, patient, therapy_class="tki", occurred_on=days(-300)).fact
    do(
        records.record_therapy,
        patient,
        therapy_class="chemo_adc",
        occurred_on=days(-10),
        replaces=[first.pk],
        replaced_because="spine_progression",
    )
    first.refresh_from_db()
    assert (first.stopped_on, first.stop_reason) == (days(-10), "spine_progression")
    with pytest.raises(NotPossible, match="stopped on 10 Nov 2026 already"):
        do(records.stop_therapy, patient, first.pk, stopped_on=TODAY)


def test_no_therapy_runs_beside_none(patient: Patient) -> None:
    line = do(records.record_therapy, patient, therapy_class="tki", occurred_on=days(-300)).fact
    found = problems(records.record_therapy, patient, therapy_class="none", occurred_on=TODAY)
    assert "has no end; expected its end first" in found["therapy_class"][0]
    doubts = asked(records.stop_therapy, patient, line.pk, stopped_on=days(-301))
    assert doubts[0].sentence.startswith("The line began on 24 Jan 2026; 23 Jan 2026 lies before that.")


# Lesions


def test_a_look_at_a_lesion_is_never_before_it_was_found_and_never_empty(patient: Patient) -> None:
    lesion = do(records.record_lesion, patient, level="T8", occurred_on=days(-20)).fact
    found = problems(records.record_assessment, patient, lesion.pk, occurred_on=days(-21))
    assert set(found) == {"occurred_on", ""}
    assert not LesionAssessment.objects.exists()
    do(records.record_assessment, patient, lesion.pk, occurred_on=days(-20), sins={})
    look = LesionAssessment.objects.get()
    assert (look.sins_scored, look.pain, look.escc) == (True, "", "")


def test_with_a_lesion_in_error_go_its_looks(patient: Patient) -> None:
    lesion = do(records.record_lesion, patient, level="T8", occurred_on=days(-20), escc="3").fact
    assert "E3" in listed(patient)
    do(records.mark_entered_in_error, patient, "lesion", lesion.pk, reason="An artefact.")
    assert LesionAssessment.objects.get().entered_in_error_reason == "Its lesion: An artefact."
    assert "E3" not in listed(patient)


# A clinician's own window, and the step-down


def own_window(patient: Patient, by: User, latest: int = 20, **fields: Any) -> Recorded:
    values = {
        "stream": "imaging",
        "earliest_on": days(5),
        "due_on": days(10),
        "latest_on": days(latest),
        "until_on": days(60),
        "reason": "Wedding abroad.",
    }
    return do(records.record_override, patient, by=by, **(values | fields))


def test_a_longer_window_waits_for_a_second_clinician(patient: Patient, alice: User, bob: User, beth: User) -> None:
    low_risk(patient)
    do(records.record_visit, patient, occurred_on=days(-1))
    closes = (current(patient).closes_on - TODAY).days
    with pytest.raises(Refused, match="Only a clinician may set a window"):
        own_window(patient, alice)
    recorded = own_window(patient, bob, latest=closes + 50, due_on=days(closes + 40), until_on=days(closes + 90))
    assert recorded.asks == ("second_approval",)
    assert current(patient).row != "OV"
    with pytest.raises(Refused, match="another clinician approves"):
        do(records.second_approve, patient, recorded.fact.pk, by=bob)
    do(records.second_approve, patient, recorded.fact.pk, by=beth)
    assert current(patient).row == "OV"
    with pytest.raises(NotPossible, match="Beth Bittern has approved it already"):
        do(records.second_approve, patient, recorded.fact.pk, by=beth)


def test_a_window_is_in_order_has_a_reason_and_an_end(patient: Patient, bob: User) -> None:
    found = problems(
        records.record_override,
        patient,
        stream="imaging",
        earliest_on=days(10),
        due_on=days(5),
        latest_on=days(4),
        until_on=days(1000),
        reason="",
        by=bob,
    )
    assert set(found) == {"due_on", "latest_on", "until_on", "reason"}


def test_a_step_down_is_approved_only_where_the_plan_proposes_it(patient: Patient, alice: User, bob: User) -> None:
    with pytest.raises(Refused, match="Only a clinician may approve a step-down"):
        do(records.approve_step_down, patient, by=alice)
    with pytest.raises(NotPossible, match="does not propose a step-down"):
        do(records.approve_step_down, patient, by=bob)


# What else a record keeps


def test_an_incomplete_survival_score_has_no_total(patient: Patient) -> None:
    fact = do(
        records.record_prognosis,
        patient,
        score="nesms",
        inputs={"modified_bauer": 2, "ambulatory": "independent"},
        occurred_on=TODAY,
    ).fact
    assert (fact.total, fact.band) == (None, "")
    whole = do(
        records.record_prognosis,
        patient,
        score="tomita",
        inputs={"growth": "slow", "visceral": "none", "bone": "solitary"},
        occurred_on=TODAY,
    ).fact
    assert (whole.total, whole.band) == (2, "2-3")


def test_a_copied_probability_keeps_its_model_and_is_never_totalled(patient: Patient) -> None:
    fact = do(
        records.record_prognosis,
        patient,
        score="sorg",
        inputs={"one_year": 0.4, "model": "SORG-MLA", "model_version": "2019"},
        occurred_on=TODAY,
    ).fact
    assert (fact.total, fact.model_version) == (None, "SORG-MLA 2019")


def test_kidney_function_is_kept_to_a_tenth(patient: Patient) -> None:
    fact = do(records.record_imaging_safety, patient, egfr=Decimal("28.44"), occurred_on=TODAY).fact
    fact.refresh_from_db()
    assert fact.egfr == Decimal("28.4")
