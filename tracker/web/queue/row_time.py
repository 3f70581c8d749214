"""The time of a row: days and a bar, or for an emergency its limit, because hours count there."""

from __future__ import annotations

from datetime import date

from scheduling.engine.words import short_day
from tracker import clock
from tracker.queries.queues.rows import QueueRow
from tracker.web.look.axis import Axis
from tracker.web.look.bars import Bar, list_bar
from tracker.web.look.follow_up import standing_of
from tracker.web.look.marks import Standing


def time_of(row: QueueRow, axis: Axis) -> tuple[Standing, Bar | None, str]:
    """How a row stands, with its bar, or with words where it has none."""
    standing = standing_of(row, axis.today)
    if row.limit is not None:
        return standing, None, _appointment(row, axis.today)
    due = row.follow_up
    if not due.asked:  # its window is history and is not drawn
        return standing, None, _arranged(row, axis.today)
    return standing, list_bar(axis, due.opens_on, due.due_on, due.closes_on, booked_on=due.booked_on), ""


def _appointment(row: QueueRow, today: date) -> str:
    """What is booked, or by when it has to be."""
    follow_up = row.follow_up
    if follow_up.booked_on:
        booked = clock.at_clinic(follow_up.booked_at) if follow_up.booked_at else None
        on = follow_up.booked_on
        day = "today" if on == today else short_day(on, today)
        return f"Booked {day}" + (f" {booked:%H:%M}" if booked else "")
    what = "MRI" if follow_up.stream == "imaging" else "Surgeon"
    if row.limit is not None and row.limit.from_report:
        by = clock.at_clinic(row.limit.at)
        return f"{what} by {short_day(clock.day_of(row.limit.at), today)} {by:%H:%M}"
    return f"{what} by {short_day(follow_up.closes_on, today)}"


def _arranged(row: QueueRow, today: date) -> str:
    """What stands although nothing is asked for; the window is history and is not drawn."""
    follow_up = row.follow_up
    if follow_up.booked_on:
        return _appointment(row, today)
    return f"Ordered {short_day(follow_up.ordered_on, today)}" if follow_up.ordered_on else ""
