"""Parts of a document that are keys with values: one table of its keys reads a part and writes it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from scheduling.engine.policy.mistakes import WRONG, Path, Wrong
from scheduling.engine.policy.parameters import Parameter
from scheduling.engine.policy.reading import Reading

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
        return written | present({key: self._written(key, kind, value) for key, kind in self.optional.items()})

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
