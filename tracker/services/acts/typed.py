"""The values of a verb against its own signature, so that a wrong type is a sentence and never a crash."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from inspect import signature
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

#: A longer text is no note: it would be read by nobody and sent with every page.
LONGEST_TEXT = 20_000
#: Numbers of rows and of everything that is measured are far below this.
LARGEST = 10**12


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of the signatures: what fits, how it is named, and what stands in while the rest is checked."""

    fits: Callable[[Any], bool]
    expected: str
    stand_in: Any


def _is_text(value: Any) -> bool:
    """A text that every database can hold: no NUL, no half of a surrogate pair."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        return False
    return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    finite = value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)
    return finite and -LARGEST < value < LARGEST


def _is_whole(value: Any) -> bool:
    return type(value) is int and abs(value) < LARGEST


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _each(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    def all_fit(values: Any) -> bool:
        return isinstance(values, Sequence) and not isinstance(values, str | bytes) and all(map(fits, values))

    return all_fit


def _pairs(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    def all_fit(values: Any) -> bool:
        return isinstance(values, Mapping) and all(
            _is_text(name) and fits(value) for name, value in values.items()
        )

    return all_fit


def _is_plain(value: Any) -> bool:
    """A value that can be kept, or a list of such: the verb says which it expects."""
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, bool | date) or _is_number(value) or _is_text(value)


_TEXT = Kind(
    _is_text, f"a text of at most {LONGEST_TEXT:,} characters, without characters that cannot be stored", ""
)
_NUMBER = Kind(_is_number, "a number", None)
#: The types that the verbs' signatures name; what is not here (a patient, a member of staff) is the caller's own.
KINDS: dict[Any, Kind] = {
    str: _TEXT,
    date: Kind(_is_day, "a day such as 21 Jul 2026", None),
    time: Kind(lambda value: isinstance(value, time), "a time of day such as 14:30", None),
    bool: Kind(lambda value: type(value) is bool, "yes or no", False),
    int: Kind(_is_whole, "a whole number", 0),
    float: _NUMBER,
    Decimal: _NUMBER,
    Sequence[str]: Kind(_each(_is_text), "a list of texts", ()),
    Sequence[int]: Kind(_each(_is_whole), "a list of row numbers", ()),
    Mapping[str, str]: Kind(_pairs(_is_text), "a text for each name", {}),
    Mapping[str, Any]: Kind(_pairs(_is_plain), "a value for each name", {}),
}


def misfits(act: Callable[..., Any], args: Iterable[Any], kwargs: Mapping[str, Any]) -> dict[str, Kind]:
    """The arguments of a call whose type is not that of the signature, by name; None fits where nothing is needed.

    A day that is missing is left to the verb, which says so together with what else is wrong.
    """
    asked = _asked(act)
    given = dict(zip(asked.names, args, strict=False)) | dict(kwargs)
    return {
        name: kind
        for name, (kind, optional) in asked.kinds.items()
        if name in given and not (optional if given[name] is None else kind.fits(given[name]))
    }


@dataclass(frozen=True, slots=True)
class _Asked:
    """Parameter names in order, and those that can be checked: their kind, and whether None is an answer."""

    names: tuple[str, ...]
    kinds: Mapping[str, tuple[Kind, bool]]


@cache
def _asked(act: Callable[..., Any]) -> _Asked:
    hints = get_type_hints(act)
    names = tuple(signature(act).parameters)
    kinds: dict[str, tuple[Kind, bool]] = {}
    for name in names:
        hint = hints.get(name)
        union = get_origin(hint) in (Union, UnionType)
        parts = [part for part in (get_args(hint) if union else (hint,)) if part is not NoneType]
        kind = next((KINDS[part] for part in parts if part in KINDS), None)
        if kind is not None and name not in ("today", "at"):
            kinds[name] = kind, (union and NoneType in get_args(hint)) or kind is KINDS[date]
    return _Asked(names, kinds)
