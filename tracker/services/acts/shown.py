"""The moment a calendar is told of: later at every change of what it shows, in whole seconds as calendars write it."""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduling.engine.following.changes import OpenFollowUp

#: What a change of the plan alters in a calendar: place in time, the word in front, and the words of the fullest level.
_SHOWN = (
    "state",
    "asked",
    "opens_on",
    "due_on",
    "closes_on",
    "booked_on",
    "request",
    "urgency",
)


def shown_at(before: datetime, at: datetime) -> datetime:
    """The moment of a change at `at` to a row last changed at `before`: a whole second later, or more."""
    return max(at, before + timedelta(seconds=1))


def shown_anew(revision: int, changed_at: datetime, at: datetime) -> dict[str, object]:
    """The columns of a row of which a calendar says something else from now on: one revision more, a later moment."""
    return {"revision": revision + 1, "changed_at": shown_at(changed_at, at)}


def shows(before: OpenFollowUp, after: OpenFollowUp) -> bool:
    """Whether a calendar says something else of the row now."""
    return any(getattr(before, name) != getattr(after, name) for name in _SHOWN)
