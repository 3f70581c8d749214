"""Attempts to reach a patient."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tracker.interop.csv.drafting import distinct
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Notes
from tracker.interop.csv.tables import CONTACTS
from tracker.interop.days import Day

_REACHED = ("reached",)
_FAILED = ("no_answer", "wrong_number", "undeliverable", "no_reply")


class Contacts(NamedTuple):
    """Attempts to reach a patient: how many failed since the last success, and when the first of them was."""

    failures: int = 0
    since: date | None = None


def read_contacts(notes: Notes, rows: Iterable[Row]) -> Contacts:
    """Failed contacts after the last successful one; an attempt after the reference day is left out, and said."""
    attempts: list[tuple[date, bool]] = []
    for row in distinct(notes, rows, CONTACTS):
        outcome = notes.code(row, "outcome", (*_REACHED, *_FAILED), required=True)
        notes.text(row, "channel")
        on = notes.day(row, "date")
        if not isinstance(on, Day):
            if on is not None or not row.raw("date").strip():
                notes.skip(row, "date", "date", "a date such as 2026-06-01; left out")
        elif on.on > notes.as_of:
            notes.skip(row, "date", "future_date", notes.in_time)
        else:
            attempts.append((on.on, outcome in _REACHED))
    failed: list[date] = []
    for day, reached in sorted(attempts):
        failed = [] if reached else [*failed, day]
    return Contacts(len(failed), failed[0] if failed else None)
