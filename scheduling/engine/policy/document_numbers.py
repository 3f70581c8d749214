"""The section `numbers` of a document: numbers, periods and windows that several places share, each under a name."""

from __future__ import annotations

from scheduling.engine.periods import Offset
from scheduling.engine.policy.document_sets import named_entries
from scheduling.engine.policy.mistakes import Path
from scheduling.engine.policy.named import Named, write_days
from scheduling.engine.policy.reading import Reading
from scheduling.engine.policy.values import Window

_EXPECTED = "a whole number, a period such as 12 w, or a window such as [8 w, 12 w, 13 w]"
_HIGHEST = 999_999


def read_numbers(reading: Reading, given: object) -> tuple[tuple[str, int | Offset], ...]:
    """What has a name; the reading knows it from here on."""
    found: dict[str, Named | Offset] = {}
    for name, entry in named_entries(reading, given, ("numbers",)):
        one = _number(reading, name, entry, ("numbers", name))
        if one is not None:
            found[name] = one
    reading.numbers = found
    return tuple(found.items())


def _number(reading: Reading, name: str, given: object, at: Path) -> Named | Offset | None:
    if isinstance(given, (list, tuple)):
        window = Window().read(reading, given, at)
        return Offset(window.earliest, window.due, window.latest, name) if isinstance(window, Offset) else None
    if isinstance(given, str):
        days = reading.days(given, at)
        return Named(days, name, is_period=True) if isinstance(days, int) else None
    if isinstance(given, int) and not isinstance(given, bool):
        whole = reading.whole(given, at, _HIGHEST)
        return Named(whole, name) if isinstance(whole, int) else None
    reading.wrong(at, given, _EXPECTED)
    return None


def write_numbers(numbers: tuple[tuple[str, int | Offset], ...]) -> dict[str, object]:
    """The section as it stands in a document."""
    return {name: _written(one) for name, one in numbers}


def _written(one: int | Offset) -> object:
    if isinstance(one, Offset):
        return [write_days(int(days)) for days in (one.earliest, one.due, one.latest)]
    return write_days(int(one)) if isinstance(one, Named) and one.is_period else int(one)
