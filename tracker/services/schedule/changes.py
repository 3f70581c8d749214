"""What planning changed in the schedule, as sentences for the person who recorded the fact behind it."""

from __future__ import annotations

from dataclasses import dataclass

from scheduling.engine.following.changes import Complete, Move, Open, OpenFollowUp, Reopen, Stays, Withdraw
from scheduling.engine.following.decide import Decision
from scheduling.engine.periods import Window
from tracker.services.schedule.standing import Before
from tracker.services.schedule.words import events_of, sentence

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
        old = stored.row if stored else None
        new: OpenFollowUp | None = None
        if isinstance(change, Stays):
            new, row = change.after, change.after.row
            kind = KIND_OF_CHANGE.get(type(change)) or (events_of(change, old, new)[0][0] if old else "opened")
        else:
            row = change.row or "" if isinstance(change, Withdraw) else old.row if old else ""
            kind = KIND_OF_CHANGE[type(change)]
        window = _window(new)
        if kind == "conflict" and new is not None and new.conflict is not None:
            asked = new.conflict.asked
            window = Window(*asked[:3]) if asked else None
            row = asked.row if asked else ""
        was = _window(old) if not isinstance(change, Open) else None
        text = sentence(change.stream, kind, was.due if was else None, window.due if window else None, row)
        changes.append(ScheduleChange(change.stream, kind, was, window, row, text))
    return changes


def _window(row: OpenFollowUp | None) -> Window | None:
    return Window(row.opens_on, row.due_on, row.closes_on) if row else None
