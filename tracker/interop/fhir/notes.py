"""What is found while one patient is read: values refused or left out, questions; nothing leaves without a word."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.interop.days import EXPECTED_DAY, Day, day_of
from tracker.interop.fhir.elements import Node
from tracker.interop.fhir.resources import Resource
from tracker.interop.findings import Findings, wordings_of
from tracker.interop.records import Severity


@dataclass(slots=True)
class Notes(Findings[Resource, Node]):
    """The findings of one patient of a FHIR source."""

    source = "fhir"
    wordings = wordings_of("fhir")

    died: Day | None = None
    #: Whether the source lists all it has of the patient: what is missing then goes by itself.
    whole: bool = False

    def spot(self, at: Resource, part: Node) -> tuple[str, str]:
        """An element of a resource, by its FHIRPath."""
        return at.place(part.path), part.shown

    def key_of(self, at: Resource) -> str:
        """The key of the resource."""
        return at.key

    def in_error(self, at: Resource, node: Node, words: str) -> None:
        """What the source withdrew is left out. Where only a part of the record is read, what was read before may still
        stand, and a person is asked."""
        value = f"entered-in-error: {words}"
        self.skip(at, node, "entered_in_error", "a resource that stands; left out", value)
        if not self.whole:
            self.ask(at, node, "entered_in_error", words)

    def note_read(self, place: str, value: str, kind: str, expected: str) -> None:
        """A remark on something that was read already."""
        self.add_problem(Severity.NOTE, place, value, kind, expected)

    def day(self, at: Resource, node: Node) -> Day | None:
        """A date as given, never widened. None: nothing stands there, or it is no date or before birth (an error)."""
        if not node:
            return None
        found = day_of(node.text)
        if found is None:
            self.error(at, node, "date", EXPECTED_DAY)
            return None
        return self.after_birth(at, node, found)

    def usable_day(self, at: Resource, node: Node, what: str) -> Day | None:
        """A day that a fact can stand on: given, not after the reference day (left out), not after death (asked)."""
        found = self.day(at, node)
        if found is None:
            return None
        if found.on > self.as_of:
            expected = f"a day on or before the reference day {self.as_of}; {what} left out"
            self.skip(at, node, "future_date", expected)
            return None
        if self.died is not None and found.on > self.died.last:
            self.ask(at, node, "after_death", what, found.on, self.died.on)
            return None
        return found

    def day_held(self) -> Day:
        """The day for a fact whose own day nobody wrote: held, and marked unknown."""
        return Day(self.died.on if self.died else self.as_of, "unknown")
