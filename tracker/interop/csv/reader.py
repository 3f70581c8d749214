"""From a folder of files to one reading a patient, in the order of the patients file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.interop.csv.cohort import Cohort
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Notes
from tracker.interop.csv.record import READERS, read_record
from tracker.interop.csv.tables import FACTS, PATIENT
from tracker.interop.records import Problem, QuestionDraft, Reading, ReadResult

#: Source of every key this reader makes.
KIND = "csv"


@dataclass(frozen=True, slots=True)
class CsvCohort:
    """A cohort that can be read: how many patients it lists, and the readings, once."""

    patients: int
    readings: ReadResult


def open_cohort(folder: Path, as_of: date) -> CsvCohort:
    """Look through the folder and prepare its readings; `as_of` is the reference day, later dates are errors.

    Raises SourceRefused with everything that is wrong with the files themselves.
    """
    cohort = Cohort(folder)
    return CsvCohort(len(cohort.patients), _readings(cohort, as_of))


def _readings(cohort: Cohort, as_of: date) -> Iterator[Reading]:
    general = (*cohort.other_files, *cohort.orphans, *cohort.wrong.pop("", ()))
    if general:
        yield Reading(problems=general)
    numbers: dict[str, list[Row]] = defaultdict(list)
    for row in cohort.patients:
        if number := row.raw("mrn").strip() if len(row.cells) == len(row.columns) else "":
            numbers[number].append(row)
    listed = [field for name, (_, field) in READERS.items() if cohort.groups[name].known]
    whole = ("primaries", "markers", "statuses", *listed)
    for row in cohort.patients:
        name = row.cells[row.columns[PATIENT]].strip() if row.columns[PATIENT] < len(row.cells) else ""
        groups = {table.name: cohort.groups[table.name].of(name) for table in FACTS}
        yield _reading(row, name, groups, as_of, numbers, cohort.wrong.get(name, []), whole)


def _reading(
    row: Row,
    name: str,
    groups: Mapping[str, list[Row]],
    as_of: date,
    numbers: Mapping[str, list[Row]],
    wrong: list[Problem],
    whole: tuple[str, ...],
) -> Reading:
    notes = Notes(name, as_of, problems=list(wrong), wrong=bool(wrong))
    if len(row.cells) != len(row.columns):
        return notes.reading(None)
    notes.number = notes.text(row, "mrn")
    shared = _shared_number(notes, row, numbers.get(notes.number, []))
    return notes.reading(read_record(notes, row, name, groups, whole), shared)


def _shared_number(notes: Notes, row: Row, rows: list[Row]) -> tuple[QuestionDraft, ...]:
    """Two patients with one number: neither is taken, and one question asks whose it is."""
    if not notes.number:
        notes.error(row, "mrn", "missing", "the hospital's number of the patient")
    if len(rows) < 2:
        return ()
    others = ", ".join(other.place() for other in rows if other is not row)
    expected = f"a number of its own; it also stands in {others}; neither is taken"
    notes.error(row, "mrn", "two_patients_one_number", expected)
    if row is not rows[0]:
        return ()
    names = ", ".join(other.raw(PATIENT) for other in rows)
    return (notes.whose_number(row.place("mrn"), len(rows), names),)
