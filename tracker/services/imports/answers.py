"""What the answer to a question records: a fact under the source it was read from, or a field of the patient's row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from tracker import access
from tracker.errors import NotPossible
from tracker.kinds import BY_CODE, KINDS
from tracker.models import MODELS, Fact, Lesion, LesionAssessment, Patient, Question, Symptom
from tracker.services import patients
from tracker.services.acts.checking import Problems, check_levels, check_location, check_moment, column, texts_of
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import add, check_may_record, with_plan
from tracker.services.acts.values import is_moment, was_given
from tracker.services.records import confirm_symptom, kind_of, mark_entered_in_error, record_status
from tracker.services.schedule.changes import ScheduleChange

#: What a question can record, by the words that proposals use: the kinds that an import reads.
RECORDS: dict[str, type[Fact]] = {kind.code: MODELS[kind.code] for kind in KINDS if kind.draft}
#: What a status proposal may say.
_STATUS_FIELDS = frozenset({"occurred_on", *BY_CODE["status"].columns, *BY_CODE["status"].personal})
#: A patient's own fields that a proposal may change, by the verb that changes them.
_IDENTITY = frozenset(patients.IDENTITY_FIELDS)
_CONTACT = frozenset(patients.CONTACT_FIELDS)
#: Columns of a fact that say how it was recorded: an answer does not set them.
_NOT_SET = frozenset({"id", "patient", "recorded_at", "recorded_by", "source"})


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered, the fact recorded by it (None: none), and what changed in the schedule."""

    question: Question
    fact: Fact | None
    changes: list[ScheduleChange]


def apply(question: Question, record: str, fields: Mapping[str, object], *, occasion: Occasion) -> Answered:
    """Record these fields of the patient whom the question is about. Raises NotPossible, InvalidFact, Refused."""
    patient = question.patient
    if patient is None:
        raise NotPossible("The question names no patient; register the patient, import again, and reject this one.")
    check_may_record(occasion.by, patient)
    if record == "patient":
        _apply_to_patient(patient, fields, occasion=occasion)
        return Answered(question, None, [])
    if record not in list(RECORDS):
        raise NotPossible(
            f"“{record}” cannot be recorded from a question; expected one of patient, {', '.join(RECORDS)}."
        )
    present = fact_of_key(question, record, fields)
    if isinstance(present, Symptom) and not present.confirmed and fields.get("confirmed"):
        confirmed = confirm_symptom(patient, present.pk, occasion=occasion)
        return Answered(question, confirmed.fact, confirmed.changes)
    problems = Problems()
    values = _parsed(problems, RECORDS[record], fields)
    looks = _taken_back(patient, present, occasion=occasion) if present is not None else []
    read = replace(occasion, source=question.run.kind, source_key=_key(fields))
    if record == "status":
        problems.raise_any()
        known = {name: values[name] for name in _STATUS_FIELDS & values.keys()}
        recorded = record_status(patient, **known, occasion=read)
        return Answered(question, recorded.fact, recorded.changes)
    _check(problems, record, values, occasion=occasion)
    fact = add(RECORDS[record], patient, values, problems, occasion=read)
    for look in looks:
        _move_look(look, fact, occasion=occasion)
    return Answered(question, fact, with_plan(fact, occasion=occasion).changes)


def _taken_back(patient: Patient, fact: Fact, *, occasion: Occasion) -> list[LesionAssessment]:
    """Mark the fact that is replaced as entered in error; the looks at a lesion that stood until then."""
    looks: list[LesionAssessment] = []
    if isinstance(fact, Lesion):
        looks = list(LesionAssessment.objects.filter(lesion=fact, entered_in_error_at__isnull=True))
    reason = "Replaced by the answer to a question of an import."
    mark_entered_in_error(patient, kind_of(fact), fact.pk, reason=reason, occasion=occasion)
    return looks


