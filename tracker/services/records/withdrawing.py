"""A wrong fact is marked as entered in error: still visible, with who said so and why, and counted nowhere."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from scheduling.engine.vocabulary import PatientStatus
from tracker import access, audit
from tracker.errors import InvalidFact, NotPossible
from tracker.models import (
    Fact,
    Function,
    ImagingSafety,
    Lesion,
    LesionAssessment,
    Marker,
    Override,
    Patient,
    PrimaryCancer,
    Procedure,
    Prognosis,
    Progression,
    Response,
    StatusEvent,
    StepDownApproval,
    Study,
    Symptom,
    TherapyLine,
    User,
    Visit,
)
from tracker.services.acts.on_record import Recorded, check_may_record, in_one, the, with_plan
from tracker.services.records.status import take_back_death

#: The word of each kind of fact that a person records.
KINDS: dict[str, type[Fact]] = {
    "primary": PrimaryCancer,
    "marker": Marker,
    "function": Function,
    "imaging_safety": ImagingSafety,
    "prognosis": Prognosis,
    "study": Study,
    "visit": Visit,
    "response": Response,
    "progression": Progression,
    "symptom": Symptom,
    "therapy": TherapyLine,
    "procedure": Procedure,
    "lesion": Lesion,
    "assessment": LesionAssessment,
    "status": StatusEvent,
    "override": Override,
    "approval": StepDownApproval,
}


@in_one
def mark_entered_in_error(
    patient: Patient, kind: str, fact_id: int, *, reason: str, by: User, today: date, at: datetime
) -> Recorded:
    """Withdraw a fact of this kind (a word of `KINDS`) with its reason; nothing is deleted and the plan is made anew.

    A red flag that is open is withdrawn by a clinician only. With a lesion go its looks, with a status of death the day
    of death. Raises Refused, NotPossible, InvalidFact.
    """
    check_may_record(by, patient)
    if not reason.strip() or len(reason) > 300:
        raise InvalidFact(
            {"reason": ["Nothing was given, or more than 300 characters; expected why the fact is wrong."]}
        )
    if kind not in KINDS:
        raise InvalidFact({"kind": [f"“{kind}” was given; expected one of {', '.join(KINDS)}."]})
    fact = the(KINDS[kind], patient, fact_id, kind.replace("_", " "))
    if isinstance(fact, Symptom) and fact.closed_on is None and fact.kind != "known_spine":
        access.check_is_clinician(by, "withdraw an open red flag")
    _withdraw(fact, reason, by=by, at=at)
    if isinstance(fact, Lesion):
        for look in LesionAssessment.objects.filter(lesion=fact, entered_in_error_at__isnull=True):
            _withdraw(look, f"Its lesion: {reason}"[:300], by=by, at=at)
    if isinstance(fact, Response):
        for event in Progression.objects.filter(response=fact, entered_in_error_at__isnull=True):
            _withdraw(event, f"Its response: {reason}"[:300], by=by, at=at)
    if isinstance(fact, StatusEvent) and fact.status == PatientStatus.DECEASED:
        take_back_death(patient, by=by, at=at)
    return with_plan(fact, by=by, today=today, at=at)


def kind_of(fact: Fact) -> str:
    """The word of `KINDS` for a fact; raises NotPossible for one that the program itself records."""
    for kind, model in KINDS.items():
        if isinstance(fact, model):
            return kind
    raise NotPossible("This fact is recorded by the program itself and is not withdrawn by a person.")


def _withdraw(fact: Fact, reason: str, *, by: User, at: datetime) -> None:
    values: dict[str, Any] = {
        "entered_in_error_at": at,
        "entered_in_error_by": by,
        "entered_in_error_reason": reason,
    }
    for name, value in values.items():
        setattr(fact, name, value)
    fact.save(update_fields=list(values))
    audit.record(
        by=by,
        verb=f"{fact._meta.model_name}.entered_in_error",
        target=fact,
        at=at,
        patient=fact.patient,
        changes={"entered_in_error_reason": ("", reason)},
    )
