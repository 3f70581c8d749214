"""Questions about care: systemic therapy, procedures, examinations and visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from scheduling.engine.plans import FactRead
from scheduling.engine.policy.anchors import Anchor, DayName
from scheduling.engine.policy.parameters import Codes, Flag, Number, Period, SetName, param
from scheduling.engine.policy.questions.question import UNKNOWN, Condition, Reads, Test
from scheduling.engine.policy.source import Names, Source
from scheduling.engine.record.view import LesionView, View
from scheduling.engine.vocabulary import TherapyReason
from scheduling.engine.words import day, period, word


@dataclass(frozen=True)
class TherapyIn(Condition):
    """The current systemic therapy belongs to this set of classes; unknown where none is on record."""

    name = "therapy_in"
    facet = "course"
    may_be_unknown = True
    therapies: str = param(SetName("therapies"))

    def text(self, source: Source) -> str:
        classes = source.constant(frozenset(source.names.therapies[self.therapies]))
        return f"(None if v.therapy is None else v.therapy.therapy_class in {classes})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (_therapy(source),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _therapy_phrase(reads)


def _therapy(source: Source) -> str:
    none = source.constant(FactRead("therapy", UNKNOWN))
    known = f"{source.fact}(('therapy', v.therapy.therapy_class, v.therapy.start))"
    return f"({none} if v.therapy is None else {known})"


def _therapy_phrase(reads: Reads) -> str:
    fact = reads.get("therapy")
    if fact is None or fact.on is None:
        return "no systemic therapy on record"
    if fact.value == "none":
        return f"systemic therapy stopped {day(fact.on)}"
    return f"{word(fact.value)} since {day(fact.on)}"


@dataclass(frozen=True)
class TherapyLasts(Condition):
    """The current therapy, or its absence, began at least so long ago; unknown where none is on record."""

    name = "therapy_lasts"
    may_be_unknown = True
    at_least: int = param(Period())

    def text(self, source: Source) -> str:
        span = source.constant(timedelta(self.at_least))
        return f"(None if v.therapy is None else v.today - v.therapy.start >= {span})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (_therapy(source),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _therapy_phrase(reads)


@dataclass(frozen=True)
class TherapyBecause(Condition):
    """The current therapy was begun for one of these reasons; unknown where no reason is recorded."""

    name = "therapy_reason"
    facet = "course"
    may_be_unknown = True
    reasons: tuple[str, ...] = param(Codes(TherapyReason))

    def test(self, names: Names) -> Test:
        reasons = frozenset(self.reasons)
        return lambda v, lesion: (
            None if v.therapy is None or v.therapy.reason is None else v.therapy.reason in reasons
        )

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        reason = None if view.therapy is None else view.therapy.reason
        return (FactRead("therapy_reason", reason or UNKNOWN),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("therapy_reason")
        return word(fact.value) if fact is not None and fact.value != UNKNOWN else ""


@dataclass(frozen=True)
class TherapyLine(Condition):
    """The current therapy is at least this line of systemic treatment; unknown where it is not counted."""

    name = "therapy_line_at_least"
    may_be_unknown = True
    line: int = param(Number())

    def test(self, names: Names) -> Test:
        line = self.line
        return lambda v, lesion: (
            None if v.therapy is None or v.therapy.line is None else v.therapy.line >= line
        )

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        line = None if view.therapy is None else view.therapy.line
        return (FactRead("therapy_line", UNKNOWN if line is None else str(line)),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("therapy_line")
        return f"therapy line {fact.value}" if fact is not None else ""


@dataclass(frozen=True)
class TherapyAfterResponse(Condition):
    """A therapy of this set began after the newest response; unknown where no therapy is on record."""

    name = "therapy_after_response"
    may_be_unknown = True
    therapies: str = param(SetName("therapies"))

    def test(self, names: Names) -> Test:
        classes = frozenset(names.therapies[self.therapies])

        def newer(v: View, lesion: LesionView | None) -> bool | None:
            therapy, response = v.therapy, v.facts.response
            if therapy is None:
                return None
            if response is None or response.on is None:
                return False
            return therapy.therapy_class in classes and therapy.start > response.on

        return newer

    def facts(self, source: Source) -> tuple[str, ...]:
        return (_therapy(source),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _therapy_phrase(reads)


@dataclass(frozen=True)
class ProcedureEver(Condition):
    """A procedure of this set is on record."""

    name = "procedure_ever"
    facet = "procedures"
    procedures: str = param(SetName("procedures"))

    def test(self, names: Names) -> Test:
        kinds = names.procedures[self.procedures]
        return lambda v, lesion: bool(v.procedures) and v.newest_procedure(kinds) is not None

    def facts(self, source: Source) -> tuple[str, ...]:
        return (_procedure(source, self.procedures),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _procedure_phrase(reads, holds)


def _procedure(source: Source, procedures: str) -> str:
    none = source.constant(FactRead("procedure", "none"))
    newest = f"v.newest_procedure({source.constant(source.names.procedures[procedures])})"
    return f"({none} if (on := {newest}) is None else {source.fact}(('procedure', on[1], on[0])))"


def _procedure_phrase(reads: Reads, holds: bool) -> str | None:
    fact = reads.get("procedure")
    if fact is None:
        return None
    if fact.on is None:
        return None if holds else "no procedure"
    return f"{word(fact.value)} on {day(fact.on)}"


@dataclass(frozen=True)
class ProcedureWithin(Condition):
    """The newest procedure of this set is at most so old, the last day included."""

    name = "procedure_within"
    procedures: str = param(SetName("procedures"))
    period: int = param(Period())

    def needs(self) -> tuple[Condition, ...]:
        return (ProcedureEver(self.procedures),)

    def text(self, source: Source) -> str:
        newest = f"v.newest_day({source.constant(source.names.procedures[self.procedures])})"
        return f"((on := {newest}) is not None and v.today - on <= {source.constant(timedelta(self.period))})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (_procedure(source, self.procedures),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        if not holds:
            return f"no procedure within {period(self.period)}"
        said = _procedure_phrase(reads, holds)
        return said and f"{said}, within {period(self.period)}"


@dataclass(frozen=True)
class ProcedureBefore(Condition):
    """The newest procedure of this set is older than that."""

    name = "procedure_older_than"
    procedures: str = param(SetName("procedures"))
    period: int = param(Period())

    def needs(self) -> tuple[Condition, ...]:
        return (ProcedureEver(self.procedures),)

    def text(self, source: Source) -> str:
        newest = f"v.newest_day({source.constant(source.names.procedures[self.procedures])})"
        return f"((on := {newest}) is not None and v.today - on > {source.constant(timedelta(self.period))})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (_procedure(source, self.procedures),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        said = _procedure_phrase(reads, holds)
        return said and f"{said}, more than {period(self.period)} ago"


@dataclass(frozen=True)
class StudyOnRecord(Condition):
    """An examination of this set of studies is on record."""

    name = "study_on_record"
    facet = "record"
    studies: str = param(SetName("studies"))

    def text(self, source: Source) -> str:
        return f"({source.word(self.studies)} in v.newest)"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (_study(source, self.studies),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _study_phrase(reads, self.studies)


def _study(source: Source, studies: str) -> str:
    on = f"v.newest.get({source.word(studies)})"
    return f"{source.fact}(({source.word('last_' + studies)}, 'on record' if {on} else 'none', {on}))"


def _study_phrase(reads: Reads, studies: str) -> str:
    fact = reads.get(f"last_{studies}")
    return (
        f"last {word(studies)} {day(fact.on)}"
        if fact is not None and fact.on
        else f"no {word(studies)} on record"
    )


@dataclass(frozen=True)
class StudySince(Condition):
    """An examination of this set is dated on or after a named day, or that day plus or minus a period."""

    name = "study_since"
    studies: str = param(SetName("studies"))
    day: Anchor = param(DayName())
    plus: int = param(Period(), 0)
    minus: int = param(Period(), 0)

    def needs(self) -> tuple[Condition, ...]:
        return (StudyOnRecord(self.studies),)

    def text(self, source: Source) -> str:
        span = self.plus - self.minus
        since = f"on - day >= {source.constant(timedelta(span))}" if span else "on >= day"
        newest = f"(on := v.newest.get({source.word(self.studies)})) is not None"
        return f"({newest} and (day := {self.day.text(source)}) is not None and {since})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return _study(
            source, self.studies
        ), f"{source.fact}(({source.word(self.day.key)}, '', {self.day.text(source)}))"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        since = reads.get(self.day.key)
        if holds or since is None or since.on is None:
            return _study_phrase(reads, self.studies)
        return f"no {word(self.studies)} since {day(since.on)}"


@dataclass(frozen=True)
class VisitOnRecord(Condition):
    """Whether any visit to the spine surgeon is on record."""

    name = "visit_on_record"
    facet = "record"
    wanted: bool = param(Flag())

    def text(self, source: Source) -> str:
        return f"((v.last_visit is not None) is {self.wanted})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (_visit(source),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _visit_phrase(reads)


def _visit(source: Source) -> str:
    return f"{source.fact}(('last_visit', 'on record' if v.last_visit else 'none', v.last_visit))"


def _visit_phrase(reads: Reads) -> str:
    fact = reads.get("last_visit")
    return f"last visit {day(fact.on)}" if fact is not None and fact.on else "never seen by the surgeon"


@dataclass(frozen=True)
class VisitSince(Condition):
    """A visit is dated on or after a named day, or that day plus a period."""

    name = "visit_since"
    day: Anchor = param(DayName())
    plus: int = param(Period(), 0)

    def needs(self) -> tuple[Condition, ...]:
        return (VisitOnRecord(True),)

    def text(self, source: Source) -> str:
        since = (
            f"v.last_visit - day >= {source.constant(timedelta(self.plus))}"
            if self.plus
            else "v.last_visit >= day"
        )
        return f"(v.last_visit is not None and (day := {self.day.text(source)}) is not None and {since})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return _visit(source), f"{source.fact}(({source.word(self.day.key)}, '', {self.day.text(source)}))"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        since = reads.get(self.day.key)
        if holds or since is None or since.on is None:
            return _visit_phrase(reads)
        return f"not seen since {day(since.on)}"


CARE_QUESTIONS: tuple[type[Condition], ...] = (
    TherapyIn,
    TherapyLasts,
    TherapyBecause,
    TherapyLine,
    TherapyAfterResponse,
    ProcedureEver,
    ProcedureWithin,
    ProcedureBefore,
    StudyOnRecord,
    StudySince,
    VisitOnRecord,
    VisitSince,
)
