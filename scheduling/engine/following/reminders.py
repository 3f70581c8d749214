"""Which reminders of a ladder are due for one follow-up on a day; pure, so that a missed night is only looked at again.

A reminder is named by its step and the day it is for. Moving the follow-up changes the day and so the name; planning
it again without a change does not. What a person must be told is never dropped: after a gap each audience gets the
newest missed step once, and a patient's step that is too late becomes a call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from scheduling.engine.day import Today
from scheduling.engine.following.changes import OpenFollowUp, OpenState
from scheduling.engine.following.ladder import Audience, Ladder, Moment, Purpose, Step


class ReminderDue(NamedTuple):
    """One reminder to make now. `key` names the step and its day; `call`: too late for a message, somebody calls."""

    key: str
    step: str
    audience: Audience
    purpose: Purpose
    on: date
    call: bool = False


def reminders_due(
    follow_up: OpenFollowUp, ladder: Ladder, already: Collection[str], today: Today
) -> tuple[ReminderDue, ...]:
    """The reminders to make on `today`, at most one an audience, in the order patient, nurse, surgeon.

    `already` holds the keys of the reminders ever made for this follow-up, whatever became of them. Nothing is due
    where nothing is asked for, while the row is snoozed or cancelled, or once it only waits for its closure.
    """
    if _waits_for_a_person(follow_up) or _snoozed(follow_up, today):
        return ()
    newest: dict[Audience, ReminderDue] = {}
    told = _told_until(ladder, already)
    for step in _steps(follow_up, ladder):
        due = _newest(step, follow_up, today)
        if due is None or due.key in already or due.on <= told.get(step.audience, date.min):
            continue
        known = newest.get(step.audience)
        if known is None or due.on > known.on:
            newest[step.audience] = due
    return tuple(newest[audience] for audience in Audience if audience in newest)


def has_step(follow_up: OpenFollowUp, ladder: Ladder, key: str) -> bool:
    """Whether a reminder with this key speaks of a step of the follow-up as it stands, whenever that is due."""
    name, _, on = key.partition("@")
    for step in _steps(follow_up, ladder):
        day: date | None = getattr(follow_up, step.moment)
        if step.key != name or day is None:
            continue
        first, asked = day + timedelta(step.days), date.fromisoformat(on)
        return asked == first or (step.every is not None and asked > first and (asked - first).days % step.every == 0)
    return False


def next_step_on(follow_up: OpenFollowUp, ladder: Ladder, today: Today) -> date | None:
    """The next day on which `reminders_due` could give something new, once what is due by `today` is made.

    None where no step is left: only a change of the follow-up then gives one. Until that day nobody need ask.
    """
    if _waits_for_a_person(follow_up):
        return None
    if _snoozed(follow_up, today):
        return follow_up.snoozed_until
    days = (_after(step, follow_up, today) for step in _steps(follow_up, ladder))
    return min((day for day in days if day is not None), default=None)


def _steps(follow_up: OpenFollowUp, ladder: Ladder) -> Iterator[Step]:
    """The steps of this follow-up in its present state."""
    # A missed appointment is a nurse's to pursue, and who was imaged waits for a clinician's response.
    no_patient = follow_up.state == OpenState.MISSED or follow_up.awaiting_response_on is not None
    for step in ladder.urgent_steps if follow_up.row in ladder.urgent_rows else ladder.steps:
        if step.audience is Audience.PATIENT and no_patient:
            continue
        if not (step.unbooked and follow_up.booked_on is not None):
            yield step


def _after(step: Step, follow_up: OpenFollowUp, today: Today) -> date | None:
    """The first occurrence of a step after `today`."""
    day: date | None = getattr(follow_up, step.moment)
    if day is None:
        return None
    on = day + timedelta(step.days)
    while step.every is not None and on <= today:
        on += timedelta(step.every)
    return on if on > today else None


def _waits_for_a_person(follow_up: OpenFollowUp) -> bool:
    """Whether nobody is to be reminded of this follow-up until a person or a plan has changed it."""
    waits = follow_up.awaiting_closure_on is not None
    return not follow_up.asked or waits or follow_up.state == OpenState.CANCELLED


def _snoozed(follow_up: OpenFollowUp, today: Today) -> bool:
    return follow_up.snoozed_until is not None and today < follow_up.snoozed_until


def _newest(step: Step, follow_up: OpenFollowUp, today: Today) -> ReminderDue | None:
    """The newest occurrence of a step on or before `today`."""
    day: date | None = getattr(follow_up, step.moment)
    if day is None or (step.moment is Moment.BOOKED and day < today):
        return None
    on = day + timedelta(step.days)
    if on > today:
        return None
    while step.every is not None and on + timedelta(step.every) <= today:
        on += timedelta(step.every)
    late = step.good_for is not None and today - on > timedelta(step.good_for)
    return ReminderDue(f"{step.key}@{on}", step.key, step.audience, step.purpose, on, call=late)


def _told_until(ladder: Ladder, already: Collection[str]) -> dict[Audience, date]:
    """The newest day for which each audience was told: what is older was overtaken by it."""
    audiences = {step.key: step.audience for step in (*ladder.steps, *ladder.urgent_steps)}
    told: dict[Audience, date] = {}
    for audience, on in _days(audiences, already):
        if on > told.get(audience, date.min):
            told[audience] = on
    return told


def _days(audiences: dict[str, Audience], already: Collection[str]) -> Iterator[tuple[Audience, date]]:
    for key in already:
        step, _, on = key.partition("@")
        if step in audiences:
            yield audiences[step], date.fromisoformat(on)
