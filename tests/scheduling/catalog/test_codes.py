"""Codes of cancers, metastases, levels and imaging, and the radiotherapy dose rule."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from scheduling.catalog.codes import (
    ICD10,
    ICD10CM,
    OWN_CODES,
    SNOMED,
    SNOMED_OF_LEVEL,
    SecondaryRule,
    clean_code,
    level_of,
    level_of_text,
    load_site_codes,
)
from scheduling.catalog.imaging_codes import IMAGING_CODES, imaging_of
from scheduling.catalog.radiotherapy import Course, join_courses, read_course
from scheduling.engine.vocabulary import LEVELS, SUBTYPES, Coverage, Site, StudyKind

LOINC = "http://loinc.org"


@pytest.mark.parametrize(
    ("system", "code", "site", "subtype"),
    [
        (SNOMED, "254637007", Site.NSCLC, None),
        (SNOMED, "254837009", Site.BREAST, None),
        (SNOMED, "254837009.0", Site.BREAST, None),
        (SNOMED, "372244006", Site.MELANOMA, None),
        (SNOMED, "702391001", Site.RCC, None),
        (SNOMED, "399068003", Site.PROSTATE, None),
        (SNOMED, "363478007", Site.THYROID, None),
        (SNOMED, "255032005", Site.THYROID, "medullary"),
        (SNOMED, "254632001", Site.OTHER, "small_cell_lung"),
        (ICD10CM, "C50.919", Site.BREAST, None),
        (ICD10CM, "C50919", Site.BREAST, None),
        (ICD10, "C50.9", Site.BREAST, None),
        (ICD10CM, "C43.52", Site.MELANOMA, "cutaneous"),
        (ICD10CM, "C61", Site.PROSTATE, None),
        (ICD10CM, "C73", Site.THYROID, None),
        (ICD10CM, "C80.1", Site.UNKNOWN, None),
    ],
)
def test_primaries_that_a_code_decides(system: str, code: str, site: Site, subtype: str | None) -> None:
    reading = OWN_CODES.primary(system, code)
    assert reading is not None
    assert (reading.site, reading.subtype, reading.sure) == (site, subtype, True)


@pytest.mark.parametrize(
    ("system", "code", "site"),
    [
        (ICD10CM, "C34.90", None),
        (SNOMED, "363358000", None),
        (ICD10CM, "C64.9", Site.RCC),
        (SNOMED, "126906006", Site.PROSTATE),
        (ICD10CM, "C69.31", Site.MELANOMA),
        (ICD10CM, "C41.2", Site.OTHER),
    ],
)
def test_primaries_that_must_be_asked(system: str, code: str, site: Site | None) -> None:
    reading = OWN_CODES.primary(system, code)
    assert reading is not None
    assert (reading.site, reading.sure) == (site, False)
    assert reading.question.endswith("?")


@pytest.mark.parametrize(
    ("system", "code"),
    [
        (SNOMED, "363406005"),
        (SNOMED, "6.7811E+13"),
        (SNOMED, "94260004"),
        (SNOMED, "128462008"),
        (SNOMED, "187846001"),  # thyroid cartilage is larynx
        (SNOMED, "255068000"),
        (ICD10CM, "C5"),
        (ICD10CM, "I50.32"),
        ("urn:local", "C50"),
    ],
)
def test_codes_that_say_nothing(system: str, code: str) -> None:
    assert OWN_CODES.primary(system, code) is None


def test_codings_of_one_condition() -> None:
    both = OWN_CODES.primary_of_codings([(ICD10CM, "C34.90"), (SNOMED, "254637007")])
    assert both is not None
    assert (both.site, both.sure) == (Site.NSCLC, True)
    vague = OWN_CODES.primary_of_codings([(ICD10CM, "C34.90")])
    assert vague is not None
    assert vague.site is None
    conflict = OWN_CODES.primary_of_codings([(SNOMED, "254637007"), (SNOMED, "254837009")])
    assert conflict is not None
    assert (conflict.site, conflict.sure) == (None, False)
    assert "breast, nsclc" in conflict.question
    finer = OWN_CODES.primary_of_codings([(ICD10CM, "C73"), (SNOMED, "255032005")])
    assert finer is not None
    assert finer.subtype == "medullary"
    assert OWN_CODES.primary_of_codings([(SNOMED, "1")]) is None


def test_subtypes_of_closed_sites_stay_inside_their_sets() -> None:
    for reading in (*OWN_CODES.snomed.values(), *OWN_CODES.icd.values()):
        if reading.site in SUBTYPES and reading.subtype:
            assert reading.subtype in SUBTYPES[reading.site]


def test_our_codes_agree_with_the_terminology(shared: Path) -> None:
    """Of the public list, our few codes differ where that list is wrong or too sure, and nowhere else."""
    with (shared / "interop/terminology/site_codes.csv").open(newline="") as lines:
        listed = {
            (row["system"], row["code"]): row["class"] for row in csv.DictReader(lines) if row["kind"] == "primary"
        }
    differing = set()
    for code, reading in OWN_CODES.snomed.items():
        word = listed[SNOMED, code].removesuffix(":confirm")
        if word not in (reading.site, "lung_unspecified", "sclc_exclude"):
            differing.add((code, word, str(reading.subtype)))
    assert differing == {
        ("408642003", "rcc", "urothelial"),
        ("15959061000119101", "rcc", "urothelial"),
        ("15959101000119103", "rcc", "urothelial"),
    }


# --- metastases


@pytest.mark.parametrize("code", ["94602001", "94250008", "94274006", "94389000", "94527001", "285619009", "866087009"])
def test_spine_metastases(code: str) -> None:
    assert OWN_CODES.secondary(SNOMED, code) is SecondaryRule.SPINE


@pytest.mark.parametrize(
    ("system", "code", "rule"),
    [
        (SNOMED, "94222008", SecondaryRule.BONE_UNSPECIFIED),
        (SNOMED, "91281000119103", SecondaryRule.BONE_UNSPECIFIED),
        (SNOMED, "134421000", SecondaryRule.BONE_UNSPECIFIED),
        (SNOMED, "424887002", SecondaryRule.BONE_UNSPECIFIED),
        (ICD10CM, "C79.51", SecondaryRule.BONE_UNSPECIFIED),
        (ICD10CM, "C7951", SecondaryRule.BONE_UNSPECIFIED),
        (ICD10, "C79.5", SecondaryRule.BONE_UNSPECIFIED),
        (ICD10CM, "C79.52", SecondaryRule.NOT_SPINE),
        (SNOMED, "94217008", SecondaryRule.NOT_SPINE),
        (SNOMED, "94600009", SecondaryRule.NEURAL),
        (SNOMED, "94601008", SecondaryRule.NEURAL),
        (SNOMED, "94242004", SecondaryRule.NEURAL),
        (ICD10CM, "C79.31", SecondaryRule.NOT_SPINE),  # brain, not vertebral column
        (ICD10CM, "C41.2", None),  # a primary bone tumour is never a metastasis
        (SNOMED, "6.7811E+13", None),
    ],
)
def test_other_metastases(system: str, code: str, rule: SecondaryRule | None) -> None:
    assert OWN_CODES.secondary(system, code) is rule


def test_metastasis_codes_agree_with_the_terminology(shared: Path) -> None:
    rules = {"spine": SecondaryRule.SPINE, "bone:needs_bodysite": SecondaryRule.BONE_UNSPECIFIED}
    with (shared / "interop/terminology/site_codes.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            if row["kind"] == "secondary" and row["code"] != "94526005":
                found = OWN_CODES.secondary(row["system"], row["code"])
                word = row["class"].split(":")[0] if row["class"].startswith("spine") else row["class"]
                expected = rules.get(word)
                assert found is expected if expected else found in (SecondaryRule.NOT_SPINE, SecondaryRule.NEURAL), row


# --- levels


def test_levels_agree_with_the_terminology(shared: Path) -> None:
    with (shared / "interop/terminology/vertebra_levels.csv").open(newline="") as lines:
        rows = {row["level"]: row["snomed_body_structure"] for row in csv.DictReader(lines)}
    assert rows == SNOMED_OF_LEVEL


def test_levels_by_code_and_text() -> None:
    assert tuple(SNOMED_OF_LEVEL) == LEVELS
    assert [level_of(code) for code in SNOMED_OF_LEVEL.values()] == list(LEVELS)
    assert level_of("94222008") is None
    for text, level in {
        "T8": "T8",
        "Th8": "T8",
        "D8": "T8",
        "t08": "T8",
        "L1 vertebra": "L1",
        "vertebra C7": "C7",
    }.items():
        assert level_of_text(text) == level
    for text in ("T13", "thoracic spine", "T5-T7", "", "8", "X1", "TH"):
        assert level_of_text(text) is None


def test_damaged_codes() -> None:
    assert clean_code(" 254837009 ") == "254837009"
    assert clean_code("254837009.0") == "254837009"
    assert clean_code("6.7811E+13") is None
    assert clean_code("C79.51") == "C79.51"


# --- a site's own list


def test_a_site_adds_codes_and_never_overrules_ours(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(
        "kind,class,system,code,display\n"
        f"primary,breast,{SNOMED},93680004,areola\n"
        f"primary,breast,{SNOMED},254637007,wrong\n"
        f"primary,prostate,{ICD10CM},D40.0,\n"
        f"secondary,spine,{SNOMED},999000,\n"
        f"secondary,spine,{ICD10CM},C79.51,wrong\n"
    )
    table = load_site_codes(path)
    added = table.primary(SNOMED, "93680004")
    assert added is not None
    assert added.site is Site.BREAST
    kept = table.primary(SNOMED, "254637007")
    assert kept is not None
    assert kept.site is Site.NSCLC
    icd = table.primary(ICD10CM, "D40.0")
    assert icd is not None
    assert icd.site is Site.PROSTATE
    assert table.secondary(SNOMED, "999000") is SecondaryRule.SPINE
    assert table.secondary(ICD10CM, "C79.51") is SecondaryRule.BONE_UNSPECIFIED


def test_every_wrong_line_of_a_site_list_is_named(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(
        "kind,class,system,code\n"
        f"tertiary,breast,{SNOMED},1\n"
        f"primary,colon,{SNOMED},2\n"
        f"secondary,breast,{SNOMED},3\n"
        f"primary,breast,{SNOMED},6.78E+13\n"
        "primary,breast,cpt,72141\n"
    )
    with pytest.raises(ValueError, match="line 2: kind 'tertiary'") as refused:
        load_site_codes(path)
    assert [f"line {number}" in str(refused.value) for number in range(2, 7)] == [True] * 5
    path.write_text("kind,code\n")
    with pytest.raises(ValueError, match="missing columns class, system"):
        load_site_codes(path)


# --- imaging


def test_imaging_codes_agree_with_the_terminology(shared: Path) -> None:
    systems = {"SNOMED": SNOMED, "SNOMED-US": SNOMED, "LOINC": LOINC}
    with (shared / "interop/terminology/imaging_codes.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            if row["system"] == "CPT":
                assert not [code for code in IMAGING_CODES if code.code in row["code"]]
            else:
                assert imaging_of(systems[row["system"]], row["code"]) is not None, row


@pytest.mark.parametrize(
    ("system", "code", "kind", "coverage"),
    [
        (SNOMED, "241645008", StudyKind.MRI, None),
        (SNOMED, "411611000119102", StudyKind.MRI, Coverage.WHOLE_SPINE),
        (SNOMED, "448641007", StudyKind.MRI, Coverage.SEGMENT),
        (SNOMED, "443271005", StudyKind.PET_CT, Coverage.WHOLE_BODY),
        (LOINC, "24980-5", StudyKind.MRI, Coverage.SEGMENT),
        (LOINC, "24978-9", StudyKind.CT_SPINE, Coverage.SEGMENT),
        (LOINC, "25031-6", StudyKind.BONE_SCAN, Coverage.WHOLE_BODY),
    ],
)
def test_imaging_kind_and_coverage(system: str, code: str, kind: StudyKind, coverage: Coverage | None) -> None:
    row = imaging_of(system, code)
    assert row is not None
    assert (row.kind, row.coverage) == (kind, coverage)


def test_unknown_imaging_is_unknown() -> None:
    assert imaging_of(LOINC, "241645008") is None
    assert imaging_of(SNOMED, "71651007") is None
    assert len({(row.system, row.code) for row in IMAGING_CODES}) == len(IMAGING_CODES)


# --- radiotherapy


@pytest.mark.parametrize(
    ("dose", "fractions", "technique", "kind", "asked"),
    [
        (27.0, 3, "", "sbrt", False),
        (24.0, 1, "", "sbrt", False),
        (25.0, 5, "", "sbrt", False),
        (24.9, 5, "", "cebrt", False),
        (30.0, 6, "", "cebrt", False),
        (30.0, 10, "", "cebrt", False),
        (20.0, 5, "", "cebrt", False),
        (8.0, 1, "", "cebrt", True),
        (8.0, 1, "SBRT", "sbrt", False),
        (16.0, 2, "", "sbrt", False),
        (50.0, 10, "stereotactic", "cebrt", True),
        (None, 3, "", None, True),
        (27.0, None, "", None, True),
        (0.0, 3, "", None, True),
    ],
)
def test_dose_rule(dose: float | None, fractions: int | None, technique: str, kind: str | None, asked: bool) -> None:
    reading = read_course(dose, fractions, technique)
    assert (reading.kind, bool(reading.question)) == (kind, asked)


def test_five_gray_that_came_from_centigray_is_five_gray() -> None:
    assert read_course(2500 / 100, 5).kind == "sbrt"
    assert read_course(0.1 * 3 * 50, 3).kind == "sbrt"


def test_parts_of_one_course_add_up() -> None:
    parts = [
        Course("T8", date(2026, 1, 15), date(2026, 1, 15), 9.0, 1),
        Course("T8", date(2026, 1, 1), date(2026, 1, 1), 18.0, 2),
        Course("T8", date(2026, 1, 1), date(2026, 1, 1), 18.0, 2),
        Course("T9", date(2026, 1, 2), date(2026, 1, 2), 8.0, 1),
        Course("T8", date(2026, 1, 30), date(2026, 1, 30), 20.0, 5),
    ]
    joined = join_courses(parts)
    assert joined == join_courses(reversed(parts))
    assert joined == (
        Course("T8", date(2026, 1, 1), date(2026, 1, 15), 27.0, 3),
        Course("T8", date(2026, 1, 30), date(2026, 1, 30), 20.0, 5),
        Course("T9", date(2026, 1, 2), date(2026, 1, 2), 8.0, 1),
    )


def test_a_part_without_dose_makes_the_course_unknown() -> None:
    (course,) = join_courses(
        [
            Course("L1", date(2026, 1, 1), date(2026, 1, 1), None, None),
            Course("L1", date(2026, 1, 3), date(2026, 1, 3), 8.0, 1),
        ]
    )
    assert (course.dose_gy, course.fractions, course.end) == (None, None, date(2026, 1, 3))


def test_courses_of_unknown_level_are_not_joined() -> None:
    days = (date(2026, 1, 1), date(2026, 1, 2))
    assert len(join_courses(Course(None, day, day, 8.0, 1) for day in days)) == 2
    assert len(join_courses(Course(None, days[0], days[0], 8.0, 1) for _ in range(3))) == 1
