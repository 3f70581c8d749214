"""Questions about the person's scores: the worst ESCC grade and the highest SINS of all lesions."""

from __future__ import annotations

from dataclasses import dataclass

from scheduling.engine.plans import FactRead
from scheduling.engine.policy.parameters import Code, Flag, Number, param
from scheduling.engine.policy.questions.question import UNKNOWN, Condition, Flagged, Reader, Reads, Test
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.view import LesionView, View
from scheduling.engine.scores.sins import HIGHEST_TOTAL
from scheduling.engine.vocabulary import ESCC_RANK, Escc


class AllKnown(Flagged):
    """A score of every lesion; a reason says it only where it was read."""

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get(self.name)
        read = fact is not None and (fact.value == "yes") is (self.wanted is holds)
        return super().phrase(reads, holds) if read else None


@dataclass(frozen=True)
class EsccKnown(AllKnown):
    """Whether every lesion is graded and there is one; with no lesion recorded the ESCC is unknown."""

    name = "escc_known"
    wanted: bool = param(Flag(), "every lesion is graded")
    page = ("ESCC is graded at every lesion", "ESCC is not graded at some lesion")
    reason = ("ESCC known", "ESCC unknown")

    @staticmethod
    def stands(v: View, x: LesionView) -> bool:
        return v.escc_known


@dataclass(frozen=True)
class SinsKnown(AllKnown):
    """Whether every lesion that is not stabilised has a complete SINS; with no such lesion it is not unknown."""

    name = "sins_known"
    wanted: bool = param(Flag(), "every SINS is complete")
    page = ("SINS is complete at every lesion", "SINS is not complete at some lesion")
    reason = ("SINS known", "SINS incomplete")

    @staticmethod
    def stands(v: View, x: LesionView) -> bool:
        return v.sins_known


#: The person's worst grade as the facts read, by its rank; the last stands for -1, not known.
_WORST = (*((FactRead("worst_escc", grade.value),) for grade in Escc), (FactRead("worst_escc", UNKNOWN),))


def _read_worst(v: View, x: LesionView) -> tuple[FactRead, ...]:
    return _WORST[v.rank]


def _worst_phrase(reads: Reads) -> str:
    fact = reads.get("worst_escc")
    return f"ESCC {fact.value}" if fact is not None else ""


@dataclass(frozen=True)
class EsccAtMost(Condition):
    """No lesion is graded worse; unknown while one is not graded or no lesion is recorded."""

    name = "escc_at_most"
    may_be_unknown = True
    grade: str = param(Code(Escc), "grade")

    def test(self, names: Names) -> Test:
        limit = ESCC_RANK[self.grade]
        return lambda v, x: False if v.rank > limit else (True if v.escc_known else None)

    def reader(self, names: Names) -> Reader:
        return _read_worst

    def words(self, names: Names, holds: bool = True) -> str:
        if not holds:
            return f"the worst ESCC is worse than {self.grade}"
        return f"the worst ESCC is {self.grade}{'' if self.grade == Escc.G0 else ' or less'}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _worst_phrase(reads)


@dataclass(frozen=True)
class EsccAtLeast(Condition):
    """A lesion has this grade or worse; unknown while none has and one is not graded or no lesion is recorded."""

    name = "escc_at_least"
    may_be_unknown = True
    grade: str = param(Code(Escc), "grade")

    def test(self, names: Names) -> Test:
        limit = ESCC_RANK[self.grade]
        return lambda v, x: True if v.rank >= limit else (False if v.escc_known else None)

    def reader(self, names: Names) -> Reader:
        return _read_worst

    def words(self, names: Names, holds: bool = True) -> str:
        if not holds:
            return f"the worst ESCC is milder than {self.grade}"
        return f"the worst ESCC is {self.grade}{'' if self.grade == Escc.G3 else ' or worse'}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _worst_phrase(reads)


@dataclass(frozen=True)
class SinsAtMost(Condition):
    """The highest SINS of the lesions that are not stabilised; yes where there is none, unknown while one may rise."""

    name = "sins_at_most"
    may_be_unknown = True
    total: int = param(Number(HIGHEST_TOTAL), "total")

    def test(self, names: Names) -> Test:
        limit = int(self.total)
        return lambda v, x: False if v.sins_highest > limit else (True if v.sins_known else None)

    def reader(self, names: Names) -> Reader:
        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            if all(lesion.stabilized for lesion in v.lesions):
                return (FactRead("highest_sins", "not applicable"),)
            return (FactRead("highest_sins", str(v.sins_highest) if v.sins_known else UNKNOWN),)

        return read

    def words(self, names: Names, holds: bool = True) -> str:
        return f"the highest SINS is {f'{self.total} or less' if holds else f'more than {self.total}'}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("highest_sins")
        return f"SINS {fact.value}" if fact is not None else ""


SCORE_QUESTIONS: tuple[type[Condition], ...] = (EsccKnown, SinsKnown, EsccAtMost, EsccAtLeast, SinsAtMost)
