"""Markers, variants, disease status, function: what counts, what is kept as unknown, what is asked."""

from datetime import date
from pathlib import Path

import pytest

from tests.tracker.interop.fhir_builder import (
    HGNC,
    LOINC,
    T8,
    TUMOUR_MARKER,
    Fhir,
    asked,
    breast,
    concept,
    kinds,
    observation,
    read,
    snomed,
    spinal,
    status,
    taken,
    variant,
)

EGFR, BRAF = concept(HGNC, "HGNC:3236", "EGFR"), concept(HGNC, "1097", "BRAF")
POSITIVE, NEGATIVE = snomed("10828004"), snomed("260385009")
IMPROVED, STABLE, WORSENED = "268910001", "359746009", "271299001"


def markers(folder: Path, *resources: Fhir) -> list[tuple[str, str]]:
    return [(one.name, one.result) for one in taken(folder, breast(), spinal(T8), *resources).markers]


# Markers and variants


@pytest.mark.parametrize(
    ("code", "value", "marker"),
    [
        ("78205-2", {"valueCodeableConcept": POSITIVE}, ("ALK fusion", "present")),
        ("78205-2", {"valueCodeableConcept": NEGATIVE}, ("ALK negative", "absent")),
        ("85319-2", {"valueCodeableConcept": concept(LOINC, "LA6576-8")}, ("HER2+", "present")),
        ("85319-2", {"valueString": "3+"}, ("HER2+", "present")),
        ("85319-2", {"valueString": "2+"}, ("HER2", "unknown")),
        ("85318-4", {"valueString": "less than 1.8"}, ("HER2", "unknown")),
        ("85318-4", {}, ("HER2", "unknown")),
        ("16112-5", {"valueCodeableConcept": {"text": "negative"}}, ("ER-", "absent")),
        ("16112-5", {"interpretation": [concept("", "POS")]}, ("ER+", "present")),
        ("85299-6", {"valueCodeableConcept": snomed("42425007", "Equivocal")}, ("BRAF V600E", "unknown")),
    ],
)
def test_marker_tests(tmp_path: Path, code: str, value: Fhir, marker: tuple[str, str]) -> None:
    assert markers(tmp_path, observation("test", code, **value)) == [marker]


def test_subtype_of_breast_cancer_comes_from_the_newest_tests(tmp_path: Path) -> None:
    tests = [
        observation("er", "16112-5", "2020-01-01", valueCodeableConcept=POSITIVE),
        observation("her2", "48676-1", "2020-01-01", valueCodeableConcept=POSITIVE),
        observation("her2-now", "48676-1", "2025-01-01", valueCodeableConcept=NEGATIVE),
    ]
    assert taken(tmp_path, breast(), spinal(T8), *tests).primaries[0].subtype == "hr_pos_her2_neg"
    assert taken(tmp_path, breast(), spinal(T8), tests[0]).primaries[0].subtype == ""


@pytest.mark.parametrize("change", ["p.(Thr790Met)", "p.Thr790Met", "p.T790M", "NP_005219.2:p.(Thr790Met)"])
def test_variant_in_any_spelling(tmp_path: Path, change: str) -> None:
    assert markers(tmp_path, variant("v", [EGFR], change=change)) == [("EGFR T790M", "present")]


def test_absent_never_becomes_a_driver(tmp_path: Path) -> None:
    found = markers(tmp_path, variant("v", [EGFR], "LA9634-2", "p.(Thr790Met)"), variant("w", [BRAF, EGFR], "LA9634-2"))
    assert found == [("EGFR T790M", "absent"), ("BRAF mutation", "absent"), ("EGFR mutation", "absent")]


@pytest.mark.parametrize("answer", ["LA11884-6", "LA18198-4"])
def test_a_variant_that_nobody_called_is_asked_about(tmp_path: Path, answer: str) -> None:
    found = read(tmp_path, spinal(T8), variant("v", [EGFR], answer, "p.(Thr790Met)"))
    assert found.patient is not None
    assert found.patient.markers == ()
    assert asked(found) == ["variant_undecided"]


def test_a_gene_whose_id_and_display_disagree_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), variant("v", [concept(HGNC, "HGNC:7989", "KIT")], change="p.Q61R"))
    assert asked(found) == ["gene_conflict"]
    assert found.patient is not None
    assert found.patient.markers == ()


@pytest.mark.parametrize(
    "gene",
    [concept(HGNC, "3236"), concept(HGNC, "HGNC:3236"), {"coding": [{"display": "EGFR"}]}, {"text": "egfr"}],
)
def test_genes_with_and_without_prefix_or_by_display_alone(tmp_path: Path, gene: Fhir) -> None:
    assert markers(tmp_path, variant("v", [gene], change="p.L858R")) == [("EGFR L858R", "present")]


def test_a_gene_out_of_the_catalogue_is_unused(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), variant("v", [concept(HGNC, "HGNC:10471", "RUNx1")], change="p.X1Y"))
    assert kinds(found, "unused") == ["gene_not_listed"]


def test_a_fusion_is_named_by_its_driver(tmp_path: Path) -> None:
    assert markers(tmp_path, variant("v", [concept(HGNC, "HGNC:1316", "EML4"), concept(HGNC, "HGNC:427", "ALK")])) == [
        ("ALK fusion", "present")
    ]


def test_a_variant_without_its_change_is_asked_about(tmp_path: Path) -> None:
    assert asked(read(tmp_path, spinal(T8), variant("v", [EGFR]))) == ["variant_unspecified"]


