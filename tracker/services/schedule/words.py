"""How a change of a schedule is told: the events it leaves, and the sentence a person reads after recording a fact."""

from __future__ import annotations

from datetime import date
from typing import Any

from scheduling.engine.following.changes import ConflictKind, Move, OpenFollowUp, Reopen, Stays
from scheduling.engine.vocabulary import Task as TaskWord
from scheduling.engine.words import day_text
from tracker.words import STREAM

#: A stream at the beginning of a sentence.
NAMES = STREAM | {"imaging": "Imaging"}

_CONFLICTS = {
    ConflictKind.DATES.value: "The plan asks for other dates than what a person arranged",
    ConflictKind.EMERGENCY.value: "The emergency pathway takes the dates; what a person arranged stands",
    ConflictKind.CANCEL_BOOKING.value: "Nothing is asked for any more: cancel what was arranged",
}


def events_of(change: Stays, old: OpenFollowUp, new: OpenFollowUp) -> list[tuple[str, str]]:
    """The events, as (kind, text), that a change leaves on a row that stays open; at least one."""
    events: list[tuple[str, str]] = []
    if isinstance(change, Reopen):
        events.append(("reopened", f"Due {day_text(new.due_on)} (row {new.row})."))
    elif isinstance(change, Move):
        events.append(("moved", f"Due {day_text(old.due_on)} → {day_text(new.due_on)} (row {new.row})."))
    if new.conflict and new.conflict != old.conflict:
        asked = new.conflict.asked
        window = f": due {day_text(asked.due_on)} (row {asked.row})" if asked else ""
        events.append(("conflict", f"{_CONFLICTS[new.conflict.kind]}{window}."))
    elif old.conflict and not new.conflict and not isinstance(change, Reopen):
        events.append(("note", "The plan and what a person arranged agree again."))
    if new.awaiting_closure_on != old.awaiting_closure_on:
        if new.awaiting_closure_on:
            done = f"Done on {day_text(new.awaiting_closure_on)}; a clinician closes it."
            events.append(("awaiting_closure", done))
        elif not events:
            events.append(("note", "No longer counted as done: what was recorded has changed."))
    if old.snoozed_until and not new.snoozed_until:
        events.append(("woken", f"Snoozed until {day_text(old.snoozed_until)}; back because the plan changed."))
    return events or [("note", _restated(old, new))]


def _restated(old: OpenFollowUp, new: OpenFollowUp) -> str:
    """Same dates and state, another winner, urgency or request."""
    parts = [
        f"{name} {before or 'none'} → {after or 'none'}"
        for name, before, after in (
            ("row", old.row, new.row),
            ("urgency", old.urgency, new.urgency),
            ("request", old.request, new.request),
        )
        if before != after
    ]
    return f"Same dates; {', '.join(parts) or 'nothing shown changed'}."


#: Work whose name says when: on the day it is raised.
_SAME_DAY = frozenset({TaskWord.EMERGENCY_PATHWAY_SAME_DAY, TaskWord.COMFORT_DIRECTED_DECISION_BY_CLINICIAN})


def task_values(word: str, today: date) -> dict[str, Any]:
    """The kind of a task and its day, from the engine's word for it, where it is first asked for on `today`."""
    kind, _, due = word.partition(":")
    return {"kind": kind, "due_on": date.fromisoformat(due) if due else today if kind in _SAME_DAY else None}


def sentence(stream: str, kind: str, before: date | None, after: date | None, row: str) -> str:
    """What changed in one stream, for the person who recorded the fact behind it."""
    name = NAMES[stream]
    behind = f" (row {row})" if row else ""
    if kind == "completed":
        return f"{name} done; this follow-up is complete."
    if kind == "withdrawn":
        return f"{name} is no longer asked for{behind}."
    if kind == "opened" and after:
        return f"{name} now due {day_text(after)}{behind}."
    if kind == "reopened" and after:
        return f"{name} is open again, due {day_text(after)}{behind}."
    if kind == "moved" and before and after:
        direction = "earlier" if after < before else "later" if after > before else "in another window"
        return f"{name} moved {direction}: due {day_text(before)} → {day_text(after)}{behind}."
    if kind == "conflict" and after:
        asked = f"{name}: the plan now asks for {day_text(after)}{behind}"
        return f"{asked}; what was arranged stands until a person decides."
    if kind == "conflict":
        return f"{name} is no longer asked for; cancel what was arranged."
    if kind == "awaiting_closure":
        return f"{name} done; it stays open until a clinician closes the symptom."
    return f"{name} stays due {day_text(after)}{behind}." if after else f"{name} stays as it is."
