"""From a folder of files to one reading a patient, in the order of the patients file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from zoneinfo import available_timezones

from scheduling.catalog.markers import Result, read_marker
from scheduling.engine.vocabulary import PatientStatus, Site
from tracker.interop.csv.contacts import Contacts, read_contacts
from tracker.interop.csv.files import Cohort, Row
from tracker.interop.csv.notes import Day, Notes, Slashed
from tracker.interop.csv.tables import FACTS, PATIENT
from tracker.interop.records import (
    MarkerDraft,
    PatientRecord,
    PrimaryDraft,
    Problem,
    QuestionDraft,
    Reading,
    ReadResult,
    Severity,
    StatusDraft,
    proposal,
)
from tracker.kinds import BY_CODE

#: Source of every key this reader makes.
KIND = "csv"
_LOST = "lost_contact"
_STATUSES = tuple(map(str, PatientStatus))
_SITES = tuple(map(str, Site))
_SEXES = {"F": "female", "M": "male", "O": "other", "U": "unknown", "f": "female", "m": "male"}
_CHANNELS = ("phone", "portal", "sms", "email", "letter", "none")
_RESULTS = {Result.FOUND: "present", Result.NOT_FOUND: "absent", Result.UNDECIDED: "unknown"}
#: What reads each file of facts, and the field of `PatientRecord` that the file lists completely.
_READERS = {
    table.name: (import_module(f"tracker.interop.csv.facts.{table.name}").read, BY_CODE[table.kind].field)
    for table in FACTS
    if table.kind
}


@dataclass(frozen=True, slots=True)
class CsvCohort:
    """A cohort that can be read: how many patients it lists, and the readings, once."""

    patients: int
    readings: ReadResult


def open_cohort(folder: Path, as_of: date) -> CsvCohort:
    """Look through the folder and prepare its readings; `as_of` is the reference day, later dates are errors.

    Raises CohortRefused with everything that is wrong with the files themselves.
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
    listed = [field for name, (_, field) in _READERS.items() if cohort.groups[name].known]
    whole = ("primaries", "markers", "statuses", *listed)
    for row in cohort.patients:
        name = row.cells[row.columns[PATIENT]].strip() if row.columns[PATIENT] < len(row.cells) else ""
        groups = {table.name: cohort.groups[table.name].of(name) for table in FACTS}
        yield _reading(row, name, groups, as_of, numbers, cohort.wrong.get(name, []), whole)


def _reading(
    row: Row, name: str, groups: Mapping[str, list[Row]], as_of: date, numbers: Mapping[str, list[Row]],
    wrong: list[Problem], whole: tuple[str, ...],
) -> Reading:  # fmt: skip
    notes = Notes(name, as_of, problems=list(wrong), wrong=bool(wrong))
    if len(row.cells) != len(row.columns):
        return Reading(name=name, problems=tuple(notes.problems))
    notes.number = notes.text(row, "mrn")
    shared = _shared_number(notes, row, numbers.get(notes.number, []))
    record = _record(notes, row, name, groups, whole)
    if record is None or notes.wrong:
        # Questions about the facts of somebody who is not taken have nothing to be about: they are reported.
        problems = (*notes.problems, *map(_as_problem, notes.questions))
        return Reading(name=name, problems=problems, questions=shared)
    return Reading(
        patient=record, name=name, problems=tuple(notes.problems), questions=(*shared, *notes.questions)
    )


def _as_problem(question: QuestionDraft) -> Problem:
    return Problem(
        place=question.place, value=question.value, expected=question.expected, severity=Severity.SKIPPED,
        kind=question.kind, patient=question.patient,
    )  # fmt: skip


