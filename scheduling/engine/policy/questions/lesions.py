"""Questions about one lesion: its grade, score, treatment and the age of its grading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from scheduling.engine.plans import FactRead, new_fact
from scheduling.engine.policy.anchors import Anchor
from scheduling.engine.policy.named_days import DayName
from scheduling.engine.policy.parameters import Codes, Flag, Number, Period, SetName, param
from scheduling.engine.policy.questions.question import (
    UNKNOWN,
    Condition,
    Flagged,
    LesionCondition,
    Reader,
    Reads,
    Test,
)
from scheduling.engine.policy.sets import Names, none_of
from scheduling.engine.record.view import LesionView, View
from scheduling.engine.scores.sins import HIGHEST_TOTAL, band_name
from scheduling.engine.vocabulary import Escc
from scheduling.engine.words import day_text, listed, period, word

_UNGRADED = (FactRead("escc", UNKNOWN),)
_TOTALS = tuple(str(total) for total in range(HIGHEST_TOTAL + 1))


def level_of(reads: Reads) -> str:
    """Where the lesion is, as a sentence says it."""
    fact = reads.get("level")
    return "" if fact is None else f" at {fact.value}"


def _read_escc(v: View, x: LesionView) -> tuple[FactRead, ...]:
    return _UNGRADED if x.escc is None else (new_fact(("escc", x.escc, x.escc_found)),)


@dataclass(frozen=True)
class LesionEscc(LesionCondition):
    """The lesion's ESCC grade is one of these; unknown where it is not graded."""

    name = "lesion_escc"
    may_be_unknown = True
    grades: tuple[str, ...] = param(Codes(Escc), "grades")

    def test(self, names: Names) -> Test:
        grades = frozenset(self.grades)
        return lambda v, x: None if x.escc is None else x.escc in grades

    def reader(self, names: Names) -> Reader:
        return _read_escc

    def words(self, names: Names, holds: bool = True) -> str:
        return f"ESCC of the lesion {'' if holds else 'not '}{listed(self.grades)}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("escc")
        if fact is None or (fact.value in self.grades) is not holds:
            return None
        return f"ESCC {fact.value}{level_of(reads)}"


@dataclass(frozen=True)
class LesionEsccKnown(LesionCondition):
    """Whether the lesion has an ESCC grade."""

    name = "lesion_escc_known"
    wanted: bool = param(Flag(), "ESCC is graded")

    def test(self, names: Names) -> Test:
        wanted = self.wanted
        return lambda v, x: (x.escc is not None) is wanted

    def reader(self, names: Names) -> Reader:
        return _read_escc

    def words(self, names: Names, holds: bool = True) -> str:
        return f"ESCC of the lesion is {'' if self.wanted is holds else 'not '}graded"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("escc")
        if fact is None or (fact.value != UNKNOWN) is not (self.wanted is holds):
            return None
        return f"ESCC {'not graded' if fact.value == UNKNOWN else fact.value}{level_of(reads)}"


@dataclass(frozen=True)
class LesionSins(LesionCondition):
    """The lesion's SINS total, or the lowest total still possible where an item is missing, lies in this range."""

    name = "lesion_sins"
    at_least: int = param(Number(HIGHEST_TOTAL), "at least")
    at_most: int = param(Number(HIGHEST_TOTAL), "at most", HIGHEST_TOTAL)

    def test(self, names: Names) -> Test:
        low, high = int(self.at_least), int(self.at_most)
        return lambda v, x: low <= x.lowest <= high

    def reader(self, names: Names) -> Reader:
        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            name = "sins" if x.total is not None else "sins_lowest"
            return (new_fact((name, _TOTALS[x.lowest], x.sins_found)),)

        return read

    def words(self, names: Names, holds: bool = True) -> str:
        asked = f"{self.at_least} or more" if self.at_most == HIGHEST_TOTAL else self._range
        return f"SINS of the lesion {'' if holds else 'not '}{asked}"

    @property
    def _range(self) -> str:
        return f"{self.at_least} to {self.at_most}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("sins") or reads.get("sins_lowest")
        if fact is None or (self.at_least <= int(fact.value) <= self.at_most) is not holds:
            return None
        total = fact.value if fact.name == "sins" else f"at least {fact.value} (items missing)"
        said = f"SINS {total}{level_of(reads)}"
        if not holds:
            return said
        band = band_name(self.at_least, self.at_most)
        return f"{said}, {band} ({self._range})" if band else f"{said} ({self._range})"


@dataclass(frozen=True)
class LesionSinsKnown(Flagged, LesionCondition):
    """Whether all six SINS items of the lesion are recorded."""

    name = "lesion_sins_known"
    fact = "sins_complete"
    wanted: bool = param(Flag(), "SINS is complete")
    page = ("SINS of the lesion is complete", "SINS of the lesion is not complete")
    reason = ("SINS complete", "SINS incomplete")

    @staticmethod
    def stands(v: View, x: LesionView) -> bool:
        return x.total is not None


