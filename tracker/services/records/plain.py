"""A fact of a kind that has no rule beyond its columns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tracker.models import MODELS, Patient, User
from tracker.services.acts.checking import Problems
from tracker.services.acts.on_record import Recorded, add, check_may_record, in_one, with_plan


@in_one
def record_fact(
    kind: str, patient: Patient, *, by: User, today: date, at: datetime, **values: Any
) -> Recorded:
    """Record a fact of this kind (a code of `tracker.kinds`): every value against its column, then a new plan.

    A kind whose values depend on each other has a verb of its own. Raises InvalidFact with all problems, Refused.
    """
    check_may_record(by, patient)
    fact = add(MODELS[kind], patient, values, Problems(), by=by, today=today, at=at)
    return with_plan(fact, by=by, today=today, at=at)
