"""Intervals in days and weeks, and the windows they make; months are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

_PERIOD = re.compile(r"(\d{1,4})\s*(d|w)")
_UNIT_DAYS = {"d": 1, "w": 7}


def parse_period(text: str) -> int:
    """Days in a period such as ``7 d`` or ``12 w``.

    Raises ValueError with what was expected; months and years have no fixed length and are refused.
    """
    match = _PERIOD.fullmatch(text.strip())
    if match:
        return int(match[1]) * _UNIT_DAYS[match[2]]
    if re.search(r"month|mo\b|\bm\b|year|\by\b", text, re.IGNORECASE):
        raise ValueError(f"{text!r}: a month or a year has no fixed length; write weeks, such as 12 w")
    raise ValueError(f"{text!r} is not a period; expected a whole number with d or w, such as 7 d or 12 w")


class Window(NamedTuple):
    """The earliest, due and latest day of something that should happen; earliest <= due <= latest."""

    earliest: date
    due: date
    latest: date


@dataclass(frozen=True, slots=True)
class Offset:
    """A window before it has an anchor: earliest, due and latest in days after it; `name` where it has one."""

    earliest: int
    due: int
    latest: int
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not 0 <= self.earliest <= self.due <= self.latest:
            raise ValueError("an offset must satisfy 0 <= earliest <= due <= latest, in days")

    def after(self, anchor: date) -> Window:
        """The window counted from `anchor`."""
        return Window(anchor + timedelta(self.earliest), anchor + timedelta(self.due), anchor + timedelta(self.latest))

    def capped(self, cap: Offset) -> Offset:
        """The smaller of the two in each of the three places (modifier M1)."""
        return Offset(min(self.earliest, cap.earliest), min(self.due, cap.due), min(self.latest, cap.latest))
