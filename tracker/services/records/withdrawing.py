"""A wrong fact is marked as entered in error: still visible, with who said so and why, and counted nowhere."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from scheduling.engine.vocabulary import PatientStatus
from tracker import access, audit
from tracker.errors import NotPossible
from tracker.kinds import KINDS
from tracker.models import MODELS, Fact, Lesion, LesionAssessment, Patient, Progression, Response, StatusEvent, Symptom
from tracker.models import kind_of as entry_of
from tracker.services.acts.checking import Problems, check_text
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import Recorded, check_may_record, own_fact_locked, with_plan
from tracker.services.acts.tasks import asked_again
from tracker.services.acts.values import was_given
from tracker.services.records.status import take_back_death
from tracker.services.schedule.falling import fall

#: The kinds whose facts a person marks as entered in error; a list, since any value may be asked for.
_WITHDRAWN = [kind.code for kind in KINDS if kind.by_person]


@transaction.atomic
def mark_entered_in_error(patient: Patient, kind: str, fact_id: int, *, reason: str, occasion: Occasion) -> Recorded:
    """Withdraw a fact of this kind (a code of `tracker.kinds`); nothing is deleted and the plan is made anew.

    A red flag that is open is withdrawn by a clinician only. With a lesion go its looks, with a status of death the day
    of death. Raises Refused, NotPossible, InvalidFact.
    """
    check_may_record(occasion.by, patient)
    problems = Problems()
    check_text(problems, "reason", reason, 300, expected="why the fact is wrong")
    if kind not in _WITHDRAWN:
        problems.add("kind", f"{was_given(kind)}; expected one of {', '.join(_WITHDRAWN)}.")
    problems.raise_any()
    fact = own_fact_locked(MODELS[kind], patient, fact_id, kind.replace("_", " "))
    if isinstance(fact, Symptom) and fact.closed_on is None and fact.kind != "known_spine":
        access.check_is_clinician(occasion.by, "withdraw an open red flag")
    _withdraw(fact, reason, occasion=occasion)
    if isinstance(fact, Symptom):
        asked_again(fact, occasion=occasion)
    if isinstance(fact, Lesion):
        for look in LesionAssessment.objects.filter(lesion=fact, entered_in_error_at__isnull=True):
            _withdraw(look, f"Its lesion: {reason}"[:300], occasion=occasion)
    if isinstance(fact, Response):
        for event in Progression.objects.filter(response=fact, entered_in_error_at__isnull=True):
            _withdraw(event, f"Its response: {reason}"[:300], occasion=occasion)
    if isinstance(fact, StatusEvent) and fact.status == PatientStatus.DECEASED:
        take_back_death(patient, occasion=occasion)
    fallen = fall(patient.pk, fact, occasion=occasion)
    recorded = with_plan(fact, occasion=occasion)
    return replace(recorded, changes=[*fallen, *recorded.changes])


def kind_of(fact: Fact) -> str:
    """The code of a fact's kind; raises NotPossible for one that the program itself records."""
    kind = entry_of(fact)
    if not kind.by_person:
        raise NotPossible("This fact is recorded by the program itself and is not withdrawn by a person.")
    return kind.code


def _withdraw(fact: Fact, reason: str, *, occasion: Occasion) -> None:
    values: dict[str, object] = {
        "entered_in_error_at": occasion.at,
        "entered_in_error_by": occasion.by,
        "entered_in_error_reason": reason,
    }
    for name, value in values.items():
        setattr(fact, name, value)
    fact.save(update_fields=list(values))
    audit.record(
        by=occasion.by,
        verb=f"{fact._meta.model_name}.entered_in_error",
        target=fact,
        at=occasion.at,
        patient=fact.patient,
        changes={"entered_in_error_reason": ("", reason)},
    )
