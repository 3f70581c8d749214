"""An open follow-up as stored, and the changes that reconciling makes to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class OpenState(StrEnum):
    """Where a follow-up that is not at its end stands in its life."""

    OPEN = "open"
    ORDERED = "ordered"
    BOOKED = "booked"
    MISSED = "missed"
    CANCELLED = "cancelled"


#: Something stands in another system that only a person can take back.
STANDING = frozenset({OpenState.ORDERED, OpenState.BOOKED})


#: What became of a follow-up that the plan no longer asks for, where no row names another outcome.
OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class OpenFollowUp:
    """The one open follow-up of a stream, as stored: the window is the plan's, the appointment a person's.

    The plan's: window, `row`, `urgency`, `counted_by` and `request` are those of the newest plan, but for a cancelled
    row while it holds; where `asked` is False the plan asks for nothing and the window is history. `known_before` names
    the studies and visits inside the window that were on record when it was first given: they complete nothing.
    `awaiting_closure_on` and `awaiting_response_on` are the day it was done while the plan goes on asking: until a
    clinician closes the symptom, or until a response is recorded.

    People's: `state` is one of `OpenState`; `arranged_as` is the request it was ordered or booked as; `booked_on` is
    the day of the appointment; `answered` says that a person arranged or confirmed it against this window and request.
    A cancelled row holds until `hold_until`, a snoozed one until `snoozed_until`; `snoozed_closes_on` is the plan's
    latest day when it was snoozed.
    """

    stream: str
    state: str
    opens_on: date
    due_on: date
    closes_on: date
    row: str
    urgency: str
    counted_by: str
    request: str | None = None
    asked: bool = True
    known_before: tuple[str, ...] = ()
    awaiting_closure_on: date | None = None
    awaiting_response_on: date | None = None
    arranged_as: str | None = None
    booked_on: date | None = None
    answered: bool = False
    hold_until: date | None = None
    snoozed_until: date | None = None
    snoozed_closes_on: date | None = None


def window_of(row: OpenFollowUp) -> tuple[date, date, date]:
    """Earliest, due and latest day of a row."""
    return row.opens_on, row.due_on, row.closes_on


@dataclass(frozen=True, slots=True)
class Stays:
    """A change that leaves a row open: it stands like `after` from now on."""

    after: OpenFollowUp

    @property
    def stream(self) -> str:
        """The stream of the row."""
        return self.after.stream


class Open(Stays):
    """Open a follow-up that stands like `after`: booked where an appointment of the completed one lies ahead."""

    __slots__ = ()


class Move(Stays):
    """The window of the row changes: a new revision. The state stays."""

    __slots__ = ()


class Restate(Stays):
    """Same window and state; another winner, urgency, request or mark."""

    __slots__ = ()


class Reopen(Stays):
    """A cancelled row is open again: its hold has ended. A new revision."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Complete:
    """The study or visit of `on` completed the open row, which is at its end."""

    stream: str
    on: date


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The plan no longer asks for it and nothing stands arranged.

    `row` names the policy row behind that, if any, and `outcome` is the one that this row says.
    """

    stream: str
    row: str | None
    outcome: str = OVERTAKEN


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing to write."""

    stream: str


Change = Open | Move | Restate | Reopen | Complete | Withdraw | Keep
