"""A plan against what is open: what to open, move, restate, complete, withdraw, and where people disagree.

Nothing here closes anything by itself that a person has not acted on: completion needs a recorded study or visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduling.engine.plans import StreamPlan


@dataclass(frozen=True, slots=True)
class OpenFollowUp:
    """The one open follow-up of a stream, as stored.

    `state` is open, ordered, booked, missed or cancelled (cancelled rows hold until `hold_until` or until the plan
    gives another window). `row`, `urgency`, `counted_by`, `request` are those it was last planned with.
    `own` is the window it had before E1 replaced it, None when E1 did not. `awaiting_closure` marks a row under
    E1 or E2 that was done. `booked_on` is the day of the booking.
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
    own: tuple[date, date, date] | None = None
    awaiting_closure: bool = False
    booked_on: date | None = None
    hold_until: date | None = None
    conflict: Conflict | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """The plan disagrees with something a person ordered or booked.

    `kind`: ``dates`` (another window is asked for), ``emergency`` (E1 took the dates; the booking stands),
    ``cancel_booking`` (nothing is asked for any more). `asked` is what the plan asks for now.
    """

    stream: str
    kind: str
    asked: StreamPlan | None


@dataclass(frozen=True, slots=True)
class Open:
    """Open a follow-up for this window."""

    plan: StreamPlan


@dataclass(frozen=True, slots=True)
class Move:
    """Give the open row this window, with a new revision. `own` keeps the dates that E1 replaced."""

    plan: StreamPlan
    own: tuple[date, date, date] | None = None


@dataclass(frozen=True, slots=True)
class Restate:
    """Same dates, but another winner, urgency, request or conflict: no new revision."""

    plan: StreamPlan


@dataclass(frozen=True, slots=True)
class Complete:
    """The study or visit of `on` completed the open row; `awaiting_closure` under E1 and E2 (row stays open)."""

    stream: str
    on: date
    awaiting_closure: bool = False


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The plan no longer asks for it and nobody ordered it; `row` names the policy row behind that, if any."""

    stream: str
    row: str | None


@dataclass(frozen=True, slots=True)
class Reopen:
    """A cancelled row whose hold has ended, or whose window the plan has changed, is open again."""

    plan: StreamPlan


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing to write."""

    stream: str


Change = Open | Move | Restate | Complete | Withdraw | Reopen | Keep | Conflict
