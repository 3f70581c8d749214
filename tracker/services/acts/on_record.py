"""How a fact is written: permission, checks, row, audit event and new plan, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tracker import access, audit
from tracker.errors import InvalidFact, NotPossible, Refused
from tracker.models import Fact, Patient, User
from tracker.services.acts.checking import Problems, check_fields
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.values import is_id
from tracker.services.schedule import planning
from tracker.services.schedule.changes import ScheduleChange

Stored = TypeVar("Stored", bound=Fact)

#: The version of the forms that ask for these values, kept with each typed fact.
FORM_VERSION = "1"

#: Columns that say how a fact was written, not what it says.
_ABOUT = frozenset(
    {
        "id",
        "patient",
        "recorded_at",
        "recorded_by",
        "source",
        "source_key",
        "form_version",
        "entered_in_error_at",
        "entered_in_error_by",
        "entered_in_error_reason",
    }
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact that was written, and what changed in the schedule.

    `asks` names what is worth asking now: ``progression`` (how it came to light), ``second_approval`` (a lengthened
    window), ``two_responses`` (two categories on one day), ``symptom`` (a red flag to be written down).
    """

    fact: Fact
    changes: list[ScheduleChange]
    asks: tuple[str, ...] = ()


def check_may_record(by: User, patient: Patient) -> None:
    """Refuse whoever does not record clinical facts, or not of this patient."""
    access.check_can_record(by)
    lock_visible_patient(by, patient)


def lock_visible_patient(by: User, patient: Patient) -> None:
    """Refuse whoever may not see this patient; else hold the patient, so that two acts follow each other.

    What the act reads of the patient is what stands under the lock, not what a page had read before.
    """
    locked = access.visible_patients(by).select_for_update(of=("self",), no_key=True).filter(pk=patient.pk).first()
    if locked is None:
        raise Refused("This patient is not among yours.")
    for field in Patient._meta.concrete_fields:
        setattr(patient, field.attname, getattr(locked, field.attname))


def add(
    model: type[Stored],
    patient: Patient,
    values: Mapping[str, object],
    problems: Problems,
    *,
    occasion: Occasion,
) -> Stored:
    """Check `values` with what `problems` already hold, then write the row and its audit event."""
    origin = {"source": occasion.source, "source_key": occasion.source_key}
    check_fields(problems, model, {**values, **origin}, patient, occasion.today)
    problems.raise_any()
    fact = model(
        patient=patient,
        recorded_at=occasion.at,
        recorded_by=occasion.by,
        source=occasion.source,
        source_key=occasion.source_key,
        form_version=FORM_VERSION if occasion.source == "typed" else "",
        **values,
    )
    try:
        with transaction.atomic():
            fact.save(force_insert=True)
    except IntegrityError as error:
        raise InvalidFact({"": [_once_more(error, occasion.source_key)]}) from error
    audit.record(
        by=occasion.by,
        verb=f"{model._meta.model_name}.recorded",
        target=fact,
        at=occasion.at,
        patient=patient,
        changes={name: (None, _shown(value)) for name, value in values.items() if value not in (None, "", [])},
    )
    return fact


def change(fact: Fact, values: Mapping[str, object], verb: str, *, occasion: Occasion) -> None:
    """Complete a fact with what became known later, and audit each field with its value before."""
    before = {name: getattr(fact, name) for name in values}
    for name, value in values.items():
        setattr(fact, name, value)
    fact.save(update_fields=list(values))
    audit.record(
        by=occasion.by,
        verb=verb,
        target=fact,
        at=occasion.at,
        patient=fact.patient,
        changes={
            name: (_shown(before[name]), _shown(value)) for name, value in values.items() if before[name] != value
        },
    )


def with_plan(fact: Fact, *, occasion: Occasion, cause: str = "fact", asks: tuple[str, ...] = ()) -> Recorded:
    """Plan the patient anew after a fact."""
    changes = planning.replan(fact.patient, occasion=occasion, cause=cause)
    return Recorded(fact, changes, asks)


def own_fact(model: type[Stored], patient: Patient, fact_id: int | None, what: str) -> Stored | None:
    """The patient's own standing fact with this id; None for None. Raises NotPossible for any other."""
    if fact_id is None:
        return None
    return _found(_valid(model, patient, fact_id).first(), what)


def own_fact_locked(model: type[Stored], patient: Patient, fact_id: int, what: str) -> Stored:
    """As `own_fact`, locked until the end of the transaction."""
    locked = _valid(model, patient, fact_id).select_for_update(of=("self",))
    found = _found(locked.first(), what)
    found.patient = patient
    return found


def _valid(model: type[Stored], patient: Patient, fact_id: int) -> QuerySet[Stored]:
    """The patient's standing fact with this id; none for what is no id at all."""
    if not is_id(fact_id):
        return model._default_manager.none()
    return model._default_manager.filter(pk=fact_id, patient=patient, entered_in_error_at__isnull=True)


def _found(fact: Stored | None, what: str) -> Stored:
    if fact is None:
        raise NotPossible(f"This patient has no such {what}, or it was marked as entered in error.")
    return fact


def _shown(value: object) -> object:
    """A value as the audit trail keeps it; a row is its number."""
    return getattr(value, "pk", value)


def _once_more(error: IntegrityError, source_key: str) -> str:
    if source_key and "once_per_source" in str(error):
        return f"“{source_key}” has been read already; expected a row that was not."
    return "The database refused it; expected values that agree with each other."
