"""The invented cohort of 25,000: every planted defect is said or asked, with its place."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.tracker.interop.cohorts import AS_OF
from tracker.interop.csv import open_cohort
from tracker.interop.records import Problem, QuestionDraft

#: Counted over the files by hand: kind of finding to how many, in problems and questions together.
PLANTED = {
    "two_patients_one_number": 158,
    "partial_date": 89,  # a year of birth
    "white_space": 80,
    "no_marker": 83,
    "level_unclear": 79,
    "repeated_row": 95,  # 86 therapies, 9 symptoms
    "drug_name": 86,
    "date_format": 44,  # with ambiguous_date: 72 days with the year last
    "ambiguous_date": 28,
    "stop_before_start": 59,
    "before_birth": 7,
}


@pytest.fixture(scope="module")
def findings(shared: Path) -> list[Problem | QuestionDraft]:
    """Everything that is said or asked of the whole cohort."""
    found: list[Problem | QuestionDraft] = []
    for reading in open_cohort(shared / "interop" / "cohort-25k", AS_OF).readings:
        found += reading.problems
        found += [asked for asked in reading.questions if asked.kind != "two_patients_one_number"]
    return found


def test_every_planted_defect_is_found(findings: list[Problem | QuestionDraft]) -> None:
    counts = Counter(found.kind for found in findings)
    assert {kind: counts[kind] for kind in PLANTED} == PLANTED
    files = Counter((found.kind, found.place.split(".")[0]) for found in findings)
    assert files["future_date", "lesions"] == 106
    assert files["future_date", "procedures"] == 116 + 121
    assert files["after_death", "imaging"] + files["future_date", "imaging"] == 29
    assert files["no_stop", "therapies"] == 24 + 30


def test_each_is_said_with_file_line_and_what_was_expected(findings: list[Problem | QuestionDraft]) -> None:
    assert all(found.place.split(":")[1].split()[0].isdecimal() for found in findings)
    assert all(found.expected for found in findings)
