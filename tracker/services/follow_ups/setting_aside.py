"""Cancelling and snoozing: a person sets a follow-up aside, with a reason and an end; nothing is ever hidden by it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from scheduling.engine.vocabulary import Urgency
from tracker import access
from tracker.errors import NotPossible, Refused
from tracker.lifecycle import check_move
from tracker.models import FollowUp, State, User
from tracker.services.acts.checking import Problems, said
from tracker.services.acts.on_follow_up import Acted, act_on, held, replanned
from tracker.services.acts.on_record import in_one
from tracker.services.acts.shown import shown_at
from tracker.services.follow_ups.contacts import colleague

#: A cancelled follow-up holds for at most this long, then it is open again.
LONGEST_HOLD = timedelta(weeks=12)
#: A snooze is short by nature.
LONGEST_SNOOZE = timedelta(weeks=12)
#: Outcomes of a cancelled follow-up that a person can give.
CANCELLED_BECAUSE = (
    "refused",
    "cancelled_by_patient",
    "cancelled_by_us",
    "contraindicated",
    "done_elsewhere",
    "overtaken",
)


@in_one
def cancel(
    follow_up: FollowUp,
    *,
    reason: str,
    outcome: str,
    until: date,
    by: User,
    today: date,
    at: datetime,
    seen: int | None = None,
) -> Acted:
    """A person decides against this window, with a reason, until a day at most 12 weeks ahead.

    It holds until that day or until the plan gives another window, then it is open again. An emergency cannot be
    cancelled: a clinician closes its symptom.
    """
    row = held(follow_up, by, seen)
    _refuse_emergency(row, "cancelled")
    state = check_move(row.state, "cancel")
    problems = Problems()
    if not reason.strip() or len(reason) > 300:
        problems.add("reason", "Nothing was given, or more than 300 characters; expected why.")
    if outcome not in CANCELLED_BECAUSE:
        problems.add("outcome", f"“{outcome}” was given; expected one of {', '.join(CANCELLED_BECAUSE)}.")
    _check_ahead(problems, "until", until, today, LONGEST_HOLD)
    problems.raise_any()
    values: dict[str, Any] = {
        "state": state,
        "hold_until_on": until,
        "outcome": outcome,
        "outcome_reason": reason,
        "snoozed_until": None,
        "snooze_reason": "",
        "snoozed_by": None,
        "revision": row.revision + 1,
        "changed_at": shown_at(row.changed_at, at),
    }
    text = f"Cancelled until {said(until)}: {reason}"[:300]
    acted = act_on(row, "cancelled", values, by=by, today=today, at=at, text=text, outcome=outcome)
    return replanned(acted, by=by, today=today, at=at)


@in_one
def snooze(
    follow_up: FollowUp,
    *,
    until: date,
    reason: str,
    second_id: int | None = None,
    by: User,
    today: date,
    at: datetime,
    seen: int | None = None,
) -> Acted:
    """Set aside until a day, with a reason; it is still counted and comes back by itself.

    Beyond the latest day of its window only with a second person, a clinician: who it was stands in the event. An
    emergency cannot be snoozed.
    """
    row = held(follow_up, by, seen)
    _refuse_emergency(row, "snoozed")
    if row.state == State.CANCELLED or row.awaiting_closure_on is not None:
        raise NotPossible("It waits for a person already: there is nothing to set aside.")
    problems = Problems()
    if not reason.strip() or len(reason) > 200:
        problems.add("reason", "Nothing was given, or more than 200 characters; expected why.")
    _check_ahead(problems, "until", until, today, LONGEST_SNOOZE)
    if not problems.found and until > row.closes_on and second_id is None:
        problems.add(
            "until",
            f"{said(until)} is past the latest day, {said(row.closes_on)}; expected that day or earlier, or a second "
            "clinician's agreement.",
        )
    problems.raise_any()
    agreed = ""
    if second_id is not None:
        second = colleague(second_id)
        access.check_is_clinician(second, "agree to set something aside beyond its latest day")
        if second.pk == by.pk:
            raise Refused("You set it aside yourself; another clinician agrees.")
        agreed = f" Agreed by {second}."
    values: dict[str, Any] = {"snoozed_until": until, "snooze_reason": reason, "snoozed_by": by}
    text = f"Set aside until {said(until)}: {reason}.{agreed}"[:300]
    return act_on(row, "snoozed", values, by=by, today=today, at=at, text=text)


@in_one
def wake(follow_up: FollowUp, *, by: User, today: date, at: datetime, seen: int | None = None) -> Acted:
    """Bring a snoozed follow-up back now."""
    row = held(follow_up, by, seen)
    if row.snoozed_until is None:
        raise NotPossible("It is not set aside.")
    values: dict[str, Any] = {"snoozed_until": None, "snooze_reason": "", "snoozed_by": None}
    return act_on(row, "woken", values, by=by, today=today, at=at, text="Back in the queues.")


def _refuse_emergency(row: FollowUp, act: str) -> None:
    if row.urgency == Urgency.EMERGENCY:
        raise NotPossible(f"An emergency cannot be {act}; a clinician closes the symptom.")


def _check_ahead(problems: Problems, field: str, until: object, today: date, most: timedelta) -> None:
    if not isinstance(until, date):
        problems.add(field, f"“{until}” was given; expected a day such as 21 Jul 2026.")
    elif until <= today:
        problems.add(field, f"{said(until)} is not ahead; expected a day after {said(today)}.")
    elif until > today + most:
        problems.add(field, f"{said(until)} is too far; expected {said(today + most)} or earlier.")
