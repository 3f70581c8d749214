"""What planning changed in the schedule, as sentences for the person who recorded the fact behind it."""

from __future__ import annotations

from dataclasses import dataclass

from scheduling.engine.following.changes import Change, Complete, Move, Open, OpenFollowUp, Reopen, Stays, Withdraw
from scheduling.engine.following.decide import Decision
from scheduling.engine.periods import Window
from tracker.services.schedule.standing import Before
from tracker.services.schedule.words import NAMES, events_of, passed_on, sentence

#: How a change is named to the person who recorded a fact.
KIND_OF_CHANGE = {
    Open: "opened",
    Move: "moved",
    Reopen: "reopened",
    Complete: "completed",
    Withdraw: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """One thing that changed in one stream, said to the person who recorded the fact behind it.

    `kind` is a kind of `FollowUpEvent`; `before` and `after` are the windows, None where there was or is none; `row` is
    the policy row behind it, "" where none is named.
    """

    stream: str
    kind: str
    before: Window | None
    after: Window | None
    row: str
    text: str


def schedule_changes(before: Before, decision: Decision) -> list[ScheduleChange]:
    """What a decision changes in the schedule, as sentences."""
    changes: list[ScheduleChange] = []
    for change in decision.changes:
        stored = before.follow_ups.get(change.stream)
        old = None if stored is None or isinstance(change, Open) else stored.row
        new = change.after if isinstance(change, Stays) else None
        events = _events(change, old)
        kind = KIND_OF_CHANGE.get(type(change)) or events[0][0]
        row = (change.row or "" if isinstance(change, Withdraw) else old.row if old else "") if new is None else new.row
        was, window = _window(old), _window(new)
        said = [text for event, text in events if event == "conflict"]
        if kind == "conflict":
            text = f"{NAMES[change.stream]}. {' '.join(said)}"
        else:
            told = sentence(change.stream, kind, was.due if was else None, window.due if window else None, row)
            text = " ".join([told, *said])
        changes.append(ScheduleChange(change.stream, kind, was, window, row, text))
    return changes


def _events(change: Change, old: OpenFollowUp | None) -> list[tuple[str, str]]:
    """What is told of a row that stays, or of an appointment that came with a new one."""
    if isinstance(change, Open):
        return passed_on(change.after) if change.after.booked_on else []
    return events_of(change, old, change.after) if isinstance(change, Stays) and old else []


def _window(row: OpenFollowUp | None) -> Window | None:
    return Window(row.opens_on, row.due_on, row.closes_on) if row else None
