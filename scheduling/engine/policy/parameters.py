"""What a question or an anchor may be asked with: how each kind is read, written back and described."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from enum import StrEnum
from typing import Any, Protocol

from scheduling.engine.policy.mistakes import WRONG, Path, Wrong
from scheduling.engine.policy.named import write_days, write_number
from scheduling.engine.policy.reading import Reading
from scheduling.engine.vocabulary import Tempo


class Parameter(Protocol):
    """One kind of value in a document."""

    @property
    def expected(self) -> str:
        """What a person may write there."""

    def read(self, reading: Reading, given: object, at: Path) -> object | Wrong:
        """The value, or WRONG after noting every mistake in it."""

    def write(self, value: Any) -> object:
        """The value as plain text, numbers, lists and mappings."""


class AsItIs:
    """A kind of value that a document holds as it is."""

    def write(self, value: object) -> object:
        """The value itself."""
        return value


class AsList:
    """A kind of value that a document holds as a list."""

    def write(self, value: Iterable[str]) -> object:
        """The words one after another."""
        return list(value)


@dataclass(frozen=True)
class Codes(AsList):
    """Words of a closed set."""

    kind: type[StrEnum]

    @property
    def expected(self) -> str:
        return "a list of " + ", ".join(self.kind)

    def read(self, reading: Reading, given: object, at: Path) -> object | Wrong:
        return reading.several(given, at, self.expected, lambda entry, path: reading.code(entry, path, self.kind))


@dataclass(frozen=True)
class Code(AsItIs):
    """One word of a closed set."""

    kind: type[StrEnum]

    @property
    def expected(self) -> str:
        return "one of " + ", ".join(self.kind)

    def read(self, reading: Reading, given: object, at: Path) -> object | Wrong:
        return reading.code(given, at, self.kind)


@dataclass(frozen=True)
class Flag(AsItIs):
    """true or false."""

    expected: str = "true or false"

    def read(self, reading: Reading, given: object, at: Path) -> object | Wrong:
        return reading.flag(given, at)


@dataclass(frozen=True)
class Number:
    """A whole number from 0 to `highest`."""

    highest: int = 999_999

    @property
    def expected(self) -> str:
        return f"a whole number from 0 to {self.highest}"

    def read(self, reading: Reading, given: object, at: Path) -> object | Wrong:
        return reading.whole(given, at, self.highest)

    def write(self, value: int) -> object:
        return write_number(value)


@dataclass(frozen=True)
class Period:
    """Days or weeks."""

    expected: str = "a period such as 7 d or 12 w"

    def read(self, reading: Reading, given: object, at: Path) -> object | Wrong:
        return reading.days(given, at)

    def write(self, value: int) -> object:
        return write_days(value)


@dataclass(frozen=True)
class PeriodByTempo:
    """One period for everybody, or one for each tempo; kept as days in the order of `Tempo`."""

    expected: str = "a period such as 52 w, or one for each of fast, intermediate, slow"

    def read(self, reading: Reading, given: object, at: Path) -> object | Wrong:
        if not isinstance(given, Mapping):
            days = reading.days(given, at)
            return WRONG if days is WRONG else (days,) * len(Tempo)
        found = reading.mapping(given, at, list(Tempo))
        read = [reading.days(value, (*at, key)) for key, value in (found or {}).items()]
        return WRONG if WRONG in read or len(read) < len(Tempo) else tuple(read)

    def write(self, value: tuple[int, ...]) -> object:
        written = {tempo.value: write_days(days) for tempo, days in zip(Tempo, value, strict=True)}
        one = written[Tempo.FAST]
        return one if all(days == one for days in written.values()) else written


@dataclass(frozen=True)
class SetName(AsItIs):
    """The name of a set of studies, procedures or therapies that the document declares."""

    family: str

    @property
    def expected(self) -> str:
        return f"the name of a set declared under sets.{self.family}"

    def read(self, reading: Reading, given: object, at: Path) -> object | Wrong:
        return reading.named(given, at, self.family)


@dataclass(frozen=True)
class RowIds(AsList):
    """Ids of rows of this document."""

    expected: str = "a list of row ids of this document"

    def read(self, reading: Reading, given: object, at: Path) -> object | Wrong:
        return reading.several(given, at, self.expected, reading.row)


@dataclass(frozen=True)
class Texts(AsList):
    """Free text, compared without regard to case."""

    expected: str = "a list of text"

    def read(self, reading: Reading, given: object, at: Path) -> object | Wrong:
        return reading.several(given, at, self.expected, reading.text)


def param(kind: Parameter, words: str, default: Any = MISSING) -> Any:
    """A field of a question or an anchor: read from the document by `kind`, called `words` in a form."""
    metadata = {"kind": kind, "words": words}
    return field(metadata=metadata) if default is MISSING else field(default=default, metadata=metadata)


def parameters(part: type) -> tuple[Field[object], ...]:
    """The fields of a question or an anchor that stand in a document."""
    return tuple(one for one in fields(part) if "kind" in one.metadata)


def read_parameters(part: type, reading: Reading, given: object, at: Path) -> object | Wrong:
    """An instance of `part` from what stands after its name.

    A part with one parameter takes it directly; one with several takes a mapping with their names.
    """
    asked = parameters(part)
    values: dict[str, object]
    if len(asked) == 1:
        values = {asked[0].name: asked[0].metadata["kind"].read(reading, given, at)}
    else:
        required = [one.name for one in asked if one.default is MISSING]
        optional = [one.name for one in asked if one.default is not MISSING]
        found = reading.mapping(given, at, required, optional)
        if found is None or any(name not in found for name in required):
            return WRONG
        kinds = {one.name: one.metadata["kind"] for one in asked}
        values = {name: kinds[name].read(reading, value, (*at, name)) for name, value in found.items()}
    return WRONG if WRONG in values.values() else part(**values)


def write_parameters(part: object) -> object:
    """What stands after the name of `part` in a document."""
    asked = parameters(type(part))
    written = {one.name: one.metadata["kind"].write(getattr(part, one.name)) for one in asked}
    if len(asked) == 1:
        return written[asked[0].name]
    return {one.name: written[one.name] for one in asked if getattr(part, one.name) != one.default}
