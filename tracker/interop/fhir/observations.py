"""Observations: disease status as the spine response, function, kidney function, and markers by their own module."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from scheduling.catalog.codes import LOINC, SNOMED
from scheduling.catalog.observation_codes import (
    DISEASE_STATUS,
    ECOG,
    ECOG_OF_ANSWER,
    EGFR_RENAL_CODES,
    IMAGING_EVIDENCE,
    KARNOFSKY,
    MARKER_TESTS,
    NOT_A_TREND,
    RESPONSE_OF_STATUS,
    TUMOUR_MARKER_EVIDENCE,
    UNDETERMINED,
    VARIANT,
)
from tracker.interop.drafts import FunctionDraft, MarkerDraft, ResponseDraft, SafetyDraft
from tracker.interop.fhir.elements import Node
from tracker.interop.fhir.markers import read_marker_test, read_variants
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.resources import Resource
from tracker.interop.fhir.results import quantity_words, result_day, stands, whole_value

_FINAL = frozenset({"final", "amended", "corrected"})
_GONE = frozenset({"entered-in-error", "cancelled"})
_EVIDENCE = "mcode-cancer-disease-status-evidence-type"


@dataclass(slots=True)
class Observed:
    """What the observations say."""

    markers: list[MarkerDraft] = field(default_factory=list)
    responses: list[ResponseDraft] = field(default_factory=list)
    functions: list[FunctionDraft] = field(default_factory=list)
    safety: list[SafetyDraft] = field(default_factory=list)
    #: Imaging responses with where they stand, for what is asked about days with two.
    _read: list[tuple[Resource, ResponseDraft]] = field(default_factory=list)


def read_observations(notes: Notes, resources: Iterable[Resource]) -> Observed:
    """Read every observation with a known code; the others are said to be unused."""
    found = Observed()
    for resource in resources:
        code = resource.node["code"]
        codes = (c.code for c in code.codings if c.system == LOINC)
        reader = next((_READERS[one] for one in codes if one in _READERS), None)
        if reader is None:
            named = next((f"{c.code} {c.display}".strip() for c in code.codings), code.wording)
            notes.unused(resource, code, "observation_not_needed", "an observation that plans read", named)
        elif stands(notes, resource, _FINAL, _GONE):
            reader(notes, resource, found)
    _settle_days(notes, found)
    return found


def _marker(notes: Notes, resource: Resource, found: Observed) -> None:
    found.markers += read_marker_test(notes, resource)


def _variant(notes: Notes, resource: Resource, found: Observed) -> None:
    found.markers += read_variants(notes, resource)


# Disease status


def _status(notes: Notes, resource: Resource, found: Observed) -> None:
    node = resource.node
    day = result_day(notes, resource, "disease status")
    if day is None:
        return
    value = node["valueCodeableConcept"]
    category = next((RESPONSE_OF_STATUS[c.code] for c in value.codings if c.code in RESPONSE_OF_STATUS), None)
    words = value.wording or node["valueString"].text or "no value"
    if category is None:
        if value.has_code(SNOMED, UNDETERMINED, NOT_A_TREND):
            expected = "improved, stable or worsened; this decides nothing"
            notes.unused(resource, value, "no_trend", expected, words)
        else:
            notes.ask(resource, value, "disease_status", day.on, words)
        return
    evidence = _evidence_of(node)
    draft = ResponseDraft(**resource.dated(day), spine=str(category), evidence=evidence)
    if evidence == "imaging":
        found.responses.append(draft)
        found._read.append((resource, draft))
        notes.ask(resource, value, "confirm_for_spine", day.on, category, value=words, draft=draft)
        return
    said = (day.on, category, _EVIDENCE_WORDS.get(evidence, "unnamed evidence"))
    notes.ask(resource, value, "status_without_imaging", *said, value=words, draft=draft)


_EVIDENCE_WORDS = {"marker": "a tumour marker", "clinical": "examination or laboratory"}


def _evidence_of(node: Node) -> str:
    """What the disease status rests on, in the word of a response."""
    evidence = {c.code for one in node.extensions(_EVIDENCE) for c in one["valueCodeableConcept"].codings}
    if IMAGING_EVIDENCE in evidence:
        return "imaging"
    if TUMOUR_MARKER_EVIDENCE in evidence:
        return "marker"
    return "clinical" if evidence else "unknown"


def _settle_days(notes: Notes, found: Observed) -> None:
    """Two categories on one day: both stand, the worse counts, and a person is asked."""
    by_day: dict[date, tuple[Resource, ResponseDraft]] = {}
    for resource, draft in sorted(found._read, key=lambda pair: (pair[1].occurred_on, pair[1].source_key)):
        _, first = by_day.setdefault(draft.occurred_on, (resource, draft))
        if first.spine != draft.spine:
            value, said = resource.node["valueCodeableConcept"], (draft.occurred_on, first.spine, draft.spine)
            notes.ask(resource, value, "two_responses_one_day", *said, fact=draft.source_key)


# Function and safety


def _function(notes: Notes, resource: Resource, found: Observed) -> None:
    """ECOG and Karnofsky as given, never converted. A display that names the other scale is asked about."""
    node = resource.node
    code = node["code"]
    is_ecog = code.has_code(LOINC, ECOG)
    scale, other = ("ecog", "karnofsky") if is_ecog else ("karnofsky", "ecog")
    day = result_day(notes, resource, f"{scale} value")
    if day is None:
        return
    wording = " ".join((code.wording, *(c.display for c in code.codings))).lower()
    if other in wording and scale not in wording:
        notes.ask(resource, code, "scale_conflict", scale, other, value=code.wording)
        return
    concepts = (node["interpretation"], node["valueCodeableConcept"]) if is_ecog else ()
    codes = [c.code for concept in concepts for c in concept.codings]
    answers = {ECOG_OF_ANSWER[one] for one in codes if one in ECOG_OF_ANSWER}
    given = whole_value(node)
    value = int(given.number) if given.number is not None else next(iter(answers), None)
    if value is None:
        notes.skip(resource, node["valueInteger"], "no_value", f"a value of {scale}; left out", "none")
    elif answers - {value}:
        notes.ask(resource, given, "answer_conflict", value, ", ".join(map(str, sorted(answers))))
    else:
        found.functions.append(FunctionDraft(**resource.dated(day), scale=scale, value=str(value)))


def _kidney(notes: Notes, resource: Resource, found: Observed) -> None:
    day = result_day(notes, resource, "eGFR")
    if day is None:
        return
    quantity = resource.node["valueQuantity"]
    unit = (quantity["code"].text or quantity["unit"].text).lower().replace(" ", "")
    value = quantity["value"].number
    if value is None or not unit.startswith("ml/min") or quantity["comparator"]:
        shown = quantity_words(resource.node) or resource.node["valueString"].text or "none"
        notes.skip(resource, quantity, "unit", "a number in mL/min/1.73 m2; left out", shown)
        return
    if not 0 < value < 300:
        notes.error(resource, quantity["value"], "range", "an eGFR from 1 to 300 mL/min/1.73 m2", str(value))
        return
    found.safety.append(SafetyDraft(**resource.dated(day), egfr=value.quantize(Decimal("0.1"))))


_Reader = Callable[[Notes, Resource, Observed], None]
_READERS: dict[str, _Reader] = {
    **dict.fromkeys(MARKER_TESTS, _marker),
    VARIANT: _variant,
    DISEASE_STATUS: _status,
    ECOG: _function,
    KARNOFSKY: _function,
    **dict.fromkeys(EGFR_RENAL_CODES, _kidney),
}
