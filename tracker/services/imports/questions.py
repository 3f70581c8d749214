"""Questions of an import: a person accepts what was proposed, corrects it, or rejects it with a reason.

Accepting records the proposed fact under the source it was read from. Where a fact of that source key stands already,
it is entered in error and the accepted one takes its place, with the looks at a lesion that belong to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from tracker import access, audit
from tracker.errors import NotPossible, Refused
from tracker.kinds import BY_CODE, KINDS
from tracker.models import MODELS, Fact, Lesion, LesionAssessment, Patient, Question, Symptom, User
from tracker.queries.queues.tasks import visible_questions
from tracker.services import patients
from tracker.services.acts.checking import (
    Problems,
    check_levels,
    check_location,
    check_text,
    column,
    named_of,
    texts_of,
)
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import add, check_may_record, with_plan
from tracker.services.acts.values import is_id, was_given
from tracker.services.records import (
    close_symptom,
    confirm_symptom,
    kind_of,
    mark_entered_in_error,
    record_status,
)
from tracker.services.schedule.planning import ScheduleChange

#: What a question can record, by the words that proposals use: the kinds that an import reads.
RECORDS: dict[str, type[Fact]] = {kind.code: MODELS[kind.code] for kind in KINDS if kind.draft}
#: What a status proposal may say.
_STATUS_FIELDS = frozenset({"occurred_on", *BY_CODE["status"].columns, *BY_CODE["status"].personal})
#: A patient's own fields that a proposal may change, by the verb that changes them.
_IDENTITY = frozenset(patients.IDENTITY_FIELDS)
_CONTACT = frozenset(patients.CONTACT_FIELDS)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered, the fact recorded by it (None: none), and what changed in the schedule."""

    question: Question
    fact: Fact | None
    changes: list[ScheduleChange]


def open_questions(user: User) -> models.QuerySet[Question]:
    """What waits for this person: about patients they see; about nobody known for nurses who may assign."""
    return (
        visible_questions(user)
        .filter(state="open")
        .select_related("patient", "run")
        .order_by("asked_at", "pk")
    )


@transaction.atomic
def accept(question_id: int, *, occasion: Occasion) -> Answered:
    """Record what the question proposes. Raises NotPossible where it proposes nothing, InvalidFact, Refused."""
    question = _lock_question(question_id, occasion.by)
    if not question.proposal:
        raise NotPossible("This question proposes nothing to accept; correct it or reject it.")
    record, fields = question.proposal["record"], question.proposal["fields"]
    fact, changes = _apply(question, record, fields, occasion=occasion)
    _answer(question, "accepted", fields, "", occasion=occasion)
    return Answered(question, fact, changes)


@transaction.atomic
def correct(
    question_id: int, *, fields: Mapping[str, Any], record: str = "", reason: str = "", occasion: Occasion
) -> Answered:
    """Record what is right instead: `fields` replace those of the proposal.

    Without any fields the question is answered by what was recorded elsewhere, and `reason` says what that was.
    """
    question = _lock_question(question_id, occasion.by)
    proposed = question.proposal or {"record": "", "fields": {}}
    kind = record or proposed["record"]
    problems = Problems()
    values = named_of(problems, "fields", fields, "a value for each field")
    expected = "the right values, or where they were recorded"
    check_text(problems, "reason", reason, 300, needed=not values, expected=expected)
    problems.raise_any()
    if not values:
        _answer(question, "corrected", {}, reason, occasion=occasion)
        return Answered(question, None, [])
    base = proposed["fields"] if kind == proposed["record"] else {}
    fact, changes = _apply(question, kind, base | values, occasion=occasion)
    plain = {name: _plain(value) for name, value in values.items()}
    _answer(question, "corrected", plain, reason, occasion=occasion)
    return Answered(question, fact, changes)


@transaction.atomic
def reject(question_id: int, *, reason: str, occasion: Occasion) -> Answered:
    """Nothing is recorded, with a reason. A red flag that waited for confirmation is closed, by a clinician only."""
    question = _lock_question(question_id, occasion.by)
    problems = Problems()
    check_text(problems, "reason", reason, 300, expected="why it is rejected")
    problems.raise_any()
    changes: list[ScheduleChange] = []
    present = _fact_of_key(question, "symptom") if _record_of(question) == "symptom" else None
    if isinstance(present, Symptom) and not present.confirmed and present.closed_on is None:
        changes = close_symptom(
            present.patient, present.pk, closed_on=occasion.today, reason=reason, occasion=occasion
        ).changes
    _answer(question, "rejected", None, reason, occasion=occasion)
    return Answered(question, None, changes)


def _lock_question(question_id: int, by: User) -> Question:
    access.check_can_record(by)
    questions = visible_questions(by).select_for_update(of=("self",)).select_related("run")
    question = questions.filter(pk=question_id).first() if is_id(question_id) else None
    if question is None:
        raise Refused("There is no such question about your patients.")
    if question.state != "open":
        raise NotPossible(
            f"{question.answered_by} answered it on {question.answered_at:%d %b %Y}: {question.state}."
        )
    return question


