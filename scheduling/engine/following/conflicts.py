"""Whether what people arranged fits what the plan asks for: asked of both whenever somebody looks, never stored."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from scheduling.engine.following.changes import STANDING, OpenFollowUp


class ConflictKind(StrEnum):
    """Why an order or an appointment does not fit, most decisive first."""

    CANCEL_IT = "cancel_it"
    PASSED = "passed"
    TOO_LATE = "too_late"
    TOO_EARLY = "too_early"
    OTHER_REQUEST = "other_request"


#: What a person answers by confirming the appointment; the others need another act.
ANSWERABLE = frozenset({ConflictKind.TOO_LATE, ConflictKind.TOO_EARLY, ConflictKind.OTHER_REQUEST})


def conflicts_of(row: OpenFollowUp, today: date) -> tuple[ConflictKind, ...]:
    """Every conflict of a row on `today`; none where nothing is arranged, or where a person has answered.

    Nothing is asked for any more (cancel it), its day has passed and nobody said what became of it, it lies after the
    latest day or before the earliest (it would not complete this), or another examination is asked for than was
    arranged. An order without a day commits to no day. What is done already and only goes on being asked for is
    compared with nothing.
    """
    if row.state not in STANDING:
        return ()
    if not row.asked:
        return (ConflictKind.CANCEL_IT,)
    booked_on = row.booked_on
    if booked_on is not None and booked_on < today:
        return (ConflictKind.PASSED,)
    if row.answered or row.awaiting_closure_on is not None or row.awaiting_response_on is not None:
        return ()
    asked = (
        (booked_on is not None and booked_on > row.closes_on, ConflictKind.TOO_LATE),
        (booked_on is not None and booked_on < row.opens_on, ConflictKind.TOO_EARLY),
        (row.arranged_as is not None and row.arranged_as != row.request, ConflictKind.OTHER_REQUEST),
    )
    return tuple(kind for holds, kind in asked if holds)
