"""Cancers of origin and spinal metastases: the code rules, the dirt of real exports, and what is asked."""

from pathlib import Path
from typing import Any

import pytest

from tests.tracker.interop.fhir_builder import (
    ICD10CM,
    L1,
    MCODE,
    T8,
    Fhir,
    asked,
    breast,
    concept,
    condition,
    kinds,
    patient,
    radiotherapy,
    read,
    report,
    snomed,
    spinal,
    taken,
)
from tracker.interop.drafts import PrimaryDraft
from tracker.interop.records import PatientRecord

PRIMARY = {"profile": [f"{MCODE}mcode-primary-cancer-condition"]}


def sites(record: PatientRecord) -> list[tuple[str, str]]:
    return [(one.site, one.subtype) for one in record.primaries]


def levels(record: PatientRecord) -> list[str]:
    return sorted(one.level for one in record.lesions)


def bone(key: str = "bone", code: str = "94222008", **more: Any) -> Fhir:
    return condition(key, snomed(code, "Secondary malignant neoplasm of bone"), on="2025-06-01", **more)


# Cancers of origin


@pytest.mark.parametrize(
    ("code", "site"),
    [
        (snomed("254637007"), ("nsclc", "")),
        (snomed(" 254837009.0".strip()), ("breast", "")),
        (concept(ICD10CM, "C50.912"), ("breast", "")),
        (concept(ICD10CM, "C50912"), ("breast", "")),
        (concept("urn:oid:2.16.840.1.113883.6.96", "399068003"), ("prostate", "")),
        (concept(f"{ICD10CM}|2026", "C73"), ("thyroid", "")),
        (snomed("702391001"), ("rcc", "")),
    ],
)
def test_a_sure_code_gives_the_site(tmp_path: Path, code: Fhir, site: tuple[str, str]) -> None:
    found = read(tmp_path, condition("primary", code), spinal(T8))
    assert found.patient is not None
    assert sites(found.patient) == [site]
    assert asked(found) == []


def test_a_code_with_a_spreadsheets_zero_is_read_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, condition("primary", snomed("254837009.0")), spinal(T8))
    assert [one.value for one in found.problems if one.kind == "code_damaged"] == ["254837009.0"]


@pytest.mark.parametrize(
    ("code", "words", "proposed"),
    [
        ("6.7811E+13", "cannot be repaired", None),
        ("94260004", "this names a metastasis, and it is given as the primary", None),
        ("363346000", "not which", None),
        ("128462008", "this names a metastasis", None),
        ("126906006", "is it prostate cancer?", "prostate"),
        ("363406005", "not in the table", None),
    ],
)
def test_a_doubtful_primary_counts_as_unknown_until_answered(
    tmp_path: Path, code: str, words: str, proposed: str | None
) -> None:
    display = {
        "94260004": "Secondary malignant neoplasm of colon",
        "128462008": "Metastatic malignant neoplasm",
    }
    found = read(
        tmp_path,
        condition("primary", snomed(code, display.get(code, "Malignant tumour")), meta=PRIMARY),
        spinal(T8),
    )
    assert found.patient is not None
    assert sites(found.patient) == [("unknown", "")]
    (question,) = found.questions
    assert (question.kind, words in question.text) == ("primary_site", True)
    assert (question.proposal.fields["site"] if question.proposal else None) == proposed


def test_lung_cancer_by_icd_needs_its_histology(tmp_path: Path) -> None:
    lung = concept(ICD10CM, "C34.11", "Malignant neoplasm of upper lobe, right lung")
    found = read(tmp_path, condition("primary", lung), spinal(T8))
    assert found.patient is not None
    assert sites(found.patient) == [("unknown", "")]
    assert "small-cell" in found.questions[0].text


@pytest.mark.parametrize(
    ("morphology", "site"),
    [("35917007", ("nsclc", "adenocarcinoma")), ("74364000", ("other", "small_cell_lung"))],
)
def test_histology_decides_which_lung_cancer(tmp_path: Path, morphology: str, site: tuple[str, str]) -> None:
    url = f"{MCODE}mcode-histology-morphology-behavior"
    histology = [{"url": url, "valueCodeableConcept": snomed(morphology)}]
    record = taken(tmp_path, condition("primary", concept(ICD10CM, "C34.9"), extension=histology), spinal(T8))
    assert sites(record) == [site]