def _apply(
    question: Question, record: str, fields: Mapping[str, Any], *, occasion: Occasion
) -> tuple[Fact | None, list[ScheduleChange]]:
    patient = question.patient
    if patient is None:
        raise NotPossible(
            "The question names no patient; register the patient, import again, and reject this one."
        )
    check_may_record(occasion.by, patient)
    if record == "patient":
        return None, _apply_to_patient(patient, fields, occasion=occasion)
    if record not in list(RECORDS):
        raise NotPossible(
            f"“{record}” cannot be recorded from a question; expected one of patient, {', '.join(RECORDS)}."
        )
    present = _fact_of_key(question, record, fields)
    if isinstance(present, Symptom) and not present.confirmed and fields.get("confirmed"):
        confirmed = confirm_symptom(patient, present.pk, occasion=occasion)
        return confirmed.fact, confirmed.changes
    problems = Problems()
    values = _parsed(problems, RECORDS[record], fields)
    looks: list[LesionAssessment] = []
    if present is not None:
        if isinstance(present, Lesion):
            looks = list(LesionAssessment.objects.filter(lesion=present, entered_in_error_at__isnull=True))
        mark_entered_in_error(
            patient,
            kind_of(present),
            present.pk,
            reason="Replaced by the answer to a question of an import.",
            occasion=occasion,
        )
    read = replace(occasion, source=question.run.kind, source_key=_key(fields))
    if record == "status":
        problems.raise_any()
        known = {name: value for name, value in values.items() if name in _STATUS_FIELDS}
        recorded = record_status(
            patient,
            **known,
            occasion=read,
        )
        return recorded.fact, recorded.changes
    _check(problems, record, values, occasion=occasion)
    fact = add(
        RECORDS[record],
        patient,
        values,
        problems,
        occasion=read,
    )
    for look in looks:
        _move_look(look, fact, occasion=occasion)
    return fact, with_plan(fact, occasion=occasion).changes


def _apply_to_patient(
    patient: Patient, fields: Mapping[str, Any], *, occasion: Occasion
) -> list[ScheduleChange]:
    """A field of the patient's own row: who they are, or how to reach them."""
    problems = Problems()
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if name in _IDENTITY | _CONTACT:
            values[name] = _value(problems, name, column(Patient, name), value)
        elif name not in ("source_key", "occurred_on", "precision"):
            problems.add(name, "It is not changed by a question; expected a field of identity or contact.")
    problems.raise_any()
    identity = {name: value for name, value in values.items() if name in _IDENTITY}
    contact = {name: value for name, value in values.items() if name in _CONTACT}
    if identity:
        patients.correct_identity(
            patient, identity, reason="Answer to a question of an import.", occasion=occasion
        )
    if contact:
        patients.update_contact(patient, contact, occasion=occasion)
    return []


def _check(problems: Problems, record: str, values: dict[str, Any], *, occasion: Occasion) -> None:
    """What the columns alone do not say."""
    if record == "procedure":
        values["levels"] = texts_of(problems, "levels", values.get("levels") or (), "a list of levels")
        check_levels(problems, "levels", values["levels"])
    if record == "symptom" and values.get("closed_on") is not None:
        access.check_is_clinician(occasion.by, "close a symptom")
        values |= {"closed_by": occasion.by, "closed_at": occasion.at}
    if record == "assessment":
        lesion = values.get("lesion")
        check_location(
            problems,
            lesion.level if lesion else "",
            values.get("location") or "",
            bool(values.get("location_overridden")),
            values.get("location_reason") or "",
        )


def _move_look(look: LesionAssessment, lesion: Fact, *, occasion: Occasion) -> None:
    """The look at a lesion that was replaced, made again for the one that took its place."""
    kind = BY_CODE["assessment"]
    kept = ("occurred_on", "precision", *kind.columns, *kind.personal)
    values = {name: getattr(look, name) for name in kept} | {"lesion": lesion}
    add(
        LesionAssessment,
        look.patient,
        values,
        Problems(),
        occasion=replace(occasion, source=look.source, source_key=look.source_key),
    )


def _fact_of_key(question: Question, record: str, fields: Mapping[str, Any] | None = None) -> Fact | None:
    """The fact of this record and source key that stands for the patient."""
    key = _key(fields if fields is not None else (question.proposal or {}).get("fields", {}))
    if not key or question.patient is None:
        return None
    return (
        RECORDS[record]
        ._default_manager.filter(
            patient=question.patient,
            source=question.run.kind,
            source_key=key,
            entered_in_error_at__isnull=True,
        )
        .first()
    )


def _record_of(question: Question) -> str:
    return str((question.proposal or {}).get("record", ""))


def _key(fields: Mapping[str, Any]) -> str:
    return str(fields.get("source_key") or "")


def _parsed(problems: Problems, model: type[Fact], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as the columns hold them; a name that is no column of this record is a problem."""
    columns = {field.name: field for field in model._meta.concrete_fields}
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "source_key":
            continue
        if name not in columns or name in ("id", "patient", "recorded_at", "recorded_by", "source"):
            problems.add(name, f"It is not a field of this record; expected one of {', '.join(columns)}.")
        else:
            values[name] = _value(problems, name, columns[name], value)
    return values


def _value(problems: Problems, name: str, field: models.Field[Any, Any], value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField | models.CharField | models.TextField):
        return list(value) if isinstance(value, tuple) else value
    try:
        return field.to_python(value)
    except ValidationError:
        problems.add(name, f"{was_given(value)}; expected {_EXPECTED.get(type(field), 'another value')}.")
        return None


_EXPECTED: dict[type, str] = {
    models.DateField: "a day such as 2026-07-21",
    models.DecimalField: "a number",
    models.PositiveSmallIntegerField: "a whole number",
    models.BooleanField: "yes or no",
}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(entry) for entry in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _answer(
    question: Question, state: str, answer: Mapping[str, Any] | None, reason: str, *, occasion: Occasion
) -> None:
    question.state, question.answered_at, question.answered_by = state, occasion.at, occasion.by
    question.answer, question.reason = dict(answer) if answer is not None else None, reason
    question.save(update_fields=["state", "answered_at", "answered_by", "answer", "reason"])
    audit.record(
        by=occasion.by,
        verb=f"question.{state}",
        target=question,
        at=occasion.at,
        patient=question.patient,
        changes={"state": ("open", state), "reason": ("", reason)},
    )
