"""Until when a patient's dates stand, unless something is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduling import publishing
from tracker.models import PatientPlan


@dataclass(frozen=True, slots=True)
class Stands:
    """No date changes before `until` unless something is recorded; where `until` is None, none changes at all."""

    until: date | None


def stands(plan: PatientPlan | None, today: date) -> Stands | None:
    """What can be said of a plan on `today`; None where it waits to be looked at, or there is none.

    A version of the policy that is published and begins later may change every date on its first day.
    """
    if plan is None or plan.stands_from > today:
        return None
    if plan.stands_until is not None and plan.stands_until <= today:
        return None
    turns = (plan.stands_until, publishing.next_to_begin(today))
    return Stands(min((day for day in turns if day is not None), default=None))
