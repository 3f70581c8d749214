"""The time of a row: days and a bar, or for an emergency the hours left, because hours count there."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from scheduling.engine.words import count, short_day
from tracker import clock
from tracker.queries.queues.rows import QueueRow
from tracker.web.look.axis import Axis
from tracker.web.look.bars import Bar, list_bar
from tracker.web.look.follow_up import standing_of
from tracker.web.look.marks import Standing

EMERGENCY_LIMIT = timedelta(hours=24)


def time_of(row: QueueRow, axis: Axis, now: datetime) -> tuple[Standing, Bar | None, str]:
    """How a row stands, with its bar, or with words where it has none."""
    if row.emergency and row.standing not in ("awaiting_closure", "snoozed"):
        return _hours(row, axis.today, now), None, _appointment(row, axis.today)
    due = row.follow_up
    if not due.asked:  # its window is history and is not drawn
        return standing_of(row, axis.today), None, "Cancel it"
    bar = list_bar(axis, due.opens_on, due.due_on, due.closes_on, booked_on=due.booked_on)
    return standing_of(row, axis.today), bar, ""


def _hours(row: QueueRow, today: date, now: datetime) -> Standing:
    """The hours left since the symptom was written down; by days where it has no such moment."""
    if row.reported_at is None:
        days = (today - row.follow_up.closes_on).days
        late = Standing(count(days, "day"), "past latest", "emergency")
        return late if days > 0 else Standing("Today", "same day", "emergency")
    left = row.reported_at + EMERGENCY_LIMIT - now
    if left < timedelta(0):
        return Standing(_span(-left), "past the limit", "emergency")
    return Standing(_span(left), "left of 24 h", "emergency")


def _appointment(row: QueueRow, today: date) -> str:
    """What is booked, or by when it has to be."""
    follow_up = row.follow_up
    if follow_up.booked_on:
        booked = clock.at_clinic(follow_up.booked_at) if follow_up.booked_at else None
        on = follow_up.booked_on
        day = "today" if on == today else short_day(on, today)
        return f"Booked {day}" + (f" {booked:%H:%M}" if booked else "")
    if follow_up.stream == "imaging" and row.reported_at:
        by = clock.at_clinic(row.reported_at + EMERGENCY_LIMIT)
        return f"MRI by {short_day(clock.day_of(by), today)} {by:%H:%M}"
    what = "MRI" if follow_up.stream == "imaging" else "Surgeon"
    return f"{what} by {short_day(follow_up.closes_on, today)}"


def _span(length: timedelta) -> str:
    """``20 h 18 min``; whole days beyond two of them."""
    minutes = int(length.total_seconds() // 60)
    if minutes >= 48 * 60:
        return count(minutes // (24 * 60), "day")
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
