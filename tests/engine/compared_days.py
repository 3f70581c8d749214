"""A day that can only be compared: what reads it in any other way fails, so that no answer turns on it unseen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast


class _Span:
    """The difference of two days, which can only be held against a span."""

    __slots__ = ("_span",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, span: timedelta) -> None:
        self._span = span

    def __lt__(self, other: timedelta) -> bool:
        return self._span < _is(other, timedelta)

    def __le__(self, other: timedelta) -> bool:
        return self._span <= _is(other, timedelta)

    def __gt__(self, other: timedelta) -> bool:
        return self._span > _is(other, timedelta)

    def __ge__(self, other: timedelta) -> bool:
        return self._span >= _is(other, timedelta)


class _Day:
    __slots__ = ("_day",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, day: date) -> None:
        self._day = day

    def __lt__(self, other: date) -> bool:
        return self._day < _is(other, date)

    def __le__(self, other: date) -> bool:
        return self._day <= _is(other, date)

    def __gt__(self, other: date) -> bool:
        return self._day > _is(other, date)

    def __ge__(self, other: date) -> bool:
        return self._day >= _is(other, date)

    def __eq__(self, other: object) -> bool:
        return other is not None and self._day == _is(other, date)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __sub__(self, other: date) -> _Span:
        return _Span(self._day - _is(other, date))


def _is(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"a day of a plan is compared with {value!r}")
    return value


def only_compared(day: date) -> date:
    """The day for everything that takes one, and nothing but the six comparisons and a difference with a span."""
    return cast(date, _Day(day))
