"""Local treatment: radiotherapy by the dose rule, operations, hospice care, and imaging."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.tracker.interop.fhir_builder import (
    L1,
    LOINC,
    MCODE,
    T8,
    Fhir,
    asked,
    concept,
    kinds,
    patient,
    procedure,
    radiotherapy,
    read,
    report,
    snomed,
    spinal,
    taken,
)
from tracker.interop.drafts import ProcedureDraft, StudyDraft
from tracker.interop.records import PatientRecord


def course(folder: Path, *resources: Fhir) -> ProcedureDraft:
    (found,) = taken(folder, spinal(T8), *resources).procedures
    return found


# Radiotherapy


@pytest.mark.parametrize(
    ("dose", "unit", "fractions", "kind"),
    [
        (2700, "cGy", 3, "sbrt"), (24, "Gy", 1, "sbrt"), (2500, "cGy", 5, "sbrt"), (3000, "cGy", 10, "cebrt"),
        (2000, "cGy", 5, "cebrt"), (30, "Gy", 6, "cebrt"),
    ],
)  # fmt: skip
def test_dose_and_fractions_decide_the_kind(tmp_path: Path, dose: float, unit: str, fractions: int, kind: str) -> None:
    found = course(tmp_path, radiotherapy("rt", dose, fractions, unit))
    assert (found.kind, found.fractions, found.levels) == (kind, fractions, ("T8",))
    assert found.dose_gy == Decimal(str(dose)) / (100 if unit == "cGy" else 1)
    assert found.occurred_on == date(2026, 1, 16)


def test_eight_gray_in_one_is_held_as_conventional_and_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), radiotherapy("rt", 800, 1))
    assert found.patient is not None
    assert [one.kind for one in found.patient.procedures] == ["cebrt"]
    (question,) = found.questions
    assert question.kind == "radiotherapy_kind"
    assert question.proposal is not None
    assert question.proposal.fields["kind"] == "sbrt"


def test_eight_gray_in_one_with_a_named_technique(tmp_path: Path) -> None:
    technique = snomed("1156505006", "Stereotactic body radiation therapy")
    extension = [
        *radiotherapy("rt", 800, 1)["extension"],
        {
            "url": f"{MCODE}mcode-radiotherapy-modality-and-technique",
            "extension": [{"url": f"{MCODE}mcode-radiotherapy-technique", "valueCodeableConcept": technique}],
        },
    ]
    found = read(tmp_path, spinal(T8), radiotherapy("rt", extension=extension))
    assert found.patient is not None
    assert [one.kind for one in found.patient.procedures] == ["sbrt"]
    assert asked(found) == []


@pytest.mark.parametrize(("dose", "fractions"), [(None, 3), (2400, None), (None, None)])
def test_missing_dose_or_fractions_are_asked_about(tmp_path: Path, dose: float | None, fractions: int | None) -> None:
    found = read(tmp_path, spinal(T8), radiotherapy("rt", dose, fractions))
    assert found.patient is not None
    assert found.patient.procedures == ()
    (question,) = found.questions
    assert (question.kind, question.proposal is not None) == ("radiotherapy_kind", True)


def test_a_dose_in_another_unit_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), radiotherapy("rt", 2700, 3, "Gy"))
    assert asked(found) == ["dose_unit", "radiotherapy_kind"]


def test_parts_of_one_course_add_up_and_repetitions_count_once(tmp_path: Path) -> None:
    parts = [
        radiotherapy("a", 900, 1, start="2026-01-12", end="2026-01-12"),
        radiotherapy("b", 1800, 2, start="2026-01-14", end="2026-01-16"),
        radiotherapy("b-again", 1800, 2, start="2026-01-14", end="2026-01-16"),
    ]
    found = course(tmp_path, *parts)
    assert (found.kind, found.dose_gy, found.fractions) == ("sbrt", Decimal("27.0"), 3)
    assert (found.source_key, found.occurred_on) == ("Procedure/a#T8", date(2026, 1, 16))


def test_courses_to_two_levels_are_two(tmp_path: Path) -> None:
    record = taken(tmp_path, spinal(T8), radiotherapy("rt", sites=(T8, L1)))
    assert [(one.source_key, one.levels) for one in record.procedures] == [
        ("Procedure/rt#L1", ("L1",)), ("Procedure/rt#T8", ("T8",)),
    ]  # fmt: skip


def test_one_summary_a_fraction_is_one_question(tmp_path: Path) -> None:
    summaries = [
        radiotherapy(
            f"f{day}", None, None, start=f"2026-0{1 + day // 28}-{1 + day % 28:02}", end=None, sites=(),
            code=snomed("108290001", "Radiation oncology AND/OR radiotherapy (procedure)"),
        )
        for day in range(34)
    ]  # fmt: skip
    found = read(tmp_path, spinal(T8), *summaries)
    assert found.patient is not None
    assert found.patient.procedures == ()
    (question,) = found.questions
    assert question.kind == "radiotherapy_site"
    assert "34 summaries" in question.text


def test_radiotherapy_of_the_breast_is_elsewhere(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), radiotherapy("rt", sites=("76752008",)))
    assert found.patient is not None
    assert found.patient.procedures == ()
    assert kinds(found, "unused") == ["radiotherapy_elsewhere"]


def test_a_course_without_an_end_keeps_its_start_as_unknown(tmp_path: Path) -> None:
    found = course(tmp_path, radiotherapy("rt", end=None))
    assert (found.occurred_on, found.precision) == (date(2026, 1, 12), "unknown")


def test_spine_without_a_level_covers_nothing_and_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), radiotherapy("rt", sites=("122495006",)))
    assert found.patient is not None
    assert [one.levels for one in found.patient.procedures] == [()]
    assert asked(found) == ["radiotherapy_level"]


@pytest.mark.parametrize(("status", "kind"), [("not-done", "not_done"), ("entered-in-error", "entered_in_error")])
def test_radiotherapy_that_never_was(tmp_path: Path, status: str, kind: str) -> None:
    found = read(tmp_path, spinal(T8), radiotherapy("rt", status=status))
    assert found.patient is not None
    assert found.patient.procedures == ()
    assert kinds(found, "skipped") == [kind]


# Operations and hospice


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Kyphoplasty of T8", "cementoplasty"), ("Decompressive laminectomy of thoracic vertebra", "decompression"),
        ("Posterior spinal fusion T6-T10", "stabilization"), ("Radiofrequency ablation of vertebra L1", "ablation"),
        ("Separation surgery of spine", "separation_surgery"),
    ],
)  # fmt: skip
def test_operations_are_read_by_their_names(tmp_path: Path, name: str, kind: str) -> None:
    found = read(tmp_path, spinal(T8), procedure("op", name))
    assert found.patient is not None
    assert [one.kind for one in found.patient.procedures] == [kind]
    assert kinds(found, "note") == ["procedure_by_name"]


def test_an_operation_of_two_kinds_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), procedure("op", "Laminectomy with instrumented fusion T7-T9"))
    assert found.patient is not None
    assert [(one.kind, one.levels) for one in found.patient.procedures] == [("stabilization", ("T7-T9",))]
    assert asked(found) == ["procedure_kind"]


def test_an_unknown_treatment_at_a_vertebra_is_asked_about_and_others_are_not(tmp_path: Path) -> None:
    somewhere = procedure("op", "Resection of tumour", bodySite=[snomed(T8)])
    found = read(
        tmp_path,
        spinal(T8),
        somewhere,
        procedure("other", "Appendicectomy"),
        procedure("b", "Biopsy of vertebra"),
    )
    assert asked(found) == ["procedure_kind"]
    assert [one.value for one in found.problems if one.kind == "procedure_not_needed"] == [
        "Appendicectomy", "Biopsy of vertebra",
    ]  # fmt: skip


def test_hospice_stops_once_and_is_asked_about(tmp_path: Path) -> None:
    care = snomed("385763009", "Hospice care")
    days = [procedure(f"h{day}", "", on=f"2026-05-0{day}", code=care) for day in (3, 1, 2)]
    found = read(tmp_path, spinal(T8), *days)
    assert found.patient is not None
    assert [(one.status, one.occurred_on) for one in found.patient.statuses] == [("hospice", date(2026, 5, 1))]
    assert asked(found) == ["hospice"]


def test_death_without_a_day_stops_and_is_marked(tmp_path: Path) -> None:
    record = taken(tmp_path, spinal(T8), person=patient(deceasedBoolean=True))
    assert record.deceased_on is None
    assert [(one.status, one.precision) for one in record.statuses] == [("deceased", "unknown")]


# Imaging


def study(record: PatientRecord) -> StudyDraft:
    (found,) = record.studies
    return found


@pytest.mark.parametrize(
    ("code", "kind", "coverage", "contrast"),
    [
        (snomed("241645008"), "mri", "", "unknown"), (snomed("431985004"), "mri", "", "yes"),
        (snomed("411611000119102"), "mri", "whole_spine", "no"),
        (concept(LOINC, "24980-5"), "mri", "segment", "unknown"),
        (concept(LOINC, "24981-3"), "mri", "segment", "yes"),
        (concept(LOINC, "24978-9"), "ct_spine", "segment", "unknown"),
        (snomed("443271005"), "pet_ct", "whole_body", "unknown"),
        (concept(LOINC, "25031-6"), "bone_scan", "whole_body", "unknown"),
    ],
)  # fmt: skip
def test_examinations_by_their_code(tmp_path: Path, code: Fhir, kind: str, coverage: str, contrast: str) -> None:
    found = study(taken(tmp_path, spinal(T8), report("r", code, conclusion="Stable.")))
    assert (found.kind, found.coverage, found.contrast, found.report) == (kind, coverage, contrast, "Stable.")
    assert found.indication == "unknown"


@pytest.mark.parametrize("status", ["preliminary", "registered", "partial", "unknown"])
def test_a_report_that_is_not_final_is_asked_about_and_never_used(tmp_path: Path, status: str) -> None:
    found = read(tmp_path, spinal(T8), report("r", status=status))
    assert found.patient is not None
    assert found.patient.studies == ()
    assert asked(found) == ["not_final"]


@pytest.mark.parametrize(("status", "kind"), [("cancelled", "cancelled"), ("entered-in-error", "entered_in_error")])
def test_a_cancelled_report_is_left_out_and_said(tmp_path: Path, status: str, kind: str) -> None:
    found = read(tmp_path, spinal(T8), report("r", status=status))
    assert found.patient is not None
    assert found.patient.studies == ()
    assert kinds(found, "skipped") == [kind]


def imaging_study(key: str = "s", **more: object) -> Fhir:
    base: Fhir = {
        "resourceType": "ImagingStudy", "id": key, "status": "available", "subject": {"reference": "Patient/alice"},
        "started": "2026-03-18T10:00:00Z",
    }  # fmt: skip
    return base | more


def test_report_study_and_procedure_of_one_day_are_one_examination(tmp_path: Path) -> None:
    whole = snomed("411611000119102")
    found = read(
        tmp_path,
        spinal(T8),
        report("r"),
        imaging_study(procedureCode=[whole]),
        procedure("p", "", on="2026-03-18", code=whole),
    )
    assert found.patient is not None
    one = study(found.patient)
    assert (one.source_key, one.coverage) == ("DiagnosticReport/r", "whole_spine")
    assert kinds(found, "note") == ["same_examination", "same_examination"]


def test_a_study_without_a_code_by_modality_and_site(tmp_path: Path) -> None:
    modality = {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "MR"}
    spine = {"system": "http://snomed.info/sct", "code": "421060004"}
    series = [{"uid": "1.2.3", "modality": modality, "bodySite": spine}]
    found = study(taken(tmp_path, spinal(T8), imaging_study(series=series)))
    assert (found.kind, found.coverage) == ("mri", "")


def test_spine_imaging_by_a_local_code_is_asked_about_and_others_are_unused(tmp_path: Path) -> None:
    local = {"text": "MRI whole spine (local protocol 7)"}
    found = read(tmp_path, spinal(T8), report("r", local), report("blood", {"text": "Full blood count"}))
    assert asked(found) == ["imaging_code"]
    assert kinds(found, "unused") == ["not_spine_imaging"]
