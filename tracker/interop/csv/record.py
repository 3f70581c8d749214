"""From the rows of one patient to a record with everything that could be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from importlib import import_module

from scheduling.catalog.markers import Result, read_marker
from scheduling.engine.vocabulary import PatientStatus, Site
from tracker.interop.csv.contacts import Contacts, read_contacts
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Notes, Slashed
from tracker.interop.csv.tables import FACTS, PATIENT
from tracker.interop.days import Day, dated_on
from tracker.interop.drafts import MarkerDraft, PrimaryDraft, StatusDraft
from tracker.interop.findings import TIME_ZONES, is_address
from tracker.interop.records import PatientRecord, proposal
from tracker.kinds import BY_CODE

_LOST = "lost_contact"
_STATUSES = tuple(map(str, PatientStatus))
_SITES = tuple(map(str, Site))
_SEXES = {"F": "female", "M": "male", "O": "other", "U": "unknown", "f": "female", "m": "male"}
_CHANNELS = ("phone", "portal", "sms", "email", "letter", "none")
_RESULTS = {Result.FOUND: "present", Result.NOT_FOUND: "absent", Result.UNDECIDED: "unknown"}
#: What reads each file of facts, and the field of `PatientRecord` that the file lists completely.
READERS = {
    table.name: (import_module(f"tracker.interop.csv.facts.{table.name}").read, BY_CODE[table.kind].field)
    for table in FACTS
    if table.kind
}


def read_record(
    notes: Notes, row: Row, name: str, groups: Mapping[str, list[Row]], whole: tuple[str, ...]
) -> PatientRecord | None:
    """The patient with all facts; every mistake is noted, also after one that stops the patient from being taken."""
    if not name:
        notes.error(row, PATIENT, "missing", "a key of the patient")
    birth = notes.birth = notes.plain_day(row, "birth_date")
    registered = notes.plain_day(row, "registered_date", required=True)
    site = notes.code(row, "primary_site", _SITES, required=True)
    spine = _optional_day(notes, row, "spine_mets_dx_date")
    status = notes.code(row, "status", (*_STATUSES, _LOST), required=True)
    died = notes.plain_day(row, "death_date")
    changed = notes.plain_day(row, "status_date")
    _check_death(notes, row, status, died, changed)
    notes.died_on = died.on if died else None
    contacts = read_contacts(notes, groups["contacts"])
    facts = {field: read(notes, groups[file]) for file, (read, field) in READERS.items()}
    if registered is None or not site:
        return None
    diagnosed = _diagnosed(notes, row, spine or registered)
    subtype, markers = _markers(notes, row, site, diagnosed)
    birth_on, birth_precision = birth or (None, "unknown")
    spine_on, spine_precision = spine or (None, "unknown")
    record = PatientRecord(
        number=notes.number,
        source_key=f"csv:{name}",
        place=row.place(),
        birth_on=birth_on,
        birth_precision=birth_precision,
        registered_on=registered.on,
        spine_metastasis_on=spine_on,
        spine_metastasis_precision=spine_precision,
        deceased_on=notes.died_on,
        death_source="csv" if died else "",
        unreachable_since=_unreachable(notes, row, status, changed, contacts),
        contact_failures=contacts.failures,
        markers=markers,
        whole=whole,
        **facts,
    )
    record = _with_person(notes, row, record)
    at = dated_on(diagnosed, "patients/primary", row.place())
    primary = PrimaryDraft(**at, site=site, subtype=subtype, text=notes.text(row, "marker")[:200])
    return replace(record, primaries=(primary,), statuses=_status(notes, row, status, changed or died))


def _with_person(notes: Notes, row: Row, record: PatientRecord) -> PatientRecord:
    """The record with who it is and how to reach them."""
    return replace(
        record,
        family_name=notes.text(row, "family_name")[:120],
        given_name=notes.text(row, "given_name")[:120],
        sex=notes.code(row, "sex", ("female", "male", "other", "unknown"), also=_SEXES) or "unknown",
        phone=notes.text(row, "phone")[:40],
        email=_email(notes, row),
        language=notes.text(row, "language")[:12],
        time_zone=_time_zone(notes, row),
        preferred_channel=notes.code(row, "preferred_channel", _CHANNELS),
    )


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
        expected = "a marker; none is given: subtype and marker class stay unknown"
        notes.remark(row, "marker", "no_marker", expected)
        return "", ()
    reading = read_marker(site, written)
    drafts: list[MarkerDraft] = []
    for number, finding in enumerate(reading.findings, start=1):
        at = dated_on(Day(day.on, "unknown"), f"patients/marker/{number}", row.place("marker"))
        draft = MarkerDraft(**at, name=finding.text[:120], result=_RESULTS[finding.result])
        drafts.append(draft)
        if finding.marker is None and not finding.panel:
            offer = proposal(draft, "result")
            notes.ask(row, "marker", "unknown_marker", finding.text, offer=offer)
    return reading.subtype or "", tuple(drafts)


def _status(notes: Notes, row: Row, status: str, since: Day | None) -> tuple[StatusDraft, ...]:
    if status in ("", PatientStatus.ACTIVE) or since is None:
        return ()
    at = dated_on(since, "patients/status", row.place())
    if status == _LOST:
        reason = "lost contact at the source: active, and to be reached"
        return (StatusDraft(**at, status=PatientStatus.ACTIVE, reason=reason),)
    draft = StatusDraft(**at, status=status)
    if status == PatientStatus.DISCHARGED:
        notes.ask(row, "status", "discharge", since.on, draft=draft)
        return ()
    return (draft,)


def _unreachable(notes: Notes, row: Row, status: str, changed: Day | None, contacts: Contacts) -> date | None:
    """Lost contact is active, never a stop: the patient stands among those who are not reached."""
    if status != _LOST:
        return None
    notes.remark(row, "status", "lost_contact", "active; read as active and not reached, which stops nothing")
    return changed.on if changed else contacts.since


def _email(notes: Notes, row: Row) -> str:
    value = notes.text(row, "email")
    if value and not is_address(value):
        notes.skip(row, "email", "address", "an e-mail address such as name@example.org; left out")
        return ""
    return value


def _time_zone(notes: Notes, row: Row) -> str:
    value = notes.text(row, "time_zone")
    if value and value not in TIME_ZONES:
        notes.skip(row, "time_zone", "time_zone", "a time zone such as Europe/London; left out")
        return ""
    return value
