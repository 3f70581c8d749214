"""What every kind of fact shares when it is read from a row: rows given once, days that can be used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Notes, Slashed
from tracker.interop.csv.tables import Table
from tracker.interop.days import EXPECTED_DAY, Day, dated_on
from tracker.interop.drafts import Draft

AnyDraft = TypeVar("AnyDraft", bound=Draft)


class Keys:
    """Keys of rows without one of their own: what they say, and a number where several say it."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = defaultdict(int)

    def of(self, base: str) -> str:
        """A key of its own."""
        self.counts[base] += 1
        return base if self.counts[base] == 1 else f"{base}/{self.counts[base]}"


def distinct(notes: Notes, rows: Iterable[Row], table: Table) -> Iterator[Row]:
    """Each row once: a repetition is left out and said; two rows with one key that differ are an error."""
    seen: dict[object, Row] = {}
    for row in rows:
        key = row.raw(table.key).strip() if table.key else tuple(row.cells)
        if table.key and not key:
            notes.error(row, table.key, "missing", "a key that is unique in the file")
            continue
        first = seen.setdefault(key, row)
        if first is row:
            yield row
        elif list(first.cells) == list(row.cells):
            expected = f"each row once; line {first.line} says the same, and counts"
            notes.skip(row, table.key, "repeated_row", expected)
        else:
            expected = f"a key of its own; line {first.line} has it with other values"
            notes.error(row, table.key, "two_rows_one_key", expected)


def dated(notes: Notes, row: Row, column: str, what: str, key: str, make: Callable[..., AnyDraft]) -> AnyDraft | None:
    """The fact that `make` gives with its day, or None where the day cannot be used: too late, after death, unclear.

    A day that is missing or no date is an error of the patient. `what` names the fact in questions.
    """

    def on_day(day: Day) -> AnyDraft:
        return make(**dated_on(day, key, row.place()))

    found = notes.day(row, column)
    if found is None:
        if not row.raw(column).strip():
            notes.error(row, column, "missing", EXPECTED_DAY)
        return None
    if isinstance(found, Slashed):
        draft = on_day(Day(found.readings[0]))
        notes.ask(row, column, "ambiguous_date", what, found, draft=draft)
        return None
    if found.on > notes.as_of:
        notes.skip(row, column, "future_date", notes.in_time)
        return None
    draft = on_day(found)
    if notes.died_on is not None and found.on > notes.died_on:
        notes.ask(row, column, "after_death", what, found.on, notes.died_on, draft=draft)
        return None
    return draft
