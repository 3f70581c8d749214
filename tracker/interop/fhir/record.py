"""From the resources of one patient to a record with everything that could be used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from scheduling.catalog.codes import SiteTable
from scheduling.engine.vocabulary import Site, span_levels
from tracker.interop.drafts import MarkerDraft, PrimaryDraft
from tracker.interop.fhir.conditions import read_conditions
from tracker.interop.fhir.elements import Node
from tracker.interop.fhir.fields import say_unread_fields
from tracker.interop.fhir.imaging import is_imaging, read_imaging, reported_levels
from tracker.interop.fhir.lines import read_lines
from tracker.interop.fhir.markers import breast_subtype_of
from tracker.interop.fhir.medications import MEDICATIONS, read_medications
from tracker.interop.fhir.metastases import lesions_once, place_bone_metastases
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.observations import read_observations
from tracker.interop.fhir.person import read_person
from tracker.interop.fhir.procedures import read_procedures, was_done
from tracker.interop.fhir.radiotherapy import read_radiotherapy
from tracker.interop.fhir.radiotherapy_parts import is_radiotherapy
from tracker.interop.fhir.resources import Entry, Person, Resource, newest
from tracker.interop.fhir.sources import Source
from tracker.interop.fhir.validation import check, is_needed
from tracker.interop.records import PatientRecord, Problem, Severity

#: Fields of a record that are complete where a whole record of the kind is read.
_WHOLE = {
    "Condition": ("primaries", "lesions"),
    "Observation": ("markers", "responses", "functions", "safety"),
    **dict.fromkeys(MEDICATIONS, ("lines",)),
    "Procedure": ("procedures",),
    "DiagnosticReport": ("studies",),
    "ImagingStudy": ("studies",),
}


def source_problem(place: str, value: str, expected: str, patient: str | None = None) -> Problem:
    """A mistake of the source as a whole, or of a patient of it as a whole."""
    return Problem(place, value, expected, Severity.ERROR, "source", patient)


def read_record(source: Source, person: Person, notes: Notes, codes: SiteTable, complete: bool) -> PatientRecord | None:
    """The patient with all facts; every mistake is noted, also after one that stops the patient from being taken."""
    notes.problems += person.problems
    notes.wrong = notes.wrong or bool(person.problems)
    patient = _one(source, notes, person.locators)
    if patient is None or not check(notes, patient):
        if not person.locators:
            notes.problems.append(source_problem(person.key, "no Patient", "the Patient resource", person.key))
        return None
    entries = (*person.locators, *person.entries)
    notes.whole = complete or all(entry.locator.file in source.whole_files for entry in entries)
    person_only = read_person(notes, patient, person.key)
    by_kind = _resources(source, person, notes)
    for resource in (*(one for resources in by_kind.values() for one in resources), patient):
        say_unread_fields(notes, resource)
    record = _with_facts(person_only, source, notes, by_kind, codes)
    has_died = bool(person_only.statuses)
    if not has_died and not record.lesions:
        notes.ask(patient, Node(None, "Patient"), "no_spinal_metastasis")
    if record.lesions:
        first = min(record.lesions, key=lambda one: one.occurred_on)
        on = None if first.precision == "unknown" else first.occurred_on
        record = replace(record, spine_metastasis_on=on, spine_metastasis_precision=first.precision)
    return replace(record, whole=_whole_fields(by_kind, has_died)) if notes.whole else record


def _whole_fields(by_kind: Mapping[str, list[Resource]], has_died: bool) -> tuple[str, ...]:
    fields = [field for kind, names in _WHOLE.items() if kind in by_kind for field in names]
    if has_died or "Procedure" in by_kind:
        fields.append("statuses")
    return tuple(dict.fromkeys(fields))


def _one(source: Source, notes: Notes, entries: list[Entry]) -> Resource | None:
    """One resource of those that stand under one id: the newest version."""
    if not entries:
        return None
    versions = [source.resource(entry) for entry in entries]
    if len(versions) == 1:
        return versions[0]
    chosen = newest(versions)
    if chosen is None:
        second, expected = versions[1], f"an id of its own; {versions[0].origin} says something else under it"
        notes.error(second, Node(None, f"{second.kind}.id"), "two_with_one_id", expected, second.key)
    return chosen


def _resources(source: Source, person: Person, notes: Notes) -> dict[str, list[Resource]]:
    """The resources of a patient by kind, each once, those that can be read; what cannot is said."""
    versions: dict[str, list[Entry]] = defaultdict(list)
    for entry in person.entries:
        versions[f"{entry.kind}/{entry.id}"].append(entry)
    found: dict[str, list[Resource]] = defaultdict(list)
    for entries in versions.values():
        resource = _one(source, notes, entries)
        if resource is not None and (not is_needed(resource) or check(notes, resource)):
            found[resource.kind].append(resource)
    return found


def _with_facts(
    record: PatientRecord,
    source: Source,
    notes: Notes,
    by_kind: Mapping[str, list[Resource]],
    codes: SiteTable,
) -> PatientRecord:
    """The record with everything that its resources say; what one kind says decides how another is read."""

    def of(*kinds: str) -> list[Resource]:
        return [resource for kind in kinds for resource in by_kind.get(kind, [])]

    volumes = {key: one for one in of("BodyStructure") for key in (one.key, one.address) if key}
    cancers = read_conditions(notes, of("Condition"), codes)
    observed = read_observations(notes, of("Observation"))
    uses = read_medications(notes, of(*MEDICATIONS), source, cancers.malignant)
    radiotherapy: list[Resource] = []
    examinations: list[Resource] = []
    others: list[Resource] = []
    for one in of("Procedure"):
        (radiotherapy if is_radiotherapy(one) else examinations if is_imaging(one) else others).append(one)
    courses = read_radiotherapy(notes, [one for one in radiotherapy if was_done(notes, one)], volumes)
    operations = read_procedures(notes, others)
    studies = read_imaging(notes, of("DiagnosticReport"), of("ImagingStudy"), examinations)
    levels = (level for one in courses for entry in one.levels for level in span_levels(entry))
    place_bone_metastases(notes, cancers, tuple(dict.fromkeys(levels)), reported_levels(studies))
    return replace(
        record,
        primaries=tuple(_with_subtype(one, observed.markers) for one in cancers.primaries),
        markers=tuple(observed.markers),
        lines=read_lines(notes, uses),
        lesions=lesions_once(notes, cancers.lesions),
        procedures=(*courses, *operations.procedures),
        studies=studies,
        responses=tuple(observed.responses),
        functions=tuple(observed.functions),
        statuses=(*operations.statuses, *record.statuses),
        safety=tuple(observed.safety),
    )


def _with_subtype(primary: PrimaryDraft, markers: Iterable[MarkerDraft]) -> PrimaryDraft:
    if primary.site != Site.BREAST or primary.subtype:
        return primary
    return replace(primary, subtype=breast_subtype_of(markers))