@pytest.mark.parametrize(
    ("part", "remark"),
    [
        (("53037-8", "LA6675-8"), "benign"), (("53037-8", "LA26333-7"), "uncertain significance"),
        (("48002-0", "LA6683-2"), "germline"),
    ],
)  # fmt: skip
def test_benign_uncertain_and_inherited_variants_drive_nothing(
    tmp_path: Path, part: tuple[str, str], remark: str
) -> None:
    extra = [{"code": concept(LOINC, part[0]), "valueCodeableConcept": concept(LOINC, part[1])}]
    record = taken(tmp_path, spinal(T8), variant("v", [EGFR], change="p.L858R", component=extra))
    assert [(one.result, one.value) for one in record.markers] == [("unknown", remark)]


# Disease status


@pytest.mark.parametrize(
    ("value", "category"),
    [
        (IMPROVED, "partial"), (STABLE, "stable"), (WORSENED, "progressive"), ("550991000124107", "complete"),
        ("103338009", "complete"), ("551001000124108", "partial"), ("103337004", "partial"),
    ],
)  # fmt: skip
def test_status_by_imaging_is_the_response_of_the_spine_to_be_confirmed(
    tmp_path: Path, value: str, category: str
) -> None:
    found = read(tmp_path, spinal(T8), status("s", value))
    assert found.patient is not None
    (response,) = found.patient.responses
    assert (response.spine, response.evidence, response.assessor, response.counts) == (
        category,
        "imaging",
        "",
        True,
    )
    assert asked(found) == ["confirm_for_spine"]


@pytest.mark.parametrize("evidence", [TUMOUR_MARKER, "108257001", "386344002", None])
def test_status_by_other_evidence_is_a_question_only(tmp_path: Path, evidence: str | None) -> None:
    found = read(tmp_path, spinal(T8), status("s", WORSENED, evidence=evidence))
    assert found.patient is not None
    assert found.patient.responses == ()
    (question,) = found.questions
    assert question.kind == "status_without_imaging"
    assert question.proposal is not None
    assert question.proposal.fields["spine"] == "progressive"


@pytest.mark.parametrize("value", ["709137006", "399409002"])
def test_undetermined_and_metastasis_present_are_no_trend(tmp_path: Path, value: str) -> None:
    found = read(tmp_path, spinal(T8), status("s", value))
    assert found.patient is not None
    assert found.patient.responses == ()
    assert kinds(found, "unused") == ["no_trend"]


def test_two_statuses_on_one_day_by_imaging_both_stand_and_are_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), status("a", STABLE), status("b", WORSENED))
    assert found.patient is not None
    assert [one.spine for one in found.patient.responses] == ["stable", "progressive"]
    assert asked(found) == ["confirm_for_spine", "confirm_for_spine", "two_responses_one_day"]


def test_of_two_statuses_on_one_day_the_one_by_imaging_counts(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), status("a", WORSENED, evidence=TUMOUR_MARKER), status("b", STABLE))
    assert found.patient is not None
    assert [one.spine for one in found.patient.responses] == ["stable"]
    assert asked(found) == ["status_without_imaging", "confirm_for_spine"]


@pytest.mark.parametrize("state", ["preliminary", "registered", "unknown"])
def test_a_status_that_is_not_final_is_asked_about(tmp_path: Path, state: str) -> None:
    found = read(tmp_path, spinal(T8), status("s", WORSENED) | {"status": state})
    assert found.patient is not None
    assert found.patient.responses == ()
    assert asked(found) == ["not_final"]


# Function and kidneys


def test_scales_are_kept_and_never_converted(tmp_path: Path) -> None:
    record = taken(
        tmp_path,
        spinal(T8),
        observation("e", "89247-1", valueInteger=2),
        observation("k", "89243-0", valueInteger=60),
    )
    assert [(one.scale, one.value) for one in record.functions] == [("ecog", "2"), ("karnofsky", "60")]


def test_ecog_by_its_coded_answer(tmp_path: Path) -> None:
    record = taken(tmp_path, spinal(T8), observation("e", "89247-1", interpretation=[concept(LOINC, "LA9624-3")]))
    assert [(one.scale, one.value) for one in record.functions] == [("ecog", "2")]


def test_value_and_answer_that_disagree_are_asked_about(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        spinal(T8),
        observation("e", "89247-1", valueInteger=1, interpretation=[concept(LOINC, "LA9622-7")]),
    )
    assert found.patient is not None
    assert found.patient.functions == ()
    assert asked(found) == ["answer_conflict"]


def test_karnofskys_code_under_ecogs_name_is_asked_about(tmp_path: Path) -> None:
    name = concept(LOINC, "89243-0", "ECOG Performance Status score")
    wrong = observation("e", "89243-0", valueInteger=0) | {"code": name}
    found = read(tmp_path, spinal(T8), wrong)
    assert found.patient is not None
    assert found.patient.functions == ()
    assert asked(found) == ["scale_conflict"]


def test_kidney_function_limits_contrast(tmp_path: Path) -> None:
    good = observation("g", "98979-8", valueQuantity={"value": 28.44, "unit": "mL/min/{1.73_m2}"})
    bad = observation("b", "98979-8", "2026-04-01", valueQuantity={"value": 28, "unit": "mg/dL"})
    found = read(tmp_path, spinal(T8), good, bad)
    assert found.patient is not None
    assert [(str(one.egfr), one.occurred_on) for one in found.patient.safety] == [("28.4", date(2026, 3, 1))]
    assert kinds(found, "skipped") == ["unit"]


def test_other_observations_are_counted_with_their_place(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), observation("psa", "2857-1"), observation("stage", "21908-9"))
    problems = [one for one in found.problems if one.kind == "observation_not_needed"]
    assert [one.place for one in problems] == [
        "alice.json Observation/psa Observation.code", "alice.json Observation/stage Observation.code",
    ]  # fmt: skip
