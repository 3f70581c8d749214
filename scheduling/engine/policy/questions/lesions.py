"""Questions about scores: of one lesion, and the person's worst grade and highest total."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from scheduling.engine.plans import FactRead
from scheduling.engine.policy.anchors import Anchor, DayName
from scheduling.engine.policy.parameters import Code, Codes, Flag, Number, Period, SetName, param
from scheduling.engine.policy.questions.care import ProcedureEver
from scheduling.engine.policy.questions.question import UNKNOWN, Condition, Reads, Test, yes_or_no
from scheduling.engine.policy.source import Names, Source
from scheduling.engine.record.view import LesionView, View
from scheduling.engine.vocabulary import ESCC_RANK, Escc
from scheduling.engine.words import day, word

_GRADES = tuple(Escc)


class LesionCondition(Condition):
    """A question asked of one lesion: it stands only in a row with `for_each: lesion`."""

    per_lesion = True


def level_of(reads: Reads) -> str:
    """Where the lesion is, as a sentence says it."""
    fact = reads.get("level")
    return "" if fact is None else f" at {fact.value}"


@dataclass(frozen=True)
class LesionEscc(LesionCondition):
    """The lesion's ESCC grade is one of these; unknown where it is not graded."""

    name = "lesion_escc"
    facet = "lesion"
    may_be_unknown = True
    grades: tuple[str, ...] = param(Codes(Escc))

    def text(self, source: Source) -> str:
        return f"(None if x.escc is None else x.escc in {source.constant(frozenset(self.grades))})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (_escc(source),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("escc")
        if fact is None or (fact.value in self.grades) is not holds:
            return None
        return f"ESCC {fact.value}{level_of(reads)}"


def _escc(source: Source) -> str:
    none = source.constant(FactRead("escc", UNKNOWN))
    return f"({none} if x.escc is None else {source.fact}(('escc', x.escc, x.escc_found)))"


@dataclass(frozen=True)
class LesionEsccKnown(LesionCondition):
    """Whether the lesion has an ESCC grade."""

    name = "lesion_escc_known"
    facet = "lesion"
    wanted: bool = param(Flag())

    def text(self, source: Source) -> str:
        return f"((x.escc is not None) is {self.wanted})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (_escc(source),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("escc")
        if fact is None or (fact.value != UNKNOWN) is not (self.wanted is holds):
            return None
        return f"ESCC {'not graded' if fact.value == UNKNOWN else fact.value}{level_of(reads)}"


@dataclass(frozen=True)
class LesionSins(LesionCondition):
    """The lesion's SINS total, or the lowest total still possible where an item is missing, lies in this range."""

    name = "lesion_sins"
    facet = "lesion"
    at_least: int = param(Number())
    at_most: int = param(Number(), 18)

    def text(self, source: Source) -> str:
        return f"({source.constant(self.at_least)} <= x.lowest <= {source.constant(self.at_most)})"

    def facts(self, source: Source) -> tuple[str, ...]:
        totals = source.constant(tuple(str(total) for total in range(19)))
        name = "'sins' if x.total is not None else 'sins_lowest'"
        return (f"{source.fact}(({name}, {totals}[x.lowest], x.sins_found))",)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("sins") or reads.get("sins_lowest")
        if fact is None or (self.at_least <= int(fact.value) <= self.at_most) is not holds:
            return None
        total = fact.value if fact.name == "sins" else f"at least {fact.value} (items missing)"
        meaning = _meaning(self.at_least, self.at_most) if holds else ""
        return f"SINS {total}{level_of(reads)}{meaning}"


def _meaning(low: int, high: int) -> str:
    """The instrument's word for a range that lies in one of its bands."""
    if low >= 13:
        return f", unstable ({low} to {high})"
    if low >= 7 and high <= 12:
        return f", potentially unstable ({low} to {high})"
    return f" ({low} to {high})"


@dataclass(frozen=True)
class LesionSinsKnown(LesionCondition):
    """Whether all six SINS items of the lesion are recorded."""

    name = "lesion_sins_known"
    facet = "lesion"
    wanted: bool = param(Flag())

    def test(self, names: Names) -> Test:
        wanted = self.wanted
        return lambda v, lesion: (lesion is not None and lesion.total is not None) is wanted

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        return (
            FactRead("sins_complete", "yes" if lesion is not None and lesion.total is not None else "no"),
        )

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return "SINS complete" if self.wanted is holds else "SINS incomplete"


@dataclass(frozen=True)
class LesionStabilized(LesionCondition):
    """Whether the lesion carries the mark of stabilisation; absent is not stabilised."""

    name = "lesion_stabilized"
    facet = "lesion"
    wanted: bool = param(Flag())

    def text(self, source: Source) -> str:
        return f"(x.stabilized is {self.wanted})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (f"{source.constant(yes_or_no('stabilized'))}[x.stabilized]",)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return "stabilised" if self.wanted is holds else "not stabilised"


@dataclass(frozen=True)
class LesionTreatedSince(LesionCondition):
    """A procedure of this set whose levels cover the lesion's level is dated on or after the named day.

    A treatment without recorded levels covers no lesion, and none covers a lesion of unknown level.
    """

    name = "lesion_treated_since"
    procedures: str = param(SetName("procedures"))
    day: Anchor = param(DayName())

    def needs(self) -> tuple[Condition, ...]:
        return (ProcedureEver(self.procedures),)

    def text(self, source: Source) -> str:
        kinds, day = source.constant(source.names.procedures[self.procedures]), self.day.text(source)
        return f"(bool(v.procedures) and (day := {day}) is not None and v.treated_on(x, {kinds}, day) is not None)"

    def facts(self, source: Source) -> tuple[str, ...]:
        kinds, day = source.constant(source.names.procedures[self.procedures]), self.day.text(source)
        none = source.constant(FactRead("treated", "none"))
        found = f"v.treated_on(x, {kinds}, {day})"
        return (f"({none} if (on := {found}) is None else {source.fact}(('treated', on[1], on[0])))",)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("treated")
        if fact is None or (fact.on is not None) is not holds:
            return None
        return f"treated ({word(fact.value)} {day(fact.on)})" if fact.on else "not treated at its level"


