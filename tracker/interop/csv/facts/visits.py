"""Contacts with clinicians."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from tracker.interop.csv.drafting import dated, distinct
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Notes
from tracker.interop.csv.tables import VISITS
from tracker.interop.drafts import VisitDraft

_VISITS = ("spine_surgeon", "oncologist", "nurse", "other")


def read(notes: Notes, rows: Iterable[Row]) -> tuple[VisitDraft, ...]:
    """Contacts with clinicians; only kind spine_surgeon counts for the surgeon stream."""
    found: list[VisitDraft | None] = []
    for row in distinct(notes, rows, VISITS):
        key = f"visits/{row.raw('visit_id').strip()}"
        kind = notes.code(row, "kind", _VISITS, required=True, also={"radiation_oncologist": "oncologist"})
        seen_by = "radiation oncologist" if row.raw("kind").strip() == "radiation_oncologist" else ""
        found.append(dated(notes, row, "date", "visit", key, partial(VisitDraft, kind=kind, seen_by=seen_by)))
    return tuple(filter(None, found))
