"""The day a plan is made on, given to the engine in place of a date: it remembers until when its answers hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Never

_ONE_DAY = timedelta(days=1)


class DayError(TypeError):
    """The day of a plan was used in a way that hides when the plan changes."""


class Day:
    """A day that offers the six comparisons with a date, and ``day - x`` compared with a span; all else raises.

    Each comparison has one day on which its answer turns: ``day >= x`` and ``day < x`` on `x`, ``day > x`` and
    ``day <= x`` on the day after; ``day == x`` and ``day != x`` on each of the two; ``day - x`` against a span as `day`
    against ``x + span``. A day that has come turns nothing more. What was not asked need not be known: another path is
    taken only after an answer on this one has turned, so nothing differs before the earliest of those.
    """

    __slots__ = ("_on", "_until")

    def __init__(self, on: date) -> None:
        self._on = on
        self._until = date.max

    @property
    def stands_until(self) -> date | None:
        """The first day on which an answer given so far turns; None where none ever does."""
        return None if self._until == date.max else self._until

    # Written out four times: a plan asks a dozen of them, a record some dozens more.

    def __ge__(self, other: date) -> bool:
        if other.__class__ is not date:
            _refuse("compared with what is no date")
        if other <= self._on:
            return True
        if other < self._until:
            self._until = other
        return False

    def __lt__(self, other: date) -> bool:
        if other.__class__ is not date:
            _refuse("compared with what is no date")
        if other <= self._on:
            return False
        if other < self._until:
            self._until = other
        return True

    def __gt__(self, other: date) -> bool:
        if other.__class__ is not date:
            _refuse("compared with what is no date")
        if other < self._on:
            return True
        if other < self._until:
            self._until = other + _ONE_DAY
        return False

    def __le__(self, other: date) -> bool:
        if other.__class__ is not date:
            _refuse("compared with what is no date")
        if other < self._on:
            return False
        if other < self._until:
            self._until = other + _ONE_DAY
        return True

    def __eq__(self, other: object) -> bool:
        if type(other) is not date:
            _refuse("compared with what is no date")
        return self >= other and self <= other

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __sub__(self, other: date) -> Since:
        if other.__class__ is not date:
            _refuse("counted from what is no date")
        return Since(self, other)

    def __rsub__(self, other: object) -> Never:
        _refuse("taken from something")

    def __add__(self, other: object) -> Never:
        _refuse("added to something")

    __radd__ = __add__

    def __hash__(self) -> Never:
        _refuse("looked up in a set or dictionary")

    def __bool__(self) -> Never:
        _refuse("asked whether it is one")

    def __str__(self) -> Never:
        _refuse("written as text")

    def __format__(self, form: str) -> Never:
        _refuse("written as text")

    def __repr__(self) -> str:
        return "<the day of the plan>"  # for tracebacks; it tells nothing that a decision could hang on

    def __reduce_ex__(self, protocol: object) -> Never:
        _refuse("copied or kept")

    def __getattr__(self, name: str) -> Never:
        if name.startswith("__"):
            raise AttributeError(name)
        _refuse(f"asked for its {name}")


class Since:
    """The time from a date to the day of a plan, which offers the comparisons with a span of whole days alone."""

    __slots__ = ("_day", "_start")

    def __init__(self, day: Day, start: date) -> None:
        self._day = day
        self._start = start

    def __ge__(self, span: timedelta) -> bool:
        return self._day >= self._end(span)

    def __lt__(self, span: timedelta) -> bool:
        return self._day < self._end(span)

    def __gt__(self, span: timedelta) -> bool:
        return self._day > self._end(span)

    def __le__(self, span: timedelta) -> bool:
        return self._day <= self._end(span)

    def __eq__(self, span: object) -> bool:
        return self._day == self._end(span)

    def __ne__(self, span: object) -> bool:
        return self._day != self._end(span)

    def _end(self, span: object) -> date:
        if type(span) is not timedelta or span.seconds or span.microseconds:
            _refuse("counted in something else than a span of whole days")
        try:
            return self._start + span
        except OverflowError:
            return date.max if span > timedelta() else date.min

    def __hash__(self) -> Never:
        _refuse("looked up in a set or dictionary")

    def __bool__(self) -> Never:
        _refuse("asked whether time has passed; compare it with a span")

    def __str__(self) -> Never:
        _refuse("written as text")

    def __format__(self, form: str) -> Never:
        _refuse("written as text")

    def __repr__(self) -> str:
        return "<the time until the day of the plan>"

    def __reduce_ex__(self, protocol: object) -> Never:
        _refuse("copied or kept")

    def __getattr__(self, name: str) -> Never:
        if name.startswith("__"):
            raise AttributeError(name)
        _refuse(f"asked for its {name}")


#: The day that a plan or a decision is made on. A plain date does where nobody asks until when it stands.
Today = date | Day


def _refuse(use: str) -> Never:
    raise DayError(
        f"The day of a plan was {use}. Only comparisons with a date, and of `today - x` with a span, say until when "
        "the answer holds."
    )
