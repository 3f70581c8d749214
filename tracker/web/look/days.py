"""A day as people type it, to a date."""

from __future__ import annotations

import re
from datetime import date, timedelta

from scheduling.engine.words import MONTHS

_RELATIVE = {"today": 0, "yesterday": -1, "tomorrow": 1}
_NUMBERS = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*(?:[./-]\s*(\d{2}|\d{4})?)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NAMED = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})\.?\s+([A-Za-z]{3,9})\.?(?:\s+(\d{4}|\d{2}))?")


def parse_day(text: str, today: date) -> date:
    """The day meant by `text`: ``21 Jul 2026``, ``21/7/26``, ``21.7.``, ``2026-07-21``, ``today``, ``yesterday``.

    The day stands before the month. A year left out is the one that brings the day nearest to `today`. Raises
    ValueError with a sentence that says what was given and what is expected.
    """
    words = text.strip()
    if words.lower() in _RELATIVE:
        return today + timedelta(_RELATIVE[words.lower()])
    if match := _ISO.fullmatch(words):
        return _day(int(match[1]), int(match[2]), int(match[3]), text)
    if match := _NUMBERS.fullmatch(words):
        return _with_year(match[3], int(match[2]), int(match[1]), today, text)
    if match := _NAMED.fullmatch(words):
        names = [name.lower() for name in MONTHS]
        if match[2][:3].lower() in names:
            return _with_year(match[3], names.index(match[2][:3].lower()) + 1, int(match[1]), today, text)
    raise ValueError(f"“{text}” is not a day. Write it like 21 Jul 2026, 21/7/26, today or yesterday.")


def _with_year(year: str | None, month: int, day: int, today: date, text: str) -> date:
    if year:
        return _day(int(year) if len(year) == 4 else 2000 + int(year), month, day, text)
    near = []
    for candidate in (today.year - 1, today.year, today.year + 1):
        try:
            near.append(date(candidate, month, day))
        except ValueError:
            continue  # 29 February exists in some of the three years only
    if not near:
        return _day(today.year, month, day, text)
    return min(near, key=lambda found: abs((found - today).days))


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{text}” is not a day of the calendar. Write it like 21 Jul 2026 or 21/7/26.") from None
