"""States of a follow-up and the moves between them, as one table."""

from __future__ import annotations

from tracker.errors import NotPossible

#: (state, act) -> new state. What is not listed cannot happen.
MOVES: dict[tuple[str, str], str] = {
    ("open", "move"): "open",
    ("open", "order"): "ordered",
    ("open", "book"): "booked",
    ("open", "complete"): "done",
    ("open", "cancel"): "cancelled",
    ("open", "withdraw"): "withdrawn",
    ("ordered", "move"): "ordered",
    ("ordered", "book"): "booked",
    ("ordered", "unorder"): "open",
    ("ordered", "confirm"): "ordered",
    ("ordered", "complete"): "done",
    ("ordered", "cancel"): "cancelled",
    ("booked", "move"): "booked",
    ("booked", "book"): "booked",
    ("booked", "confirm"): "booked",
    ("booked", "unbook"): "open",
    ("booked", "miss"): "missed",
    ("booked", "complete"): "done",
    ("booked", "cancel"): "cancelled",
    ("missed", "move"): "missed",
    ("missed", "order"): "ordered",
    ("missed", "book"): "booked",
    ("missed", "complete"): "done",
    ("missed", "cancel"): "cancelled",
    ("missed", "withdraw"): "withdrawn",
    ("cancelled", "move"): "cancelled",
    ("cancelled", "reopen"): "open",
    ("cancelled", "complete"): "done",
    ("cancelled", "withdraw"): "withdrawn",
    # What brought it to its end was entered in error; it stands as it stood.
    ("done", "reopen"): "open",
    ("withdrawn", "reopen"): "open",
}

#: Acts that only the plan may make, after a fact that a person recorded.
ACTS_OF_THE_PLAN = frozenset({"move", "withdraw", "complete", "reopen"})

STATES = ("open", "ordered", "booked", "missed", "cancelled", "done", "withdrawn")
ENDED = frozenset({"done", "withdrawn"})


def check_move(state: str, act: str) -> str:
    """The state that `act` leads to; raises NotPossible with a sentence when the table has no such move."""
    try:
        return MOVES[state, act]
    except KeyError:
        possible = ", ".join(sorted(a for s, a in MOVES if s == state)) or "nothing"
        raise NotPossible(f"A follow-up that is {state} cannot {act}. Possible now: {possible}.") from None


def can_move(state: str, act: str) -> bool:
    """Whether `act` can happen to a follow-up in `state`."""
    return (state, act) in MOVES
