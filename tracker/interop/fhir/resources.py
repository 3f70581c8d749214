"""Resources of a source: where each stands, whose it is, which of several versions counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from tracker.interop.days import Dated, Day, dated_on
from tracker.interop.fhir.elements import Node
from tracker.interop.records import Problem


class Locator(NamedTuple):
    """Where a resource stands: the number of the file, and its entry or the offset and number of its line."""

    file: int
    at: int
    line: int = 0


class Entry(NamedTuple):
    """A resource that belongs to a patient."""

    kind: str
    id: str
    address: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: `key` is ``Condition/abc``, `origin` the file and line for messages."""

    kind: str
    key: str
    node: Node
    origin: str
    file: int
    address: str = ""

    def place(self, path: str = "") -> str:
        """File, resource and FHIRPath."""
        return f"{self.origin} {self.key} {path or self.kind}"[:300]

    def dated(self, day: Day, part: str = "", path: str = "") -> Dated:
        """The keywords of a draft that this resource gives with this day; `part` names one of several."""
        return dated_on(day, f"{self.key}#{part}" if part else self.key, self.place(path))


@dataclass(slots=True)
class Person:
    """A patient of the index: where the Patient resource stands, once or repeated, and what belongs to it."""

    key: str
    locators: list[Entry] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    number: str = ""
    problems: list[Problem] = field(default_factory=list)


def same(one: Node, other: Node) -> bool:
    """Whether two versions of a resource say the same, but for their metadata."""
    left, right = one.value, other.value
    if not isinstance(left, dict) or not isinstance(right, dict):
        return False
    return {k: v for k, v in left.items() if k != "meta"} == {k: v for k, v in right.items() if k != "meta"}


def newest(versions: list[Resource]) -> Resource | None:
    """The newest of several versions of one resource; None where nothing says which is."""
    first = versions[0]
    if all(same(first.node, other.node) for other in versions[1:]):
        return first
    try:
        stamps = (datetime.fromisoformat(one.node["meta"]["lastUpdated"].text) for one in versions)
        stamped = sorted(((stamp, at) for at, stamp in enumerate(stamps)), reverse=True)
    except (TypeError, ValueError):
        return None
    return versions[stamped[0][1]] if stamped[0][0] > stamped[1][0] else None
