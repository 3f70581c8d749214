"""A mistake in a document: where it is, what was given and what was expected, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from itertools import islice
from typing import Final, NamedTuple

Path = tuple[str | int, ...]


Lines = Mapping[Path, int]


class Wrong(Enum):
    """Stands for a value that could not be read; its error is already noted."""

    WRONG = "wrong"


WRONG: Final = Wrong.WRONG


@dataclass(frozen=True, slots=True)
class Unusable:
    """Stands for a value that nobody can use, with what a mistake says of it: a number too large, a key given twice.

    `first` is the value that a key had before it was given again.
    """

    given: str
    expected: str
    line: int
    first: object = None


class Mistake(NamedTuple):
    """One mistake in a document: where it is, what stands there and what was expected."""

    path: str
    given: str
    expected: str
    line: int | None = None

    def __str__(self) -> str:
        where = self.path if self.line is None else f"line {self.line}, {self.path}"
        return f"{where}: given {self.given}; expected {self.expected}"


class PolicyErrors(ValueError):
    """Every mistake of one policy document, in the order in which it was read."""

    def __init__(self, errors: Iterable[Mistake]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


def shown(value: object, inside: int = 2) -> str:
    """A short text of what was given, for a message; lists are shown `inside` one another so often."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        text = f"keys {', '.join(map(plain, islice(value, 8)))}" if value else "no keys"
    elif isinstance(value, (list, tuple)):
        text = f"[{', '.join(shown(one, inside - 1) for one in value[:8])}]" if inside else "[...]"
    elif isinstance(value, str):
        text = f'"{value}"'
    else:
        try:
            text = str(value)
        except ValueError:  # Python refuses to write out the longest numbers
            return "a number of very many digits"
    return text if len(text) <= 80 else text[:77] + "..."


def plain(value: object) -> str:
    """A key or a code as it was given, for a path and for finding what is near."""
    return value if isinstance(value, str) else shown(value)


def hint(given: object, known: Iterable[str]) -> str:
    """The known word that looks most like the one given, as the end of a sentence, or nothing."""
    near = get_close_matches(plain(given), tuple(known), 1)
    return f"; did you mean {near[0]}?" if near else ""
