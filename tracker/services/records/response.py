"""Response to treatment, and how a progression came to light."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from scheduling.engine.vocabulary import ResponseCategory
from tracker.errors import NotPossible
from tracker.facts import score_of
from tracker.models import FollowUp, Lesion, LesionAssessment, Patient, Progression, Response, Study, Symptom
from tracker.services.acts.checking import Problems, check_fields
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import (
    Recorded,
    add,
    change,
    check_may_record,
    own_fact,
    own_fact_locked,
    stored_before,
    with_plan,
)
from tracker.services.acts.twins import twin_of
from tracker.services.acts.values import is_day, was_given
from tracker.storage.counting import counts

GROWN = frozenset({ResponseCategory.PROGRESSIVE, ResponseCategory.MIXED})


@transaction.atomic
def record_response(
    patient: Patient,
    *,
    spine: ResponseCategory | str,
    occurred_on: date,
    visceral: str = "",
    pain: str = "",
    criteria: str = "",
    evidence: str = "unknown",
    study_id: int | None = None,
    lesion_id: int | None = None,
    assessor: str = "",
    found_by: str = "unknown",
    progression_kind: str = "unknown",
    symptoms_then: str = "unknown",
    occasion: Occasion,
) -> Recorded:
    """A clinician's verdict on a day: spine, viscera and pain are three fields.

    Progressive or mixed disease also makes a progression event; `found_by`, `progression_kind` and `symptoms_then` are
    all it asks, the rest is read from the record. Where another category of that day stands, both are kept and
    `Recorded.asks` holds ``two_responses``; until a person answers, the worse one counts.
    """
    check_may_record(occasion.by, patient)
    problems = Problems()
    study = own_fact(Study, patient, study_id, "study")
    lesion = own_fact(Lesion, patient, lesion_id, "lesion")
    values: dict[str, object] = {
        "spine": spine,
        "occurred_on": occurred_on,
        "visceral": visceral,
        "pain": pain,
        "criteria": criteria,
        "evidence": evidence,
        "study": study,
        "lesion": lesion,
        "assessor": assessor,
    }
    if study is not None and is_day(occurred_on) and study.occurred_on > occurred_on:
        problems.add("study", "The study is later than the assessment; expected one it can rest on.")
    known = {"found_by": found_by, "kind": progression_kind, "symptoms": symptoms_then}
    check_fields(problems, Progression, known, patient, occasion)
    twin = twin_of(problems, Response, patient, spine, occurred_on, occasion=occasion)
    if twin is not None:
        return stored_before(twin)
    asks: tuple[str, ...] = ("two_responses",) if _has_rival(patient, spine, occurred_on) else ()
    response = add(Response, patient, values, problems, occasion=occasion)
    if spine in GROWN and occasion.source == "typed":
        of_it = {"first_positive_study": study, "lesion": lesion, "response": response}
        _add_progression(patient, {"occurred_on": occurred_on, **known, **of_it}, occasion=occasion)
        if "unknown" in known.values():
            asks = (*asks, "progression")
    return with_plan(response, occasion=occasion, asks=asks)


def _has_rival(patient: Patient, spine: str, on: date) -> bool:
    """Whether another category stands on that day; "not assessed" stands against none."""
    if spine not in list(ResponseCategory) or spine == ResponseCategory.NOT_ASSESSED or not is_day(on):
        return False
    others = Response.objects.filter(patient=patient, occurred_on=on, counts=True, entered_in_error_at__isnull=True)
    return others.exclude(spine__in=[spine, ResponseCategory.NOT_ASSESSED]).exists()


@transaction.atomic
def set_response_aside(patient: Patient, response_id: int, *, occasion: Occasion) -> Recorded:
    """Of two categories on one day this one does not count; it stays in the record. Raises NotPossible if alone."""
    check_may_record(occasion.by, patient)
    response = own_fact_locked(Response, patient, response_id, "response")
    rival = (
        Response.objects.filter(
            patient=patient,
            occurred_on=response.occurred_on,
            counts=True,
            entered_in_error_at__isnull=True,
        )
        .exclude(pk=response.pk)
        .exclude(spine=response.spine)
    )
    if not response.counts or not rival.exists():
        raise NotPossible("No other response of that day stands against it; a wrong one is entered in error.")
    change(response, {"counts": False}, "response.set_aside", occasion=occasion)
    return with_plan(response, occasion=occasion)


@transaction.atomic
def record_progression(
    patient: Patient,
    *,
    occurred_on: date,
    found_by: str = "unknown",
    kind: str = "unknown",
    symptoms: str = "unknown",
    walking: str = "unknown",
    neurology_scale: str = "",
    neurology_grade: str = "",
    emergency: str = "",
    first_positive_study_id: int | None = None,
    lesion_id: int | None = None,
    response_id: int | None = None,
    occasion: Occasion,
) -> Recorded:
    """The recognition that disease grew, in full; what the record knows (last clean study, grades then and before,
    emergency, overdue) is filled in and unknown stays unknown."""
    check_may_record(occasion.by, patient)
    problems = Problems()
    if bool(neurology_scale) != bool(neurology_grade):
        problems.add("neurology_grade", "Scale and grade belong together; expected both or neither.")
    elif neurology_grade and neurology_grade not in list("ABCDE"):
        problems.add("neurology_grade", f"{was_given(neurology_grade)}; expected one of A, B, C, D, E.")
    problems.raise_any()
    values = {
        "occurred_on": occurred_on,
        "found_by": found_by,
        "kind": kind,
        "symptoms": symptoms,
        "walking": walking,
        "neurology_scale": neurology_scale,
        "neurology_grade": neurology_grade,
        "first_positive_study": own_fact(Study, patient, first_positive_study_id, "study"),
        "lesion": own_fact(Lesion, patient, lesion_id, "lesion"),
        "response": own_fact(Response, patient, response_id, "response"),
    }
    if emergency:
        values["emergency"] = emergency
    event = _add_progression(patient, values, occasion=occasion)
    return with_plan(event, occasion=occasion)


def _add_progression(patient: Patient, values: dict[str, object], *, occasion: Occasion) -> Progression:
    on = values["occurred_on"]
    read = _known_then(patient, values, on) if is_day(on) else {}
    return add(Progression, patient, read | values, Problems(), occasion=occasion)


def _known_then(patient: Patient, values: dict[str, Any], on: date) -> dict[str, Any]:
    """What the record itself says about the day of recognition; the present schedule answers for today alone."""
    lesion: Lesion | None = values["lesion"]
    positive: Study | None = values["first_positive_study"]
    before = positive.occurred_on if positive else on
    studies = Study.objects.filter(
        counts(), patient=patient, entered_in_error_at__isnull=True, occurred_on__lt=before, first_call="none"
    )
    found: dict[str, object] = {
        "last_clean_study": studies.order_by("-occurred_on", "-pk").first(),
        "overdue_at_the_time": _overdue(patient, on),
        "emergency": _emergency(patient, on),
    }
    if lesion is not None:
        found["level"] = lesion.level
        found |= _grades(lesion, on)
    return found


def _overdue(patient: Patient, on: date) -> str:
    """Whether the imaging window that stood on the day had closed; unknown where no window of that time is known."""
    row = (
        FollowUp.objects.filter(patient=patient, stream="imaging", opens_on__lte=on)
        .exclude(done_on__lt=on)
        .exclude(state="withdrawn")
        .order_by("-opens_on")
        .first()
    )
    if row is None:
        return "unknown"
    return "yes" if row.closes_on < on else "no"


def _emergency(patient: Patient, on: date) -> str:
    neurological = Symptom.objects.filter(
        patient=patient,
        kind="neuro",
        confirmed=True,
        occurred_on__lte=on,
        entered_in_error_at__isnull=True,
    )
    return "yes" if any(s.closed_on is None or s.closed_on >= on for s in neurological) else "no"


def _grades(lesion: Lesion, on: date) -> dict[str, object]:
    """ESCC and SINS of the lesion on the day, and at the look before it; a score that is incomplete has no total."""
    looks = list(
        LesionAssessment.objects.filter(lesion=lesion, entered_in_error_at__isnull=True, occurred_on__lte=on).order_by(
            "occurred_on", "pk"
        )
    )
    grades = [look.escc for look in looks if look.escc]
    totals = [_total(look, lesion.level) for look in looks if look.sins_scored]
    return {
        "escc_then": grades[-1] if grades else "",
        "escc_before": grades[-2] if len(grades) > 1 else "",
        "sins_then": totals[-1] if totals else None,
        "sins_before": totals[-2] if len(totals) > 1 else None,
    }


def _total(look: LesionAssessment, level: str) -> int | None:
    result = score_of(look, level)
    return result.total if result else None
