"""A fact of a kind that has no rule beyond its columns."""

from __future__ import annotations

from django.db import transaction

from tracker.models import MODELS, Patient
from tracker.services.acts.checking import Problems
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import Recorded, add, check_may_record, with_plan


@transaction.atomic
def record_fact(kind: str, patient: Patient, *, occasion: Occasion, **values: object) -> Recorded:
    """Record a fact of this kind (a code of `tracker.kinds`): every value against its column, then a new plan.

    A kind whose values depend on each other has a verb of its own. Raises InvalidFact with all problems, Refused.
    """
    check_may_record(occasion.by, patient)
    fact = add(MODELS[kind], patient, values, Problems(), occasion=occasion)
    return with_plan(fact, occasion=occasion)
