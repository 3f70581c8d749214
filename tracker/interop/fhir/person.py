"""The Patient resource: who it is, how to reach them, whether they live."""

from __future__ import annotations

from hashlib import blake2b

from scheduling.engine.vocabulary import PatientStatus
from tracker.interop.days import Day
from tracker.interop.drafts import StatusDraft
from tracker.interop.fhir.elements import Node, reference_of
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.numbers import LONGEST, number_of
from tracker.interop.fhir.resources import Resource
from tracker.interop.findings import TIME_ZONES, is_address
from tracker.interop.records import PatientRecord

_TIME_ZONE = "tz-code"


def read_person(notes: Notes, resource: Resource, key: str) -> PatientRecord:
    """Who the patient is, and a death as their status; no other fact yet. `key` is the source's key of the person.

    Sets number, birth and death on the notes, because all other facts are held against them.
    """
    node = resource.node
    system = _read_number(notes, resource)
    birth = notes.day(resource, node["birthDate"])
    if birth is not None and birth.on > notes.as_of:
        expected = f"a day on or before the reference day {notes.as_of}"
        notes.error(resource, node["birthDate"], "future_date", expected)
    notes.birth = birth
    died = notes.died = _death(notes, resource)
    _ask_links(notes, resource)
    name = _name(node)
    birth_on, birth_precision = birth or (None, "unknown")
    return PatientRecord(
        number=notes.number,
        source_key=_source_key(system, key),
        place=resource.place(),
        family_name=name["family"].text[:120],
        given_name=" ".join(given.text for given in name["given"])[:120],
        birth_on=birth_on,
        birth_precision=birth_precision,
        sex=node["gender"].text or "unknown",
        phone=_contact(node, "phone", "sms")[:40],
        email=_email(notes, resource),
        language=_language(node),
        time_zone=_zone(notes, resource),
        deceased_on=died.on if died is not None and died.precision != "unknown" else None,
        death_source="" if died is None else "fhir",
        statuses=() if died is None else (_deceased(resource, died),),
    )


def _source_key(system: str, key: str) -> str:
    """The person's key at the source: servers use the same short ids, so the system of the number belongs to it."""
    server = f"fhir@{blake2b(system.encode(), digest_size=4).hexdigest()}" if system else "fhir"
    return f"{server}:{key}"[:200]


def _read_number(notes: Notes, resource: Resource) -> str:
    """Set the hospital's number, and return its system; what is not plainly one is said or asked."""
    identifier = resource.node["identifier"]
    reading = number_of(resource.node)
    notes.number = reading.number
    if not reading.number:
        notes.error(resource, identifier, "missing", f"a hospital number of at most {LONGEST} characters")
    elif reading.remark:
        notes.remark(resource, Node(reading.given, reading.path), "number", reading.remark)
        if not identifier:
            notes.ask(resource, identifier, "no_number", value=reading.number)
    return reading.system


def _name(node: Node) -> Node:
    names = [one for one in node["name"] if one["use"].text != "old"]
    official = [one for one in names if one["use"].text in ("official", "usual")]
    return (official or names or [node["name"]])[0]


def _death(notes: Notes, resource: Resource) -> Day | None:
    """The day of death; where the source only says that the patient died, the reference day held as unknown."""
    when = resource.node["deceasedDateTime"]
    if not when:
        return Day(notes.as_of, "unknown") if resource.node["deceasedBoolean"].value is True else None
    died = notes.day(resource, when)
    if died is not None and died.on > notes.as_of:
        notes.error(resource, when, "future_date", f"a day on or before the reference day {notes.as_of}")
    return died


def _deceased(resource: Resource, died: Day) -> StatusDraft:
    at = resource.dated(died, part="deceased", path="Patient.deceased")
    return StatusDraft(**at, status=PatientStatus.DECEASED)


def _ask_links(notes: Notes, resource: Resource) -> None:
    """Records of one person are merged by people only; a record that is out of use is asked about."""
    for link in resource.node["link"]:
        other = reference_of(link["other"])
        named = other.id or other.address or other.query
        kind, fact = link["type"], f"{resource.key}#link-{named}"
        notes.ask(resource, kind, "linked_patient", named, kind.text, fact=fact)
    if resource.node["active"].value is False:
        notes.ask(resource, resource.node["active"], "inactive_record")


def _contact(node: Node, *systems: str) -> str:
    for wanted in systems:
        for one in node["telecom"]:
            if one["system"].text == wanted and one["use"].text != "old" and one["value"].text:
                return one["value"].text
    return ""


def _email(notes: Notes, resource: Resource) -> str:
    value = _contact(resource.node, "email")
    if value and not is_address(value):
        expected = "an e-mail address such as name@example.org; left out"
        notes.skip(resource, resource.node["telecom"], "address", expected, value)
        return ""
    return value


def _language(node: Node) -> str:
    spoken = list(node["communication"])
    preferred = [one for one in spoken if one["preferred"].value is True]
    codes = (coding.code for one in preferred or spoken for coding in one["language"].codings)
    return next((code for code in codes if len(code) <= 12), "")


def _zone(notes: Notes, resource: Resource) -> str:
    for one in resource.node["address"]:
        for extension in one.extensions(_TIME_ZONE):
            zone = extension["valueCode"].text
            if zone in TIME_ZONES:
                return zone
            expected = "a time zone such as Europe/London; left out"
            notes.skip(resource, extension["valueCode"], "time_zone", expected)
    return ""
