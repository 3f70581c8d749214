"""Recording facts: all problems at once, row, audit and plan together, and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from scheduling.models import PolicyVersion
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days
from tests.tracker.services.recording import SINS_10, asked, do, first_answers, problems, rows
from tracker.errors import NotPossible, Refused
from tracker.kinds import KINDS
from tracker.models import AuditEvent, FollowUp, LesionAssessment, Patient, User
from tracker.services import records
from tracker.services.records import Recorded
from tracker.services.schedule import planning

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return people.policy_version()


# Every kind of fact


FACTS: dict[str, tuple[Callable[..., Recorded], dict[str, Any]]] = {
    "study": (records.record_study, {"kind": "mri", "coverage": "whole_spine"}),
    "visit": (records.record_visit, {"symptoms_asked": "yes"}),
    "response": (records.record_response, {"spine": "stable"}),
    "symptom": (records.open_symptom, {"kind": "pain_suggestive", "detail": "night pain"}),
    "therapy": (records.record_therapy, {"therapy_class": "tki", "drugs": ["osimertinib"]}),
    "procedure": (
        records.record_procedure,
        {"kind": "sbrt", "levels": ["T5-T7"], "dose_gy": 24, "fractions": 2},
    ),
    "lesion": (records.record_lesion, {"level": "T8", "escc": "1b", "sins": SINS_10}),
    "status": (records.record_status, {"status": "hospice", "clinician": "Dr L. Plover"}),
    "imaging_safety": (records.record_imaging_safety, {"mri": "ok", "egfr": 71}),
    "function": (records.record_function, {"scale": "ecog", "value": "1"}),
    "prognosis": (
        records.record_prognosis,
        {"score": "tomita", "inputs": {"growth": "slow", "visceral": "none", "bone": "solitary"}},
    ),
    "marker": (records.record_marker, {"name": "EGFR exon 19 deletion", "result": "present"}),
    "primary": (records.record_primary, {"site": "nsclc", "subtype": "adenocarcinoma"}),
    "progression": (records.record_progression, {"found_by": "symptom"}),
}


#: Kinds that are recorded on a lesion, or by a clinician alone; tests of their own follow.
OTHERS = {"assessment", "override", "approval"}


def test_every_kind_that_a_person_records_is_tried() -> None:
    assert FACTS.keys() | OTHERS == {kind.code for kind in KINDS if kind.by_person}


@pytest.mark.parametrize("kind", FACTS)
def test_a_fact_is_written_with_its_two_times_its_author_and_its_audit(
    kind: str, patient: Patient, alice: User
) -> None:
    act, fields = FACTS[kind]
    fact = do(act, patient, occurred_on=days(-3), **fields).fact
    fact.refresh_from_db()
    assert (fact.occurred_on, fact.recorded_at, fact.recorded_by, fact.source) == (
        days(-3),
        NOW,
        alice,
        "typed",
    )
    assert fact.form_version == records.FORM_VERSION
    assert records.kind_of(fact) == kind
    assert AuditEvent.objects.filter(
        verb=f"{fact._meta.model_name}.recorded", target_key=str(fact.pk), patient=patient, by=alice
    ).exists()


@pytest.mark.parametrize("kind", FACTS)
def test_a_fact_of_tomorrow_is_refused(kind: str, patient: Patient) -> None:
    act, fields = FACTS[kind]
    assert problems(act, patient, occurred_on=days(1), **fields)["occurred_on"] == [
        "21 Nov 2026 lies in the future; expected 20 Nov 2026 or earlier."
    ]


@pytest.mark.parametrize("kind", FACTS)
def test_a_fact_before_birth_or_after_death_is_asked_about_and_stored_where_the_days_are_right(
    kind: str, patient: Patient
) -> None:
    act, fields = FACTS[kind]
    doubts = asked(act, patient, occurred_on=date(1965, 3, 13), **fields)
    assert "The day 13 Mar 1965 lies before the birth, 14 Mar 1965. Are both days right?" in [
        doubt.sentence for doubt in doubts
    ]
    if kind == "status":
        return
    do(records.record_status, patient, status="deceased", occurred_on=days(-10))
    doubts = asked(act, patient, occurred_on=days(-9), **fields)
    assert [doubt.sentence.split(". ")[0] for doubt in doubts] == [
        "The day 11 Nov 2026 lies after the death, 10 Nov 2026"
    ]
    # An answer holds for the days it was given for.
    assert asked(act, patient, occurred_on=days(-8), answers=first_answers(doubts), **fields)
    fact = do(act, patient, occurred_on=days(-9), answers=first_answers(doubts), **fields).fact
    assert fact.occurred_on == days(-9)


@pytest.mark.parametrize("kind", FACTS)
def test_only_nurses_and_surgeons_of_the_patients_team_record(
    kind: str, patient: Patient, charlie: User, dana: User
) -> None:
    act, fields = FACTS[kind]
    before = rows()
    for stranger in (charlie, dana):
        with pytest.raises(Refused):
            do(act, patient, occurred_on=days(-3), by=stranger, **fields)
    assert rows() == before


@pytest.mark.parametrize("kind", FACTS)
def test_a_fact_in_error_stays_in_sight_and_counts_no_more(kind: str, patient: Patient, bob: User) -> None:
    do(records.record_primary, patient, site="rcc", occurred_on=days(-600))
    plain = {row.stream: (row.row, row.due_on) for row in FollowUp.objects.filter(patient=patient)}
    act, fields = FACTS[kind]
    fact = do(act, patient, occurred_on=days(-3), **fields).fact
    do(records.mark_entered_in_error, patient, kind, fact.pk, reason="Another patient's.", by=bob)
    fact.refresh_from_db()
    assert (fact.entered_in_error_by, fact.entered_in_error_at) == (bob, NOW)
    assert fact.entered_in_error_reason == "Another patient's."
    after = FollowUp.objects.filter(patient=patient, closed_at__isnull=True)
    assert {row.stream: (row.row, row.due_on) for row in after} == plain
    with pytest.raises(NotPossible, match="marked as entered in error"):
        do(records.mark_entered_in_error, patient, kind, fact.pk, reason="Twice.", by=bob)


# All problems at once


def test_all_problems_come_at_once_each_with_what_was_given_and_expected(patient: Patient) -> None:
    found = problems(
        records.record_procedure,
        patient,
        kind="laser",
        occurred_on=days(4),
        levels=["T5-T3", "T99"],
        hardware="gold",
        dose_gy=2400,
        fractions=0,
    )
    assert set(found) == {"kind", "occurred_on", "levels", "hardware", "dose_gy", "fractions"}
    assert found["kind"][0].startswith("“laser” was given; expected one of separation_surgery, decompression")
    assert found["levels"] == [
        "'T5-T3' runs upwards: write the upper end first.",
        "'T99' is not a level (C1 to S5) or a span such as T5-T7.",
    ]
    assert "2400 was given; expected a number above 0 and up to 100, in Gy (not cGy)." in found["dose_gy"]


def test_a_sins_item_outside_its_levels_is_named_with_the_wrong_level(patient: Patient) -> None:
    found = problems(
        records.record_lesion,
        patient,
        level="T13",
        occurred_on=TODAY,
        escc="4",
        sins={"pain": "a lot", "collapse": "over_50", "bone": "lytic"},
    )
    assert set(found) == {"level", "escc", "pain", "sins"}
    assert found["pain"] == [
        "“a lot” was given; expected one of mechanical, occasional_non_mechanical, pain_free, or nothing."
    ]


def test_a_location_fits_its_level_unless_a_person_says_why(patient: Patient) -> None:
    sins = SINS_10 | {"location": "rigid"}
    found = problems(records.record_lesion, patient, level="T8", occurred_on=TODAY, sins=sins)
    assert found == {"location": ["“rigid” does not fit T8; expected semirigid, or say why it is another."]}
    found = problems(records.record_lesion, patient, level="T8", occurred_on=TODAY, sins=sins, location_overridden=True)
    assert set(found) == {"location_reason"}
    do(
        records.record_lesion,
        patient,
        level="T8",
        occurred_on=TODAY,
        sins=sins,
        location_overridden=True,
        location_reason="Fused from T5 to L1.",
    )
    assert LesionAssessment.objects.get().location == "rigid"


@pytest.mark.parametrize(
    ("act", "fields", "field", "words"),
    [
        (
            records.record_prognosis,
            {
                "score": "nesms",
                "inputs": {"modified_bauer": 2, "ambulatory": "independent", "albumin_g_dl": 38},
            },
            "albumin_g_dl",
            "g/L",
        ),
        (
            records.record_prognosis,
            {"score": "tomita", "inputs": {"speed": "slow"}},
            "speed",
            "expected bone",
        ),
        (records.record_prognosis, {"score": "sorg", "inputs": {"one_year": 12}}, "one_year", "from 0 to 1"),
        (records.record_imaging_safety, {"egfr": -3}, "egfr", "mL/min"),
        (records.record_imaging_safety, {}, "", "Nothing was given"),
        (records.record_function, {"scale": "ecog", "value": "7"}, "value", "0, 1, 2, 3, 4, 5 for ecog"),
        (records.record_primary, {"site": "breast", "subtype": "lobular"}, "subtype", "tnbc for breast"),
        (records.record_status, {"status": "declined"}, "reason", "what the patient said"),
        (records.record_status, {"status": "hospice"}, "clinician", "who confirmed it"),
        (records.record_status, {"status": "gone"}, "status", "expected one of active"),
        (
            records.record_study,
            {"kind": "mri", "first_call": "progression"},
            "reported_on",
            "day of the report",
        ),
        (records.record_study, {"kind": "mri", "reported_on": days(-9)}, "reported_on", "before the study"),
        (records.record_visit, {"reason": "x" * 201}, "reason", "at most 200"),
        (records.record_therapy, {"therapy_class": "tki", "drugs": [""]}, "drugs", "a drug's name"),
        (records.open_symptom, {"kind": "cough"}, "kind", "expected one of neuro"),
        (records.record_study, {"kind": ""}, "kind", "Nothing was given"),
        (records.record_progression, {"neurology_grade": "F"}, "neurology_grade", "both or neither"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    act: Callable[..., Recorded], fields: dict[str, Any], field: str, words: str, patient: Patient
) -> None:
    found = problems(act, patient, occurred_on=days(-3), **fields)
    assert words in " ".join(found[field])


def test_a_fact_of_another_patient_cannot_be_named(patient: Patient) -> None:
    theirs = do(records.record_study, people.patient(), kind="mri", occurred_on=days(-3)).fact
    with pytest.raises(NotPossible, match="no such study"):
        do(records.record_response, patient, spine="stable", occurred_on=days(-1), study_id=theirs.pk)


def test_nothing_is_half_saved_when_planning_fails(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows()

    def fail(*args: object, **kwargs: object) -> list[planning.ScheduleChange]:
        raise ValueError("cannot be planned")

    monkeypatch.setattr(planning, "replan", fail)
    with pytest.raises(ValueError, match="cannot be planned"):
        do(records.record_study, patient, kind="mri", occurred_on=TODAY)
    assert rows() == before
