"""Kinds of value that a part of a document holds: words, days, conditions and windows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from scheduling.engine.periods import Offset
from scheduling.engine.policy.anchors import Anchor
from scheduling.engine.policy.mistakes import WRONG, Path, Wrong
from scheduling.engine.policy.named import write_days
from scheduling.engine.policy.named_days import read_anchor, write_anchor
from scheduling.engine.policy.parameters import AsItIs, AsList
from scheduling.engine.policy.questions.combining import AllOf
from scheduling.engine.policy.questions.registry import read_conditions, write_conditions
from scheduling.engine.policy.reading import Reading


@dataclass(frozen=True)
class Text(AsItIs):
    """Words."""

    expected: str = "text"

    def read(self, reading: Reading, given: object, at: Path) -> str | Wrong:
        return reading.text(given, at)


@dataclass(frozen=True)
class Words(AsList):
    """Words of a closed set, each once; any text where there is none."""

    kind: type[StrEnum] | None
    said: str = ""

    @property
    def expected(self) -> str:
        return self.said or f"words of {', '.join(self.kind or ())}"

    def read(self, reading: Reading, given: object, at: Path) -> tuple[str, ...] | Wrong:
        kind = self.kind
        if kind is None:
            return reading.several(given, at, self.expected, reading.text)
        return reading.several(given, at, self.expected, lambda one, path: reading.code(one, path, kind))


@dataclass(frozen=True)
class OneOf(AsItIs):
    """One of a few words of the form itself."""

    words: tuple[str, ...]
    expected: str

    def read(self, reading: Reading, given: object, at: Path) -> str | Wrong:
        return reading.one_of(given, at, self.words, self.expected) or WRONG


@dataclass(frozen=True)
class OneRow(AsItIs):
    """The id of a row of this document."""

    expected: str = "a row id of this document"

    def read(self, reading: Reading, given: object, at: Path) -> str | Wrong:
        return reading.row(given, at)


@dataclass(frozen=True)
class OnDay:
    """A date."""

    expected: str = "a date such as 2026-06-01"

    def read(self, reading: Reading, given: object, at: Path) -> date | Wrong:
        if isinstance(given, date) and not isinstance(given, datetime):
            return given
        try:
            return date.fromisoformat(given if isinstance(given, str) else "")
        except ValueError:
            return reading.wrong(at, given, self.expected)

    def write(self, value: date) -> str:
        return value.isoformat()


@dataclass(frozen=True)
class Conditions:
    """Conditions that all have to hold."""

    expected: str = "a list of conditions"

    def read(self, reading: Reading, given: object, at: Path) -> AllOf | Wrong:
        return read_conditions(reading, given, at)

    def write(self, value: AllOf) -> list[object]:
        return write_conditions(value)


@dataclass(frozen=True)
class CountFrom:
    """A named day, or a list of them of which the first that exists counts."""

    expected: str = "at least one named day to count from"

    def read(self, reading: Reading, given: object, at: Path) -> tuple[Anchor, ...] | Wrong:
        if not isinstance(given, (list, tuple)):
            read = [read_anchor(reading, given, at)]
        elif not given:
            return reading.wrong(at, given, self.expected)
        else:
            read = [read_anchor(reading, entry, (*at, index)) for index, entry in enumerate(given)]
        return tuple(one for one in read if isinstance(one, Anchor)) or WRONG

    def write(self, value: tuple[Anchor, ...]) -> object:
        written = [write_anchor(anchor) for anchor in value]
        return written[0] if len(written) == 1 else written


@dataclass(frozen=True)
class Window:
    """Earliest, due and latest day, each as a period, in this order."""

    expected: str = "[earliest, due, latest], each with its unit, such as [8 w, 12 w, 13 w]"

    def read(self, reading: Reading, given: object, at: Path) -> Offset | Wrong:
        named = reading.numbers.get(given) if isinstance(given, str) else None
        if isinstance(named, Offset):
            return named
        if not isinstance(given, (list, tuple)) or len(given) != 3:
            return reading.wrong(at, given, self.expected)
        days = [reading.days(one, (*at, index)) for index, one in enumerate(given)]
        if WRONG in days:
            return WRONG
        earliest, due, latest = (one if isinstance(one, int) else -1 for one in days)
        if not earliest <= due <= latest:
            return reading.wrong(at, ", ".join(map(str, given)), "earliest <= due <= latest")
        return Offset(earliest, due, latest)

    def write(self, value: Offset) -> object:
        return value.name or [write_days(value.earliest), write_days(value.due), write_days(value.latest)]
