"""Studies, visits, responses, symptoms, function scales and contacts of one patient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from scheduling.engine.vocabulary import Coverage, ResponseCategory, StudyKind
from tracker.interop.csv.drafting import dated, distinct
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Day, Notes
from tracker.interop.csv.tables import CONTACTS, IMAGING, PERFORMANCE, RESPONSES, SYMPTOMS, VISITS
from tracker.interop.records import (
    FunctionDraft,
    ResponseDraft,
    StudyDraft,
    SymptomDraft,
    VisitDraft,
    proposal,
)

#: A neurological symptom is older than this many days: nothing says it has ended, so a person confirms it first.
CONFIRM_AFTER_DAYS = 90

_MODALITIES = tuple(map(str, StudyKind))
_COVERAGES = tuple(map(str, Coverage))
_CATEGORIES = tuple(map(str, ResponseCategory))
_CALLS = {"no_progression": "none", "progression": "progression", "indeterminate": "doubtful"}
_VISITS = ("spine_surgeon", "oncologist", "nurse", "other")
_NEURO, _PAIN, _KNOWN, _RESOLVED = "neuro", "pain_suggestive", "known_spine", "pain_resolved"
_REACHED = ("reached",)
_FAILED = ("no_answer", "wrong_number", "undeliverable", "no_reply")


def read_studies(notes: Notes, rows: Iterable[Row]) -> tuple[StudyDraft, ...]:
    """Examinations. Why they were done and when they were planned nobody wrote: that stays unknown."""
    found: list[StudyDraft] = []
    for row in distinct(notes, rows, IMAGING):
        key = f"imaging/{row.raw('study_id').strip()}"
        kind = notes.code(row, "modality", _MODALITIES, required=True)
        coverage = notes.code(row, "coverage", _COVERAGES, also={"partial_spine": "segment"})
        call = notes.code(row, "result", ("not_reported",), also=_CALLS) or "unknown"

        def make(on: Day, row: Row = row, key: str = key, kind: str = kind, coverage: str = coverage,
                 call: str = call) -> StudyDraft:  # fmt: skip
            return StudyDraft(
                source_key=key, occurred_on=on.on, precision=on.precision, place=row.place(), kind=kind,
                coverage=coverage, first_call=call,
            )  # fmt: skip

        if (draft := dated(notes, row, "date", key, "study", make)) is not None:
            found.append(draft)
    return tuple(found)


def read_visits(notes: Notes, rows: Iterable[Row]) -> tuple[VisitDraft, ...]:
    """Contacts with clinicians; only kind spine_surgeon counts for the surgeon stream."""
    found: list[VisitDraft] = []
    for row in distinct(notes, rows, VISITS):
        key = f"visits/{row.raw('visit_id').strip()}"
        kind = notes.code(row, "kind", _VISITS, required=True, also={"radiation_oncologist": "oncologist"})
        seen_by = "radiation oncologist" if row.raw("kind").strip() == "radiation_oncologist" else ""

        def make(
            on: Day, row: Row = row, key: str = key, kind: str = kind, seen_by: str = seen_by
        ) -> VisitDraft:
            return VisitDraft(
                source_key=key, occurred_on=on.on, precision=on.precision, place=row.place(), kind=kind,
                seen_by=seen_by,
            )  # fmt: skip

        if (draft := dated(notes, row, "date", key, "visit", make)) is not None:
            found.append(draft)
    return tuple(found)


class _Keys:
    """Keys of rows without one of their own: what they say, and a number where several say it."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = defaultdict(int)

    def of(self, base: str) -> str:
        self.counts[base] += 1
        return base if self.counts[base] == 1 else f"{base}/{self.counts[base]}"


