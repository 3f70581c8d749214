"""The occasion of an act: who acts, on which day, at which moment, and where what is said came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.errors import Doubt
from tracker.models import User
from tracker.services.people import system_user

_ANY = "*"
#: The answer of a person whom an import asked already whether days that contradict each other are right.
ALL_THE_SAME = ((_ANY, "record"),)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What every verb is told about the act it is part of; a door builds it once and hands it down.

    `today` is the clinic's day and `at` the moment, both as `tracker.clock` gave them to the door. `source` is a code
    of `Source`, ``typed`` where a person typed it; `source_key` names the row of another system it was read from.
    `answers` are what the person said to the doubts (`tracker.errors.Doubt`) about what is to be stored, by code.
    """

    by: User
    today: date
    at: datetime
    source: str = "typed"
    source_key: str = ""
    answers: tuple[tuple[str, str], ...] = ()

    def answer_to(self, doubt: Doubt) -> str:
        """What was said to a doubt: one of its choices, "" where nothing was."""
        given = dict(self.answers)
        said = given.get(doubt.code) or given.get(_ANY, "")
        return said if said in dict(doubt.choices) else ""


def by_the_scheduler(today: date, at: datetime) -> Occasion:
    """The occasion of what the program does by itself: the named system user acts."""
    return Occasion(system_user(), today, at, source="system")
