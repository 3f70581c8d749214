"""Symptoms: reported, confirmed where a file brought them, followed to their end; a clinician closes them."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction

from scheduling.engine.words import day_text
from tracker import access, clock
from tracker.errors import InvalidFact, NotPossible
from tracker.models import Patient, Symptom
from tracker.services.acts.checking import FIRST_DAY, Problems, check_fields, check_moment, check_order
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import (
    Recorded,
    add,
    change,
    check_may_record,
    lock_visible_patient,
    own_fact_locked,
    with_plan,
)
from tracker.services.acts.tasks import answered_by
from tracker.services.acts.values import is_day, is_hour, is_missing, is_text, was_given
from tracker.words import moment_text

#: Steps of the emergency pathway and the moment each is kept in.
STEPS: dict[str, str] = {
    "triaged": "triaged_at",
    "mri_requested": "mri_requested_at",
    "mri_done": "mri_done_at",
    "result": "result_at",
    "treatment_begun": "treatment_begun_at",
}


@transaction.atomic
def open_symptom(
    patient: Patient,
    *,
    kind: str,
    occurred_on: date,
    hour: time | None = None,
    detail: str = "",
    onset_on: date | None = None,
    onset_precision: str = "unknown",
    told_to: str = "",
    told_on: date | None = None,
    route: str = "unknown",
    red_flag: str = "unknown",
    lost_walking: str = "unknown",
    occasion: Occasion,
) -> Recorded:
    """A symptom, open until a clinician closes it: ``neuro`` starts the emergency pathway at once.

    `occurred_on` is the day of the report, from which the policy counts, `hour` its hour on the clinic's clock where it
    is known, and `onset_on` when it began as far as anybody knows. Where a person types it, a call on which the patient
    was unwell is answered by it. Raises InvalidFact with all problems, Refused.
    """
    check_may_record(occasion.by, patient)
    problems = Problems()
    check_order(problems, "told_on", onset_on, told_on, "its beginning")
    check_order(problems, "occurred_on", onset_on, occurred_on, "its beginning")
    values: dict[str, object] = {
        "kind": kind,
        "occurred_on": occurred_on,
        "reported_at": _reported_at(problems, occurred_on, hour, occasion),
        "detail": detail,
        "onset_on": onset_on,
        "onset_precision": "day" if onset_on and onset_precision == "unknown" else onset_precision,
        "told_to": told_to,
        "told_on": told_on,
        "route": route,
        "red_flag": red_flag,
        "lost_walking": lost_walking,
    }
    symptom = add(Symptom, patient, values, problems, occasion=occasion)
    answered_by(symptom, occasion=occasion)
    return with_plan(symptom, occasion=occasion)


def _reported_at(problems: Problems, day: object, hour: object, occasion: Occasion) -> datetime | None:
    """The moment of a report, where its hour is known and its day has come."""
    if hour is None:
        return None
    if not is_hour(hour):
        problems.add("hour", f"{was_given(hour)}; expected a time of day such as 14:30.")
        return None
    if not is_day(day) or not FIRST_DAY <= day <= occasion.today:
        return None  # the check of the day says what is wrong
    reported_at = clock.moment_at(day, hour)
    check_moment(problems, "hour", reported_at, day, occasion.at)
    return reported_at


@transaction.atomic
def close_symptom(
    patient: Patient,
    symptom_id: int,
    *,
    closed_on: date,
    reason: str,
    cause: str = "unknown",
    occasion: Occasion,
) -> Recorded:
    """A clinician closes a symptom: only then do the rows behind it end. Raises Refused, NotPossible, InvalidFact."""
    access.check_is_clinician(occasion.by, "close a symptom")
    lock_visible_patient(occasion.by, patient)
    symptom = own_fact_locked(Symptom, patient, symptom_id, "symptom")
    if symptom.closed_on is not None:
        raise NotPossible(f"This symptom was closed on {day_text(symptom.closed_on)} by {symptom.closed_by}.")
    problems = Problems()
    if is_missing(closed_on):
        problems.add("closed_on", "Nothing was given; expected the day it was closed.")
    check_order(problems, "closed_on", symptom.occurred_on, closed_on, "the symptom itself")
    if is_text(reason) and not reason.strip():
        problems.add("closed_reason", "Nothing was given; expected why the symptom is closed.")
    values: dict[str, object] = {
        "closed_on": closed_on,
        "closed_at": occasion.at,
        "closed_by": occasion.by,
        "closed_reason": reason,
        "cause": cause,
        "cause_on": closed_on if cause != "unknown" else None,
    }
    check_fields(problems, Symptom, values, patient, occasion)
    problems.raise_any()
    change(symptom, values, "symptom.closed", occasion=occasion)
    return with_plan(symptom, occasion=occasion)


@transaction.atomic
def mark_step(patient: Patient, symptom_id: int, *, step: str, occasion: Occasion) -> Recorded:
    """A step of the emergency pathway was reached now: one of `STEPS`. Raises NotPossible where it was before."""
    check_may_record(occasion.by, patient)
    symptom = own_fact_locked(Symptom, patient, symptom_id, "symptom")
    if step not in list(STEPS):
        raise InvalidFact({"step": [f"{was_given(step)}; expected one of {', '.join(STEPS)}."]})
    reached = getattr(symptom, STEPS[step])
    if reached is not None:
        raise NotPossible(f"{step.replace('_', ' ').capitalize()}: said already, {moment_text(reached)}.")
    change(symptom, {STEPS[step]: occasion.at}, f"symptom.{step}", occasion=occasion)
    return Recorded(symptom, [])


@transaction.atomic
def confirm_symptom(patient: Patient, symptom_id: int, *, occasion: Occasion) -> Recorded:
    """A person confirms a symptom that an import brought: from now on it counts like one that was typed."""
    check_may_record(occasion.by, patient)
    symptom = own_fact_locked(Symptom, patient, symptom_id, "symptom")
    if symptom.confirmed:
        raise NotPossible("This symptom is confirmed already.")
    change(symptom, {"confirmed": True}, "symptom.confirmed", occasion=occasion)
    return with_plan(symptom, occasion=occasion)
