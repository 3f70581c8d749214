"""The invented cohort of 25,000: every planted defect is said or asked, with its place."""

from __future__ import annotations

import gzip
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import settings

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


#: The thorough run reads everybody; the others the first tenth of the patients, of whom less is counted.
WHOLE = settings.get_current_profile_name() == "thorough"
FIRST = 2_500


@pytest.fixture(scope="module")
def cohort(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cohort, or the rows of its first patients with the headers and line ends as they are."""
    whole = shared / "interop" / "cohort-25k"
    if WHOLE:
        return whole
    folder = tmp_path_factory.mktemp("cohort")
    with gzip.open(whole / "patients.csv.gz", "rt", newline="", encoding="utf-8") as patients:
        kept = {line.split(",", 1)[0] for line in islice(patients, FIRST + 1)}
    for path in whole.glob("*.csv.gz"):
        with gzip.open(path, "rt", newline="", encoding="utf-8") as rows:
            some = "".join(line for line in rows if line.split(",", 1)[0] in kept)
        (folder / path.stem).write_bytes(some.encode())
    return folder


@pytest.fixture(scope="module")
def findings(cohort: Path) -> list[Problem | QuestionDraft]:
    """Everything that is said or asked of the cohort."""
    found: list[Problem | QuestionDraft] = []
    for reading in open_cohort(cohort, AS_OF).readings:
        found += reading.problems
        found += [asked for asked in reading.questions if asked.kind != "two_patients_one_number"]
    return found


def test_every_planted_defect_is_found(findings: list[Problem | QuestionDraft]) -> None:
    """All of them in everybody; about a tenth of each kind in a tenth of the patients."""
    counts = Counter(found.kind for found in findings)
    if not WHOLE:
        for kind, number in PLANTED.items():
            assert number / 30 <= counts[kind] <= number / 4 or number < 10, (kind, counts[kind])
        return
    assert {kind: counts[kind] for kind in PLANTED} == PLANTED
    files = Counter((found.kind, found.place.split(".")[0]) for found in findings)
    assert files["future_date", "lesions"] == 106
    assert files["future_date", "procedures"] == 116 + 121
    assert files["after_death", "imaging"] + files["future_date", "imaging"] == 29
    assert files["no_stop", "therapies"] == 24 + 30


def test_each_is_said_with_file_line_and_what_was_expected(findings: list[Problem | QuestionDraft]) -> None:
    assert all(found.place.split(":")[1].split()[0].isdecimal() for found in findings)
    assert all(found.expected for found in findings)
