"""What is found while one patient is read: values refused or left out, questions; nothing leaves without a word."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from tracker.interop.fhir.elements import Day, Node, day_of
from tracker.interop.fhir.sources import Resource
from tracker.interop.records import Draft, Problem, QuestionDraft, Severity, proposal

AnyDraft = TypeVar("AnyDraft", bound=Draft)
EXPECTED_DAY = "a date such as 2026-06-01"


@dataclass(slots=True)
class Notes:
    """The findings of one patient. `wrong` says that the patient cannot be taken."""

    name: str
    as_of: date
    number: str = ""
    birth: Day | None = None
    died: Day | None = None
    wrong: bool = False
    #: Whether the source lists all it has of the patient: what is missing then goes by itself.
    whole: bool = False
    problems: list[Problem] = field(default_factory=list)
    questions: list[QuestionDraft] = field(default_factory=list)

    @property
    def whose(self) -> str:
        """The number where it is known, else the source's name."""
        return self.number or self.name

    def say(self, severity: Severity, at: Resource, path: str, value: str, kind: str, expected: str) -> None:
        """Add one problem; `path` is a FHIRPath, empty for the whole resource."""
        self.problems.append(
            Problem(
                place=at.place(path), value=value[:200], expected=expected, severity=severity, kind=kind,
                patient=self.whose,
            )
        )  # fmt: skip
        self.wrong = self.wrong or severity is Severity.ERROR

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
        self.skip(
            at, node, "entered_in_error", "a resource that stands; left out", f"entered-in-error: {words}"
        )
        if not self.whole:
            self.ask(
                at, node, "entered_in_error", value=words,
                text=f"{words}: the source says that it was entered in error. If it was read before and still "
                "stands here, it must be withdrawn by a person.",
                expected="nothing of it in the record",
            )  # fmt: skip

    def note_read(self, place: str, value: str, kind: str, expected: str) -> None:
        """A remark on something that was read already."""
        self.problems.append(
            Problem(
                place=place,
                value=value[:200],
                expected=expected,
                severity=Severity.NOTE,
                kind=kind,
                patient=self.whose,
            )
        )

    def ask(
        self, at: Resource, node: Node, kind: str, *, text: str, expected: str, draft: Draft | None = None,
        value: str = "", fact: str = "",
    ) -> None:  # fmt: skip
        """A question about one fact; `draft` is what would be recorded if it is accepted."""
        key = fact or (draft.source_key if draft is not None else at.key)
        self.questions.append(
            QuestionDraft(
                kind=kind,
                source_key=f"fhir:{self.name}:{key}#{kind}"[:300],
                place=at.place(node.path),
                value=(value or node.shown)[:200],
                expected=expected[:500],
                text=text if len(text) <= 500 else f"{text[:497]}...",
                proposal=proposal(draft) if draft is not None else None,
                patient=self.whose,
            )
        )

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
            self.skip(
                at, node, "future_date", f"a day on or before the reference day {self.as_of}; {what} left out"
            )
            return None
        if self.died is not None and found.on > self.died.last:
            self.ask(
                at, node, "after_death",
                text=f"The {what} is dated {found.on}, after the death on {self.died.on}. Which day is wrong, or is it "
                "another patient's? It is left out until answered.",
                expected=f"a day on or before the day of death {self.died.on}",
            )  # fmt: skip
            return None
        return found

    def day_held(self) -> Day:
        """The day for a fact whose own day nobody wrote: held, and marked unknown."""
        return Day(self.died.on if self.died else self.as_of, "unknown")
