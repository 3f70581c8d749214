"""Visits, symptoms and function scales: what a clinic hears and sees."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from scheduling.engine.scores.asia import Ais
from scheduling.engine.scores.frankel import Frankel
from tracker.models import FollowUp, Function, Patient, Visit
from tracker.services.acts.checking import Problems
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import Recorded, add, check_may_record, stored_before, with_plan
from tracker.services.acts.twins import twin_of
from tracker.services.acts.values import is_day, is_text, was_given

#: Scale -> the values it has. ECOG 0 to 5 and Karnofsky 0 to 100 are never converted into each other.
SCALES: dict[str, tuple[str, ...]] = {
    "ecog": tuple(str(grade) for grade in range(6)),
    "karnofsky": tuple(str(value) for value in range(0, 101, 10)),
    "frankel": tuple(grade.value for grade in Frankel),
    "asia": tuple(grade.value for grade in Ais),
    "ambulation": ("alone", "with_help", "not"),
}


@transaction.atomic
def record_visit(
    patient: Patient,
    *,
    occurred_on: date,
    kind: str = "spine_surgeon",
    precision: str = "day",
    planned: str = "unknown",
    reason: str = "",
    seen_by: str = "",
    symptoms_asked: str = "unknown",
    examined: str = "unknown",
    occasion: Occasion,
) -> Recorded:
    """A contact that took place; only one with the spine surgeon counts for the surgeon stream.

    `planned` is planned, urgent or unknown. Where a visit of this kind and day stands, it is asked whether it is the
    same one. Raises InvalidFact with all problems, NeedsAnswer, Refused.
    """
    check_may_record(occasion.by, patient)
    follow_up = None
    if kind == "spine_surgeon" and is_day(occurred_on):
        follow_up = FollowUp.objects.filter(
            patient=patient, stream="surgeon", closed_at__isnull=True, opens_on__lte=occurred_on
        ).first()
    values: dict[str, object] = {
        "kind": kind,
        "occurred_on": occurred_on,
        "precision": precision,
        "planned": planned,
        "reason": reason,
        "seen_by": seen_by,
        "symptoms_asked": symptoms_asked,
        "examined": examined,
        "follow_up": follow_up,
    }
    problems = Problems()
    known = twin_of(problems, Visit, patient, kind, occurred_on, occasion=occasion)
    if known is not None:
        return stored_before(known)
    visit = add(Visit, patient, values, problems, occasion=occasion)
    return with_plan(visit, occasion=occasion)


@transaction.atomic
def record_function(patient: Patient, *, scale: str, value: str, occurred_on: date, occasion: Occasion) -> Recorded:
    """A performance or neurological scale on a day, in the scale that was used; never converted into another."""
    check_may_record(occasion.by, patient)
    problems = Problems()
    allowed = SCALES.get(scale) if is_text(scale) else None
    if allowed is not None and value not in allowed:
        problems.add("value", f"{was_given(value)}; expected one of {', '.join(allowed)} for {scale}.")
    fact = add(
        Function,
        patient,
        {"scale": scale, "value": value, "occurred_on": occurred_on},
        problems,
        occasion=occasion,
    )
    return with_plan(fact, occasion=occasion)
