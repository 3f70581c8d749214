"""An open follow-up as stored, the conflicts it can carry, and the changes that reconciling makes to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


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


class ConflictKind(StrEnum):
    """Why a plan and a person's act do not fit together."""

    DATES = "dates"
    EMERGENCY = "emergency"
    CANCEL_BOOKING = "cancel_booking"


class Asked(NamedTuple):
    """The window a plan asks for where a person's dates stand, and the row that asks."""

    opens_on: date
    due_on: date
    closes_on: date
    row: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """The plan disagrees with something a person ordered, booked or marked missed.

    `kind`: ``dates`` (another window is asked for), ``emergency`` (a row that takes dates
    took them; the booking stands),
    ``cancel_booking`` (nothing is asked for any more). `asked` is what the plan asks for now. A row that a person
    cancels keeps its conflict, so that the hold knows which window the plan gave on that day.
    """

    stream: str
    kind: str
    asked: Asked | None


class Own(NamedTuple):
    """The window a row had before an emergency took its dates."""

    opens_on: date
    due_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class OpenFollowUp:
    """The one open follow-up of a stream, as stored.

    `state` is one of `OpenState`; a cancelled row holds until `hold_until`, or until the plan gives another window.
    `row`, `counted_by`, `request` are those its dates were planned with; `urgency` follows the newest plan. `own` is
    the window it had before an emergency took its dates. `awaiting_closure_on` is the day a row was done that only a
    clinician ends.
    `booked_on` is the day of the booking. `snoozed_until` is the day a snoozed row comes back.
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
    own: Own | None = None
    awaiting_closure_on: date | None = None
    booked_on: date | None = None
    hold_until: date | None = None
    snoozed_until: date | None = None
    conflict: Conflict | None = None


@dataclass(frozen=True, slots=True)
class Stays:
    """A change that leaves a row open: it stands like `after` from now on."""

    after: OpenFollowUp

    @property
    def stream(self) -> str:
        """The stream of the row."""
        return self.after.stream


class Open(Stays):
    """Open a follow-up that stands like `after` (already awaiting closure where the emergency study exists)."""

    __slots__ = ()


class Move(Stays):
    """The dates of the row change: a new revision. The state stays."""

    __slots__ = ()


class Restate(Stays):
    """Same dates and state; another winner, urgency, request, conflict or closure mark: no new revision."""

    __slots__ = ()


class Reopen(Stays):
    """A cancelled row is open again: its hold has ended, or the plan gives another window. A new revision."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Complete:
    """The study or visit of `on` completed the open row, which is at its end."""

    stream: str
    on: date


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The plan no longer asks for it and nothing stands booked.

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