def test_primary_tumour_of_the_spine_is_never_a_metastasis(tmp_path: Path) -> None:
    chordoma = concept(ICD10CM, "C41.2", "Malignant neoplasm of vertebral column")
    found = read(tmp_path, condition("tumour", chordoma, bodySite=[snomed(T8)]))
    assert found.patient is not None
    assert found.patient.lesions == ()
    assert sites(found.patient) == [("unknown", "")]
    assert asked(found) == ["primary_site", "no_spinal_metastasis"]


def test_two_cancers_of_origin_both_stand_and_are_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, breast(), condition("other", snomed("399068003"), on="2019-02-01"), spinal(T8))
    assert found.patient is not None
    assert sites(found.patient) == [("prostate", ""), ("breast", "")]
    assert asked(found) == ["two_primaries"]


def test_one_cancer_recorded_twice_is_one(tmp_path: Path) -> None:
    again = condition("again", snomed("254837009"), on="2026-01-01")
    found = read(tmp_path, again, breast(), spinal(T8))
    assert found.patient is not None
    assert [one.source_key for one in found.patient.primaries] == ["Condition/primary"]
    assert "repeated_primary" in kinds(found, "note")


def test_cancer_of_adults_in_a_child_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, breast(), spinal(T8), person=patient(birthDate="2023-01-01"))
    assert "implausible_age" in asked(found)


def test_other_diseases_are_said_to_be_unused(tmp_path: Path) -> None:
    found = read(tmp_path, breast(), spinal(T8), condition("flu", snomed("6142004", "Influenza")))
    assert [one.value for one in found.problems if one.kind == "not_cancer"] == ["Influenza"]


@pytest.mark.parametrize(("status", "kind"), [("entered-in-error", "entered_in_error"), ("refuted", "refuted")])
def test_a_condition_that_does_not_hold_is_left_out_and_said(tmp_path: Path, status: str, kind: str) -> None:
    found = read(tmp_path, breast(), spinal(T8, verificationStatus=concept("", status)))
    assert found.patient is not None
    assert found.patient.lesions == ()
    assert kinds(found, "skipped") == [kind]


def test_an_unconfirmed_metastasis_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, breast(), spinal(T8, verificationStatus=concept("", "provisional")))
    assert found.patient is not None
    assert found.patient.lesions == ()
    assert "unconfirmed_condition" in asked(found)


def test_a_diagnosis_without_a_day_is_held_and_marked(tmp_path: Path) -> None:
    record = taken(tmp_path, breast(on=None), spinal(T8, on=None, recordedDate="2025-04-02"))
    assert (record.primaries[0].precision, record.lesions[0].occurred_on.isoformat()) == (
        "unknown",
        "2025-04-02",
    )


# Metastases


@pytest.mark.parametrize("code", ["94602001", "94250008", "94274006", "94389000", "94527001", "285619009", "866087009"])
def test_spinal_codes_are_spinal_with_an_unknown_level(tmp_path: Path, code: str) -> None:
    found = read(tmp_path, breast(), condition("met", snomed(code)))
    assert found.patient is not None
    assert levels(found.patient) == [""]
    (question,) = found.questions
    assert question.kind == "level_unknown"
    assert question.proposal is not None
    assert question.proposal.fields["source_key"] == found.patient.lesions[0].source_key


@pytest.mark.parametrize("code", ["94222008", "91281000119103", "91271000119101", "134421000", "424887002"])
def test_bone_code_is_spinal_with_a_vertebra_as_site(tmp_path: Path, code: str) -> None:
    assert levels(taken(tmp_path, breast(), bone(code=code, bodySite=[snomed(L1), snomed(T8)]))) == [
        "L1",
        "T8",
    ]


def test_bone_code_alone_is_asked_about_and_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, breast(), bone())
    assert found.patient is not None
    assert found.patient.lesions == ()
    assert asked(found) == ["bone_metastasis_site", "no_spinal_metastasis"]


def test_bone_code_of_another_bone_is_not_spinal(tmp_path: Path) -> None:
    found = read(tmp_path, breast(), bone(bodySite=[snomed("71341001", "Bone structure of femur")]))
    assert found.patient is not None
    assert found.patient.lesions == ()
    assert kinds(found, "unused") == ["metastasis_elsewhere"]


def test_bone_code_becomes_spinal_by_a_radiotherapy_volume(tmp_path: Path) -> None:
    volume = {
        "resourceType": "BodyStructure", "id": "ptv", "patient": {"reference": "Patient/alice"},
        "location": snomed(T8), "description": "planning target volume",
    }  # fmt: skip
    course = radiotherapy("rt", sites=())
    course["extension"][0]["extension"].append({"url": "volume", "valueReference": {"reference": "BodyStructure/ptv"}})
    found = read(tmp_path, breast(), bone(), volume, course)
    assert found.patient is not None
    assert levels(found.patient) == ["T8"]
    assert [one.levels for one in found.patient.procedures] == [("T8",)]
    assert asked(found) == ["level_from_elsewhere"]


