"""From an index of FHIR resources to one reading a patient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduling.catalog.codes import OWN_CODES, SiteTable
from tracker.interop.fhir.loading import Refused
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.record import read_record, source_problem
from tracker.interop.fhir.resources import Person
from tracker.interop.fhir.sources import Source
from tracker.interop.records import PatientRecord, QuestionDraft, Reading, ReadResult, Severity, SourceRefused


@dataclass(frozen=True, slots=True)
class FhirCohort:
    """Resources that can be read: how many patients they name, and the readings, once."""

    patients: int
    readings: ReadResult


def open_fhir(path: Path, *, as_of: date, codes: SiteTable = OWN_CODES, complete: bool = False) -> FhirCohort:
    """Index a file or folder and prepare its readings; `as_of` is the reference day, later dates are not read.

    `codes` is the table of cancers, a site's own list added. `complete`: the source lists all that it has of each
    patient, so that a fact that was read before and is missing now has gone; an mCODE patient bundle says so itself.
    Raises SourceRefused where there is nothing to read.
    """
    if not path.exists():
        raise SourceRefused((source_problem(path.name, "nothing there", "a FHIR file or a folder with some"),))
    source = Source(path)
    if not source.people:
        expected = "at least one Patient resource (.json or .ndjson)"
        raise SourceRefused((*source.problems, source_problem(path.name, "no patient", expected)))
    return FhirCohort(len(source.people), _readings(source, as_of, codes, complete))


def read_fhir(path: Path, *, as_of: date, codes: SiteTable = OWN_CODES, complete: bool = False) -> Iterator[Reading]:
    """The readings of `open_fhir`; what cannot be read at all is a reading too."""
    try:
        yield from open_fhir(path, as_of=as_of, codes=codes, complete=complete).readings
    except SourceRefused as refused:
        yield Reading(problems=refused.problems)


def _readings(source: Source, as_of: date, codes: SiteTable, complete: bool) -> Iterator[Reading]:
    if source.problems:
        yield Reading(problems=tuple(source.problems))
    for person in source.people.values():
        notes = Notes(person.key, as_of)
        record: PatientRecord | None = None
        shared: tuple[QuestionDraft, ...] = ()
        try:
            shared = _shared_number(source, person, notes)
            record = read_record(source, person, notes, codes, complete)
        except (Refused, OSError) as error:
            expected = "a file that stays while it is read"
            notes.problems.append(source_problem(person.key, str(error), expected, person.key))
            notes.wrong = True
        yield notes.reading(record, shared)


def _shared_number(source: Source, person: Person, notes: Notes) -> tuple[QuestionDraft, ...]:
    """Two patients with one number: neither is taken, and one question asks whose it is."""
    same = source.numbers.get(person.number, [])
    if len(same) < 2:
        return ()
    notes.number = person.number
    entry = person.locators[0]
    place = f"{source.files[entry.locator.file].name} Patient/{entry.id} Patient.identifier"[:300]
    others = ", ".join(f"Patient/{one.key}" for one in same if one is not person)
    expected = f"a number of its own; {others} has it too; neither is taken"
    notes.add_problem(Severity.ERROR, place, person.number, "two_patients_one_number", expected)
    if person is not same[0]:
        return ()
    return (notes.whose_number(place, len(same), ", ".join(one.key for one in same)[:200]),)