def read_responses(notes: Notes, rows: Iterable[Row]) -> tuple[ResponseDraft, ...]:
    """Responses of the spine. Two categories on one day both stand, and a person is asked."""
    found: list[ResponseDraft] = []
    keys = _Keys()
    on_day: dict[date, ResponseDraft] = {}
    for row in distinct(notes, rows, RESPONSES):
        key = keys.of(f"responses/{row.raw('date').strip()}")
        category = notes.code(row, "category", _CATEGORIES, required=True)
        evidence = notes.code(row, "evidence", ("imaging", "marker", "clinical", "unknown")) or "unknown"

        def make(on: Day, row: Row = row, key: str = key, category: str = category,
                 evidence: str = evidence) -> ResponseDraft:  # fmt: skip
            return ResponseDraft(
                source_key=key, occurred_on=on.on, precision=on.precision, place=row.place(), spine=category,
                evidence=evidence,
            )  # fmt: skip

        draft = dated(notes, row, "date", key, "response", make)
        if draft is None:
            continue
        other = on_day.setdefault(draft.occurred_on, draft)
        if other.spine != draft.spine:
            notes.ask(
                row, "category", "two_responses_one_day", key,
                text=f"On {draft.occurred_on} the spine is {other.spine} and {draft.spine}. Which holds? "
                "The worse counts until answered.",
                expected="one response a day",
            )  # fmt: skip
        found.append(draft)
    return tuple(found)


def read_symptoms(notes: Notes, rows: Iterable[Row]) -> tuple[SymptomDraft, ...]:
    """Symptoms. `pain_resolved` closes every earlier suggestive pain; nothing closes a neurological one.

    A neurological symptom older than 90 days before the reference day fires nothing until a person confirms it.
    """
    episodes: list[tuple[Row, SymptomDraft]] = []
    resolved: list[tuple[Row, Day]] = []
    keys = _Keys()
    for row in distinct(notes, rows, SYMPTOMS):
        kind = notes.code(row, "kind", (_NEURO, _PAIN, _KNOWN, _RESOLVED), required=True)
        key = keys.of(f"symptoms/{row.raw('date').strip()}/{kind}")
        detail = notes.text(row, "detail")[:300]

        def make(
            on: Day, row: Row = row, key: str = key, kind: str = kind, detail: str = detail
        ) -> SymptomDraft:
            return SymptomDraft(
                source_key=key, occurred_on=on.on, precision=on.precision, place=row.place(), kind=kind, detail=detail,
            )  # fmt: skip

        draft = dated(notes, row, "date", key, "symptom", make)
        if draft is None:
            continue
        if kind == _RESOLVED:
            resolved.append((row, Day(draft.occurred_on, draft.precision)))
        else:
            episodes.append((row, draft))
    closings = sorted(on.on for _, on in resolved)
    for row, on in resolved:
        if not any(draft.kind == _PAIN and draft.occurred_on < on.on for _, draft in episodes):
            notes.say_unused(row, "kind", "nothing_to_close", "a suggestive pain before this day")
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
    notes.ask(
        row, "date", "neuro_still_open", draft.source_key,
        text=f"A neurological symptom of {draft.occurred_on}{detail}, and nothing says that it ended. Is it still "
        "open? It starts the emergency pathway only when confirmed.",
        expected=f"a symptom of the last {CONFIRM_AFTER_DAYS} days, or a confirmation",
        offer=proposal(draft),
    )  # fmt: skip
    return replace(draft, confirmed=False)


def read_functions(notes: Notes, rows: Iterable[Row]) -> tuple[FunctionDraft, ...]:
    """ECOG 0 to 5 and Karnofsky 0 to 100 in tens, each kept as the scale that was used."""
    found: list[FunctionDraft] = []
    keys = _Keys()
    for row in distinct(notes, rows, PERFORMANCE):
        for column, scale, high in (("ecog", "ecog", 5), ("kps", "karnofsky", 100)):
            value = notes.whole(row, column, 0, high)
            if value is None:
                continue
            if scale == "karnofsky" and value % 10:
                notes.error(row, column, "number", "a multiple of ten from 0 to 100")
                continue
            key = keys.of(f"performance/{row.raw('date').strip()}/{scale}")

            def make(
                on: Day, row: Row = row, key: str = key, scale: str = scale, value: int = value
            ) -> FunctionDraft:
                return FunctionDraft(
                    source_key=key, occurred_on=on.on, precision=on.precision, place=row.place(), scale=scale,
                    value=str(value),
                )  # fmt: skip

            if (draft := dated(notes, row, "date", key, f"{scale} value", make)) is not None:
                found.append(draft)
    return tuple(found)


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
            notes.skip(
                row, "date", "future_date", f"a day on or before the reference day {notes.as_of}; left out"
            )
        else:
            attempts.append((on.on, outcome in _REACHED))
    failed: list[date] = []
    for day, reached in sorted(attempts):
        failed = [] if reached else [*failed, day]
    return Contacts(len(failed), failed[0] if failed else None)
