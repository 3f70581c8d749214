"""One entry of a feed: when it is, what it says at each level, and its keyed name."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from scheduling.engine.vocabulary import PatientStatus, StopOutcome
from scheduling.engine.words import day_text
from scheduling.entries import Entry, EntryClass, EntryStatus
from tracker import clock
from tracker.models import CalendarFeed
from tracker.queries.calendar import FeedRow
from tracker.words import REQUESTS, STOPPED_BECAUSE, STREAM

#: How long a booked appointment lasts in the calendar; the booking itself holds only its start.
APPOINTMENT = timedelta(minutes=30)
_ENDED: dict[str, str] = {
    StopOutcome.DIED: STOPPED_BECAUSE[PatientStatus.DECEASED],
    StopOutcome.HOSPICE: STOPPED_BECAUSE[PatientStatus.HOSPICE],
    StopOutcome.REFUSED: STOPPED_BECAUSE[PatientStatus.DECLINED],
}


def entry(feed: CalendarFeed, row: FeedRow) -> Entry:
    """One follow-up as an entry of a feed, in the words of its level."""
    gone = row.state in ("withdrawn", "cancelled")
    booked = row.state == "booked" and row.booked_on is not None
    due_on = clock.day_of(row.changed_at) if row.to_cancel else row.due_on  # a window of the past is not drawn
    starts: date | datetime = row.booked_on if booked and row.booked_on else due_on
    ends: date | datetime = starts + timedelta(days=1)
    if booked and row.booked_at is not None:
        starts, ends = row.booked_at, row.booked_at + APPOINTMENT
    return Entry(
        uid=uid(str(row.uid)),
        starts=starts,
        ends=ends,
        summary=_summary(feed.level, row),
        last_modified=row.changed_at,
        sequence=row.revision,
        description=_description(feed.level, row),
        url=f"{settings.PUBLIC_URL}/follow-ups/{row.uid}/",
        status=EntryStatus.CANCELLED if gone else EntryStatus.CONFIRMED,
        transparent=not booked,
        cls=EntryClass(feed.visibility),
    )


def _summary(level: str, row: FeedRow) -> str:
    words = "Appointment" if row.state == "booked" else "Order" if row.to_cancel else "Follow-up due"
    states = {"withdrawn": "Withdrawn: ", "cancelled": "Cancelled: ", "done": "Done: "}
    prefix = "To be cancelled: " if row.to_cancel else states.get(row.state, "")
    if level == "initials":
        words = f"{words}, {row.given_name[:1]}{row.family_name[:1]}".rstrip(", ")
    elif level in ("name", "full"):
        words = f"{words}, {row.given_name} {row.family_name}".rstrip(", ")
    if level == "full":
        what = REQUESTS[row.request].calendar if row.request else STREAM[row.stream].lower()
        words = f"{words}: {what} ({_left(row) or row.urgency})"
    return prefix + words


def _left(row: FeedRow) -> str:
    """Why the patient is no longer followed, for the fullest level alone; "" while the row is asked for."""
    if row.to_cancel:
        return STOPPED_BECAUSE.get(row.status, "")
    return _ENDED.get(row.outcome, "") if row.state == "withdrawn" else ""


def _description(level: str, row: FeedRow) -> str:
    window = f"Window {day_text(row.opens_on)} to {day_text(row.closes_on)}, due {day_text(row.due_on)}."
    lines = ["Nothing is asked for any more; it is still to be cancelled." if row.to_cancel else window]
    if level == "full":
        lines.append(f"Number {row.number}.")
    lines.append("Sign in to see it.")
    return "\n".join(lines)


def uid(key: str) -> str:
    """A keyed hash: stable for the life of the row, and nobody outside can tell which row it is."""
    return f"{salted_hmac('tracker.feed.uid', key, algorithm='sha256').hexdigest()[:40]}@follow-up"
