"""Every fact that a person reads from the six authored bundles comes out, and foreign exports are read whole."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.tracker.interop.fhir_builder import AS_OF
from tracker.interop.fhir import read_fhir
from tracker.interop.records import PatientRecord, Reading

CATEGORY = {"stable": "stable", "worsened": "progressive", "improved": "partial"}


def _expected(shared: Path) -> list[dict[str, str]]:
    with (shared / "interop/mcode-spine/EXPECTED.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _read(path: Path) -> list[Reading]:
    return list(read_fhir(path, as_of=AS_OF))


def _patients(found: list[Reading]) -> dict[str, PatientRecord]:
    return {one.name: one.patient for one in found if one.patient is not None}


def _parts(cell: str) -> set[str]:
    return {part for part in cell.split(";") if part}


def _as_expected(record: PatientRecord) -> dict[str, object]:
    """The record in the columns of EXPECTED.csv."""
    running = [line for line in record.lines if line.stopped_on is None]
    last = max(record.responses, key=lambda one: one.occurred_on)
    courses = {
        (level, one.dose_gy * 100 if one.dose_gy else None, one.fractions, one.kind, one.occurred_on)
        for one in record.procedures
        for level in one.levels
    }
    spine = [one.occurred_on for one in record.studies if one.kind == "mri"]
    return {
        "site": [one.site for one in record.primaries],
        "markers": {one.name for one in record.markers},
        "drugs_now": {drug for line in running for drug in line.drugs},
        "drug_start": {line.occurred_on for line in running},
        "drugs_stopped": {
            f"{drug}@{line.stopped_on}" for line in record.lines if line.stopped_on for drug in line.drugs
        },
        "levels": {one.level for one in record.lesions},
        "last_status": (last.spine, last.occurred_on),
        "rt": courses,
        "ecog": [one.value for one in record.functions if one.scale == "ecog"],
        "last_spine_mri": max(spine, default=None),
        "deceased": record.deceased_on,
    }


def _course(row: dict[str, str]) -> set[tuple[str, int, int, str, date]]:
    if not row["rt"]:
        return set()
    level, dose, *_ = row["rt"].split()
    gray, _, fractions = dose.partition("cGy/")
    kind = "sbrt" if "SBRT" in row["rt"] else "cebrt"
    return {(level, int(gray), int(fractions.removesuffix("fx")), kind, date.fromisoformat(row["rt_end"]))}


def test_every_expected_fact_comes_out(shared: Path) -> None:
    read = _patients(_read(shared / "interop/mcode-spine"))
    rows = _expected(shared)
    assert set(read) == {row["patient"] for row in rows}
    for row in rows:
        wanted = {
            "site": [row["site"]],
            "markers": _parts(row["markers"]),
            "drugs_now": _parts(row["drugs_now"]),
            "drug_start": {date.fromisoformat(row["drug_start"])},
            "drugs_stopped": _parts(row["drugs_stopped"]),
            "levels": _parts(row["levels"]),
            "last_status": (CATEGORY[row["last_status"]], date.fromisoformat(row["last_status_date"])),
            "rt": _course(row),
            "ecog": [row["ecog"]] if row["ecog"] else [],
            "last_spine_mri": date.fromisoformat(row["last_spine_mri"]) if row["last_spine_mri"] else None,
            "deceased": None,
        }
        assert _as_expected(read[row["patient"]]) == wanted, row["file"]


def test_every_marker_of_the_authored_bundles_has_its_result(shared: Path) -> None:
    read = _patients(_read(shared / "interop/mcode-spine"))
    results = {marker.name: marker.result for one in read.values() for marker in one.markers}
    assert results == {
        "EGFR L858R": "present", "EGFR T790M": "present", "ALK fusion": "present", "ER+": "present", "HER2-": "absent",
        "HER2+": "present", "BRAF V600E": "present",
    }  # fmt: skip
    assert {one.primaries[0].subtype for one in read.values()} == {
        "",
        "hr_pos_her2_neg",
        "her2_pos",
        "cutaneous",
    }
    (scale,) = read["s03-breast-hrpos"].functions
    assert (scale.scale, scale.value) == ("karnofsky", "80")


def test_each_authored_status_is_to_be_confirmed_for_the_spine(shared: Path) -> None:
    found = _read(shared / "interop/mcode-spine")
    assert Counter(question.kind for one in found for question in one.questions) == {"confirm_for_spine": 8}


def test_hl7_examples_with_shared_numbers(shared: Path) -> None:
    found = _read(shared / "interop/mcode-hl7")
    assert set(_patients(found)) == {
        "cancer-patient-brian-l", "cancer-patient-jenny-m", "gx-cancer-patient-adam-anyperson",
    }  # fmt: skip
    errors = [problem for one in found for problem in one.problems if problem.severity == "error"]
    assert sorted((problem.kind, problem.value) for problem in errors) == [
        ("two_patients_one_number", "m123"), ("two_patients_one_number", "m123"),
        ("two_patients_one_number", "m456"), ("two_patients_one_number", "m456"),
    ]  # fmt: skip
    jenny = _patients(found)["cancer-patient-jenny-m"]
    assert jenny.procedures == ()
    assert {line.drugs for line in jenny.lines} == {
        ("cyclophosphamide", "doxorubicin", "paclitaxel"), ("anastrozole",),
    }  # fmt: skip
    unused = Counter(problem.kind for one in found for problem in one.problems if problem.severity == "unused")
    assert unused["radiotherapy_elsewhere"] == 4


def test_genes_that_public_examples_swap_are_asked_about(shared: Path) -> None:
    found = _read(shared / "interop/mcode-hl7/gx-cancer-patient-adam-anyperson.json")
    (adam,) = _patients(found).values()
    assert {(one.name, one.result) for one in adam.markers} == {
        ("ALK fusion", "present"),
        ("BRAF mutation", "absent"),
    }
    values = [question.value for one in found for question in one.questions if question.kind == "gene_conflict"]
    assert values == ["HGNC:6342 NRAS", "HGNC:7989 KIT"]


def test_synthea_record(shared: Path) -> None:
    found = _read(shared / "interop/mcode-synthea")
    (child,) = _patients(found).values()
    assert (child.birth_on, child.deceased_on) == (date(1997, 12, 24), date(2001, 1, 1))
    assert [one.status for one in child.statuses] == ["hospice", "deceased"]
    assert child.statuses[0].occurred_on == date(2000, 11, 8)
    (line,) = child.lines
    assert (line.drugs, line.occurred_on) == (("paclitaxel",), date(2000, 10, 28))
    assert (line.stopped_on, line.stopped_precision) == (date(2000, 12, 10), "unknown")
    assert not [problem for one in found for problem in one.problems if problem.severity == "error"]
    assert {question.kind for one in found for question in one.questions} == {
        "hospice",
        "implausible_age",
    }  # fmt: skip


def test_bulk_export_is_joined_by_patient(shared: Path) -> None:
    found = _read(shared / "interop/bulk-ndjson")
    patients = _patients(found)
    assert len(patients) == 68
    assert sum(one.deceased_on is not None for one in patients.values()) == 37
    assert sum(len(one.primaries) for one in patients.values()) == 71
    assert sum(len(one.markers) for one in patients.values()) == 81
    questions = [question for one in found for question in one.questions]
    asked = Counter(question.value for question in questions if question.kind == "primary_site")
    assert asked == {
        "126906006": 30,
        "109838007": 7,
        "363406005": 7,
        "94260004": 4,
        "93761005": 1,
        "6.7811E+13": 1,
    }
    unused = Counter(problem.kind for one in found for problem in one.problems if problem.severity == "unused")
    assert (unused["observation_not_needed"], unused["no_line"]) == (196, 18)
    lines = Counter(drug for one in patients.values() for line in one.lines for drug in line.drugs)
    assert lines["neratinib"] == lines["trastuzumab"] == lines["ribociclib"] == lines["fulvestrant"] == 1


@pytest.mark.parametrize("name", ["mcode-spine", "mcode-hl7", "mcode-synthea", "bulk-ndjson"])
def test_reading_twice_says_the_same(shared: Path, name: str) -> None:
    assert _read(shared / "interop" / name) == _read(shared / "interop" / name)
