"""Source text of functions that are made once per policy: what a plan asks thousands of times runs without calls.

Nothing of a document ever becomes source: values, words and dates of a policy are constants that the text only names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from scheduling.engine.plans import FactRead, FiredRow, Gap, PlannedItem

#: Parts of a plan from their values in order, without a Python call in between.
new_fact = cast(Callable[[tuple[object, ...]], FactRead], partial(tuple.__new__, FactRead))
new_fired = cast(Callable[[tuple[object, ...]], FiredRow], partial(tuple.__new__, FiredRow))
new_gap = cast(Callable[[tuple[object, ...]], Gap], partial(tuple.__new__, Gap))
new_item = cast(Callable[[tuple[object, ...]], PlannedItem], partial(tuple.__new__, PlannedItem))


@dataclass(frozen=True, slots=True)
class Names:
    """The sets of procedures and therapies that a document declares."""

    procedures: Mapping[str, tuple[str, ...]]
    therapies: Mapping[str, tuple[str, ...]]


class Source:
    """Constants and lines of functions that are compiled together."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.lines: list[str] = []
        self._constants: dict[str, Any] = {}
        self._fact: str | None = None

    def constant(self, value: object) -> str:
        """The name under which the text refers to a value."""
        name = f"c{len(self._constants)}"
        self._constants[name] = value
        return name

    def word(self, value: str) -> str:
        """A code in the text: only letters, digits and _ are written out, all else is a constant."""
        plain = value.isascii() and (not value or value.replace("_", "").isalnum())
        return repr(str(value)) if plain else self.constant(value)

    @property
    def fact(self) -> str:
        """The name of what makes a FactRead of its three values."""
        if self._fact is None:
            self._fact = self.constant(new_fact)
        return self._fact

    def add(self, depth: int, *lines: str) -> None:
        """Lines of the text, so many levels in."""
        self.lines += ["    " * depth + line for line in lines]

    def functions(self) -> dict[str, Callable[..., Any]]:
        """The functions of the text."""
        scope: dict[str, Any] = dict(self._constants)
        exec(compile("\n".join(self.lines), "<policy>", "exec"), scope)
        return scope

    def expression(self, parameters: str, text: str) -> Any:
        """One function of an expression."""
        return eval(f"lambda {parameters}: {text}", dict(self._constants))
