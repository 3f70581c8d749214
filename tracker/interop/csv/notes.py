"""What is found while one patient is read: values taken, values refused, questions; nothing leaves without a word."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import NamedTuple

from tracker.interop.csv.files import Row
from tracker.interop.days import EXPECTED_DAY, EXPECTED_MOMENT, Day, day_of, moment_of
from tracker.interop.findings import Findings, wordings_of

_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


class Slashed(NamedTuple):
    """A date with the year last: `readings` are the days it can mean, day before month first."""

    readings: tuple[date, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.readings))


def _slashed(text: str) -> Slashed | None:
    match = _SLASHED.fullmatch(text)
    if match is None:
        return None
    first, second, year = (int(part) for part in match.groups())
    found: list[date] = []
    for month, day in ((second, first), (first, second)):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return Slashed(tuple(dict.fromkeys(found)))


@dataclass(slots=True)
class Notes(Findings[Row, str]):
    """The findings of one patient of a cohort."""

    source = "csv"
    wordings = wordings_of("csv")

    died_on: date | None = None

    def spot(self, at: Row, part: str) -> tuple[str, str]:
        """The cell of a row under this column."""
        return at.place(part), at.raw(part)

    def key_of(self, at: Row) -> str:
        """The place of the row."""
        return at.place()

    def text(self, row: Row, column: str) -> str:
        """The cell without white space around it (a no-break space included), which is reported."""
        raw = row.raw(column)
        tidy = " ".join(raw.split()) if "  " in raw or "\u00a0" in raw else raw.strip()
        if tidy != raw:
            self.remark(row, column, "white_space", f"{tidy!r}: read without the white space")
        if "\x00" in tidy:
            self.error(row, column, "text", "text without NUL characters")
        return tidy

    def code(
        self,
        row: Row,
        column: str,
        known: Collection[str],
        *,
        required: bool = False,
        also: Mapping[str, str] | None = None,
    ) -> str:
        """A word of a closed set, empty where nothing stands. `also` maps further words of the source to ours."""
        value = self.text(row, column)
        if also and value in also:
            return also[value]
        if value in known:
            return value
        if not value:
            if required:
                self.error(row, column, "missing", f"one of {', '.join(known)}")
            return ""
        words = [*known, *(also or ())]
        close = get_close_matches(value.lower(), words, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        self.error(row, column, "code", f"one of {', '.join(words)}{hint}")
        return ""

    def whole(self, row: Row, column: str, low: int, high: int) -> int | None:
        """A whole number between two bounds; None where nothing stands or it is wrong, which is reported."""
        value = self.text(row, column)
        if not value:
            return None
        if value.isascii() and value.isdecimal() and len(value) < 10 and low <= int(value) <= high:
            return int(value)
        self.error(row, column, "number", f"a whole number from {low} to {high}")
        return None

    def day(self, row: Row, column: str) -> Day | Slashed | None:
        """A date as written. None: nothing stands there, or it is no date, which is reported as an error.

        A date with the year last is `Slashed` where it can mean two days; where it can mean one it is read, and said.
        A date that ends before birth is an error: it may belong to somebody else.
        """
        value = self.text(row, column)
        if not value:
            return None
        found = None if "T" in value else day_of(value)
        if found is None:
            slashed = _slashed(value)
            if slashed is None or not slashed.readings:
                self.error(row, column, "date", EXPECTED_DAY)
                return None
            if len(slashed.readings) > 1:
                return slashed
            found = Day(slashed.readings[0])
            self.remark(row, column, "date_format", f"{EXPECTED_DAY}; read as {found.on}, which is the only reading")
        elif found.precision != "day":
            self.remark(row, column, "partial_date", f"{EXPECTED_DAY}; kept as a {found.precision}")
        return self.after_birth(row, column, found)

    def moment(self, row: Row, column: str) -> datetime | None:
        """A moment with its time zone; None where nothing stands or it is none, which is reported as an error."""
        value = self.text(row, column)
        if not value:
            return None
        found = moment_of(value)
        if found is None:
            self.error(row, column, "moment", EXPECTED_MOMENT)
        return found

    def plain_day(self, row: Row, column: str, *, required: bool = False) -> Day | None:
        """A date that must be read for the patient to be taken, not after the reference day."""
        found = self.day(row, column)
        if found is None:
            if required and not row.raw(column).strip():
                self.error(row, column, "missing", EXPECTED_DAY)
            return None
        if isinstance(found, Slashed):
            self.error(row, column, "date_format", f"{EXPECTED_DAY}; this can mean {found}")
            return None
        if found.on > self.as_of:
            self.error(row, column, "future_date", f"a day on or before the reference day {self.as_of}")
            return None
        return found
