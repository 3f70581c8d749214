"""Questions about the current systemic therapy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from scheduling.engine.plans import FactRead, new_fact
from scheduling.engine.policy.parameters import Codes, Number, Period, SetName, param
from scheduling.engine.policy.questions.question import UNKNOWN, Condition, Reader, Reads, Test, known_word
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.view import LesionView, View
from scheduling.engine.vocabulary import TherapyReason
from scheduling.engine.words import day_text, listed, period, word

_NO_THERAPY = (FactRead("therapy", UNKNOWN),)


def _read_therapy(v: View, x: LesionView) -> tuple[FactRead, ...]:
    therapy = v.therapy
    return _NO_THERAPY if therapy is None else (new_fact(("therapy", therapy.therapy_class, therapy.start)),)


def _therapy_phrase(reads: Reads) -> str:
    fact = reads.get("therapy")
    if fact is None or fact.on is None:
        return "no systemic therapy on record"
    if fact.value == "none":
        return f"systemic therapy stopped {day_text(fact.on)}"
    return f"{word(fact.value)} since {day_text(fact.on)}"


@dataclass(frozen=True)
class TherapyIn(Condition):
    """The current systemic therapy belongs to this set of classes; unknown where none is on record."""

    name = "therapy_in"
    may_be_unknown = True
    therapies: str = param(SetName("therapies"), "set of therapies")

    def test(self, names: Names) -> Test:
        classes = frozenset(names.therapies[self.therapies])
        return lambda v, x: None if v.therapy is None else v.therapy.therapy_class in classes

    def reader(self, names: Names) -> Reader:
        return _read_therapy

    def words(self, names: Names, holds: bool = True) -> str:
        return f"the therapy is {'' if holds else 'not '}{names.said(self.therapies)}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _therapy_phrase(reads)


@dataclass(frozen=True)
class TherapyLasts(Condition):
    """The current therapy, or its absence, began at least so long ago; unknown where none is on record."""

    name = "therapy_lasts"
    cost = 3
    may_be_unknown = True
    at_least: int = param(Period(), "at least so long")

    def test(self, names: Names) -> Test:
        span = timedelta(self.at_least)
        return lambda v, x: None if v.therapy is None else v.today - v.therapy.start >= span

    def reader(self, names: Names) -> Reader:
        return _read_therapy

    def words(self, names: Names, holds: bool = True) -> str:
        return f"the therapy has {'' if holds else 'not '}run for {period(self.at_least)}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _therapy_phrase(reads)


@dataclass(frozen=True)
class TherapyBecause(Condition):
    """The current therapy was begun for one of these reasons; unknown where no reason is recorded."""

    name = "therapy_reason"
    may_be_unknown = True
    reasons: tuple[str, ...] = param(Codes(TherapyReason), "reasons")

    def test(self, names: Names) -> Test:
        reasons = frozenset(self.reasons)

        def because(v: View, x: LesionView) -> bool | None:
            therapy = v.therapy
            return None if therapy is None or therapy.reason is None else therapy.reason in reasons

        return because

    def reader(self, names: Names) -> Reader:
        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            reason = None if v.therapy is None else v.therapy.reason
            return (FactRead("therapy_reason", reason or UNKNOWN),)

        return read

    def words(self, names: Names, holds: bool = True) -> str:
        return f"the therapy was {'' if holds else 'not '}begun as {listed(map(word, self.reasons))}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return known_word(reads, "therapy_reason")


@dataclass(frozen=True)
class TherapyLine(Condition):
    """The current therapy is at least this line of systemic treatment; unknown where it is not counted."""

    name = "therapy_line_at_least"
    may_be_unknown = True
    line: int = param(Number(), "line")

    def test(self, names: Names) -> Test:
        line = self.line

        def late(v: View, x: LesionView) -> bool | None:
            therapy = v.therapy
            return None if therapy is None or therapy.line is None else therapy.line >= line

        return late

    def reader(self, names: Names) -> Reader:
        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            line = None if v.therapy is None else v.therapy.line
            return (FactRead("therapy_line", UNKNOWN if line is None else str(line)),)

        return read

    def words(self, names: Names, holds: bool = True) -> str:
        return f"the therapy is {'' if holds else 'not yet '}line {self.line} or later"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("therapy_line")
        return f"therapy line {fact.value}" if fact is not None else ""


@dataclass(frozen=True)
class TherapyAfterResponse(Condition):
    """A therapy of this set began after the newest response; unknown where no therapy is on record."""

    name = "therapy_after_response"
    cost = 2
    may_be_unknown = True
    therapies: str = param(SetName("therapies"), "set of therapies")

    def test(self, names: Names) -> Test:
        classes = frozenset(names.therapies[self.therapies])

        def newer(v: View, x: LesionView) -> bool | None:
            therapy, response = v.therapy, v.facts.response
            if therapy is None:
                return None
            if response is None or response.on is None:
                return False
            return therapy.therapy_class in classes and therapy.start > response.on

        return newer

    def reader(self, names: Names) -> Reader:
        return _read_therapy

    def words(self, names: Names, holds: bool = True) -> str:
        said = names.said(self.therapies)
        return f"{said} began after the response" if holds else f"{said} did not begin after the response"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return _therapy_phrase(reads)


THERAPY_QUESTIONS: tuple[type[Condition], ...] = (
    TherapyIn,
    TherapyLasts,
    TherapyBecause,
    TherapyLine,
    TherapyAfterResponse,
)
