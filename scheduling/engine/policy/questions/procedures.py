"""Questions about procedures and their hardware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from scheduling.engine.plans import FactRead, new_fact
from scheduling.engine.policy.parameters import Codes, Period, SetName, param
from scheduling.engine.policy.questions.question import Condition, Reader, Reads, Test
from scheduling.engine.policy.sets import Names, none_of, without_article
from scheduling.engine.record.view import LesionView, View, newest_of
from scheduling.engine.vocabulary import Hardware
from scheduling.engine.words import day_text, listed, period, word


def _procedure_reader(kinds: tuple[str, ...]) -> Reader:
    """The newest procedure of these kinds."""
    none = (FactRead("procedure", "none"),)

    def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
        newest = v.newest_procedure(kinds)
        return none if newest is None else (new_fact(("procedure", newest[1], newest[0])),)

    return read


def _procedure_phrase(reads: Reads, holds: bool) -> str | None:
    fact = reads.get("procedure")
    if fact is None:
        return None
    if fact.on is None:
        return None if holds else "no procedure"
    return f"{word(fact.value)} on {day_text(fact.on)}"


@dataclass(frozen=True)
class ProcedureEver(Condition):
    """A procedure of this set is on record."""

    name = "procedure_ever"
    cost = 2
    procedures: str = param(SetName("procedures"), "set of procedures")

    def test(self, names: Names) -> Test:
        none_of_these = frozenset(names.procedures[self.procedures]).isdisjoint
        return lambda v, x: not none_of_these(v.procedures)

    def reader(self, names: Names) -> Reader:
        return _procedure_reader(names.procedures[self.procedures])

    def words(self, names: Names, holds: bool = True) -> str:
        said = names.said(self.procedures)
        return f"{said if holds else none_of(said)} at any time"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _procedure_phrase(reads, holds)


@dataclass(frozen=True)
class ProcedureWithin(Condition):
    """The newest procedure of this set is at most so old, the last day included."""

    name = "procedure_within"
    cost = 3
    procedures: str = param(SetName("procedures"), "set of procedures")
    period: int = param(Period(), "at most so old")

    def test(self, names: Names) -> Test:
        newest_day, span = newest_of(names.procedures[self.procedures]), timedelta(self.period)

        def within(v: View, x: LesionView) -> bool:
            newest = newest_day(v)
            return newest is not None and v.today - newest <= span

        return within

    def reader(self, names: Names) -> Reader:
        return _procedure_reader(names.procedures[self.procedures])

    def words(self, names: Names, holds: bool = True) -> str:
        said = names.said(self.procedures)
        return f"{said if holds else none_of(said)} within the last {period(self.period)}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        if not holds:
            return f"no procedure within {period(self.period)}"
        said = _procedure_phrase(reads, holds)
        return said and f"{said}, within {period(self.period)}"


@dataclass(frozen=True)
class ProcedureBefore(Condition):
    """The newest procedure of this set is older than that."""

    name = "procedure_older_than"
    cost = 3
    procedures: str = param(SetName("procedures"), "set of procedures")
    period: int = param(Period(), "older than")

    def test(self, names: Names) -> Test:
        newest_day, span = newest_of(names.procedures[self.procedures]), timedelta(self.period)

        def older(v: View, x: LesionView) -> bool:
            newest = newest_day(v)
            return newest is not None and v.today - newest > span

        return older

    def reader(self, names: Names) -> Reader:
        return _procedure_reader(names.procedures[self.procedures])

    def words(self, names: Names, holds: bool = True) -> str:
        newest = f"the newest {without_article(names.said(self.procedures))}"
        return f"{newest} is {'' if holds else 'not '}more than {period(self.period)} ago"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        said = _procedure_phrase(reads, holds)
        return said and f"{said}, more than {period(self.period)} ago"


@dataclass(frozen=True)
class HardwareOn(Condition):
    """One of these implant materials is recorded on a procedure of this set."""

    name = "hardware_on"
    cost = 3
    procedures: str = param(SetName("procedures"), "set of procedures")
    materials: tuple[str, ...] = param(Codes(Hardware), "materials")

    def test(self, names: Names) -> Test:
        kinds, materials = frozenset(names.procedures[self.procedures]), frozenset(self.materials)
        return lambda v, x: any(
            procedure.hardware in materials and procedure.kind in kinds for procedure in v.facts.procedures
        )

    def reader(self, names: Names) -> Reader:
        kinds, materials = frozenset(names.procedures[self.procedures]), frozenset(self.materials)
        none = (FactRead("hardware", "none"),)

        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            carried = [
                FactRead("hardware", procedure.hardware, procedure.on)
                for procedure in v.facts.procedures
                if procedure.hardware in materials and procedure.kind in kinds
            ]
            return tuple(carried) or none

        return read

    def words(self, names: Names, holds: bool = True) -> str:
        materials = listed(map(word, self.materials))
        return f"{materials if holds else f'no {materials}'} is recorded with {names.said(self.procedures)}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("hardware")
        if fact is None or (fact.on is not None) is not holds:
            return None
        return f"{word(fact.value)} hardware of {day_text(fact.on)}" if fact.on else "no such hardware"


PROCEDURE_QUESTIONS: tuple[type[Condition], ...] = (
    ProcedureEver,
    ProcedureWithin,
    ProcedureBefore,
    HardwareOn,
)
