"""What every kind of fact shares when it is read from a row: rows given once, days that can be used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Day, Notes, Slashed
from tracker.interop.csv.tables import Table
from tracker.interop.records import Draft

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
            notes.skip(
                row, table.key, "repeated_row", f"each row once; line {first.line} says the same, and counts"
            )
        else:
            notes.error(
                row, table.key, "two_rows_one_key", f"a key of its own; line {first.line} has it with other values"
            )  # fmt: skip


def meant(found: Slashed) -> str:
    """The days that an ambiguous date can mean."""
    return " or ".join(map(str, found.readings))


def dated(
    notes: Notes, row: Row, column: str, fact: str, what: str, make: Callable[[Day], AnyDraft]
) -> AnyDraft | None:
    """The fact with its day, or None where the day cannot be used: later than the reference day, after death, unclear.

    A day that is missing or no date is an error of the patient. `what` names the fact in questions.
    """
    found = notes.day(row, column)
    if found is None:
        if not row.raw(column).strip():
            notes.error(row, column, "missing", "a date such as 2026-06-01")
        return None
    if isinstance(found, Slashed):
        notes.ask(
            row, column, "ambiguous_date", fact,
            text=f"On which day was the {what}: {meant(found)}? It is left out until answered.",
            expected=f"a date such as 2026-06-01; this can mean {meant(found)}",
            draft=make(Day(found.readings[0])),
        )  # fmt: skip
        return None
    if found.on > notes.as_of:
        notes.skip(
            row, column, "future_date", f"a day on or before the reference day {notes.as_of}; left out"
        )
        return None
    if notes.died_on is not None and found.on > notes.died_on:
        notes.ask(
            row, column, "after_death", fact,
            text=f"The {what} is dated {found.on}, after the death on {notes.died_on}. Which day is wrong, or is it "
            "another patient's? It is left out until answered.",
            expected=f"a day on or before the day of death {notes.died_on}",
            draft=make(found),
        )  # fmt: skip
        return None
    return make(found)
