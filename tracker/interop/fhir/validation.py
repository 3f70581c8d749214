"""Is it FHIR R4, and does it say what must be said? The kept model first, then our own rules; every mistake at once."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from scheduling.catalog.codes import LOINC
from scheduling.catalog.observation_codes import (
    DISEASE_STATUS,
    ECOG,
    EGFR_RENAL_CODES,
    KARNOFSKY,
    MARKER_TESTS,
    VARIANT,
)
from tracker.interop.fhir.elements import Node, reference_of
from tracker.interop.fhir.loading import bad_texts
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.resources import Resource
from tracker.interop.fhir.results import whole_value

if TYPE_CHECKING:
    from pydantic import BaseModel

_EVENT = "preparation in-progress not-done on-hold stopped completed entered-in-error unknown"
_OBSERVATION = "registered preliminary final amended corrected cancelled entered-in-error unknown"
_ADMINISTRATION = "in-progress not-done on-hold completed entered-in-error stopped unknown"
_REQUEST = "active on-hold cancelled completed entered-in-error stopped draft unknown"
_STATEMENT = "active completed entered-in-error intended stopped on-hold unknown not-taken"
_REPORT = "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown"
#: Statuses that R4 lists for each kind; the model takes any text.
STATUSES = {
    "Observation": frozenset(_OBSERVATION.split()),
    "Procedure": frozenset(_EVENT.split()),
    "MedicationRequest": frozenset(_REQUEST.split()),
    "MedicationAdministration": frozenset(_ADMINISTRATION.split()),
    "MedicationStatement": frozenset(_STATEMENT.split()),
    "DiagnosticReport": frozenset(_REPORT.split()),
    "ImagingStudy": frozenset({"registered", "available", "cancelled", "entered-in-error", "unknown"}),
}
_INTENT = "proposal plan order original-order reflex-order filler-order instance-order option"
INTENTS = frozenset(_INTENT.split())
_CLINICAL = frozenset({"active", "recurrence", "relapse", "inactive", "remission", "resolved"})
_VERIFICATION = frozenset({"unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"})
_GENDERS = frozenset({"male", "female", "other", "unknown"})
#: Observations that are read; every other one is counted and not examined further.
OBSERVED = frozenset({DISEASE_STATUS, ECOG, KARNOFSKY, VARIANT, *EGFR_RENAL_CODES, *MARKER_TESTS})
#: mCODE profiles whose resource must carry a code, older names included.
_CODED_PROFILE = re.compile(r"mcode-(primary|secondary)-cancer-condition")


@cache
def _model(kind: str) -> type[BaseModel]:
    """The R4B model of a kind: for the resources that are read it is the same as R4."""
    from fhir.resources.R4B import get_fhir_model_class

    found: type[BaseModel] = get_fhir_model_class(kind)
    return found


def is_needed(resource: Resource) -> bool:
    """Whether a resource is examined: every kind that is read, but of observations only those with a known code."""
    if resource.kind != "Observation":
        return True
    codings = resource.node["code"].codings
    return not codings or any(c.system == LOINC and c.code in OBSERVED for c in codings)


def profiles(node: Node) -> tuple[str, ...]:
    """Names of the profiles a resource claims, without base and version. A hint, never required."""
    return tuple(one.text.partition("|")[0].rpartition("/")[2] for one in node["meta"]["profile"])


def check(notes: Notes, resource: Resource) -> bool:
    """Whether the resource can be read; everything that is wrong with it is noted with its FHIRPath."""
    before = len(notes.problems)
    node = resource.node
    for bad in bad_texts(node.value, resource.kind):
        notes.error(resource, Node(None, bad.path), "text", bad.expected, bad.value)
    _check_model(notes, resource)
    if len(notes.problems) == before:
        _RULES.get(resource.kind, _no_rule)(notes, resource)
        _check_status(notes, resource)
    if len(notes.problems) > before:
        return False
    return not _is_modified(notes, resource)


def _is_modified(notes: Notes, resource: Resource) -> bool:
    """A modifier that nobody here understands can turn a statement into its opposite: asked, never ignored."""
    modifiers = resource.node["modifierExtension"]
    if not modifiers:
        return False
    address = ", ".join(one["url"].text for one in modifiers)
    notes.ask(resource, modifiers, "modifier", resource.key, address[:200], value=address)
    return True


def _check_model(notes: Notes, resource: Resource) -> None:
    from pydantic import ValidationError

    try:
        _model(resource.kind).model_validate(resource.node.value)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_context=False):
            path = resource.kind + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in one["loc"])
            expected = one["msg"].removeprefix("Value error, ")
            notes.error(resource, Node(None, path), "not_r4", expected, _shown(one["input"]))
    except RecursionError:
        notes.error(resource, resource.node, "not_r4", "a resource of usual depth")


def _shown(value: object) -> str:
    return str(value)[:80] if isinstance(value, str | int | float) else type(value).__name__


def _no_rule(notes: Notes, resource: Resource) -> None:
    """A kind without rules of its own."""


def _check_status(notes: Notes, resource: Resource) -> None:
    known = STATUSES.get(resource.kind)
    status = resource.node["status"]
    if known is not None and status.text not in known:
        notes.error(resource, status, "status", f"one of {', '.join(sorted(known))}")


def _condition(notes: Notes, resource: Resource) -> None:
    node = resource.node
    for name, known in (("clinicalStatus", _CLINICAL), ("verificationStatus", _VERIFICATION)):
        for coding in node[name].codings:
            if coding.code and coding.code not in known:
                notes.error(resource, Node(coding.code, coding.path), "status", f"one of {', '.join(sorted(known))}")
    if not node["code"] and any(_CODED_PROFILE.match(name) for name in profiles(node)):
        notes.error(resource, node["code"], "missing", "the code of the cancer or metastasis")


def _observation(notes: Notes, resource: Resource) -> None:
    node = resource.node
    if not node["code"]:
        notes.error(resource, node["code"], "missing", "the code of what was observed")
    for code, low, high, step in ((ECOG, 0, 5, 1), (KARNOFSKY, 0, 100, 10)):
        value = whole_value(node)
        number = value.number
        if not node["code"].has_code(LOINC, code) or number is None:
            continue
        if not low <= number <= high or number % step:
            of = " in tens" if step > 1 else ""
            notes.error(resource, value, "range", f"a whole number from {low} to {high}{of}", str(number))


def _request(notes: Notes, resource: Resource) -> None:
    intent = resource.node["intent"]
    if intent.text not in INTENTS:
        notes.error(resource, intent, "code", f"one of {', '.join(sorted(INTENTS))}")
    _drug(notes, resource)


def _drug(notes: Notes, resource: Resource) -> None:
    node = resource.node
    if not node["medicationCodeableConcept"] and not node["medicationReference"]:
        notes.error(resource, node["medicationCodeableConcept"], "missing", "the drug, as code, text or reference")
        return
    kind = reference_of(node["medicationReference"]).kind
    if node["medicationReference"] and kind not in ("", "Medication"):
        notes.error(resource, node["medicationReference"]["reference"], "reference", "a reference to a Medication")


def _patient(notes: Notes, resource: Resource) -> None:
    gender = resource.node["gender"]
    if gender and gender.text not in _GENDERS:
        notes.error(resource, gender, "code", f"one of {', '.join(sorted(_GENDERS))}")


_RULES = {
    "Condition": _condition,
    "Observation": _observation,
    "MedicationRequest": _request,
    "MedicationAdministration": _drug,
    "MedicationStatement": _drug,
    "Patient": _patient,
}
