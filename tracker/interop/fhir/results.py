"""What every result shares: whether it may be used, its day, its value in words."""

from __future__ import annotations

from tracker.interop.days import Day
from tracker.interop.fhir.elements import Node
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.resources import Resource


def stands(notes: Notes, resource: Resource, good: frozenset[str], gone: frozenset[str]) -> bool:
    """Whether a result may be used: gone is said, and what is not final yet is asked, never used in silence."""
    status = resource.node["status"]
    if status.text in good:
        return True
    if status.text == "entered-in-error":
        notes.in_error(resource, status, resource.node["code"].wording or resource.kind)
        return False
    if status.text in gone:
        kind = status.text.replace("-", "_")
        notes.skip(resource, status, kind, f"one of {', '.join(sorted(good))}; left out")
        return False
    words = resource.node["code"].wording or resource.kind
    notes.ask(resource, status, "not_final", words, status.text, ", ".join(sorted(good)))
    return False


def result_day(notes: Notes, resource: Resource, what: str) -> Day | None:
    """The day of an observation: effective, else issued; None where it cannot be used, which is said."""
    node = resource.node
    period = node["effectivePeriod"]
    otherwise = node.first("effectiveDateTime", "effectiveInstant", "issued")
    given = period.first("end", "start") if period else otherwise
    if not given:
        expected = f"the day of this {what}; left out"
        notes.skip(resource, node["effectiveDateTime"], "no_date", expected, "none")
        return None
    return notes.usable_day(resource, given, what)


def whole_value(node: Node) -> Node:
    """The value of a scale: a whole number, else a quantity."""
    return node["valueInteger"] if node["valueInteger"].number is not None else node["valueQuantity"]["value"]


def quantity_words(node: Node) -> str:
    """A measured value with its comparator and unit; empty where none is given."""
    value = node["valueQuantity"]
    if value["value"].number is None:
        return ""
    return f"{value['comparator'].text}{value['value'].number}{value['unit'].text or value['code'].text}"