@dataclass(frozen=True)
class LesionStabilized(Flagged, LesionCondition):
    """Whether the lesion carries the mark of stabilisation; absent is not stabilised."""

    name = "lesion_stabilized"
    fact = "stabilized"
    wanted: bool = param(Flag(), "the lesion is stabilised")
    page = ("the lesion is stabilised", "the lesion is not stabilised")
    reason = ("stabilised", "not stabilised")

    @staticmethod
    def stands(v: View, x: LesionView) -> bool:
        return x.stabilized


@dataclass(frozen=True)
class TreatmentSince(LesionCondition):
    """A procedure of a set on or after a named day that stands in some relation to the lesion, the `newest` such."""

    cost = 6
    fact: ClassVar[str]
    newest: ClassVar[staticmethod[[View, LesionView, tuple[str, ...], date], tuple[date, str] | None]]
    procedures: str = param(SetName("procedures"), "set of procedures")
    day: Anchor = param(DayName(), "since")

    def test(self, names: Names) -> Test:
        kinds, find, newest = names.procedures[self.procedures], self.day.find(names), self.newest

        def found(v: View, x: LesionView) -> bool:
            if not v.procedures:
                return False
            since = find(v, x)
            return since is not None and newest(v, x, kinds, since) is not None

        return found

    def reader(self, names: Names) -> Reader:
        kinds, find, newest = names.procedures[self.procedures], self.day.find(names), self.newest
        fact, none = self.fact, (FactRead(self.fact, "none"),)

        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            since = find(v, x)
            found = None if since is None else newest(v, x, kinds, since)
            return none if found is None else (new_fact((fact, found[1], found[0])),)

        return read

    def since(self, names: Names, holds: bool, where: str) -> str:
        """``a treatment of the spine at this level since the response``."""
        said = names.said(self.procedures)
        return f"{said if holds else none_of(said)}{where} since {self.day.words(names)}"

    def agreeing(self, reads: Reads, holds: bool) -> FactRead | None:
        """The fact that was read, where it does not say the opposite."""
        fact = reads.get(self.fact)
        return None if fact is None or (fact.on is not None) is not holds else fact


@dataclass(frozen=True)
class LesionTreatedSince(TreatmentSince):
    """A procedure of this set whose levels cover the lesion's level is dated on or after the named day.

    A treatment without recorded levels covers no lesion, and none covers a lesion of unknown level.
    """

    name = "lesion_treated_since"
    fact = "treated"
    newest = staticmethod(View.treated_on)

    def words(self, names: Names, holds: bool = True) -> str:
        return self.since(names, holds, " at this level")

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = self.agreeing(reads, holds)
        if fact is None:
            return None
        return f"treated ({word(fact.value)} {day_text(fact.on)})" if fact.on else "not treated at its level"


@dataclass(frozen=True)
class LesionTreatmentUnplaced(TreatmentSince):
    """A procedure of this set on or after the named day has no recorded levels, or the lesion has none."""

    name = "lesion_treatment_unplaced_since"
    fact = "unplaced"
    newest = staticmethod(View.unplaced_on)

    def words(self, names: Names, holds: bool = True) -> str:
        return f"{self.since(names, holds, '')} whose level, or the lesion's, is not recorded"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = self.agreeing(reads, holds)
        if fact is None:
            return None
        return f"{word(fact.value)} {day_text(fact.on)} without a level" if fact.on else "every level recorded"


@dataclass(frozen=True)
class LesionGradeOlderThan(LesionCondition):
    """The lesion's newest ESCC assessment, confirming ones included, is older than that."""

    name = "lesion_grade_older_than"
    cost = 3
    period: int = param(Period(), "older than")

    def test(self, names: Names) -> Test:
        span = timedelta(self.period)
        return lambda v, x: v.today - x.graded > span

    def reader(self, names: Names) -> Reader:
        return lambda v, x: (FactRead("graded", x.escc or UNKNOWN, x.graded),)

    def words(self, names: Names, holds: bool = True) -> str:
        return f"the lesion was {'' if holds else 'not '}last graded more than {period(self.period)} ago"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("graded")
        return f"last graded {day_text(fact.on)}" if fact is not None and fact.on else ""


LESION_QUESTIONS: tuple[type[Condition], ...] = (
    LesionEscc,
    LesionEsccKnown,
    LesionSins,
    LesionSinsKnown,
    LesionStabilized,
    LesionTreatedSince,
    LesionTreatmentUnplaced,
    LesionGradeOlderThan,
)
