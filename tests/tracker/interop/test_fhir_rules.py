"""The layers of validation: what the kept model refuses, and what our own rules must, each with its FHIRPath."""

from pathlib import Path

import pytest

from tests.tracker.interop.fhir_builder import (
    AS_OF,
    MCODE,
    Fhir,
    asked,
    breast,
    bundle,
    condition,
    kinds,
    observation,
    order,
    patient,
    radiotherapy,
    read,
    readings,
    report,
    snomed,
    spinal,
    taken,
    write,
)


def _paths(folder: Path, *resources: Fhir, person: Fhir | None = None) -> list[str]:
    """FHIRPaths of the errors, for which the patient is not taken."""
    found = read(folder, *resources, person=person)
    assert found.patient is None
    return [problem.place.split()[-1] for problem in found.problems if problem.severity == "error"]


def _coded(status: str) -> Fhir:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": status}]}


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        # what the model refuses
        (breast(on="2019-13-45"), "Condition.onsetDateTime"),
        (breast(on="2019-02-30"), "Condition.onsetDateTime"),
        (breast(on="05/01/2019"), "Condition.onsetDateTime"),
        (breast(on="YYYY-MM-DD"), "Condition.onsetDateTime"),
        (breast(on="2019-01-01T10:00:00"), "Condition.onsetDateTime"),
        (breast(zork=1), "Condition.zork"),
        (observation("ecog", "89247-1", valueInteger=1, valueString="1"), "Observation"),
        (breast(category={"text": "problem"}), "Condition.category"),
        # what the model lets pass
        (breast(clinicalStatus=_coded("zombie")), "Condition.clinicalStatus.coding[0].code"),
        (
            condition("met", None, meta={"profile": [f"{MCODE}mcode-secondary-cancer-condition|4.0.0"]}),
            "Condition.code",
        ),
        (observation("ecog", "89247-1", status="done", valueInteger=1), "Observation.status"),
        (observation("ecog", "89247-1", status=None, valueInteger=1), "Observation.status"),
        (observation("ecog", "89247-1", valueInteger=9), "Observation.valueInteger"),
        (observation("ecog", "89247-1", valueInteger=-1), "Observation.valueInteger"),
        (observation("kps", "89243-0", valueInteger=85), "Observation.valueInteger"),
        (order("drug", "osimertinib", intent="wish"), "MedicationRequest.intent"),
        (order("drug", "osimertinib", status="going"), "MedicationRequest.status"),
        (
            order("drug", "x", medicationCodeableConcept=None, medicationReference={"reference": "Patient/alice"}),
            "MedicationRequest.medicationReference.reference",
        ),
        (radiotherapy("rt", unit="mg"), "Procedure.extension[0].extension[0].valueQuantity.unit"),
        (radiotherapy("rt", dose=-5), "Procedure.extension[0].extension[0].valueQuantity.value"),
        (radiotherapy("rt", fractions=400), "Procedure.extension[0].extension[1]"),
        (report("mri", status="ready"), "DiagnosticReport.status"),
        # dates that cannot be
        (breast(on="1959-12-31"), "Condition.onsetDateTime"),
        (
            order("drug", "osimertinib", start="1950-01-01"),
            "MedicationRequest.dosageInstruction[0].timing.repeat.boundsPeriod.start",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_path(tmp_path: Path, resource: Fhir, path: str) -> None:
    assert path in _paths(tmp_path, resource)


@pytest.mark.parametrize(
    ("person", "path"),
    [
        (patient(birthDate="2026-06-02"), "Patient.birthDate"),
        (patient(gender="f"), "Patient.gender"),
        (patient(deceasedDateTime="2026-07-01"), "Patient.deceasedDateTime"),
        (patient(deceasedDateTime="1950-01-01"), "Patient.deceasedDateTime"),
        (patient(name=[{"family": ["Smith"]}]), "Patient.name[0].family"),
    ],
)
def test_a_wrong_patient_is_not_taken(tmp_path: Path, person: Fhir, path: str) -> None:
    assert _paths(tmp_path, person=person) == [path]


def test_all_mistakes_of_a_patient_are_told_at_once(tmp_path: Path) -> None:
    wrong = [
        observation("one", "89247-1", valueInteger=9),
        observation("two", "89247-1", status="done", valueInteger=1),
        order("three", "osimertinib", intent="wish"),
        breast(on="2019-02-30"),
    ]
    assert _paths(tmp_path, *wrong, person=patient(gender="x")) == ["Patient.gender"]
    assert len(_paths(tmp_path, *wrong)) == 4


def test_a_wrong_patient_does_not_harm_another(tmp_path: Path) -> None:
    other = patient("bob", "MRN-2")
    document = bundle(patient(), observation("ecog", "89247-1", valueInteger=9), other, spinal(of="bob"))
    found = readings(write(tmp_path / "two.json", document))
    assert [one.name for one in found if one.patient is not None] == ["bob"]


def test_a_reference_to_the_wrong_kind_of_subject(tmp_path: Path) -> None:
    stray = breast() | {"subject": {"reference": "Medication/alice"}}
    found = readings(write(tmp_path / "stray.json", bundle(patient(), stray)))
    (problem,) = [problem for one in found for problem in one.problems if problem.severity == "error"]
    assert (problem.kind, problem.value) == ("no_patient", "Medication/alice")
    assert problem.place == "stray.json Condition/primary Condition.subject"


def test_profiles_are_never_required_and_old_names_do(tmp_path: Path) -> None:
    old = radiotherapy(
        "rt",
        code={"text": "course"},
        meta={"profile": [f"{MCODE}mcode-cancer-related-radiation-procedure|1.0"]},
    )
    record = taken(tmp_path, spinal("77435000"), old)
    assert [one.level for one in record.lesions] == ["T8"]
    assert [one.kind for one in record.procedures] == ["sbrt"]


def test_a_date_after_the_reference_day_is_left_out_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(), report("mri", on="2026-06-02"), report("ct", on=AS_OF.isoformat()))
    assert found.patient is not None
    assert [one.source_key for one in found.patient.studies] == ["DiagnosticReport/ct"]
    assert kinds(found, "skipped") == ["future_date"]


