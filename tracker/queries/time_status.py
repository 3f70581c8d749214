"""Where a follow-up stands on a day, as SQL conditions and as one Python answer: nowhere else.

The four time states are those of `scheduling.engine.following.status`; a test walks a grid of days and compares
them. A row for which nothing is asked any more, that waits for a clinician's closure, that a person set aside or that a
person cancelled stands apart from time.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from django.db.models import Case, CharField, Q, Value, When

from scheduling.engine.following.changes import ConflictKind
from scheduling.engine.following.status import status_on
from scheduling.engine.vocabulary import TimeStatus
from tracker.models import FollowUp, State


class Standing(StrEnum):
    """Exactly one of these holds for every current follow-up on every day."""

    SCHEDULED = TimeStatus.SCHEDULED
    IN_WINDOW = TimeStatus.IN_WINDOW
    DUE_IN_GRACE = TimeStatus.DUE_IN_GRACE
    OVERDUE = TimeStatus.OVERDUE
    NOT_ASKED = "not_asked"
    AWAITING_CLOSURE = "awaiting_closure"
    SNOOZED = "snoozed"
    CLOSED_BY_PERSON = "closed_by_person"


def in_time(status: str, today: date) -> Q:
    """Rows whose window has this time status on `today`, whatever people did."""
    return {
        TimeStatus.SCHEDULED: Q(opens_on__gt=today),
        TimeStatus.IN_WINDOW: Q(opens_on__lte=today, due_on__gte=today),
        TimeStatus.DUE_IN_GRACE: Q(due_on__lt=today, closes_on__gte=today),
        TimeStatus.OVERDUE: Q(closes_on__lt=today),
    }[TimeStatus(status)]


def current() -> Q:
    """Rows that are not at their end."""
    return Q(closed_at__isnull=True)


def nothing_asked() -> Q:
    """Rows for which the plan asks nothing any more: their window is history, and what was arranged is cancelled."""
    return Q(conflict=ConflictKind.CANCEL_BOOKING.value)


def is_not_asked(row: FollowUp) -> bool:
    """The same as `nothing_asked`, for one row in hand."""
    return row.conflict == ConflictKind.CANCEL_BOOKING


def counted_by_time(today: date) -> Q:
    """Current rows that stand where their window says: still asked for, not awaiting closure, snoozed or cancelled."""
    return (
        current()
        & ~Q(state=State.CANCELLED)
        & ~nothing_asked()
        & Q(awaiting_closure_on__isnull=True)
        & (Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=today))
    )


def in_standing(word: str, today: date) -> Q:
    """Current rows that stand so on `today`; every current row fulfils exactly one of the eight."""
    if word == Standing.CLOSED_BY_PERSON:
        return current() & Q(state=State.CANCELLED)
    open_here = current() & ~Q(state=State.CANCELLED)
    if word == Standing.NOT_ASKED:
        return open_here & nothing_asked()
    if word == Standing.AWAITING_CLOSURE:
        return open_here & ~nothing_asked() & Q(awaiting_closure_on__isnull=False)
    if word == Standing.SNOOZED:
        return open_here & ~nothing_asked() & Q(awaiting_closure_on__isnull=True) & Q(snoozed_until__gt=today)
    return counted_by_time(today) & in_time(word, today)


def standing_case(today: date) -> Case:
    """The word of each row, as an annotation."""
    return Case(
        *(When(in_standing(word, today), then=Value(word.value)) for word in Standing),
        default=Value(""),
        output_field=CharField(),
    )


def standing_on(row: FollowUp, today: date) -> Standing:
    """How a current row stands on `today`: the same answer as `in_standing`, for one row in hand."""
    if row.state == State.CANCELLED:
        return Standing.CLOSED_BY_PERSON
    if is_not_asked(row):
        return Standing.NOT_ASKED
    if row.awaiting_closure_on is not None:
        return Standing.AWAITING_CLOSURE
    if row.snoozed_until is not None and row.snoozed_until > today:
        return Standing.SNOOZED
    return Standing(status_on(today, row.opens_on, row.due_on, row.closes_on))
