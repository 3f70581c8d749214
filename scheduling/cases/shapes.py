"""One table a mapping of the case format: which key holds which field of a fact. It is read and written by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from typing import Any, NamedTuple

from scheduling.engine.policy.mistakes import WRONG, Lines, Path, Unusable, Wrong
from scheduling.engine.policy.reading import Notes
from scheduling.engine.vocabulary import span_levels

#: The values of a mapping that could be read, by key.
Found = dict[str, Any]


class PatientNotes(Notes):
    """The mistakes of one patient, known as `patient`; `until` is the last day that a fact may have."""

    def __init__(self, patient: str, lines: Callable[[], Lines], until: date | None) -> None:
        super().__init__()
        self.patient = patient
        self.until = until
        self._find_lines = lines

    def line(self, at: Path) -> int | None:
        """Line of a place; the lines of a patient are found with the first mistake."""
        if not self.lines:
            self.lines = self._find_lines()
        return super().line(at)

    def path(self, at: Path) -> str:
        """A place inside the patient, who is the second step of a place in the file."""
        return place(at[2:]) or "patient"


def place(at: Path) -> str:
    """Steps into a document as they are written in the case format: ``lesions[0].escc``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in at).removeprefix(".")


Reader = Callable[[PatientNotes, object, Path], object]


def words(notes: Notes, given: object, at: Path) -> str | Wrong:
    """Free text, which may be empty."""
    return given if isinstance(given, str) else notes.text(given, at)


def day(notes: Notes, given: object, at: Path) -> date | Wrong:
    """An ISO date, unquoted."""
    if isinstance(given, date):
        return given
    return notes.wrong(at, given, "a date such as 2026-06-01, unquoted, a day that exists")


def past(notes: PatientNotes, given: object, at: Path) -> date | Wrong:
    """A date that is not after the evaluation day of the file."""
    if not isinstance(given, date):
        return day(notes, given, at)
    if notes.until is not None and given > notes.until:
        return notes.wrong(at, given, f"a day not after as_of ({notes.until})")
    return given


def number(notes: Notes, given: object, at: Path) -> float | Wrong:
    """A number of 0 or more."""
    read = notes.number(given, at)
    return read if isinstance(read, Wrong) else float(read)


def above_zero(notes: Notes, given: object, at: Path) -> float | Wrong:
    """A number above 0."""
    read = number(notes, given, at)
    return notes.wrong(at, given, "a number above 0") if read == 0 else read


def whole(lowest: int, highest: int = 1_000_000, step: int = 1) -> Reader:
    """A whole number in a range, both ends included."""
    allowed = range(lowest, highest + 1, step)
    expected = f"a whole number, {lowest} to {highest:,}" + (f" in steps of {step}" if step > 1 else "")

    def read(notes: Notes, given: object, at: Path) -> int | Wrong:
        return given if type(given) is int and given in allowed else notes.wrong(at, given, expected)

    return read


def code(known: Iterable[str]) -> Reader:
    """One word of a closed set."""
    listed = tuple(map(str, known))
    lookup = frozenset(listed)

    def read(notes: Notes, given: object, at: Path) -> str | Wrong:
        return given if isinstance(given, str) and given in lookup else notes.code(given, at, listed)

    return read


def span(notes: Notes, given: object, at: Path) -> str | Wrong:
    """One level or a span of levels, upper end first."""
    try:
        if isinstance(given, str) and span_levels(given):
            return given
    except ValueError as error:
        return notes.wrong(at, given, f"a level (C1 to S5) or a span such as T5-T7, upper end first: {error}")
    return notes.wrong(at, given, "a level such as T8 or a span such as T5-T7")


def listed(entry: Reader) -> Reader:
    """A list of one kind of value."""

    def read(notes: PatientNotes, given: object, at: Path) -> tuple[object, ...] | Wrong:
        if not isinstance(given, list):
            return notes.wrong(at, given, "a list")
        before = len(notes.errors)
        values = tuple([entry(notes, item, (*at, index)) for index, item in enumerate(given)])
        return values if len(notes.errors) == before else WRONG

    return read


class Key(NamedTuple):
    """One key of a mapping: how its value is read and which `field` it fills, the one of its own name if not said.

    `nullable`: null is an answer, not an absence. `always`: written also where it holds what an absence means.
    """

    name: str
    read: Reader
    field: str = ""
    required: bool = False
    nullable: bool = False
    always: bool = False


class Shape:
    """A mapping with known keys that become the fields of a fact; absent keys leave it its defaults.

    `check` looks across the values found; `build` makes the fact of them where its class does not take them as they
    are.
    """

    def __init__(
        self,
        fact: type,
        *keys: Key,
        check: Callable[[PatientNotes, Found, Path], None] | None = None,
        build: Callable[..., object] | None = None,
    ) -> None:
        self.fact = fact
        self.keys = {key.name: key._replace(field=key.field or key.name) for key in keys}
        self.check = check
        self.build = build or fact
        self._readers = {key.name: (key.read, key.nullable) for key in keys}
        self._required = tuple(key.name for key in keys if key.required)
        self._renamed = any(key.field != name for name, key in self.keys.items())
        self._absent: dict[str, object] = {
            one.name: one.default if one.default_factory is MISSING else one.default_factory()
            for one in (fields(fact) if is_dataclass(fact) else ())
        }

    def read(self, notes: PatientNotes, given: object, at: Path) -> object:
        """The fact; WRONG where anything in it is wrong, all of which is noted."""
        found = self.complete(notes, given, at)
        return found if isinstance(found, Wrong) else self.made(found)

    def made(self, found: Found) -> Any:
        """The fact of complete values."""
        if self._renamed:
            found = {self.keys[name].field: value for name, value in found.items()}
        return self.build(**found)

    def complete(self, notes: PatientNotes, given: object, at: Path) -> Found | Wrong:
        """The values by key; WRONG where anything in them is wrong."""
        before = len(notes.errors)
        found = self.partial(notes, given, at)
        if isinstance(found, Wrong):
            return WRONG
        if self.check is not None:
            self.check(notes, found, at)
        return found if len(notes.errors) == before else WRONG

    def partial(self, notes: PatientNotes, given: object, at: Path) -> Found | Wrong:
        """The values by key as far as they can be read; WRONG when it is no mapping."""
        if not isinstance(given, dict):
            return notes.wrong(at, given, f"keys {', '.join(self.keys)}")
        found: Found = {}
        readers = self._readers
        for name, value in given.items():
            if name not in readers:
                notes.unknown(at, name, readers)
                continue
            read, nullable = readers[name]
            if value is not None:
                here = (*at, name)
                fact = read(notes, value, here)
                if fact is WRONG and isinstance(value, Unusable) and value.first is not None:
                    fact = read(notes, value.first, here)  # what stood there first may have mistakes as well
                if fact is not WRONG:
                    found[name] = fact
            elif nullable:
                found[name] = None
        for name in self._required:
            if name not in found and given.get(name) is None:
                notes.wrong((*at, name), None, "a value: this key is required")
        return found

    def held(self, fact: object) -> Iterator[tuple[str, Any]]:
        """The keys with what a fact holds for them, without those for which it holds what an absence means."""
        for key in self.keys.values():
            if key.field in self._absent:
                value = getattr(fact, key.field)
                if key.always or value not in (None, self._absent[key.field]):
                    yield key.name, value
