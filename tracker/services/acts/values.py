"""What a value is, whoever gave it: a day, a text, a number that can be kept; and how a refusal repeats it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeGuard

#: A longer text is no note: it would be read by nobody and sent with every page.
LONGEST_TEXT = 20_000
#: Numbers of rows and of everything that is measured are far below this.
LARGEST = 10**12
#: So much of a wrong value is repeated.
_REPEATED = 80


def is_day(value: object) -> TypeGuard[date]:
    """Whether it is a day, and not a moment, which Python counts among the days."""
    return isinstance(value, date) and not isinstance(value, datetime)


def is_moment(value: object) -> TypeGuard[datetime]:
    """Whether it is a moment, which has its time zone."""
    return isinstance(value, datetime) and value.tzinfo is not None


def is_hour(value: object) -> TypeGuard[time]:
    """Whether it is a time of day."""
    return isinstance(value, time)


def is_missing(value: object) -> bool:
    """Whether a form left out what a verb needs."""
    return value is None


def is_text(value: object) -> TypeGuard[str]:
    """Whether it is a text that every database can hold: no NUL, no half of a surrogate pair, no book."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        return False
    return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """Whether it is a finite number below `LARGEST`; yes and no are none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    finite = value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)
    return finite and -LARGEST < value < LARGEST


def is_id(value: object) -> TypeGuard[int]:
    """Whether it can be the number of a row."""
    return type(value) is int and 0 < value < LARGEST


def is_plain(value: object) -> bool:
    """Whether it can be kept as it is: empty, yes or no, a number, a text, or a list or table of such."""
    if isinstance(value, Mapping):
        return all(is_text(name) and is_plain(one) for name, one in value.items())
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return value is None or isinstance(value, bool) or is_number(value) or is_text(value)


def was_given(value: object) -> str:
    """The beginning of a refusal: what was given, printable whatever it holds, and cut where it is long."""
    if value is None or value == "":
        return "Nothing was given"
    if is_number(value):
        return f"{value} was given"
    shown = str(value) if isinstance(value, str | date | time) else repr(value)
    cut = shown[:_REPEATED] + ("…" if len(shown) > _REPEATED else "")
    printable = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in cut)
    return f"“{printable}” was given"
