"""Examinations that were performed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from scheduling.engine.vocabulary import Coverage, StudyKind
from tracker.interop.csv.drafting import dated, distinct
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Notes
from tracker.interop.csv.tables import IMAGING
from tracker.interop.drafts import StudyDraft

_MODALITIES = tuple(map(str, StudyKind))
_COVERAGES = tuple(map(str, Coverage))
_CALLS = {"no_progression": "none", "progression": "progression", "indeterminate": "doubtful"}


def read(notes: Notes, rows: Iterable[Row]) -> tuple[StudyDraft, ...]:
    """Examinations. Why they were done and when they were planned nobody wrote: that stays unknown."""
    found: list[StudyDraft | None] = []
    for row in distinct(notes, rows, IMAGING):
        key = f"imaging/{row.raw('study_id').strip()}"
        kind = notes.code(row, "modality", _MODALITIES, required=True)
        coverage = notes.code(row, "coverage", _COVERAGES, also={"partial_spine": "segment"})
        call = notes.code(row, "result", ("not_reported",), also=_CALLS) or "unknown"
        make = partial(StudyDraft, kind=kind, coverage=coverage, first_call=call)
        found.append(dated(notes, row, "date", "study", key, make))
    return tuple(filter(None, found))
