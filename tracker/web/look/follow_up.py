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
    if row.gone:
        return Standing(row.gone.word, f"since {day_text(row.gone.on)}")
    if row.standing == "closed_by_person" and not follow_up.hold_until_on:
        return Standing("Cancelled", row.days_words)
    if row.standing == "not_asked" and not follow_up.booked_on:
        return Standing("Ordered", "to be cancelled")
    if row.standing in ("not_asked", "awaiting_closure", "snoozed", "closed_by_person"):
        return Standing(count(row.days, "day"), row.days_words)
    return time_standing(today, follow_up.opens_on, follow_up.due_on, follow_up.closes_on)


def conflict_notes(row: QueueRow) -> list[Note]:
    """That what was arranged does not fit what the plan asks for."""
    if row.follow_up.urgency == "stop":  # a stop says itself what is to be cancelled
        return []
    return [Note("Conflict:", words.CONFLICT[kind], "caution") for kind in row.conflicts]


def done_notes(follow_up: FollowUp) -> list[Note]:
    """That it is done while the plan goes on asking, and what it waits for."""
    marks = (
        (follow_up.awaiting_closure_on, "a clinician closes the symptom"),
        (follow_up.awaiting_response_on, "the response is to be recorded"),
    )
    return [Note("Done", f"on {day_text(on)}; {waits}.") for on, waits in marks if on]


def gone_notes(row: QueueRow) -> list[Note]:
    """That the patient has died or left, and what that means for this row."""
    if row.gone is None:
        if row.leaving is None:
            return []
        return [Note(f"{row.leaving.word}", f"since {day_text(row.leaving.on)}; this is still asked for.", "caution")]
    said = f"since {day_text(row.gone.on)}. Nobody is called or written to."
    left = " Cancel what is still arranged." if row.follow_up.state in ("booked", "ordered") else ""
    return [Note(row.gone.word, said + left, "stop")]


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
