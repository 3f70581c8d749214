"""How a change of a schedule is told: the events it leaves, and the sentence a person reads after recording a fact."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from scheduling.engine.following.changes import Move, OpenFollowUp, Reopen, Stays
from scheduling.engine.following.conflicts import ConflictKind, conflicts_of
from scheduling.engine.vocabulary import Task as TaskWord
from scheduling.engine.words import day_text
from tracker.words import STREAM

#: A stream at the beginning of a sentence.
NAMES = STREAM | {"imaging": "Imaging"}
#: Conflicts that a plan brings about depend on no day; that an appointment has passed is seen by whoever looks.
_ANY_DAY = date.min

_CONFLICTS = {
    ConflictKind.CANCEL_IT: "nothing is asked for any more; cancel what was arranged",
    ConflictKind.TOO_LATE: "it is too late for what the plan asks now",
    ConflictKind.TOO_EARLY: "it is too early for what the plan asks now",
    ConflictKind.OTHER_REQUEST: "the plan now asks for another examination",
}


def events_of(change: Stays, old: OpenFollowUp, new: OpenFollowUp) -> list[tuple[str, str]]:
    """The events, as (kind, text), that a change leaves on a row that stays open; at least one."""
    events: list[tuple[str, str]] = []
    if isinstance(change, Reopen):
        events.append(("reopened", f"Due {day_text(new.due_on)} (row {new.row})."))
    elif isinstance(change, Move):
        events.append(("moved", f"Due {day_text(old.due_on)} → {day_text(new.due_on)} (row {new.row})."))
    events += _disagreements(new, conflicts_of(old, _ANY_DAY))
    events += _done(old, new, alone=not events)
    if old.snoozed_until and not new.snoozed_until:
        events.append(("woken", f"Snoozed until {day_text(old.snoozed_until)}; back because the plan changed."))
    return events or [("note", _restated(old, new))]


def passed_on(row: OpenFollowUp) -> list[tuple[str, str]]:
    """The events, as (kind, text), of an appointment that passed to the follow-up that opened."""
    said = f"The appointment of {day_text(row.booked_on)} passes to it." if row.booked_on else ""
    return [("note", said), *_disagreements(row, ())]


def _disagreements(new: OpenFollowUp, known: Collection[ConflictKind]) -> list[tuple[str, str]]:
    what = f"Booked for {day_text(new.booked_on)}" if new.booked_on else "Ordered"
    return [("conflict", f"{what}: {_CONFLICTS[kind]}.") for kind in conflicts_of(new, _ANY_DAY) if kind not in known]


def _done(old: OpenFollowUp, new: OpenFollowUp, *, alone: bool) -> list[tuple[str, str]]:
    """That it was done while the plan goes on asking; or that it no longer counts so, where nothing else is said."""
    marks = (
        (old.awaiting_closure_on, new.awaiting_closure_on, "awaiting_closure", "a clinician closes it"),
        (
            old.awaiting_response_on,
            new.awaiting_response_on,
            "awaiting_response",
            "its response is still to be recorded",
        ),
    )
    said = [(kind, f"Done on {day_text(now)}; {waits}.") for before, now, kind, waits in marks if now and now != before]
    gone = any(before and not now for before, now, _, _ in marks)
    if gone and alone and not said:
        return [("note", "No longer counted as done: what was recorded has changed.")]
    return said


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
    if kind == "awaiting_closure":
        return f"{name} done; it stays open until a clinician closes the symptom."
    if kind == "awaiting_response":
        return f"{name} done; it stays open until the response is recorded."
    return f"{name} stays due {day_text(after)}{behind}." if after else f"{name} stays as it is."
