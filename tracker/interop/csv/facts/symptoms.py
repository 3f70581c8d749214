"""Symptoms, and what the file says about their end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial

from tracker.interop.csv.drafting import Keys, dated, distinct
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Notes
from tracker.interop.csv.tables import SYMPTOMS
from tracker.interop.days import Day
from tracker.interop.drafts import SymptomDraft
from tracker.interop.records import proposal

#: A neurological symptom is older than this many days: nothing says it has ended, so a person confirms it first.
CONFIRM_AFTER_DAYS = 90
_NEURO, _PAIN, _KNOWN, _RESOLVED = "neuro", "pain_suggestive", "known_spine", "pain_resolved"


def read(notes: Notes, rows: Iterable[Row]) -> tuple[SymptomDraft, ...]:
    """Symptoms. `pain_resolved` closes every earlier suggestive pain; nothing closes a neurological one.

    A neurological symptom older than 90 days before the reference day fires nothing until a person confirms it.
    """
    episodes: list[tuple[Row, SymptomDraft]] = []
    resolved: list[tuple[Row, Day]] = []
    keys = Keys()
    for row in distinct(notes, rows, SYMPTOMS):
        kind = notes.code(row, "kind", (_NEURO, _PAIN, _KNOWN, _RESOLVED), required=True)
        key = keys.of(f"symptoms/{row.raw('date').strip()}/{kind}")
        detail, reported_at = notes.text(row, "detail")[:300], notes.moment(row, "reported_at")
        make = partial(SymptomDraft, kind=kind, detail=detail, reported_at=reported_at)
        draft = dated(notes, row, "date", "symptom", key, make)
        if draft is None:
            continue
        if kind == _RESOLVED:
            resolved.append((row, Day(draft.occurred_on, draft.precision)))
        else:
            episodes.append((row, draft))
    closings = sorted(on.on for _, on in resolved)
    for row, on in resolved:
        if not any(draft.kind == _PAIN and draft.occurred_on < on.on for _, draft in episodes):
            expected = "a suggestive pain before this day"
            notes.unused(row, "kind", "nothing_to_close", expected)
    return tuple(_episode(notes, row, draft, closings) for row, draft in episodes)


def _episode(notes: Notes, row: Row, draft: SymptomDraft, closings: list[date]) -> SymptomDraft:
    if draft.kind == _PAIN:
        closed_on = next((on for on in closings if on > draft.occurred_on), None)
        if closed_on is None:
            return draft
        return replace(draft, closed_on=closed_on, closed_reason="pain_resolved in the source")
    if draft.kind != _NEURO or (notes.as_of - draft.occurred_on).days <= CONFIRM_AFTER_DAYS:
        return draft
    detail = f" ({draft.detail})" if draft.detail else ""
    said = (draft.occurred_on, detail, CONFIRM_AFTER_DAYS)
    notes.ask(row, "date", "neuro_still_open", *said, offer=proposal(draft))
    return replace(draft, confirmed=False)
