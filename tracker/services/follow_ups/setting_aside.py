"""Cancelling and snoozing: a person sets a follow-up aside, with a reason and an end; nothing is ever hidden by it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from scheduling.engine.vocabulary import Urgency
from scheduling.engine.words import day_text
from tracker import access
from tracker.errors import NotPossible, Refused
from tracker.lifecycle import check_move
from tracker.models import FollowUp, State, User
from tracker.services.acts.checking import Problems, check_text
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_follow_up import Acted, act_on, lock_follow_up, replanned
from tracker.services.acts.shown import shown_anew
from tracker.services.acts.values import is_day, was_given
from tracker.services.follow_ups.contacts import colleague
from tracker.storage import open_row

#: A cancelled follow-up holds for at most this long, then it is open again.
LONGEST_HOLD = timedelta(weeks=12)
#: A snooze is short by nature.
LONGEST_SNOOZE = timedelta(weeks=12)
#: What is urgent waits for nobody's convenience: a clinician may set it aside for this long.
LONGEST_URGENT = timedelta(weeks=2)
#: Outcomes of a cancelled follow-up that a person can give.
CANCELLED_BECAUSE = (
    "refused",
    "cancelled_by_patient",
    "cancelled_by_us",
    "contraindicated",
    "done_elsewhere",
    "overtaken",
)


@transaction.atomic
def cancel(
    follow_up: FollowUp,
    *,
    reason: str,
    outcome: str,
    until: date,
    occasion: Occasion,
    seen: int | None = None,
) -> Acted:
    """A person decides against this window and its appointment, with a reason, until a day at most 12 weeks ahead.

    It holds until that day, or until the plan asks for it before then and sooner than now, or urgently. An emergency
    cannot be cancelled: a clinician closes its symptom. An urgent one is cancelled by a clinician, for two weeks.
    """
    row = lock_follow_up(follow_up, occasion.by, seen)
    state = check_move(row.state, "cancel")
    _check_may_wait(row, "cancelled", occasion.by)
    problems = Problems()
    check_text(problems, "reason", reason, 300, expected="why")
    if outcome not in CANCELLED_BECAUSE:
        problems.add("outcome", f"{was_given(outcome)}; expected one of {', '.join(CANCELLED_BECAUSE)}.")
    _check_ahead(problems, "until", until, occasion.today, _longest(row, LONGEST_HOLD))
    problems.raise_any()
    values: dict[str, object] = {
        "state": state,
        "hold_until_on": until,
        "outcome": outcome,
        "outcome_reason": reason,
        **open_row.NOT_BOOKED,
        **open_row.NOT_SNOOZED,
        **shown_anew(row.revision, row.changed_at, occasion.at),
    }
    text = f"Cancelled until {day_text(until)}: {reason}"[:300]
    acted = act_on(row, "cancelled", values, occasion=occasion, text=text, outcome=outcome)
    return replanned(acted, occasion=occasion)


@transaction.atomic
def snooze(
    follow_up: FollowUp,
    *,
    until: date,
    reason: str,
    second_id: int | None = None,
    occasion: Occasion,
    seen: int | None = None,
) -> Acted:
    """Set aside until a day, with a reason; it is still counted and comes back by itself.

    Beyond the latest day of its window only with a second person, a clinician: who it was stands in the event. It comes
    back earlier where the plan asks for it sooner than now, or urgently. An emergency cannot be snoozed, an urgent one
    by a clinician for two weeks.
    """
    row = lock_follow_up(follow_up, occasion.by, seen)
    if row.state == State.CANCELLED or not row.asked:
        raise NotPossible("It waits for a person already: there is nothing to set aside.")
    _check_may_wait(row, "snoozed", occasion.by)
    problems = Problems()
    check_text(problems, "reason", reason, 200, expected="why")
    _check_ahead(problems, "until", until, occasion.today, _longest(row, LONGEST_SNOOZE))
    if not problems.found and until > row.closes_on and second_id is None:
        problems.add(
            "until",
            f"{day_text(until)} is past the latest day, {day_text(row.closes_on)}; expected that day or earlier, "
            "or a second clinician's agreement.",
        )
    problems.raise_any()
    agreed = ""
    if second_id is not None:
        second = colleague(second_id)
        access.check_is_clinician(second, "agree to set something aside beyond its latest day")
        if second.pk == occasion.by.pk:
            raise Refused("You set it aside yourself; another clinician agrees.")
        agreed = f" Agreed by {second}."
    values: dict[str, object] = {
        "snoozed_until": until,
        "snoozed_closes_on": row.closes_on,
        "snooze_reason": reason,
        "snoozed_by": occasion.by,
    }
    text = f"Set aside until {day_text(until)}: {reason}.{agreed}"[:300]
    return act_on(row, "snoozed", values, occasion=occasion, text=text)


@transaction.atomic
def wake(follow_up: FollowUp, *, occasion: Occasion, seen: int | None = None) -> Acted:
    """Bring a snoozed follow-up back now."""
    row = lock_follow_up(follow_up, occasion.by, seen)
    if row.snoozed_until is None:
        raise NotPossible("It is not set aside.")
    return act_on(row, "woken", open_row.NOT_SNOOZED, occasion=occasion, text="Back in the queues.")


def _check_may_wait(row: FollowUp, act: str, by: User) -> None:
    """Urgent waits for nobody's convenience, and what is done is not set aside: a clinician ends it."""
    if row.urgency == Urgency.EMERGENCY:
        raise NotPossible(f"An emergency cannot be {act}; a clinician closes the symptom.")
    if row.awaiting_closure_on is not None:
        raise NotPossible("It is done and waits for a clinician to close the symptom: there is nothing to set aside.")
    if row.urgency == Urgency.URGENT:
        access.check_is_clinician(by, "set something urgent aside")


def _longest(row: FollowUp, most: timedelta) -> timedelta:
    return LONGEST_URGENT if row.urgency == Urgency.URGENT else most


def _check_ahead(problems: Problems, field: str, until: object, today: date, most: timedelta) -> None:
    if not is_day(until):
        problems.add(field, f"{was_given(until)}; expected a day such as 21 Jul 2026.")
    elif until <= today:
        problems.add(field, f"{day_text(until)} is not ahead; expected a day after {day_text(today)}.")
    elif until > today + most:
        problems.add(field, f"{day_text(until)} is too far; expected {day_text(today + most)} or earlier.")
