"""How a fact is written: permission, checks, row, audit event and new plan, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, transaction

from tracker import access, audit
from tracker.errors import InvalidFact, NotPossible, Refused
from tracker.models import Fact, Patient, User
from tracker.services.acts.checking import Problems, check_fields
from tracker.services.acts.typed import Kind, misfits
from tracker.services.schedule import planning
from tracker.services.schedule.planning import ScheduleChange

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
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


def in_one(act: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The whole act or nothing of it; a value of a wrong type is refused with everything else that is wrong."""

    @wraps(act)
    def whole(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        wrong = misfits(act, args, kwargs)
        with transaction.atomic():
            if wrong:
                raise _all_that_is_wrong(act, wrong, args, kwargs)
            return act(*args, **kwargs)

    return whole


def _all_that_is_wrong(
    act: Callable[..., Any], wrong: Mapping[str, Kind], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> InvalidFact:
    """The refusal of a call with values of wrong types: the act is tried without them, and rolled back by the caller.

    Raises Refused where the person may not do it at all.
    """
    given = signature(act).bind(*args, **kwargs).arguments
    problems: dict[str, list[str]] = {}
    try:
        act(**(given | {name: kind.stand_in for name, kind in wrong.items()}))
    except InvalidFact as refused:
        problems = refused.problems
    except NotPossible:
        pass  # of a row that was named wrongly nothing can be said
    said = {name: [_misfit(given[name], kind)] for name, kind in wrong.items()}
    return InvalidFact(problems | said)


def _misfit(value: Any, kind: Kind) -> str:
    if value is None:
        return f"Nothing was given; expected {kind.expected}."
    shown = repr(value).encode("ascii", "backslashreplace").decode()
    return f"“{shown if len(shown) <= 40 else shown[:40] + '…'}” was given; expected {kind.expected}."


def check_may_record(by: User, patient: Patient) -> None:
    """Refuse whoever does not record clinical facts, or not of this patient."""
    access.check_can_record(by)
    check_sees(by, patient)


def check_sees(by: User, patient: Patient) -> None:
    """Refuse whoever may not see this patient; else hold the patient, so that two facts are planned one by one."""
    held = (
        access.visible_patients(by).select_for_update(of=("self",), no_key=True).filter(pk=patient.pk).first()
    )
    if held is None:
        raise Refused("This patient is not among yours.")
    patient.birth_on, patient.deceased_on = held.birth_on, held.deceased_on


def add(
    model: type[Stored],
    patient: Patient,
    values: Mapping[str, Any],
    problems: Problems,
    *,
    by: User,
    today: date,
    at: datetime,
    source: str = "typed",
    source_key: str = "",
) -> Stored:
    """Check `values` with what `problems` already hold, then write the row and its audit event."""
    origin = {"source": source, "source_key": source_key}
    check_fields(problems, model, {**values, **origin}, patient, today)
    problems.raise_any()
    fact = model(
        patient=patient,
        recorded_at=at,
        recorded_by=by,
        source=source,
        source_key=source_key,
        form_version=FORM_VERSION if source == "typed" else "",
        **values,
    )
    try:
        with transaction.atomic():
            fact.save(force_insert=True)
    except IntegrityError as error:
        raise InvalidFact({"": [_once_more(error, source_key)]}) from error
    audit.record(
        by=by,
        verb=f"{model._meta.model_name}.recorded",
        target=fact,
        at=at,
        patient=patient,
        changes={
            name: (None, _shown(value)) for name, value in values.items() if value not in (None, "", [])
        },
    )
    return fact


def change(fact: Fact, values: Mapping[str, Any], verb: str, *, by: User, at: datetime) -> None:
    """Complete a fact with what became known later, and audit each field with its value before."""
    before = {name: getattr(fact, name) for name in values}
    for name, value in values.items():
        setattr(fact, name, value)
    fact.save(update_fields=list(values))
    audit.record(
        by=by,
        verb=verb,
        target=fact,
        at=at,
        patient=fact.patient,
        changes={
            name: (_shown(before[name]), _shown(value))
            for name, value in values.items()
            if before[name] != value
        },
    )


def with_plan(
    fact: Fact, *, by: User, today: date, at: datetime, cause: str = "fact", asks: tuple[str, ...] = ()
) -> Recorded:
    """Plan the patient anew after a fact."""
    changes = planning.replan(fact.patient, today=today, by=by, at=at, cause=cause)
    return Recorded(fact, changes, asks)


def one_of(model: type[Stored], patient: Patient, fact_id: int | None, what: str) -> Stored | None:
    """The patient's own standing fact with this id; None for None. Raises NotPossible for any other."""
    if fact_id is None:
        return None
    found = model._default_manager.filter(
        pk=fact_id, patient=patient, entered_in_error_at__isnull=True
    ).first()
    if found is None:
        raise NotPossible(f"This patient has no such {what}, or it was marked as entered in error.")
    return found


def the(model: type[Stored], patient: Patient, fact_id: int, what: str) -> Stored:
    """As `one_of`, locked until the end of the transaction."""
    found = (
        model._default_manager.select_for_update(of=("self",))
        .filter(pk=fact_id, patient=patient, entered_in_error_at__isnull=True)
        .first()
    )
    if found is None:
        raise NotPossible(f"This patient has no such {what}, or it was marked as entered in error.")
    found.patient = patient
    return found


def _shown(value: Any) -> Any:
    """A value as the audit trail keeps it; a row is its number."""
    return getattr(value, "pk", value)


def _once_more(error: IntegrityError, source_key: str) -> str:
    if source_key and "once_per_source" in str(error):
        return f"“{source_key}” has been read already; expected a row that was not."
    return "The database refused it; expected values that agree with each other."