@dataclass(frozen=True)
class LesionTreatmentUnplaced(LesionCondition):
    """A procedure of this set on or after the named day has no recorded levels, or the lesion has none."""

    name = "lesion_treatment_unplaced_since"
    procedures: str = param(SetName("procedures"))
    day: Anchor = param(DayName())

    def needs(self) -> tuple[Condition, ...]:
        return (ProcedureEver(self.procedures),)

    def test(self, names: Names) -> Test:
        kinds, find = names.procedures[self.procedures], self.day.find(names)

        def unplaced(v: View, lesion: LesionView | None) -> bool:
            if lesion is None or not v.procedures:
                return False
            since = find(v, lesion)
            return since is not None and v.unplaced_on(lesion, kinds, since) is not None

        return unplaced


@dataclass(frozen=True)
class LesionGradeOlderThan(LesionCondition):
    """The lesion's newest ESCC assessment, confirming ones included, is older than that."""

    name = "lesion_grade_older_than"
    period: int = param(Period())

    def test(self, names: Names) -> Test:
        span = timedelta(self.period)
        return lambda v, lesion: lesion is not None and v.today - lesion.graded > span


@dataclass(frozen=True)
class EsccKnown(Condition):
    """Whether every lesion is graded and there is one; with no lesion recorded the ESCC is unknown."""

    name = "escc_known"
    facet = "scores"
    wanted: bool = param(Flag())

    def text(self, source: Source) -> str:
        return f"(v.escc_known is {self.wanted})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (f"{source.constant(yes_or_no('escc_known'))}[v.escc_known]",)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("escc_known")
        if fact is None or (fact.value == "yes") is not (self.wanted is holds):
            return None
        return "ESCC known" if fact.value == "yes" else "ESCC unknown"


@dataclass(frozen=True)
class SinsKnown(Condition):
    """Whether every lesion that is not stabilised has a complete SINS; with no such lesion it is not unknown."""

    name = "sins_known"
    facet = "scores"
    wanted: bool = param(Flag())

    def text(self, source: Source) -> str:
        return f"(v.sins_known is {self.wanted})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (f"{source.constant(yes_or_no('sins_known'))}[v.sins_known]",)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("sins_known")
        if fact is None or (fact.value == "yes") is not (self.wanted is holds):
            return None
        return "SINS known" if fact.value == "yes" else "SINS incomplete"


#: The person's worst grade as a fact, by its rank; the last stands for -1, not known.
_WORST = (*(FactRead("worst_escc", grade.value) for grade in Escc), FactRead("worst_escc", UNKNOWN))


@dataclass(frozen=True)
class EsccAtMost(Condition):
    """No lesion is graded worse; unknown while one is not graded or no lesion is recorded."""

    name = "escc_at_most"
    facet = "scores"
    may_be_unknown = True
    grade: str = param(Code(Escc))

    def test(self, names: Names) -> Test:
        limit = ESCC_RANK[self.grade]
        return lambda v, lesion: False if v.rank > limit else (True if v.escc_known else None)

    def facts(self, source: Source) -> tuple[str, ...]:
        return (f"{source.constant(_WORST)}[v.rank]",)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("worst_escc")
        return f"ESCC {fact.value}" if fact is not None else ""


@dataclass(frozen=True)
class EsccAtLeast(Condition):
    """A lesion has this grade or worse; unknown while none has and one is not graded or no lesion is recorded."""

    name = "escc_at_least"
    facet = "scores"
    may_be_unknown = True
    grade: str = param(Code(Escc))

    def test(self, names: Names) -> Test:
        limit = ESCC_RANK[self.grade]
        return lambda v, lesion: True if v.rank >= limit else (False if v.escc_known else None)

    def facts(self, source: Source) -> tuple[str, ...]:
        return (f"{source.constant(_WORST)}[v.rank]",)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("worst_escc")
        return f"ESCC {fact.value}" if fact is not None else ""


@dataclass(frozen=True)
class SinsAtMost(Condition):
    """The highest SINS of the lesions that are not stabilised; yes where there is none, unknown while one may rise."""

    name = "sins_at_most"
    facet = "scores"
    may_be_unknown = True
    total: int = param(Number())

    def test(self, names: Names) -> Test:
        limit = self.total
        return lambda v, lesion: False if v.sins_highest > limit else (True if v.sins_known else None)

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        if all(one.stabilized for one in view.lesions):
            return (FactRead("highest_sins", "not applicable"),)
        return (FactRead("highest_sins", str(view.sins_highest) if view.sins_known else UNKNOWN),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("highest_sins")
        return f"SINS {fact.value}" if fact is not None else ""


LESION_QUESTIONS: tuple[type[Condition], ...] = (
    LesionEscc,
    LesionEsccKnown,
    LesionSins,
    LesionSinsKnown,
    LesionStabilized,
    LesionTreatedSince,
    LesionTreatmentUnplaced,
    LesionGradeOlderThan,
    EsccKnown,
    SinsKnown,
    EsccAtMost,
    EsccAtLeast,
    SinsAtMost,
)
