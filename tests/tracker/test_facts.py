"""From rows to what the engine sees: nothing lost, nothing of another patient, nothing that was withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduling.deriving import facts_of
from scheduling.engine.record.facts import Constraints, Procedure, Sins, Study
from scheduling.engine.record.facts import Override as OwnWindow
from scheduling.engine.record.history import LesionAssessment as Look
from scheduling.engine.record.history import LesionHistory, ResponseEntry, StatusChange, SymptomEpisode
from scheduling.engine.record.history import TherapyLine as Line
from scheduling.policies import default_policy
from tests.tracker.people import patient as new_patient
from tests.tracker.schedules import AT, STABLE, TODAY, add, ago
from tracker import models
from tracker.facts import QUERIES, facts_for, histories
from tracker.models import Patient, User

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def history_of(patient: Patient, known_at: datetime | None = None):  # type: ignore[no-untyped-def]
    return histories([patient.pk], known_at=known_at)[patient.pk]


def test_every_kind_of_fact_arrives(patient: Patient, bob: User) -> None:
    cancer = add(models.PrimaryCancer, patient, ago(400), site="nsclc", subtype="adenocarcinoma")
    add(models.Marker, patient, ago(390), name="EGFR L858R", result="present", primary=cancer)
    add(models.Marker, patient, ago(390), name="PD-L1", result="unknown")
    add(models.StatusEvent, patient, ago(5), status="transferred", transfer_accepted=False)
    add(
        models.TherapyLine,
        patient,
        ago(300),
        therapy_class="chemo_adc",
        stopped_on=ago(100),
        reason="unknown",
    )
    add(models.TherapyLine, patient, ago(90), therapy_class="tki", drugs=["osimertinib"], reason="progression")
    add(models.Response, patient, ago(50), spine="stable")
    add(models.Response, patient, ago(20), spine="partial", counts=False)
    add(models.Procedure, patient, ago(80), kind="sbrt", levels=["T8"], dose_gy="24.00", fractions=2)
    add(models.Symptom, patient, ago(4), kind="pain_suggestive", detail="at night", confirmed=False)
    add(models.Symptom, patient, ago(200), kind="known_spine")
    add(models.Study, patient, ago(60), kind="mri", coverage="whole_spine")
    add(models.Visit, patient, ago(40))
    add(models.Visit, patient, ago(30), kind="oncologist")
    lesion = add(models.Lesion, patient, ago(200), level="T8")
    add(models.LesionAssessment, patient, ago(200), lesion=lesion, escc="1a", sins_scored=True, **STABLE)
    add(models.LesionAssessment, patient, ago(60), lesion=lesion, escc="1b")
    add(models.ImagingSafety, patient, ago(200), mri="ok", egfr="61.5")
    add(models.ImagingSafety, patient, ago(100), egfr="28.0")
    add(models.ImagingSafety, patient, ago(90), gadolinium_allergy=True)
    add(models.StepDownApproval, patient, ago(15), clinician="B", ended_on=ago(3))
    add(models.LowRiskExit, patient, ago(70))
    add(
        models.Override,
        patient,
        ago(2),
        stream="surgeon",
        earliest_on=TODAY,
        due_on=TODAY,
        latest_on=TODAY,
        until_on=TODAY + timedelta(9),
        reason="r",
        second_approved_by=bob,
        second_approved_at=AT,
    )

    seen = history_of(patient)

    assert seen.registered == patient.registered_on
    (primary,) = seen.primaries
    assert (primary.site, primary.markers, primary.marker_class) == ("nsclc", ("EGFR L858R",), None)
    assert seen.statuses == (StatusChange(ago(5), "transferred", False),)
    assert seen.lines == (
        Line("chemo_adc", ago(300), ago(100)),
        Line("tki", ago(90), None, ("osimertinib",), "progression"),
    )
    assert seen.responses == (ResponseEntry(ago(50), "stable"), ResponseEntry(ago(20), "partial", False))
    assert seen.procedures == (Procedure("sbrt", ago(80), ("T8",), None, 24.0, 2),)
    assert seen.symptoms == (SymptomEpisode("pain_suggestive", ago(4), None, "at night", False),)
    assert seen.spine_symptomatic is True
    assert seen.studies == (Study(ago(60), "mri", "whole_spine"),)
    assert seen.visits == (ago(40),)
    assert seen.lesions == (LesionHistory("T8", ago(200), (Look(ago(200), "1a", Sins(**STABLE)), Look(ago(60), "1b"))),)
    assert seen.constraints == Constraints("ok", True, 28.0)
    assert [(one.on, one.ended_on) for one in seen.approvals] == [(ago(15), ago(3))]
    assert seen.left_low_risk == (ago(70),)
    assert seen.overrides == (
        OwnWindow("surgeon", TODAY, TODAY, TODAY, ago(2), TODAY + timedelta(9), second_approval=True),
    )


def test_a_patient_without_facts_is_unknown_not_normal(patient: Patient) -> None:
    facts = facts_for([patient.pk], TODAY)[patient.pk]
    assert [primary.site for primary in facts.primaries] == ["unknown"]
    assert (facts.lesions, facts.response, facts.therapy, facts.constraints.mri) == ((), None, None, None)


def test_an_unknown_level_and_an_item_not_known_stay_unknown(patient: Patient) -> None:
    lesion = add(models.Lesion, patient, ago(10))
    add(models.LesionAssessment, patient, ago(10), lesion=lesion, sins_scored=True, pain="mechanical")
    (seen,) = history_of(patient).lesions
    assert seen == LesionHistory(None, ago(10), (Look(ago(10), None, Sins(pain="mechanical")),))


def test_entered_in_error_is_not_seen_and_neither_is_anybody_elses(patient: Patient, alice: User) -> None:
    other = new_patient()
    wrong = {"entered_in_error_at": AT, "entered_in_error_by": alice, "entered_in_error_reason": "x"}
    add(models.Study, patient, ago(3), kind="mri", **wrong)
    add(models.Study, patient, ago(2), kind="ct_spine")
    add(models.Study, other, ago(1), kind="pet_ct")
    lesion = add(models.Lesion, patient, ago(3), level="T8", **wrong)
    add(models.LesionAssessment, patient, ago(3), lesion=lesion, escc="3")
    seen = histories([patient.pk, other.pk])
    assert [study.kind for study in seen[patient.pk].studies] == ["ct_spine"]
    assert [study.kind for study in seen[other.pk].studies] == ["pet_ct"]
    assert seen[patient.pk].lesions == ()


def test_the_record_as_it_was_known_at_a_moment(patient: Patient, alice: User, bob: User) -> None:
    before, then, after = (datetime(2026, 11, day, 12, tzinfo=UTC) for day in (1, 10, 15))
    add(models.Study, patient, date(2026, 10, 1), kind="mri", recorded_at=before)
    add(models.Study, patient, date(2026, 10, 2), kind="ct_spine", recorded_at=after)
    add(
        models.Visit,
        patient,
        date(2026, 10, 3),
        recorded_at=before,
        entered_in_error_at=after,
        entered_in_error_by=alice,
    )
    add(
        models.Symptom,
        patient,
        date(2026, 10, 4),
        kind="neuro",
        recorded_at=before,
        closed_on=date(2026, 11, 5),
        closed_at=after,
        closed_by=bob,
    )
    seen = history_of(patient, then)
    assert [study.kind for study in seen.studies] == ["mri"]
    assert seen.visits == (date(2026, 10, 3),)
    assert [symptom.closed_on for symptom in seen.symptoms] == [None]
    now = history_of(patient)
    assert (len(now.studies), now.visits, now.symptoms[0].closed_on) == (2, (), date(2026, 11, 5))


@pytest.mark.parametrize(
    ("marker", "drugs", "stopped", "expected"),
    [
        (("EGFR L858R", "present"), ["osimertinib"], None, "driver_on_matched_therapy"),
        (("EGFR L858R", "present"), ["carboplatin"], None, "no_driver"),
        (("EGFR L858R", "present"), ["osimertinib"], ago(3), "no_driver"),
        (("no driver found", "absent"), ["osimertinib"], None, "no_driver"),
        (("EGFR L858R", "absent"), ["osimertinib"], None, None),
        (("EGFR L858R", "unknown"), ["osimertinib"], None, None),
    ],
)
def test_marker_class_follows_the_catalogue(
    patient: Patient, marker: tuple[str, str], drugs: list[str], stopped: date | None, expected: str | None
) -> None:
    add(models.PrimaryCancer, patient, ago(100), site="nsclc")
    add(models.Marker, patient, ago(90), name=marker[0], result=marker[1])
    add(models.TherapyLine, patient, ago(80), therapy_class="tki", drugs=drugs, stopped_on=stopped)
    assert facts_of(history_of(patient), TODAY, default_policy().history_rules).primaries[0].marker_class == expected


def test_a_marker_class_that_a_person_set_stands(patient: Patient) -> None:
    add(models.PrimaryCancer, patient, ago(100), site="nsclc", marker_class="no_driver")
    add(models.Marker, patient, ago(90), name="EGFR L858R", result="present")
    add(models.TherapyLine, patient, ago(80), therapy_class="tki", drugs=["osimertinib"])
    assert facts_of(history_of(patient), TODAY, default_policy().history_rules).primaries[0].marker_class == "no_driver"


def test_two_primaries_keep_their_own_markers(patient: Patient) -> None:
    lung = add(models.PrimaryCancer, patient, ago(100), site="nsclc")
    add(models.PrimaryCancer, patient, ago(50), site="breast", subtype="her2_pos")
    add(models.Marker, patient, ago(90), name="EGFR L858R", result="present", primary=lung)
    add(models.Marker, patient, ago(90), name="TMB-H", result="present")
    seen = {primary.site: primary.markers for primary in history_of(patient).primaries}
    assert seen == {"nsclc": ("EGFR L858R", "TMB-H"), "breast": ("TMB-H",)}


@pytest.mark.skipif(connection.vendor == "postgresql", reason="the queries share one way to the server there")
@pytest.mark.parametrize("size", [1, 7])
def test_the_number_of_queries_is_fixed(size: int) -> None:
    keys = [new_patient().pk for _ in range(size)]
    with CaptureQueriesContext(connection) as caught:
        histories(keys)
    assert len(caught) == QUERIES
