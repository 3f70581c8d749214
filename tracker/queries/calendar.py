"""What a surgeon's calendar shows: the current follow-ups of their patients, and for a while what was withdrawn."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from tracker.models import CalendarFeed, FollowUp, State, User

#: A withdrawn entry stays this long as cancelled, so that every calendar program sees it go (calendars.md 22).
TOMBSTONE = timedelta(days=90)
#: Calendars drop entries from files that grow beyond their limits; the far end is cut first (calendars.md 39).
MOST_ENTRIES = 1000


class FeedRow(NamedTuple):
    """One follow-up as a calendar sees it; names are empty strings below the level that shows them."""

    uid: UUID
    stream: str
    state: str
    asked: bool
    revision: int
    due_on: date
    opens_on: date
    closes_on: date
    booked_on: date | None
    booked_at: datetime | None
    changed_at: datetime
    request: str
    urgency: str
    given_name: str
    family_name: str
    number: str


_OF_PATIENT = ("given_name", "family_name", "number")
_FIELDS = tuple(f"patient__{name}" if name in _OF_PATIENT else name for name in FeedRow._fields)


def feeds_of(user: User) -> tuple[CalendarFeed, ...]:
    """The subscriptions a person made, those that ended last; one query."""
    return tuple(user.feeds.order_by("revoked_at", "-created_at"))


def feed_of(user: User, feed_id: int) -> CalendarFeed | None:
    """A subscription that this person made; None for any other."""
    return user.feeds.filter(pk=feed_id).first()


def feed_rows(feed: CalendarFeed, *, today: date) -> tuple[FeedRow, ...]:
    """The rows of a feed, nearest future first, then the past backwards; one query.

    Shown: every current follow-up of patients the surgeon is responsible for, and those done or withdrawn in the last
    90 days. `today` decides only which old entries have left.
    """
    after = today - TOMBSTONE
    rows = (
        FollowUp.objects.filter(patient__surgeon=feed.surgeon_id)
        .filter(
            Q(closed_at__isnull=True)
            | Q(state__in=(State.WITHDRAWN, State.DONE, State.CANCELLED), closed_at__date__gte=after)
        )
        .values_list(*_FIELDS)
    )
    named = [FeedRow(*row) for row in rows]
    future = sorted((row for row in named if _day(row) >= today), key=lambda row: (_day(row), str(row.uid)))
    past = sorted((row for row in named if _day(row) < today), key=lambda row: (_day(row), str(row.uid)), reverse=True)
    return tuple([*future, *past][:MOST_ENTRIES])


def _day(row: FeedRow) -> date:
    return row.booked_on or row.due_on
