"""Parts of a document that are keys with values: one table of its keys reads a part and writes it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from scheduling.engine.periods import Offset
from scheduling.engine.policy.anchors import Anchor
from scheduling.engine.policy.named_days import read_anchor, write_anchor
from scheduling.engine.policy.parameters import AsItIs, AsList, Parameter
from scheduling.engine.policy.questions.combining import AllOf
from scheduling.engine.policy.questions.registry import read_conditions, write_conditions
from scheduling.engine.policy.reading import WRONG, Path, Reading, Wrong, write_days

Made = TypeVar("Made")


@dataclass(frozen=True)
class Part(Generic[Made]):
    """A mapping in the document and what `make` makes of it; a key that is left out has the default of `make`.

    `called` names the fields that are not called like their key; `lacking` stands in for what could not be read, where
    a part that is there in some form spares the reader mistakes that follow from the first.
    """

    make: Callable[..., Made]
    required: Mapping[str, Parameter]
    optional: Mapping[str, Parameter] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, object] = field(default_factory=dict)

    @property
    def expected(self) -> str:
        """What a person may write there."""
        return f"keys {', '.join((*self.required, *self.optional))}"

    def read(self, reading: Reading, given: object, at: Path) -> Made | Wrong:
        """What the mapping says, or WRONG after noting every mistake in it."""
        found = reading.mapping(given, at, self.required, self.optional)
        return WRONG if found is None else self.of(reading, found, at)

    def of(self, reading: Reading, found: Mapping[str, object], at: Path) -> Made | Wrong:
        """The same of a mapping whose keys are known."""
        values = {**self.lacking, **self.values(reading, found, at)}
        complete = all(self.called.get(key, key) in values for key in self.required)
        given = [key for key in (*self.required, *self.optional) if key in found]
        return self.make(**values) if complete and (self.lacking or len(values) == len(given)) else WRONG

    def values(self, reading: Reading, found: Mapping[str, object], at: Path) -> dict[str, Any]:
        """What could be read, by field."""
        values: dict[str, Any] = {}
        for key, kind in {**self.required, **self.optional}.items():
            if key in found:
                value = kind.read(reading, found[key], (*at, key))
                if value is not WRONG:
                    values[self.called.get(key, key)] = value
        return values

    def write(self, value: Made) -> dict[str, object]:
        """The mapping that says the same, without what says nothing."""
        written = {key: self._written(key, kind, value) for key, kind in self.required.items()}
        return written | present(
            {key: self._written(key, kind, value) for key, kind in self.optional.items()}
        )

    def _written(self, key: str, kind: Parameter, value: Made) -> object:
        one = getattr(value, self.called.get(key, key))
        return None if one is None else kind.write(one)


def present(written: Mapping[str, object]) -> dict[str, object]:
    """The keys that say something."""
    return {key: value for key, value in written.items() if value not in (None, "", [], {})}


class Scoped(Part[Made]):
    """A part whose conditions may be asked of every lesion: `for_each` says so."""

    def read(self, reading: Reading, given: object, at: Path) -> Made | Wrong:
        reading.per_lesion = isinstance(given, Mapping) and given.get("for_each") == "lesion"
        read = super().read(reading, given, at)
        reading.per_lesion = False
        return read


@dataclass(frozen=True)
class Several(Generic[Made]):
    """A list of parts of one kind; those with a mistake are left out after noting it."""

    of: Part[Made]
    expected: str

    def read(self, reading: Reading, given: object, at: Path) -> tuple[Made, ...]:
        entries = reading.entries(given, at, self.expected)
        read = [self.of.read(reading, entry, (*at, index)) for index, entry in enumerate(entries)]
        return tuple(one for one in read if not isinstance(one, Wrong))

    def write(self, value: Iterable[Made]) -> list[object]:
        return [self.of.write(one) for one in value]


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
        if not isinstance(given, (list, tuple)) or len(given) != 3:
            return reading.wrong(at, given, self.expected)
        days = [reading.days(one, (*at, index)) for index, one in enumerate(given)]
        if WRONG in days:
            return WRONG
        earliest, due, latest = (one if isinstance(one, int) else -1 for one in days)
        if not earliest <= due <= latest:
            return reading.wrong(at, ", ".join(map(str, given)), "earliest <= due <= latest")
        return Offset(earliest, due, latest)

    def write(self, value: Offset) -> list[str]:
        return [write_days(value.earliest), write_days(value.due), write_days(value.latest)]
