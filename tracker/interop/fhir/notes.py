"""What is found while one patient is read: values refused or left out, questions; nothing leaves without a word."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.interop.days import EXPECTED_DAY, Day, day_of
from tracker.interop.drafts import Draft
from tracker.interop.fhir.elements import Node
from tracker.interop.fhir.resources import Resource
from tracker.interop.findings import Findings, wordings_of
from tracker.interop.records import Severity, proposal


@dataclass(slots=True)
class Notes(Findings):
    """The findings of one patient of a FHIR source."""

    source = "fhir"
    wordings = wordings_of("fhir")

    died: Day | None = None
    #: Whether the source lists all it has of the patient: what is missing then goes by itself.
    whole: bool = False

    def say(self, severity: Severity, at: Resource, path: str, value: str, kind: str, expected: str) -> None:
        """Add one problem; `path` is a FHIRPath, empty for the whole resource."""
        self.add_problem(severity, at.place(path), value, kind, expected)

    def error(self, at: Resource, node: Node, kind: str, expected: str, value: str = "") -> None:
        """The patient cannot be taken."""
        self.say(Severity.ERROR, at, node.path, value or node.shown, kind, expected)

    def skip(self, at: Resource, node: Node, kind: str, expected: str, value: str = "") -> None:
        """The fact is left out."""
        self.say(Severity.SKIPPED, at, node.path, value or node.shown, kind, expected)

    def remark(self, at: Resource, node: Node, kind: str, expected: str, value: str = "") -> None:
        """The value was read, and how."""
        self.say(Severity.NOTE, at, node.path, value or node.shown, kind, expected)

    def unused(self, at: Resource, node: Node, kind: str, expected: str, value: str = "") -> None:
        """Understood, and nothing here needs it."""
        self.say(Severity.UNUSED, at, node.path, value or node.shown, kind, expected)

    def in_error(self, at: Resource, node: Node, words: str) -> None:
        """What the source withdrew is left out. Where only a part of the record is read, what was read before may still
        stand, and a person is asked."""
        value = f"entered-in-error: {words}"
        self.skip(at, node, "entered_in_error", "a resource that stands; left out", value)
        if not self.whole:
            self.ask(at, node, "entered_in_error", words)

    def remark_on(self, place: str, value: str, kind: str, expected: str) -> None:
        """A remark on something that was read already."""
        self.add_problem(Severity.NOTE, place, value, kind, expected)

    def ask(
        self,
        at: Resource,
        node: Node,
        asked: str,
        *said: object,
        draft: Draft | None = None,
        value: str = "",
        fact: str = "",
    ) -> None:
        """A question about one fact; `draft` is what would be recorded if it is accepted."""
        key = fact or (at.key if draft is None else draft.source_key)
        offer = None if draft is None else proposal(draft)
        self.add_question(asked, said, key, at.place(node.path), value or node.shown, offer)

    def day(self, at: Resource, node: Node) -> Day | None:
        """A date as given, never widened. None: nothing stands there, or it is no date or before birth (an error)."""
        if not node:
            return None
        found = day_of(node.text)
        if found is None:
            self.error(at, node, "date", EXPECTED_DAY)
            return None
        if self.birth is not None and found.last < self.birth.on:
            self.error(at, node, "before_birth", f"a day on or after birth ({self.birth.on})")
            return None
        return found

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

    def held(self) -> Day:
        """The day for a fact whose own day nobody wrote: held, and marked unknown."""
        return Day(self.died.on if self.died else self.as_of, "unknown")
