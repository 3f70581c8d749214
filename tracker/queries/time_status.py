"""Where a follow-up stands on a day, as SQL conditions and as one Python answer: nowhere else.

The four time states are those of `scheduling.engine.following.status`; a test walks a grid of days and compares
them. An emergency is overdue from its limit on, also where its latest day has not ended (`queries.limits`): rows that
are asked about time come through `timed`. A row that waits for a clinician's closure, that a person set aside or that a
person cancelled stands apart from time.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from django.db.models import Case, CharField, Q, QuerySet, Value, When

from scheduling.engine.following.limit import Limit
from scheduling.engine.following.status import status_on
from scheduling.engine.vocabulary import TimeStatus
from tracker import clock
from tracker.models import FollowUp, State
from tracker.queries.limits import past_limit


class Standing(StrEnum):
    """Exactly one of these holds for every current follow-up on every day."""

    SCHEDULED = TimeStatus.SCHEDULED
    IN_WINDOW = TimeStatus.IN_WINDOW
    DUE_IN_GRACE = TimeStatus.DUE_IN_GRACE
    OVERDUE = TimeStatus.OVERDUE
    AWAITING_CLOSURE = "awaiting_closure"
    SNOOZED = "snoozed"
    CLOSED_BY_PERSON = "closed_by_person"


def timed(rows: QuerySet[FollowUp], now: datetime) -> QuerySet[FollowUp]:
    """Rows that know at `now` whether their emergency limit is past; the conditions below ask it of them."""
    return rows.alias(past_limit=past_limit(now))


def in_time(status: str, today: date) -> Q:
    """`timed` rows whose window has this time status on `today`, whatever people did."""
    if status == TimeStatus.OVERDUE:
        return Q(closes_on__lt=today) | Q(past_limit=True)
    return (
        Q(past_limit=False)
        & {
            TimeStatus.SCHEDULED: Q(opens_on__gt=today),
            TimeStatus.IN_WINDOW: Q(opens_on__lte=today, due_on__gte=today),
            TimeStatus.DUE_IN_GRACE: Q(due_on__lt=today, closes_on__gte=today),
        }[TimeStatus(status)]
    )


def current() -> Q:
    """Rows that are not at their end."""
    return Q(closed_at__isnull=True)


def counted_by_time(today: date) -> Q:
    """Current rows that stand where their window says: not awaiting closure, snoozed or cancelled."""
    return (
        current()
        & ~Q(state=State.CANCELLED)
        & Q(awaiting_closure_on__isnull=True)
        & (Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=today))
    )


def in_standing(word: str, today: date) -> Q:
    """Current rows that stand so on `today`; every current row fulfils exactly one of the seven."""
    if word == Standing.CLOSED_BY_PERSON:
        return current() & Q(state=State.CANCELLED)
    if word == Standing.AWAITING_CLOSURE:
        return current() & ~Q(state=State.CANCELLED) & Q(awaiting_closure_on__isnull=False)
    if word == Standing.SNOOZED:
        return current() & ~Q(state=State.CANCELLED) & Q(awaiting_closure_on__isnull=True) & Q(snoozed_until__gt=today)
    return counted_by_time(today) & in_time(word, today)


def standing_case(today: date) -> Case:
    """The word of each row, as an annotation."""
    return Case(
        *(When(in_standing(word, today), then=Value(word.value)) for word in Standing),
        default=Value(""),
        output_field=CharField(),
    )


def standing_on(row: FollowUp, now: datetime, limit: Limit | None) -> Standing:
    """How a current row with this emergency limit stands: the same answer as `in_standing`, for one row in hand."""
    today = clock.day_of(now)
    if row.state == State.CANCELLED:
        return Standing.CLOSED_BY_PERSON
    if row.awaiting_closure_on is not None:
        return Standing.AWAITING_CLOSURE
    if row.snoozed_until is not None and row.snoozed_until > today:
        return Standing.SNOOZED
    if limit is not None and limit.past(now):
        return Standing.OVERDUE
    return Standing(status_on(today, row.opens_on, row.due_on, row.closes_on))
