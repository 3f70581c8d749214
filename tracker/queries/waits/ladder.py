"""The one built-in ladder of waits: who is told after how long, by how urgent what waits is.

Pure, so that a missed day is only looked at again: after a gap each reader gets the newest missed step once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Pace(StrEnum):
    """How fast a wait climbs its ladder; where a wait names none, the urgency of its row decides."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE = "routine"
    #: A person set it aside until a day: it rests, and is still told of.
    REST = "rest"


class Reader(StrEnum):
    """Who is told: whoever owns it, then the other side of the team (a nurse's work: the surgeon, and back)."""

    OWNER = "owner"
    OTHER = "other"


class Step(NamedTuple):
    """One rung: who is told, how long after the wait began, and again after how long for as long as it stands."""

    reader: Reader
    after: timedelta
    every: timedelta


def _steps(owner: timedelta, other: timedelta, every: timedelta) -> tuple[Step, ...]:
    return Step(Reader.OWNER, owner, every), Step(Reader.OTHER, other, every)


_HOURS, _DAYS = timedelta(hours=1), timedelta(days=1)
LADDER: Mapping[Pace, tuple[Step, ...]] = {
    Pace.EMERGENCY: _steps(0 * _HOURS, 4 * _HOURS, 24 * _HOURS),
    Pace.URGENT: _steps(1 * _DAYS, 3 * _DAYS, 7 * _DAYS),
    Pace.ROUTINE: _steps(7 * _DAYS, 21 * _DAYS, 14 * _DAYS),
    Pace.REST: _steps(28 * _DAYS, 56 * _DAYS, 28 * _DAYS),
}
#: Those that do not wait for the hourly look at everything.
HASTY = frozenset({Pace.EMERGENCY, Pace.URGENT})


def pace_of(urgency: str) -> Pace:
    """The pace of a row of this urgency: emergency and urgent have their own, all else is routine."""
    return Pace(urgency) if urgency in HASTY else Pace.ROUTINE


class StepDue(NamedTuple):
    """One telling to make now; `key` names the step and which time it is told."""

    key: str
    reader: Reader


def steps_due(pace: Pace, since: datetime, now: datetime) -> tuple[StepDue, ...]:
    """The newest step of each reader that is due, whether or not it was made."""
    stood = now - since
    return tuple(
        StepDue(f"{step.reader}@{(stood - step.after) // step.every + 1}", step.reader)
        for step in LADDER[pace]
        if stood >= step.after
    )