def _shared_number(notes: Notes, row: Row, rows: list[Row]) -> tuple[QuestionDraft, ...]:
    """Two patients with one number: neither is taken, and one question asks whose it is."""
    if not notes.number:
        notes.error(row, "mrn", "missing", "the hospital's number of the patient")
    if len(rows) < 2:
        return ()
    others = ", ".join(other.place() for other in rows if other is not row)
    notes.error(
        row, "mrn", "two_patients_one_number", f"a number of its own; it also stands in {others}; neither is taken"
    )  # fmt: skip
    if row is not rows[0]:
        return ()
    names = ", ".join(other.raw(PATIENT) for other in rows)
    return (
        QuestionDraft(
            kind="two_patients_one_number",
            source_key=f"csv:number:{notes.number}",
            place=row.place("mrn"),
            value=notes.number,
            expected="one patient a number",
            text=f"{len(rows)} patients have one number ({names}). Are they one person, or whose is it? None is taken "
            "in until the source is corrected.",
        ),
    )  # fmt: skip


def _record(
    notes: Notes, row: Row, name: str, groups: Mapping[str, list[Row]], whole: tuple[str, ...]
) -> PatientRecord | None:
    """The patient with all facts; every mistake is noted, also after one that stops the patient from being taken."""
    if not name:
        notes.error(row, PATIENT, "missing", "a key of the patient")
    birth = notes.plain_day(row, "birth_date")
    notes.birth = birth
    registered = notes.plain_day(row, "registered_date", required=True)
    site = notes.code(row, "primary_site", _SITES, required=True)
    spine = _optional_day(notes, row, "spine_mets_dx_date")
    status = notes.code(row, "status", (*_STATUSES, _LOST), required=True)
    died = notes.plain_day(row, "death_date")
    changed = notes.plain_day(row, "status_date")
    _check_death(notes, row, status, died, changed)
    notes.died_on = died.on if died else None
    contacts = read_contacts(notes, groups["contacts"])
    facts = {field: read(notes, groups[file]) for file, (read, field) in _READERS.items()}
    if registered is None or not site:
        return None
    diagnosed = _diagnosed(notes, row, spine or registered)
    subtype, markers = _markers(notes, row, site, diagnosed)
    unreachable = _unreachable(notes, row, status, changed, contacts)
    return PatientRecord(
        number=notes.number,
        source_key=f"csv:{name}",
        place=row.place(),
        family_name=notes.text(row, "family_name")[:120],
        given_name=notes.text(row, "given_name")[:120],
        birth_on=birth.on if birth else None,
        birth_precision=birth.precision if birth else "unknown",
        sex=notes.code(row, "sex", ("female", "male", "other", "unknown"), also=_SEXES) or "unknown",
        phone=notes.text(row, "phone")[:40],
        email=_email(notes, row),
        language=notes.text(row, "language")[:12],
        time_zone=_time_zone(notes, row),
        preferred_channel=notes.code(row, "preferred_channel", _CHANNELS),
        registered_on=registered.on,
        spine_metastasis_on=spine.on if spine else None,
        spine_metastasis_precision=spine.precision if spine else "unknown",
        deceased_on=notes.died_on,
        death_source="csv" if died else "",
        unreachable_since=unreachable,
        contact_failures=contacts.failures,
        primaries=(
            PrimaryDraft(
                source_key="patients/primary", occurred_on=diagnosed.on, precision=diagnosed.precision,
                place=row.place(), site=site, subtype=subtype, text=notes.text(row, "marker")[:200],
            ),
        ),
        markers=markers,
        statuses=_status(notes, row, status, changed or died),
        whole=whole,
        **facts,
    )  # fmt: skip


def _optional_day(notes: Notes, row: Row, column: str) -> Day | None:
    """A day that is for people only: one that cannot be used is left out, and said."""
    found = notes.day(row, column)
    if isinstance(found, Slashed) or (found is not None and found.on > notes.as_of):
        notes.skip(row, column, "date", f"a date such as 2026-06-01, on or before {notes.as_of}; left out")
        return None
    return found


