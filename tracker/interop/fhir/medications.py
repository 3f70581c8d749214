"""Orders, administrations and statements of drugs: which drug, from when to when, and how that is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduling.catalog.codes import RXNORM
from scheduling.catalog.drug_table import Drug, DrugKind
from scheduling.catalog.drugs import find_drug, read_drugs
from tracker.interop.days import Day
from tracker.interop.fhir.conditions import is_malignant
from tracker.interop.fhir.elements import Node, reference_of
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.resources import Resource
from tracker.interop.fhir.sources import Source
from tracker.interop.fhir.validation import profiles

MEDICATIONS = ("MedicationRequest", "MedicationAdministration", "MedicationStatement")
_ORDER, _GIVEN, _STATED = MEDICATIONS
#: Statuses of something that never was a treatment.
_NEVER = {
    _ORDER: frozenset({"cancelled", "draft"}),
    _GIVEN: frozenset({"not-done"}),
    _STATED: frozenset({"intended", "not-taken"}),
}
_NO_ORDER = frozenset({"proposal", "plan", "option"})
_CANCER_PROFILE = re.compile(r"mcode-cancer-related-medication")
_INTENTS = ("mcode-procedure-intent", "mcode-treatment-intent")
#: Reasons of a stop (mCODE treatment termination reason, SNOMED CT): what the record calls them.
_STOP_REASONS = {"407563006": "toxicity", "182992009": "other", "105480006": "other", "443729008": "other"}


@dataclass(frozen=True, slots=True)
class Use:
    """One drug in one resource. `ended`: it is over, also where `stop` is not known. `given`: not an order alone."""

    drug: Drug
    resource: Resource
    start: Day
    stop: Day | None
    ended: bool
    given: bool
    stop_reason: str = "unknown"

    @property
    def is_cycle(self) -> bool:
        """Whether this is one administration, which says nothing of those after it."""
        return self.resource.kind == _GIVEN and self.resource.node["status"].text not in (
            "in-progress",
            "on-hold",
        )


def read_medications(notes: Notes, resources: Iterable[Resource], source: Source, malignant: set[str]) -> list[Use]:
    """Every use of a systemic cancer drug; what is no such drug is said to be unused, what is unknown is asked."""
    found: list[Use] = []
    for resource in resources:
        if not _counts(notes, resource):
            continue
        drugs = _drugs(notes, resource, source, malignant)
        systemic = [drug for drug in drugs if drug.kind not in (DrugKind.BONE_AGENT, DrugKind.SUPPORTIVE)]
        for drug in drugs:
            if drug not in systemic:
                expected = "a systemic cancer drug; this has no line of its own"
                notes.unused(resource, _drug_element(resource), "no_line", expected, drug.name)
        if systemic:
            found += _uses(notes, resource, systemic)
    return found


def _counts(notes: Notes, resource: Resource) -> bool:
    node = resource.node
    status, intent = node["status"], node["intent"]
    words = _wording(resource)
    if status.text == "entered-in-error":
        notes.in_error(resource, status, words)
        return False
    if status.text in _NEVER[resource.kind]:
        value = f"{status.text}: {words}"
        notes.skip(resource, status, "not_given", "a treatment that took place; left out", value)
        return False
    if resource.kind == _ORDER and intent.text in _NO_ORDER:
        notes.skip(resource, intent, "not_ordered", "an order; left out", f"{intent.text}: {words}")
        return False
    if node["doNotPerform"].value is True:
        notes.skip(resource, node["doNotPerform"], "not_ordered", "an order to give; left out", words)
        return False
    if status.text == "unknown":
        notes.ask(resource, status, "status_unknown", words)
        return False
    return True


def _drug_element(resource: Resource) -> Node:
    return resource.node.first("medicationCodeableConcept", "medicationReference")


def _wording(resource: Resource) -> str:
    node = resource.node
    return node["medicationCodeableConcept"].wording or node["medicationReference"]["display"].text or resource.kind


def _drugs(notes: Notes, resource: Resource, source: Source, malignant: set[str]) -> Sequence[Drug]:
    """The drugs of one resource by code, else by words; a code and words that name different drugs are asked."""
    element = _drug_element(resource)
    concept = resource.node["medicationCodeableConcept"]
    if resource.node["medicationReference"]:
        medication = source.medication(resource, reference_of(resource.node["medicationReference"]))
        if medication is None:
            concept = Node({"text": resource.node["medicationReference"]["display"].text}, element.path)
        else:
            concept = medication.node["code"]
    by_code = {drug.name: drug for c in concept.codings if c.system in (RXNORM, "") and (drug := _by_code(c.code))}
    texts = [text for text in (concept["text"].text, *(c.display for c in concept.codings)) if text]
    read = read_drugs(texts)
    by_words = {drug.name: drug for drug in read.drugs}
    words = texts[0] if texts else ", ".join(c.code for c in concept.codings)
    if by_code and by_words and not by_code.keys() <= by_words.keys():
        notes.ask(resource, element, "drug_conflict", ", ".join(by_code), ", ".join(by_words), value=words)
        return ()
    drugs = by_words or by_code
    if drugs:
        if read.unknown:
            notes.remark(resource, element, "drug_words", f"read as {', '.join(drugs)}", words)
        return tuple(drugs.values())
    _unknown_drug(notes, resource, element, words or "no code and no text", malignant)
    return ()


def _by_code(code: str) -> Drug | None:
    return find_drug(code) if code.isdigit() else None


def _unknown_drug(notes: Notes, resource: Resource, element: Node, words: str, malignant: set[str]) -> None:
    """A drug the catalogue does not know: asked where it is given for the cancer, else not needed."""
    node = resource.node
    reasons = {reference_of(one) for one in node["reasonReference"]}
    for_cancer = (
        any(_CANCER_PROFILE.match(name) for name in profiles(node))
        or any(True for name in _INTENTS for _ in node.extensions(name))
        or any(f"{r.kind}/{r.id}" in malignant or (r.address and r.address in malignant) for r in reasons)
        or any(is_malignant(one) for one in node["reasonCode"])
    )
    if not for_cancer:
        notes.unused(resource, element, "drug_not_needed", "a systemic cancer drug of the catalogue", words)
        return
    notes.ask(resource, element, "unknown_drug", words)


def _uses(notes: Notes, resource: Resource, drugs: Sequence[Drug]) -> list[Use]:
    start, stop = _period(notes, resource)
    if start is None:
        return []
    node, kind = resource.node, resource.kind
    status = node["status"].text
    # One administration is over on its day; whether the treatment goes on, the series says.
    ended = status == "stopped" or (kind != _GIVEN and (stop is not None or status == "completed"))
    termination = (one["valueCodeableConcept"] for one in node.extensions("mcode-treatment-termination-reason"))
    codes = [c.code for concept in (node["statusReason"], *termination) for c in concept.codings]
    reason = next((_STOP_REASONS[code] for code in codes if code in _STOP_REASONS), "unknown")
    given, why = kind != _ORDER, reason if ended else "unknown"
    return [Use(drug, resource, start, stop, ended, given, why) for drug in drugs]


def _period(notes: Notes, resource: Resource) -> tuple[Day | None, Day | None]:
    begun, ended = _given_period(notes, resource)
    if not begun:
        notes.ask(resource, begun, "no_start", _wording(resource))
        return None, None
    start = notes.usable_day(resource, begun, "treatment")
    stop = notes.day(resource, ended)
    if start is None or stop is None:
        return start, None
    if stop.on > notes.as_of:
        notes.remark(resource, ended, "planned_end", f"a day on or before {notes.as_of}; read as running")
        return start, None
    if stop.last < start.on:
        notes.ask(resource, ended, "stop_before_start", _wording(resource), stop.on, start.on)
        return None, None
    return start, stop


def _given_period(notes: Notes, resource: Resource) -> tuple[Node, Node]:
    """Where the first and the last day stand, whether or not they are given."""
    node = resource.node
    if resource.kind == _ORDER:
        periods = (one["timing"]["repeat"]["boundsPeriod"] for one in node["dosageInstruction"])
        repeat = next(periods, node["none"])
        return repeat["start"] or node["authoredOn"], repeat["end"]
    period = node["effectivePeriod"]
    begun = period["start"] if period else node["effectiveDateTime"]
    if not begun and node["dateAsserted"]:
        begun = node["dateAsserted"]
        notes.remark(resource, begun, "no_start", "a start; the day of the statement is taken")
    return begun, period["end"]
