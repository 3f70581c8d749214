"""Where a follow-up stands on a day, as SQL conditions and as one Python answer: nowhere else.

The four time states are those of `scheduling.engine.following.status`; a test walks a grid of days and compares
them. A row that waits for a clinician's closure, that a person set aside or cancelled, or that nothing asks for any
more stands apart from time. Whether what was arranged fits the plan is asked in the same way: `conflicting` is the SQL
of `scheduling.engine.following.conflicts`, tested on the same grid.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from django.db.models import Case, CharField, F, Q, Value, When

from scheduling.engine.following.changes import STANDING
from scheduling.engine.following.conflicts import ConflictKind, conflicts_of
from scheduling.engine.following.status import status_on
from scheduling.engine.vocabulary import TimeStatus
from tracker.models import FollowUp, State
from tracker.storage import open_row


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


def _asked() -> Q:
    """Current rows that the plan asks for and nobody cancelled."""
    return current() & ~Q(state=State.CANCELLED) & Q(asked=True)


def counted_by_time(today: date) -> Q:
    """Current rows that stand where their window says: asked for, not awaiting closure, snoozed or cancelled."""
    return (
        _asked() & Q(awaiting_closure_on__isnull=True) & (Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=today))
    )


def in_standing(word: str, today: date) -> Q:
    """Current rows that stand so on `today`; every current row fulfils exactly one of the eight."""
    if word == Standing.CLOSED_BY_PERSON:
        return current() & Q(state=State.CANCELLED)
    if word == Standing.NOT_ASKED:
        return current() & ~Q(state=State.CANCELLED) & Q(asked=False)
    if word == Standing.AWAITING_CLOSURE:
        return _asked() & Q(awaiting_closure_on__isnull=False)
    if word == Standing.SNOOZED:
        return _asked() & Q(awaiting_closure_on__isnull=True) & Q(snoozed_until__gt=today)
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
    if not row.asked:
        return Standing.NOT_ASKED
    if row.awaiting_closure_on is not None:
        return Standing.AWAITING_CLOSURE
    if row.snoozed_until is not None and row.snoozed_until > today:
        return Standing.SNOOZED
    return Standing(status_on(today, row.opens_on, row.due_on, row.closes_on))


def conflicting(kind: str, today: date) -> Q:
    """Current rows whose order or appointment conflicts so with the plan on `today`."""
    arranged = current() & Q(state__in=STANDING)
    if kind == ConflictKind.CANCEL_IT:
        return arranged & Q(asked=False)
    if kind == ConflictKind.PASSED:
        return arranged & Q(asked=True, booked_on__lt=today)
    unanswered = (
        arranged
        & Q(asked=True, answered=False, awaiting_closure_on__isnull=True, awaiting_response_on__isnull=True)
        & (Q(booked_on__isnull=True) | Q(booked_on__gte=today))
    )
    return (
        unanswered
        & {
            ConflictKind.TOO_LATE: Q(booked_on__gt=F("closes_on")),
            ConflictKind.TOO_EARLY: Q(booked_on__lt=F("opens_on")),
            ConflictKind.OTHER_REQUEST: ~Q(arranged_as="") & ~Q(arranged_as=F("request")),
        }[ConflictKind(kind)]
    )


def conflicts_on(row: FollowUp, today: date) -> tuple[ConflictKind, ...]:
    """The conflicts of a current row on `today`: the same answer as `conflicting`, for one row in hand."""
    return conflicts_of(open_row.of(row), today) if row.closed_at is None else ()
