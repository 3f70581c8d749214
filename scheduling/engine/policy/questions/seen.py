"""Questions about examinations and visits to the surgeon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.engine.plans import FactRead, new_fact
from scheduling.engine.policy.anchors import Anchor
from scheduling.engine.policy.named_days import DayName
from scheduling.engine.policy.parameters import Flag, Period, SetName, param
from scheduling.engine.policy.questions.question import Condition, Reader, Reads, Test
from scheduling.engine.policy.sets import Names, none_of
from scheduling.engine.record.view import LesionView, View
from scheduling.engine.words import day_text, period, word


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
    return f"last {word(studies)} {day_text(fact.on)}"


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
        return f"no {word(self.studies)} since {day_text(since.on)}"


def _with_day(reader: Reader, anchor: Anchor, names: Names) -> Reader:
    """What `reader` reads, and the named day that it is compared with."""
    key, find = anchor.key, anchor.find(names)
    return lambda v, x: (*reader(v, x), new_fact((key, "", find(v, x))))


def _read_visit(v: View, x: LesionView) -> tuple[FactRead, ...]:
    on: date | None = v.last_visit
    return (new_fact(("last_visit", "on record" if on else "none", on)),)


def _visit_phrase(reads: Reads) -> str:
    fact = reads.get("last_visit")
    return f"last visit {day_text(fact.on)}" if fact is not None and fact.on else "never seen by the surgeon"


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
        return f"not seen since {day_text(since.on)}"


SEEN_QUESTIONS: tuple[type[Condition], ...] = (StudyOnRecord, StudySince, VisitOnRecord, VisitSince)