def test_a_fact_after_death_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(), report("mri"), person=patient(deceasedDateTime="2026-03-01"))
    assert found.patient is not None
    assert found.patient.studies == ()
    assert "after_death" in asked(found)


def test_partial_dates_keep_their_precision(tmp_path: Path) -> None:
    record = taken(tmp_path, breast(on="2019"), spinal("77435000", on="2025-03"), person=patient(birthDate="1960"))
    assert (record.primaries[0].occurred_on.isoformat(), record.primaries[0].precision) == (
        "2019-01-01",
        "year",
    )
    assert (record.lesions[0].occurred_on.isoformat(), record.lesions[0].precision) == ("2025-03-01", "month")
    assert (record.birth_precision, record.spine_metastasis_precision) == ("year", "month")


def test_the_year_of_birth_is_not_before_birth(tmp_path: Path) -> None:
    assert taken(tmp_path, breast(on="1960"), person=patient(birthDate="1960-05-04")).primaries


def test_a_day_is_the_one_the_source_wrote_in_its_own_zone(tmp_path: Path) -> None:
    record = taken(tmp_path, spinal(), report("mri", on="2026-03-18T23:30:00-05:00"))
    assert record.studies[0].occurred_on.isoformat() == "2026-03-18"


def test_a_modifier_that_nobody_understands_is_asked_about(tmp_path: Path) -> None:
    modifier = [{"url": "http://estuary.example/not-so", "valueBoolean": True}]
    found = read(tmp_path, spinal("77435000", modifierExtension=modifier))
    assert found.patient is not None
    assert found.patient.lesions == ()
    assert "modifier" in asked(found)


def test_elements_that_nobody_reads_are_said(tmp_path: Path) -> None:
    stage = [{"summary": snomed("1222593009"), "type": snomed("x")}, {"summary": snomed("1222594003")}]
    found = read(tmp_path, breast(stage=stage, note=[{"text": "see letter"}]), spinal())
    (problem,) = [one for one in found.problems if one.kind == "fields_not_needed"]
    assert problem.value == "Condition.stage, Condition.note"
    assert problem.severity == "unused"


def test_kinds_that_are_not_read_are_counted_by_file(tmp_path: Path) -> None:
    claim = {"resourceType": "Claim", "id": "1"}
    found = readings(write(tmp_path / "claims.json", bundle(patient(), claim, claim | {"id": "2"})))
    assert [(one.place, one.value) for one in found[0].problems] == [("claims.json Claim", "2 resources")]
