"""The ladder of a follow-up: who is told what, how many days after which of its days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from scheduling.engine.policy.rows import Policy
from scheduling.engine.vocabulary import Mark


class Audience(StrEnum):
    """Who is reminded."""

    PATIENT = "patient"
    NURSE = "nurse"
    SURGEON = "surgeon"


class Purpose(StrEnum):
    """What a reminder is about; it chooses the text."""

    RECALL = "recall"
    APPOINTMENT = "appointment"
    DUE = "due"
    OVERDUE = "overdue"
    EMERGENCY = "emergency"


class Moment(StrEnum):
    """The day of a follow-up that a step counts from."""

    OPENS = "opens_on"
    DUE = "due_on"
    CLOSES = "closes_on"
    BOOKED = "booked_on"


class Step(NamedTuple):
    """One rung: who, what about, how many days after (before: negative) which day.

    `unbooked` asks it only while nothing is booked. `every` repeats it after so many days, for as long as the
    follow-up is open. `good_for` is how many days late a message still makes sense; after that it becomes a call.
    """

    key: str
    audience: Audience
    purpose: Purpose
    moment: Moment
    days: int = 0
    unbooked: bool = False
    every: int | None = None
    good_for: int | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of every follow-up, and those of the policy rows `urgent_rows`, which are for staff alone."""

    steps: tuple[Step, ...]
    urgent_steps: tuple[Step, ...]
    urgent_rows: frozenset[str]


_OVERDUE = tuple(
    Step(f"overdue_{audience}", audience, Purpose.OVERDUE, Moment.CLOSES, days=1, every=7)
    for audience in (Audience.NURSE, Audience.SURGEON)
)

#: The ladder that ships: patient when the window opens and a week before the due day while nothing is booked, a week
#: and a day before a booking; nurse on the due day; nurse and surgeon from the day after the latest day, weekly.
_SHIPPED = Ladder(
    steps=(
        Step("opens_patient", Audience.PATIENT, Purpose.RECALL, Moment.OPENS, unbooked=True, good_for=14),
        Step("due_patient", Audience.PATIENT, Purpose.RECALL, Moment.DUE, days=-7, unbooked=True, good_for=14),
        Step("week_before_patient", Audience.PATIENT, Purpose.APPOINTMENT, Moment.BOOKED, days=-7, good_for=5),
        Step("day_before_patient", Audience.PATIENT, Purpose.APPOINTMENT, Moment.BOOKED, days=-1, good_for=0),
        Step("due_nurse", Audience.NURSE, Purpose.DUE, Moment.DUE),
        *_OVERDUE,
    ),
    urgent_steps=(
        Step("urgent_nurse", Audience.NURSE, Purpose.EMERGENCY, Moment.OPENS),
        Step("urgent_surgeon", Audience.SURGEON, Purpose.EMERGENCY, Moment.OPENS),
        *_OVERDUE,
    ),
    urgent_rows=frozenset(),
)


def ladder_of(policy: Policy) -> Ladder:
    """The ladder that ships, for the rows of one policy version."""
    return replace(_SHIPPED, urgent_rows=policy.marked(Mark.EMERGENCY_LADDER))
