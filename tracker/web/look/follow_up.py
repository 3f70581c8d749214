"""What a queue and a patient's page say alike of a follow-up: how it stands today, and what to know before acting."""

from __future__ import annotations

from datetime import date

from scheduling.engine.words import count, day_text
from tracker import words
from tracker.models import FollowUp
from tracker.queries.queues.rows import QueueRow
from tracker.web.look.marks import Note, Standing, time_standing


def standing_of(row: QueueRow, today: date) -> Standing:
    """How a row stands: by its limit, by its window, or until when a person set it aside."""
    follow_up = row.follow_up
    if row.limit is not None:
        return Standing(row.limit.figure, row.limit.word, "emergency", row.limit.lead)
    if row.standing == "closed_by_person" and not follow_up.hold_until_on:
        return Standing("Cancelled", row.days_words)
    if row.standing in ("awaiting_closure", "snoozed", "closed_by_person"):
        return Standing(count(row.days, "day"), row.days_words)
    return time_standing(today, follow_up.opens_on, follow_up.due_on, follow_up.closes_on)


def conflict_notes(follow_up: FollowUp) -> list[Note]:
    """That what was arranged does not fit what the plan asks for."""
    if not follow_up.conflict:
        return []
    asked = ""
    if follow_up.asked_due_on:
        asked = f" The plan asks for {day_text(follow_up.asked_due_on)} (row {follow_up.asked_row})."
    return [Note("Conflict:", words.CONFLICT[follow_up.conflict] + asked, "caution")]


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
