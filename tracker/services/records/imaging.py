"""Studies, their reports, and what limits imaging."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from scheduling.engine.vocabulary import Coverage, MriSafety, StudyKind
from tracker.models import FollowUp, FollowUpEvent, ImagingSafety, Patient, Study, Symptom
from tracker.services.acts.checking import Problems, check_range, decimal_of
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import Recorded, add, check_may_record, own_fact, stored_before, with_plan
from tracker.services.acts.twins import twin_of
from tracker.services.acts.values import is_day, is_text
from tracker.services.follow_ups.snapshots import snapshot_of
from tracker.services.records.reports import asked_of, check_report

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
    needs the day it was reported. One that shows nothing counts for nothing, and `Recorded.asks` says why. Where
    a study of this kind and day stands, it is asked whether it is the same one. Raises InvalidFact with all problems,
    NeedsAnswer, Refused.
    """
    check_may_record(occasion.by, patient)
    problems = Problems()
    follow_up = _current(patient, occurred_on, kind)
    values: dict[str, object] = {
        "kind": kind,
        "occurred_on": occurred_on,
        "precision": precision,
        "coverage": coverage,
        **_as_ordered(follow_up, indication, occasion.at),
        "symptom": own_fact(Symptom, patient, symptom_id, "symptom"),
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
    known = twin_of(problems, Study, patient, kind, occurred_on, occasion=occasion)
    if known is not None:
        return stored_before(known)
    check_report(problems, values)
    if problems.found.keys() <= {"reported_on", "first_call"} and is_day(occurred_on):
        values["snapshot"] = _snapshot(follow_up, reported_on, occasion=occasion)
    study = add(Study, patient, values, problems, occasion=occasion)
    return with_plan(study, occasion=occasion, asks=asked_of(study))


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

    The newest known value of each counts; what is left out, or given as unknown, stays as it was. A note
    (claustrophobia, sedation, pregnancy) may stand alone.
    """
    check_may_record(occasion.by, patient)
    problems = Problems()
    check_range(problems, "egfr", egfr, -0.01, HIGHEST_EGFR, "mL/min/1.73 m2")
    said = is_text(note) and note.strip()
    if mri == "" and gadolinium_allergy is None and egfr is None and not said:
        problems.add(
            "", "Nothing was given; expected the MRI decision, the allergy, the kidney function (eGFR) or a note."
        )
    values: dict[str, object] = {
        "occurred_on": occurred_on,
        "mri": mri,
        "gadolinium_allergy": gadolinium_allergy,
        "egfr": decimal_of(egfr, 1),
        "note": note,
    }
    fact = add(ImagingSafety, patient, values, problems, occasion=occasion)
    return with_plan(fact, occasion=occasion)


def _current(patient: Patient, on: date, kind: str) -> FollowUp | None:
    """The open imaging follow-up that a study of this day falls into; a plain X-ray falls into none."""
    if kind == StudyKind.XRAY or not is_day(on):
        return None
    return FollowUp.objects.filter(patient=patient, stream="imaging", closed_at__isnull=True, opens_on__lte=on).first()


def _as_ordered(follow_up: FollowUp | None, indication: str, at: datetime) -> dict[str, object]:
    """What was said when the study was ordered; the indication given now where nothing was said then."""
    said_at = follow_up.indication_at if follow_up else None
    why = (follow_up.indication if follow_up and said_at else "") or indication or "unknown"
    return {
        "indication": why,
        "indication_recorded_at": None if why == "unknown" else said_at or at,
        "follow_up": follow_up,
        "ordered_on": follow_up.ordered_on if follow_up else None,
        "booked_for": _bookings(follow_up),
    }


def _bookings(follow_up: FollowUp | None) -> list[str]:
    if follow_up is None:
        return []
    booked = FollowUpEvent.objects.filter(follow_up=follow_up, kind="booked").order_by("pk")
    return list(booked.values_list("outcome", flat=True))


def _snapshot(follow_up: FollowUp | None, reported_on: date | None, *, occasion: Occasion) -> dict[str, object] | None:
    """What was planned and known when it was ordered; where nobody ordered it here, now, while no result is known."""
    if follow_up is None:
        return None
    if follow_up.snapshot is not None:
        ordered: dict[str, object] = follow_up.snapshot
        return ordered
    return snapshot_of(follow_up, occasion=occasion, taken="recorded") if reported_on is None else None
