"""Questions of an import: a person accepts what was proposed, corrects it, or rejects it with a reason.

Accepting records the proposed fact under the source it was read from. Where a fact of that source key stands already,
it is entered in error and the accepted one takes its place, with the looks at a lesion that belong to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction

from scheduling.engine.words import day_text
from tracker import access, audit, clock
from tracker.errors import NotPossible, Refused
from tracker.interop.records import Plain
from tracker.models import Question, Symptom, User
from tracker.queries.questions import visible_questions
from tracker.services.acts.checking import Problems, check_text, named_of
from tracker.services.acts.occasion import ALL_THE_SAME, Occasion
from tracker.services.acts.values import is_id
from tracker.services.imports.answers import Answered, apply, fact_of_key
from tracker.services.records import close_symptom


@transaction.atomic
def accept(question_id: int, *, occasion: Occasion) -> Answered:
    """Record what the question proposes. Raises NotPossible where it proposes nothing, InvalidFact, Refused."""
    question = _lock_question(question_id, occasion.by)
    if not question.proposal:
        raise NotPossible("This question proposes nothing to accept; correct it or reject it.")
    record, fields = question.proposal["record"], question.proposal["fields"]
    if question.kind == "order_of_life":  # the question asked what the record would ask again
        occasion = replace(occasion, answers=ALL_THE_SAME)
    answered = apply(question, record, fields, occasion=occasion)
    _answer(question, "accepted", fields, "", occasion=occasion)
    return answered


@transaction.atomic
def correct(
    question_id: int, *, fields: Mapping[str, object], record: str = "", reason: str = "", occasion: Occasion
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
    answered = apply(question, kind, base | values, occasion=occasion)
    plain = {name: _plain(value) for name, value in values.items()}
    _answer(question, "corrected", plain, reason, occasion=occasion)
    return answered


@transaction.atomic
def reject(question_id: int, *, reason: str, occasion: Occasion) -> Answered:
    """Nothing is recorded, with a reason. A red flag that waited for confirmation is closed, by a clinician only."""
    question = _lock_question(question_id, occasion.by)
    problems = Problems()
    check_text(problems, "reason", reason, 300, expected="why it is rejected")
    problems.raise_any()
    answered = Answered(question, None, [])
    about = (question.proposal or {}).get("record")
    symptom = fact_of_key(question, "symptom") if about == "symptom" else None
    if isinstance(symptom, Symptom) and not symptom.confirmed and symptom.closed_on is None:
        closed = close_symptom(symptom.patient, symptom.pk, closed_on=occasion.today, reason=reason, occasion=occasion)
        answered = Answered(question, None, closed.changes)
    _answer(question, "rejected", None, reason, occasion=occasion)
    return answered


def _lock_question(question_id: int, by: User) -> Question:
    access.check_can_record(by)
    questions = visible_questions(by).select_for_update(of=("self",)).select_related("run")
    question = questions.filter(pk=question_id).first() if is_id(question_id) else None
    if question is None:
        raise Refused("There is no such question about your patients.")
    if question.state != "open":
        answered_at = day_text(clock.day_of(question.answered_at)) if question.answered_at else "a day not known"
        raise NotPossible(f"{question.answered_by} answered it on {answered_at}: {question.state}.")
    return question


def _plain(value: object) -> Plain:
    if isinstance(value, list | tuple):
        return [str(entry) for entry in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _answer(
    question: Question, state: str, answer: Mapping[str, object] | None, reason: str, *, occasion: Occasion
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
