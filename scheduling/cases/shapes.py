"""How each kind of value in a case is read: one reader a kind, every mistake noted with patient and path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from enum import Enum, StrEnum
from math import isfinite
from typing import Any, Final, NamedTuple

from scheduling.cases.documents import TWICE
from scheduling.engine.vocabulary import span_levels


class Wrong(Enum):
    """Stands for a value that could not be read; its problem is already noted."""

    WRONG = "wrong"


WRONG: Final = Wrong.WRONG


class Problem(NamedTuple):
    """One mistake in a file of cases: whose, where, what stands there and what was expected."""

    patient: str
    path: str
    given: str
    expected: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.patient} (line {self.line})" if self.line else self.patient
        return f"{where}: {self.path}: given {self.given}; expected {self.expected}"


class Notes:
    """The mistakes of one patient, gathered while reading goes on; `until` is the last day a fact may have."""

    def __init__(self, patient: str, line: int | None = None, until: date | None = None) -> None:
        self.patient = patient
        self.line = line
        self.until = until
        self.problems: list[Problem] = []

    def wrong(self, path: str, given: object, expected: str) -> Wrong:
        """Note one mistake; `given` is the value that stands there."""
        return self.fault(path, shown(given), expected)

    def fault(self, path: str, given: str, expected: str) -> Wrong:
        """Note one mistake, with what was given in words."""
        self.problems.append(Problem(self.patient, path, given, expected, self.line))
        return WRONG


Reader = Callable[[Notes, object, str], Any]


def shown(value: object) -> str:
    """A short text of what was given, for a message."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a mapping with " + (
            ", ".join(str(key) for key in list(value)[:6] if key != TWICE) or "nothing"
        )
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _near(word: object, words: tuple[str, ...]) -> str:
    near = get_close_matches(str(word), words, 1)
    return f" (did you mean {near[0]}?)" if near else ""


def text(notes: Notes, value: object, path: str) -> str | Wrong:
    """Free text: never a number, a mark or a date that YAML made of it."""
    if isinstance(value, str):
        return value
    return notes.wrong(path, value, "text (in quotes where it looks like a number, a date or a mark)")


def filled(notes: Notes, value: object, path: str) -> str | Wrong:
    """Text that is not empty."""
    if isinstance(value, str) and not value.strip():
        return notes.wrong(path, value, "text that is not empty")
    return text(notes, value, path)


def flag(notes: Notes, value: object, path: str) -> bool | Wrong:
    """true or false."""
    return value if isinstance(value, bool) else notes.wrong(path, value, "true or false")


def day(notes: Notes, value: object, path: str) -> date | Wrong:
    """An ISO date, unquoted."""
    if isinstance(value, date):
        return value
    return notes.wrong(path, value, "a date such as 2026-06-01, unquoted, a day that exists")


def past(notes: Notes, value: object, path: str) -> date | Wrong:
    """A date that is not after the evaluation day of the file."""
    if isinstance(value, date):
        if notes.until is not None and value > notes.until:
            return notes.wrong(path, value, f"a day not after as_of ({notes.until})")
        return value
    return day(notes, value, path)


def whole(lowest: int, highest: int | None = None) -> Reader:
    """A whole number in a range, both ends included."""
    expected = (
        f"a whole number, {lowest} or more" if highest is None else f"a whole number, {lowest} to {highest}"
    )

    def read(notes: Notes, value: object, path: str) -> int | Wrong:
        if type(value) is int and value >= lowest and (highest is None or value <= highest):
            return value
        return notes.wrong(path, value, expected)

    return read


def number(*, above_zero: bool = False) -> Reader:
    """A finite number, 0 or more, or above 0."""
    expected = "a number above 0" if above_zero else "a number, 0 or more"

    def read(notes: Notes, value: object, path: str) -> float | Wrong:
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            value = float(value)
            return (
                value if value > 0 or (value == 0 and not above_zero) else notes.wrong(path, value, expected)
            )
        return notes.wrong(path, value, expected)

    return read


def code(words: type[StrEnum] | tuple[str, ...]) -> Reader:
    """One word of a closed set."""
    known = tuple(str(word) for word in words)
    lookup = frozenset(known)
    expected = "one of " + ", ".join(f"'{word}'" if word.isdigit() else word for word in known)

    def read(notes: Notes, value: object, path: str) -> str | Wrong:
        if isinstance(value, str) and value in lookup:
            return value
        if type(value) is int and str(value) in lookup:
            return notes.wrong(path, value, f"'{value}' in quotes: without them it is a number; {expected}")
        return notes.wrong(path, value, expected + _near(value, known))

    return read


def listed(entry: Reader) -> Reader:
    """A list of one kind of value."""

    def read(notes: Notes, value: object, path: str) -> tuple[Any, ...] | Wrong:
        if not isinstance(value, list):
            return notes.wrong(path, value, "a list")
        values = tuple([entry(notes, item, f"{path}[{index}]") for index, item in enumerate(value)])
        return WRONG if WRONG in values else values

    return read


def span(notes: Notes, value: object, path: str) -> str | Wrong:
    """One level or a span of levels, upper end first."""
    if isinstance(value, str):
        try:
            span_levels(value)
        except ValueError as error:
            return notes.wrong(
                path, value, f"a level (C1 to S5) or a span such as T5-T7, upper end first: {error}"
            )
        return value
    return notes.wrong(path, value, "a level such as T8 or a span such as T5-T7")


class Key(NamedTuple):
    """One key of a mapping. `nullable`: it must stand there, and null is an answer."""

    read: Reader
    required: bool = False
    nullable: bool = False


class Shape:
    """A mapping with known keys. What is absent, null or wrong is absent from the answer."""

    def __init__(self, **keys: Key) -> None:
        self.keys = {name.rstrip("_"): key for name, key in keys.items()}
        self.names = tuple(self.keys)
        self.required = tuple((name, key) for name, key in self.keys.items() if key.required)

    def read(self, notes: Notes, value: object, path: str) -> dict[str, Any] | Wrong:
        """The values by key; WRONG when it is no mapping. Every mistake inside is noted."""
        if not isinstance(value, dict):
            return notes.wrong(path or "patient", value, f"a mapping with {', '.join(self.names)}")
        prefix = f"{path}." if path else ""
        found: dict[str, Any] = {}
        for name, given in value.items():
            key = self.keys.get(name)
            if key is None:
                self._unknown(notes, name, given, prefix)
            elif given is not None:
                answer = key.read(notes, given, prefix + name)
                if answer is not WRONG:
                    found[name] = answer
            elif key.nullable:
                found[name] = None
        for name, key in self.required:
            if value.get(name) is None and not (key.nullable and name in value):
                notes.wrong(prefix + name, None, "a value: this key is required")
        return found

    def _unknown(self, notes: Notes, name: str, given: object, prefix: str) -> None:
        if name == TWICE:
            for again in given if isinstance(given, list) else ():
                notes.fault(f"{prefix}{again}", "this key twice", "every key once")
        else:
            expected = f"one of {', '.join(self.names)}{_near(name, self.names)}"
            notes.fault(f"{prefix}{name}", "an unknown key", expected)
