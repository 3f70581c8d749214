"""Questions about procedures, examinations and visits to the surgeon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.engine.plans import FactRead, new_fact
from scheduling.engine.policy.anchors import Anchor, DayName
from scheduling.engine.policy.parameters import Codes, Flag, Period, SetName, param
from scheduling.engine.policy.questions.question import Condition, Reader, Reads, Test
from scheduling.engine.policy.sets import Names, none_of, without_article
from scheduling.engine.record.view import LesionView, View, newest_of
from scheduling.engine.vocabulary import Hardware
from scheduling.engine.words import day, listed, period, word


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
    return f"{word(fact.value)} on {day(fact.on)}"


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
        return f"{word(fact.value)} hardware of {day(fact.on)}" if fact.on else "no such hardware"


def _study_reader(studies: str) -> Reader:
    """The newest examination of a set."""
    name = f"last_{studies}"

    def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
        on = v.newest.get(studies)
        return (new_fact((name, "on record" if on else "none", on)),)

    return read


def _study_phrase(reads: Reads, studies: str) -> str:
    fact = reads.get(f"last_{studies}")
    if fact is None or not fact.on:
        return f"no {word(studies)} on record"
    return f"last {word(studies)} {day(fact.on)}"


@dataclass(frozen=True)
class StudyOnRecord(Condition):
    """An examination of this set of studies is on record."""

    name = "study_on_record"
    studies: str = param(SetName("studies"), "set of studies")

    def test(self, names: Names) -> Test:
        studies = self.studies
        return lambda v, x: studies in v.newest

    def reader(self, names: Names) -> Reader:
        return _study_reader(self.studies)

    def words(self, names: Names, holds: bool = True) -> str:
        said = names.said(self.studies)
        return f"{said if holds else none_of(said)} is on record"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _study_phrase(reads, self.studies)


def _since(what: str, anchor: Anchor, names: Names, days: int) -> str:
    """``a visit since the response, from 2 weeks after it on``."""
    shift = f", from {period(abs(days))} {'after' if days > 0 else 'before'} it on" if days else ""
    return f"{what} since {anchor.words(names)}{shift}"


@dataclass(frozen=True)
class StudySince(Condition):
    """An examination of this set is dated on or after a named day, or that day plus or minus a period."""

    name = "study_since"
    cost = 4
    studies: str = param(SetName("studies"), "set of studies")
    day: Anchor = param(DayName(), "since")
    plus: int = param(Period(), "later by", 0)
    minus: int = param(Period(), "earlier by", 0)

    def test(self, names: Names) -> Test:
        studies, find, span = self.studies, self.day.find(names), timedelta(self.plus - self.minus)

        def since(v: View, x: LesionView) -> bool:
            newest = v.newest.get(studies)
            if newest is None:
                return False
            begun = find(v, x)
            return begun is not None and newest - begun >= span

        return since

    def reader(self, names: Names) -> Reader:
        return _with_day(_study_reader(self.studies), self.day, names)

    def words(self, names: Names, holds: bool = True) -> str:
        said = names.said(self.studies)
        return _since(said if holds else none_of(said), self.day, names, self.plus - self.minus)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        since = reads.get(self.day.key)
        if holds or since is None or since.on is None:
            return _study_phrase(reads, self.studies)
        return f"no {word(self.studies)} since {day(since.on)}"


def _with_day(reader: Reader, anchor: Anchor, names: Names) -> Reader:
    """What `reader` reads, and the named day that it is compared with."""
    key, find = anchor.key, anchor.find(names)
    return lambda v, x: (*reader(v, x), new_fact((key, "", find(v, x))))


def _read_visit(v: View, x: LesionView) -> tuple[FactRead, ...]:
    on: date | None = v.last_visit
    return (new_fact(("last_visit", "on record" if on else "none", on)),)


def _visit_phrase(reads: Reads) -> str:
    fact = reads.get("last_visit")
    return f"last visit {day(fact.on)}" if fact is not None and fact.on else "never seen by the surgeon"


@dataclass(frozen=True)
class VisitOnRecord(Condition):
    """Whether any visit to the spine surgeon is on record."""

    name = "visit_on_record"
    wanted: bool = param(Flag(), "a visit is on record")

    def test(self, names: Names) -> Test:
        wanted = self.wanted
        return lambda v, x: (v.last_visit is not None) is wanted

    def reader(self, names: Names) -> Reader:
        return _read_visit

    def words(self, names: Names, holds: bool = True) -> str:
        return f"{'a' if self.wanted is holds else 'no'} visit is on record"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _visit_phrase(reads)


@dataclass(frozen=True)
class VisitSince(Condition):
    """A visit is dated on or after a named day, or that day plus a period."""

    name = "visit_since"
    cost = 4
    day: Anchor = param(DayName(), "since")
    plus: int = param(Period(), "later by", 0)

    def test(self, names: Names) -> Test:
        find, span = self.day.find(names), timedelta(self.plus)

        def since(v: View, x: LesionView) -> bool:
            if v.last_visit is None:
                return False
            begun = find(v, x)
            return begun is not None and v.last_visit - begun >= span

        return since

    def reader(self, names: Names) -> Reader:
        return _with_day(_read_visit, self.day, names)

    def words(self, names: Names, holds: bool = True) -> str:
        return _since("a visit" if holds else "no visit", self.day, names, self.plus)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        since = reads.get(self.day.key)
        if holds or since is None or since.on is None:
            return _visit_phrase(reads)
        return f"not seen since {day(since.on)}"


CARE_QUESTIONS: tuple[type[Condition], ...] = (
    ProcedureEver,
    ProcedureWithin,
    ProcedureBefore,
    HardwareOn,
    StudyOnRecord,
    StudySince,
    VisitOnRecord,
    VisitSince,
)
