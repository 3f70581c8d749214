"""Performance scales."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from tracker.interop.csv.drafting import Keys, dated, distinct
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Notes
from tracker.interop.csv.tables import PERFORMANCE
from tracker.interop.drafts import FunctionDraft


def read(notes: Notes, rows: Iterable[Row]) -> tuple[FunctionDraft, ...]:
    """ECOG 0 to 5 and Karnofsky 0 to 100 in tens, each kept as the scale that was used."""
    found: list[FunctionDraft | None] = []
    keys = Keys()
    for row in distinct(notes, rows, PERFORMANCE):
        for column, scale, high in (("ecog", "ecog", 5), ("kps", "karnofsky", 100)):
            value = notes.whole(row, column, 0, high)
            if value is None:
                continue
            if scale == "karnofsky" and value % 10:
                notes.error(row, column, "number", "a multiple of ten from 0 to 100")
                continue
            key = keys.of(f"performance/{row.raw('date').strip()}/{scale}")
            make = partial(FunctionDraft, scale=scale, value=str(value))
            found.append(dated(notes, row, "date", f"{scale} value", key, make))
    return tuple(filter(None, found))
