"""What a careless reader may hand over: nobody is merged, and one patient's fault is nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.tracker.interop.cohorts import AS_OF
from tracker.interop.drafts import LesionDraft, PrimaryDraft, StudyDraft, VisitDraft
from tracker.interop.records import PatientRecord, Reading, Severity
from tracker.models import Patient, Question
from tracker.services.acts.occasion import Occasion, by_the_scheduler
from tracker.services.imports.taking_in import Report, import_records

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 6, 8, 9, tzinfo=UTC)

# what a careless reader may hand over


def person(number: str, key: str = "", **facts: Any) -> Reading:
    record = PatientRecord(
        number=number, source_key=f"fhir:{key or number}", place=f"bundle.json/{key or number}",
        primaries=(PrimaryDraft(source_key="c1", occurred_on=date(2025, 1, 1), site="breast"),), **facts,
    )  # fmt: skip
    return Reading(patient=record, name=record.source_key)


def take_fhir(*readings: Reading) -> Report:
    return import_records(readings, occasion=from_fhir(AS_OF, AT))


def from_fhir(as_of: date, at: datetime) -> Occasion:
    return replace(by_the_scheduler(as_of, at), source="fhir")


def test_a_patient_without_a_day_of_registration_is_registered_on_the_day_of_the_first_import() -> None:
    take_fhir(person("A1"))
    import_records([person("A1")], occasion=from_fhir(date(2026, 7, 1), LATER))
    assert Patient.objects.get().registered_on == AS_OF


def test_two_people_with_one_number_are_never_merged() -> None:
    take_fhir(person("A1", "x"))
    report = take_fhir(person("A1", "y"))
    assert report.patients == {"skipped": 1}
    assert [problem.kind for problem in report.problems] == ["number_taken"]
    question = Question.objects.get()
    assert (question.kind, question.patient) == ("number_taken", Patient.objects.get())


def test_two_people_with_one_number_in_one_run_are_never_merged() -> None:
    report = take_fhir(person("A1", "x"), person("A1", "y"), person("A2", "x"))
    assert report.patients == {"created": 1, "skipped": 2}


@pytest.mark.parametrize(
    "facts",
    [
        {"studies": (StudyDraft(source_key="s", occurred_on=AS_OF, kind="MRI"),)},
        {"lesions": (LesionDraft(source_key="l", occurred_on=AS_OF, level="T13"),)},
        {"visits": (VisitDraft(source_key="v", occurred_on=AS_OF, kind="nurse"),) * 2},
        {"sex": "F"},
        {"language": "a" * 13},
    ],
    ids=["code", "level", "key twice", "sex", "length"],
)
def test_a_record_that_the_models_do_not_take_is_refused_whole_with_its_reason(facts: dict[str, Any]) -> None:
    report = take_fhir(person("A1", **facts), person("A2"))
    assert report.patients == {"created": 1, "skipped": 1}
    assert [problem.severity for problem in report.problems] == [Severity.ERROR]


def test_a_patient_whom_the_database_refuses_does_not_take_the_others_along() -> None:
    readings = [person("A1"), person("A2"), person("A3")]
    bad = person("A2")
    assert bad.patient is not None
    beyond = replace(bad.patient, contact_failures=-1)
    report = take_fhir(*[reading if reading.name != bad.name else replace(bad, patient=beyond) for reading in readings])
    assert report.patients == {"created": 2, "skipped": 1}
    assert [problem.kind for problem in report.problems] == ["not_saved"]
    assert set(Patient.objects.filter(source_key__startswith="fhir").values_list("number", flat=True)) == {
        "A1",
        "A3",
    }