def _check_death(notes: Notes, row: Row, status: str, died: Day | None, changed: Day | None) -> None:
    if status == PatientStatus.DECEASED and died is None and not row.raw("death_date").strip():
        notes.error(row, "death_date", "missing", "the day of death of a patient with status deceased")
    if died is not None and status and status != PatientStatus.DECEASED:
        notes.error(row, "death_date", "status_and_death", f"no day of death beside status {status}")
    needs_day = status not in ("", PatientStatus.ACTIVE, PatientStatus.DECEASED)
    if needs_day and changed is None and not row.raw("status_date").strip():
        notes.error(row, "status_date", "missing", f"the day since which the status is {status}")


def _diagnosed(notes: Notes, row: Row, otherwise: Day) -> Day:
    """The day of the first diagnosis; where nobody knows it, the first day we know of, marked unknown."""
    return _optional_day(notes, row, "primary_dx_date") or Day(otherwise.on, "unknown")


def _markers(notes: Notes, row: Row, site: str, day: Day) -> tuple[str, tuple[MarkerDraft, ...]]:
    """Subtype and markers through the catalogue; what it does not decide stays unknown, and unknown is fast."""
    written = " ".join(row.raw("marker").split())
    if "marker" in row.columns and not written:
        notes.note(
            row, "marker", "no_marker", "a marker; none is given: subtype and marker class stay unknown"
        )
        return "", ()
    reading = read_marker(site, written)
    drafts = tuple(
        MarkerDraft(
            source_key=f"patients/marker/{number}", occurred_on=day.on, precision="unknown", place=row.place("marker"),
            name=finding.text[:120], result=_RESULTS[finding.result],
        )
        for number, finding in enumerate(reading.findings, start=1)
    )  # fmt: skip
    for draft, finding in zip(drafts, reading.findings, strict=True):
        if finding.marker is None and not finding.panel:
            notes.ask(
                row, "marker", "unknown_marker", draft.source_key,
                text=f"The marker {finding.text!r} is not in the catalogue. What was tested, and what was found? It "
                "counts as unknown until answered.",
                expected="a marker of the catalogue, such as EGFR L858R",
                offer=proposal(draft, "result"),
            )  # fmt: skip
    return reading.subtype or "", drafts


def _status(notes: Notes, row: Row, status: str, since: Day | None) -> tuple[StatusDraft, ...]:
    if status in ("", PatientStatus.ACTIVE) or since is None:
        return ()
    key = "patients/status"
    draft = StatusDraft(
        source_key=key, occurred_on=since.on, precision=since.precision, place=row.place(), status=status
    )
    if status == _LOST:
        text = "lost contact at the source: active, and to be reached"
        return (
            StatusDraft(
                source_key=key, occurred_on=since.on, precision=since.precision, place=row.place(),
                status=PatientStatus.ACTIVE, reason=text,
            ),
        )  # fmt: skip
    if status == PatientStatus.DISCHARGED:
        notes.ask(
            row, "status", "discharge", key,
            text=f"Discharged on {since.on} says the file. Which clinician discharged, and why? The patient is active "
            "until answered.",
            expected="a discharge by a named clinician with a reason",
            draft=draft,
        )  # fmt: skip
        return ()
    return (draft,)


def _unreachable(notes: Notes, row: Row, status: str, changed: Day | None, contacts: Contacts) -> date | None:
    """Lost contact is active, never a stop: the patient stands among those who are not reached."""
    if status != _LOST:
        return None
    notes.note(row, "status", "lost_contact", "active; read as active and not reached, which stops nothing")
    return changed.on if changed else contacts.since


def _email(notes: Notes, row: Row) -> str:
    value = notes.text(row, "email")
    if value and (value.count("@") != 1 or len(value) > 254 or " " in value):
        notes.skip(row, "email", "address", "an e-mail address such as name@example.org; left out")
        return ""
    return value


_ZONES = available_timezones()


def _time_zone(notes: Notes, row: Row) -> str:
    value = notes.text(row, "time_zone")
    if value and value not in _ZONES:
        notes.skip(row, "time_zone", "time_zone", "a time zone such as Europe/London; left out")
        return ""
    return value
