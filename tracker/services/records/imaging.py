"""Studies, their reports, and what limits imaging."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from scheduling.engine.vocabulary import Coverage, MriSafety, StudyKind
from tracker.errors import NotPossible
from tracker.models import FollowUp, FollowUpEvent, ImagingSafety, Patient, Study, Symptom
from tracker.services.acts.checking import Problems, check_fields, check_order, check_range, decimal_of
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import (
    Recorded,
    add,
    change,
    check_may_record,
    own_fact,
    own_fact_locked,
    with_plan,
)
from tracker.services.acts.values import is_day
from tracker.services.follow_ups.snapshots import snapshot_of

#: eGFR above this is no measurement of a kidney (mL/min/1.73 m2).
HIGHEST_EGFR = 200


@transaction.atomic
def record_study(
    patient: Patient,
    *,
    kind: StudyKind | str,
    occurred_on: date,
    coverage: Coverage | str = "",
    precision: str = "day",
    indication: str = "",
    symptom_id: int | None = None,
    reported_on: date | None = None,
    spine_read: str = "unknown",
    quality: str = "unknown",
    contrast: str = "unknown",
    compared_with_id: int | None = None,
    first_call: str = "unknown",
    timing_reason: str = "unknown",
    report: str = "",
    occasion: Occasion,
) -> Recorded:
    """A study that was performed on `occurred_on`, with why it was done.

    What was said when it was ordered (indication, snapshot, bookings) is taken from the open imaging follow-up that the
    study falls into; an `indication` given here is used where nothing was said then. A result (`first_call`, `report`)
    needs the day it was reported. Raises InvalidFact with all problems, Refused.
    """
    check_may_record(occasion.by, patient)
    problems = Problems()
    follow_up = _current(patient, occurred_on, kind)
    ordered = follow_up is not None and follow_up.indication_at is not None
    why = (follow_up.indication if follow_up and ordered else "") or indication or "unknown"
    values: dict[str, Any] = {
        "kind": kind,
        "occurred_on": occurred_on,
        "precision": precision,
        "coverage": coverage,
        "indication": why,
        "indication_recorded_at": (follow_up.indication_at if follow_up and ordered else occasion.at)
        if why != "unknown"
        else None,
        "symptom": own_fact(Symptom, patient, symptom_id, "symptom"),
        "follow_up": follow_up,
        "ordered_on": follow_up.ordered_on if follow_up else None,
        "booked_for": _bookings(follow_up),
        "reported_on": reported_on,
        "spine_read": spine_read,
        "quality": quality,
        "contrast": contrast,
        "compared_with": own_fact(Study, patient, compared_with_id, "study"),
        "first_call": first_call,
        "first_call_at": occasion.at if first_call != "unknown" else None,
        "timing_reason": timing_reason,
        "report": report,
    }
    _check_report(problems, values)
    if problems.found.keys() <= {"reported_on", "first_call"} and is_day(occurred_on):
        values["snapshot"] = _snapshot(follow_up, reported_on, occasion=occasion)
    study = add(Study, patient, values, problems, occasion=occasion)
    return with_plan(study, occasion=occasion)


@transaction.atomic
def report_study(
    patient: Patient,
    study_id: int,
    *,
    reported_on: date,
    first_call: str = "unknown",
    spine_read: str = "unknown",
    quality: str = "unknown",
    contrast: str = "unknown",
    report: str = "",
    seen_on: date | None = None,
    patient_told_on: date | None = None,
    occasion: Occasion,
) -> Recorded:
    """The result of a study, once; from then on its indication, snapshot and first call are locked.

    Raises NotPossible where it has been reported, InvalidFact with all problems, Refused.
    """
    check_may_record(occasion.by, patient)
    study = own_fact_locked(Study, patient, study_id, "study")
    if study.reported_on is not None:
        raise NotPossible(
            f"This study was reported on {study.reported_on:%d %b %Y}. A different reading is an adjudication; a wrong "
            "report is marked as entered in error with its study and recorded again."
        )
    values: dict[str, Any] = {
        "reported_on": reported_on,
        "first_call": first_call,
        "first_call_at": occasion.at if first_call != "unknown" else None,
        "spine_read": spine_read,
        "quality": quality,
        "contrast": contrast,
        "report": report,
        "seen_on": seen_on,
        "seen_by": occasion.by if seen_on else None,
        "patient_told_on": patient_told_on,
    }
    problems = Problems()
    _check_report(problems, values | {"occurred_on": study.occurred_on})
    _completed(study, values, "study.reported", problems, occasion=occasion)
    return with_plan(study, occasion=occasion)


@transaction.atomic
def set_indication(patient: Patient, study_id: int, *, indication: str, occasion: Occasion) -> Recorded:
    """Why a study was done, as long as nobody has reported it. Raises NotPossible afterwards."""
    check_may_record(occasion.by, patient)
    study = own_fact_locked(Study, patient, study_id, "study")
    if study.reported_on is not None:
        raise NotPossible(
            f"Why this study was done was locked when it was reported on {study.reported_on:%d %b %Y}."
        )
    values = {"indication": indication, "indication_recorded_at": occasion.at}
    _completed(study, values, "study.indication", Problems(), occasion=occasion)
    return Recorded(study, [])


@transaction.atomic
def adjudicate_study(
    patient: Patient,
    study_id: int,
    *,
    call: str,
    on: date,
    visible_earlier: str = "not_reviewed",
    visible_earlier_study_id: int | None = None,
    occasion: Occasion,
) -> Recorded:
    """What a doubtful or positive first call turned out to be; the first call is kept beside it."""
    check_may_record(occasion.by, patient)
    study = own_fact_locked(Study, patient, study_id, "study")
    problems = Problems()
    if study.reported_on is None:
        problems.add("call", "The study has no report yet; expected its report first.")
    check_order(problems, "adjudicated_on", study.occurred_on, on, "the study")
    looked = visible_earlier != "not_reviewed"
    values: dict[str, Any] = {
        "adjudicated_call": call,
        "adjudicated_on": on,
        "adjudicated_by": occasion.by,
        "visible_earlier": visible_earlier,
        "visible_earlier_study": own_fact(Study, patient, visible_earlier_study_id, "study"),
        "visible_earlier_by": occasion.by if looked else None,
        "visible_earlier_on": on if looked else None,
    }
    _completed(study, values, "study.adjudicated", problems, occasion=occasion)
    return Recorded(study, [])


@transaction.atomic
def record_action(
    patient: Patient,
    study_id: int,
    *,
    actionable: str,
    action: str = "",
    decided_on: date | None = None,
    done_on: date | None = None,
    planned_before: str = "unknown",
    occasion: Occasion,
) -> Recorded:
    """Whether a study asked for an act, which, decided and done when, and whether it was planned before the study."""
    check_may_record(occasion.by, patient)
    study = own_fact_locked(Study, patient, study_id, "study")
    problems = Problems()
    check_order(problems, "action_decided_on", study.occurred_on, decided_on, "the study")
    check_order(problems, "action_done_on", decided_on, done_on, "the decision")
    if action not in ("", None) and actionable != "yes":
        problems.add("actionable", "An act was given; expected yes with it.")
    values: dict[str, Any] = {
        "actionable": actionable,
        "action": action,
        "action_decided_on": decided_on,
        "action_done_on": done_on,
        "action_planned_before": planned_before,
    }
    _completed(study, values, "study.action", problems, occasion=occasion)
    return Recorded(study, [])


@transaction.atomic
def record_imaging_safety(
    patient: Patient,
    *,
    occurred_on: date,
    mri: MriSafety | str = "",
    gadolinium_allergy: bool | None = None,
    egfr: Decimal | float | None = None,
    note: str = "",
    occasion: Occasion,
) -> Recorded:
    """What limits imaging from `occurred_on` on: the radiology decision, contrast allergy, eGFR in mL/min/1.73 m2.

    The newest known value of each counts; what is left out stays as it was.
    """
    check_may_record(occasion.by, patient)
    problems = Problems()
    check_range(problems, "egfr", egfr, -0.01, HIGHEST_EGFR, "mL/min/1.73 m2")
    if mri == "" and gadolinium_allergy is None and egfr is None:
        problems.add(
            "", "Nothing was given; expected the MRI decision, the allergy or the kidney function (eGFR)."
        )
    values: dict[str, Any] = {
        "occurred_on": occurred_on,
        "mri": mri,
        "gadolinium_allergy": gadolinium_allergy,
        "egfr": decimal_of(egfr, 1),
        "note": note,
    }
    fact = add(ImagingSafety, patient, values, problems, occasion=occasion)
    return with_plan(fact, occasion=occasion)


def _completed(
    study: Study, values: dict[str, Any], verb: str, problems: Problems, *, occasion: Occasion
) -> None:
    check_fields(problems, Study, values, study.patient, occasion.today)
    problems.raise_any()
    change(study, values, verb, occasion=occasion)


def _check_report(problems: Problems, values: dict[str, Any]) -> None:
    check_order(problems, "reported_on", values["occurred_on"], values["reported_on"], "the study itself")
    has_result = values["first_call"] not in ("unknown", "not_reported") or values["report"]
    if has_result and values["reported_on"] is None:
        problems.add("reported_on", "A result was given without its day; expected the day of the report.")


def _current(patient: Patient, on: date, kind: str) -> FollowUp | None:
    """The open imaging follow-up that a study of this day falls into; a plain X-ray falls into none."""
    if kind == StudyKind.XRAY or not is_day(on):
        return None
    return FollowUp.objects.filter(
        patient=patient, stream="imaging", closed_at__isnull=True, opens_on__lte=on
    ).first()


def _bookings(follow_up: FollowUp | None) -> list[str]:
    if follow_up is None:
        return []
    booked = FollowUpEvent.objects.filter(follow_up=follow_up, kind="booked").order_by("pk")
    return list(booked.values_list("outcome", flat=True))


def _snapshot(
    follow_up: FollowUp | None, reported_on: date | None, *, occasion: Occasion
) -> dict[str, Any] | None:
    """What was planned and known when it was ordered; where nobody ordered it here, now, while no result is known."""
    if follow_up is None:
        return None
    if follow_up.snapshot is not None:
        ordered: dict[str, Any] = follow_up.snapshot
        return ordered
    return snapshot_of(follow_up, occasion=occasion, taken="recorded") if reported_on is None else None
