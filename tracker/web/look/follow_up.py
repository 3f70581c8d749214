"""What a queue and a patient's page say alike of a follow-up: how it stands today, and what to know before acting."""

from __future__ import annotations

from datetime import date

from scheduling.engine.words import count, day_text
from tracker import words
from tracker.models import FollowUp
from tracker.queries.queues.rows import QueueRow
from tracker.web.look.marks import Note, Standing, time_standing


def standing_of(row: QueueRow, today: date) -> Standing:
    """How a row stands: by its window, or until when a person set it aside."""
    follow_up = row.follow_up
    if row.standing == "closed_by_person" and not follow_up.hold_until_on:
        return Standing("Cancelled", row.days_words)
    if row.standing == "not_asked" and not follow_up.booked_on:
        return Standing("Ordered", "to be cancelled")
    if row.standing in ("not_asked", "awaiting_closure", "snoozed", "closed_by_person"):
        return Standing(count(row.days, "day"), row.days_words)
    return time_standing(today, follow_up.opens_on, follow_up.due_on, follow_up.closes_on)


def conflict_notes(row: QueueRow) -> list[Note]:
    """That what was arranged does not fit what the plan asks for."""
    return [Note("Conflict:", words.CONFLICT[kind], "caution") for kind in row.conflicts]


def done_notes(follow_up: FollowUp) -> list[Note]:
    """That it is done while the plan goes on asking, and what it waits for."""
    marks = (
        (follow_up.awaiting_closure_on, "a clinician closes the symptom"),
        (follow_up.awaiting_response_on, "the response is to be recorded"),
    )
    return [Note("Done", f"on {day_text(on)}; {waits}.") for on, waits in marks if on]


def snooze_notes(follow_up: FollowUp) -> list[Note]:
    """Until when it was snoozed, and why."""
    if not follow_up.snoozed_until:
        return []
    return [Note("Snoozed", f"until {day_text(follow_up.snoozed_until)}: {follow_up.snooze_reason}.")]


def hold_notes(follow_up: FollowUp) -> list[Note]:
    """When a cancelled one opens again."""
    if not follow_up.hold_until_on:
        return []
    return [Note("Cancelled.", f"It opens again after {day_text(follow_up.hold_until_on)}.")]
