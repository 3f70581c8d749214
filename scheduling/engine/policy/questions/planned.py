"""Questions about what was planned so far, and about a clinician's own window."""

from __future__ import annotations

from dataclasses import dataclass

from scheduling.engine.plans import FactRead
from scheduling.engine.policy.parameters import Code, Flag, RowIds, param
from scheduling.engine.policy.questions.question import Condition, Flagged, Reader, Reads, Test
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.view import LesionView, View
from scheduling.engine.vocabulary import Stream
from scheduling.engine.words import listed


@dataclass(frozen=True)
class Chosen(Condition):
    """The one base row that was chosen is one of these."""

    name = "chosen"
    rows: tuple[str, ...] = param(RowIds(), "rows")

    def test(self, names: Names) -> Test:
        rows = frozenset(self.rows)
        return lambda v, x: v.chosen in rows

    def reader(self, names: Names) -> Reader:
        return lambda v, x: (FactRead("base_row", v.chosen),)

    def words(self, names: Names, holds: bool = True) -> str:
        return f"the base row is {'' if holds else 'not '}{listed(self.rows)}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return ""  # the base row stands beside as a reason of its own


@dataclass(frozen=True)
class Listed(Condition):
    """One of these rows is listed."""

    name = "listed"
    after_rows = True
    rows: tuple[str, ...] = param(RowIds(), "rows")

    def test(self, names: Names) -> Test:
        none_of_these = frozenset(self.rows).isdisjoint
        return lambda v, x: not none_of_these(v.listed)

    def reader(self, names: Names) -> Reader:
        rows, none = frozenset(self.rows), (FactRead("listed", "none"),)
        return lambda v, x: tuple(FactRead("listed", row) for row in v.listed if row in rows) or none

    def words(self, names: Names, holds: bool = True) -> str:
        return f"{listed(self.rows)} is {'' if holds else 'not '}listed"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("listed")
        if fact is None or (fact.value in self.rows) is not holds:
            return None
        return f"{fact.value} is listed" if holds else f"{listed(self.rows)} is not listed"


@dataclass(frozen=True)
class Winner(Condition):
    """The row that gives the dates of a stream is one of these."""

    name = "winner"
    after_rows = True
    stream: str = param(Code(Stream), "stream")
    rows: tuple[str, ...] = param(RowIds(), "rows")

    def test(self, names: Names) -> Test:
        stream, rows = self.stream, frozenset(self.rows)
        return lambda v, x: v.winners.get(stream) in rows

    def reader(self, names: Names) -> Reader:
        stream, name = self.stream, f"winner_{self.stream}"
        return lambda v, x: (FactRead(name, v.winners.get(stream, "none")),)

    def words(self, names: Names, holds: bool = True) -> str:
        gives = "gives" if holds else "does not give"
        return f"{listed(self.rows)} {gives} the dates of the stream {self.stream}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get(f"winner_{self.stream}")
        if fact is None or (fact.value in self.rows) is not holds:
            return None
        return f"{self.stream} dates from {fact.value}"


@dataclass(frozen=True)
class SecondApproval(Flagged):
    """Whether a second clinician approved the clinician's own window."""

    name = "second_approval"
    per_override = True
    wanted: bool = param(Flag(), "a second clinician agreed")
    page = ("a second clinician has agreed", "no second clinician has agreed")
    reason = ("second approval", "no second approval")

    @staticmethod
    def stands(v: View, x: LesionView) -> bool:
        return v.override is not None and v.override.second_approval


PLANNED_QUESTIONS: tuple[type[Condition], ...] = (Chosen, Listed, Winner, SecondApproval)