def _apply_to_patient(patient: Patient, fields: Mapping[str, object], *, occasion: Occasion) -> None:
    """A field of the patient's own row: who they are, or how to reach them."""
    problems = Problems()
    values: dict[str, object] = {}
    for name, value in fields.items():
        if name in _IDENTITY | _CONTACT:
            values[name] = _value(problems, name, column(Patient, name), value)
        elif name not in ("source_key", "occurred_on", "precision"):
            problems.add(name, "It is not changed by a question; expected a field of identity or contact.")
    problems.raise_any()
    identity = {name: value for name, value in values.items() if name in _IDENTITY}
    contact = {name: value for name, value in values.items() if name in _CONTACT}
    if identity:
        reason = "Answer to a question of an import."
        patients.correct_identity(patient, identity, reason=reason, occasion=occasion)
    if contact:
        patients.update_contact(patient, contact, occasion=occasion)


def _check(problems: Problems, record: str, values: dict[str, Any], *, occasion: Occasion) -> None:
    """What the columns alone do not say."""
    if record == "procedure":
        values["levels"] = texts_of(problems, "levels", values.get("levels") or (), "a list of levels")
        check_levels(problems, "levels", values["levels"])
    if record == "symptom" and values.get("closed_on") is not None:
        access.check_is_clinician(occasion.by, "close a symptom")
        values |= {"closed_by": occasion.by, "closed_at": occasion.at}
    reported_at = values.get("reported_at")
    if record == "symptom" and is_moment(reported_at):
        check_moment(problems, "reported_at", reported_at, values.get("occurred_on"), occasion.at)
    if record == "assessment":
        lesion = values.get("lesion")
        level, location = lesion.level if lesion else "", values.get("location") or ""
        overridden, reason = bool(values.get("location_overridden")), values.get("location_reason") or ""
        check_location(problems, level, location, overridden, reason)


def _move_look(look: LesionAssessment, lesion: Fact, *, occasion: Occasion) -> None:
    """The look at a lesion that was replaced, made again for the one that took its place."""
    kind = BY_CODE["assessment"]
    kept = ("occurred_on", "precision", *kind.columns, *kind.personal)
    values = {name: getattr(look, name) for name in kept} | {"lesion": lesion}
    read = replace(occasion, source=look.source, source_key=look.source_key)
    add(LesionAssessment, look.patient, values, Problems(), occasion=read)


def fact_of_key(question: Question, record: str, fields: Mapping[str, object] | None = None) -> Fact | None:
    """The fact of this record and source key that stands for the patient."""
    key = _key(fields if fields is not None else (question.proposal or {}).get("fields", {}))
    if not key or question.patient is None:
        return None
    facts = RECORDS[record]._default_manager.filter(patient=question.patient, source=question.run.kind)
    return facts.filter(source_key=key, entered_in_error_at__isnull=True).first()


def _key(fields: Mapping[str, object]) -> str:
    return str(fields.get("source_key") or "")


def _parsed(problems: Problems, model: type[Fact], fields: Mapping[str, object]) -> dict[str, Any]:
    """Plain values as the columns hold them; a name that is no column of this record is a problem."""
    columns = {field.name: field for field in model._meta.concrete_fields}
    values: dict[str, object] = {}
    for name, value in fields.items():
        if name == "source_key":
            continue
        if name not in columns or name in _NOT_SET:
            problems.add(name, f"It is not a field of this record; expected one of {', '.join(columns)}.")
        else:
            values[name] = _value(problems, name, columns[name], value)
    return values


def _value(problems: Problems, name: str, field: models.Field[object, object], value: object) -> object:
    if value is None or isinstance(field, models.JSONField | models.CharField | models.TextField):
        return list(value) if isinstance(value, tuple) else value
    try:
        return field.to_python(value)
    except ValidationError:
        problems.add(name, f"{was_given(value)}; expected {_EXPECTED.get(type(field), 'another value')}.")
        return None


_EXPECTED: dict[type, str] = {
    models.DateField: "a day such as 2026-07-21",
    models.DateTimeField: "a moment such as 2026-07-21T09:40+01:00",
    models.DecimalField: "a number",
    models.PositiveSmallIntegerField: "a whole number",
    models.BooleanField: "yes or no",
}