@pytest.mark.parametrize(
    ("conclusion", "found"),
    [
        ("T1 and T2 sequences. Lytic metastasis in the body of L1.", ["L1"]),
        ("Metastatic deposits at T5-T7.", ["T5", "T6", "T7"]),
        ("No metastasis at L1. Metastases in T8.", ["T8"]),
        ("No lesion in T8.", []),
        ("Haemangioma of L1, no tumour.", []),
    ],
)
def test_bone_code_becomes_spinal_by_a_report(tmp_path: Path, conclusion: str, found: list[str]) -> None:
    assert levels(taken(tmp_path, breast(), bone(), report("mri", conclusion=conclusion))) == found


@pytest.mark.parametrize("code", ["94600009", "94601008", "94242004"])
def test_neural_disease_is_asked_about(tmp_path: Path, code: str) -> None:
    found = read(tmp_path, breast(), condition("met", snomed(code)))
    assert found.patient is not None
    assert found.patient.lesions == ()
    assert "neural_disease" in asked(found)


@pytest.mark.parametrize(
    "code", [snomed("94217008"), concept(ICD10CM, "C79.52"), concept(ICD10CM, "C79.31", "vertebral column")]
)
def test_marrow_and_brain_are_not_spinal_whatever_the_label(tmp_path: Path, code: Fhir) -> None:
    found = read(tmp_path, breast(), condition("met", code))
    assert found.patient is not None
    assert found.patient.lesions == ()
    assert "metastasis_elsewhere" in kinds(found, "unused")


def test_a_metastasis_that_does_not_say_where_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, breast(), condition("met", snomed("128462008", "Metastatic malignant neoplasm")))
    assert "metastasis_site" in asked(found)
    assert levels(taken(tmp_path, breast(), condition("met", snomed("128462008"), bodySite=[snomed(T8)]))) == ["T8"]


@pytest.mark.parametrize(
    ("site", "level"),
    [
        ({"text": "T8"}, "T8"), ({"text": "Th8 vertebral body"}, "T8"), ({"text": "D8"}, "T8"),
        (snomed("77435000.0"), "T8"), (snomed("280849005"), "T12"), (snomed("14806007"), "C1"),
        ({"text": "thoracic spine"}, ""), (snomed("122495006"), ""), ({"text": "T13"}, ""),
    ],
)  # fmt: skip
def test_levels_by_code_and_by_text(tmp_path: Path, site: Fhir, level: str) -> None:
    assert levels(taken(tmp_path, breast(), spinal(bodySite=[site]))) == [level]


def test_a_span_gives_a_lesion_at_each_level(tmp_path: Path) -> None:
    assert levels(taken(tmp_path, breast(), spinal(bodySite=[{"text": "T5-T7"}]))) == ["T5", "T6", "T7"]


def test_code_and_text_that_contradict_leave_the_level_unknown(tmp_path: Path) -> None:
    found = read(tmp_path, breast(), spinal(bodySite=[snomed(T8) | {"text": "T9"}]))
    assert found.patient is not None
    assert levels(found.patient) == [""]
    assert "the code says T8, the text T9" in found.questions[0].text


def test_one_level_named_twice_is_one_lesion_from_its_first_day(tmp_path: Path) -> None:
    found = read(tmp_path, breast(), spinal(T8, key="later", on="2026-02-01"), spinal(T8))
    assert found.patient is not None
    assert [(one.level, one.occurred_on.isoformat()) for one in found.patient.lesions] == [("T8", "2025-03-01")]
    assert "repeated_lesion" in kinds(found, "note")


def test_a_metastasis_called_resolved_stays_under_surveillance(tmp_path: Path) -> None:
    found = read(tmp_path, breast(), spinal(T8, clinicalStatus=concept("", "resolved")))
    assert found.patient is not None
    assert levels(found.patient) == ["T8"]
    assert "metastasis_over" in kinds(found, "note")


def test_primary_draft_says_what_the_source_says(tmp_path: Path) -> None:
    (primary,) = taken(tmp_path, breast(), spinal(T8)).primaries
    assert isinstance(primary, PrimaryDraft)
    assert (primary.text, primary.source_key) == ("Malignant neoplasm of breast", "Condition/primary")
