"""Verdicts on the spine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial

from scheduling.engine.vocabulary import ResponseCategory
from tracker.interop.csv.drafting import Keys, dated, distinct
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Notes
from tracker.interop.csv.tables import RESPONSES
from tracker.interop.drafts import ResponseDraft

_CATEGORIES = tuple(map(str, ResponseCategory))


def read(notes: Notes, rows: Iterable[Row]) -> tuple[ResponseDraft, ...]:
    """Responses of the spine. Two categories on one day both stand, and a person is asked."""
    found: list[ResponseDraft] = []
    keys = Keys()
    on_day: dict[date, ResponseDraft] = {}
    for row in distinct(notes, rows, RESPONSES):
        key = keys.of(f"responses/{row.raw('date').strip()}")
        category = notes.code(row, "category", _CATEGORIES, required=True)
        evidence = notes.code(row, "evidence", ("imaging", "marker", "clinical", "unknown")) or "unknown"
        make = partial(ResponseDraft, spine=category, evidence=evidence)
        draft = dated(notes, row, "date", "response", key, make)
        if draft is None:
            continue
        other = on_day.setdefault(draft.occurred_on, draft)
        if other.spine != draft.spine:
            said = (draft.occurred_on, other.spine, draft.spine)
            notes.ask(row, "category", "two_responses_one_day", *said, fact=key)
        found.append(draft)
    return tuple(found)
