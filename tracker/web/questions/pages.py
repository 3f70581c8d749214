"""What an import understood but a person must decide: accept, correct or reject, one question at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from scheduling.engine.words import count
from tracker import access, words
from tracker.errors import InvalidFact, NeedsAnswer, TrackerError
from tracker.models import Question
from tracker.queries.questions import open_question, question_page
from tracker.services.acts.occasion import Occasion
from tracker.services.imports import questions as answers
from tracker.services.imports.answers import Answered
from tracker.web.look.forms import ErrorBox, ErrorLine
from tracker.web.look.frame import Toast, occasion, page, person, say
from tracker.web.look.lists import Empty, page_number, pages_of
from tracker.web.look.marks import Link
from tracker.web.look.sending import Asked, asked, save_once

_DONE = {"accept": "Accepted", "correct": "Corrected", "reject": "Rejected"}
#: Fields of a proposal that a person does not correct here.
_HIDDEN = frozenset({"source_key", "source", "key"})


@dataclass(frozen=True, slots=True)
class ProposedField:
    """One field of a proposal as a box."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One open question."""

    id: int
    kind: str
    text: str
    place: str
    value: str
    expected: str
    asked: str
    run: str
    patient_name: str
    patient_number: str
    patient_url: str
    record: str
    fields: tuple[ProposedField, ...]
    reason: str = ""
    errors: ErrorBox | None = None
    doubts: Asked | None = None


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """The open questions about this person's patients, oldest first."""
    return _page(request)


@require_POST
def answer(request: HttpRequest, question_id: int) -> HttpResponse:
    """Accept, correct or reject one."""
    question = open_question(person(request), question_id)
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "").strip()
    typed = {name: request.POST.get(f"field-{name}", "") for name in _fields(question)} if question else {}
    now = occasion(request)
    try:
        told, again = save_once(request, now, lambda: _answered(question, act, typed, reason, now), partial(_told, act))
    except TrackerError as refusal:
        if question is None:
            raise
        return _page(request, _refused(question, typed, reason, refusal, now))
    say(request, Toast.of(told, again))
    return redirect(reverse("questions") + _query(request))


def _told(act: str, done: Answered) -> dict[str, Any]:
    return Toast(f"{_DONE[act]}.", tuple(change.text for change in done.changes)).plain()


def _refused(
    question: Question, typed: Mapping[str, str], reason: str, refusal: TrackerError, now: Occasion
) -> QuestionView:
    """The question with what was typed, and why it was not saved or what has to be answered first."""
    if isinstance(refusal, NeedsAnswer):
        return replace(_view(question, typed, reason), doubts=asked(refusal, now))
    box = ErrorBox("This answer was not saved", _lines(refusal, f"q{question.pk}"))
    return _view(question, typed, reason, box)


def _answered(question: Question | None, act: str, typed: Mapping[str, str], reason: str, now: Occasion) -> Answered:
    if question is None:
        raise Http404("No such open question about your patients.")
    if act == "accept":
        return answers.accept(question.pk, occasion=now)
    if act == "correct":
        corrected = _corrected(question, typed)
        return answers.correct(question.pk, fields=corrected, reason=reason, occasion=now)
    if act == "reject":
        return answers.reject(question.pk, reason=reason, occasion=now)
    raise Http404("No such answer.")


def _lines(refusal: TrackerError, anchor: str) -> tuple[ErrorLine, ...]:
    """What was refused, each mistake at its field; the rest at the reason."""
    problems = refusal.problems if isinstance(refusal, InvalidFact) else {"": [str(refusal)]}
    return tuple(
        ErrorLine(f"{_label(name)}: {sentence}" if name else sentence, f"{anchor}-{name or 'reason'}")
        for name, sentences in problems.items()
        for sentence in sentences
    )


def _query(request: HttpRequest) -> str:
    """The one patient whose questions are listed, as it stands in an address."""
    key = request.GET.get("patient", "")
    return f"?patient={key}" if key else ""


def _page(request: HttpRequest, refused: QuestionView | None = None) -> HttpResponse:
    """The open questions; `refused` keeps what was typed."""
    user, query = person(request), _query(request)
    patient = access.patient_for(user, request.GET["patient"]) if query else None
    found = question_page(user, patient, page_number(request.GET.get("page")))
    base = f"{reverse('questions')}{query}{'&' if query else '?'}page="
    total = count(found.total, "question")
    return page(
        request,
        "imports/questions.html",
        "queue",
        status=409 if refused and refused.doubts else 422 if refused else 200,
        questions=tuple(
            refused if refused and refused.id == question.pk else _view(question) for question in found.questions
        ),
        total=total,
        pages=pages_of(found.page, found.pages, total, lambda number: f"{base}{number}"),
        may_answer=access.can_record(user),
        query=query,
        empty=Empty(
            "No question is open",
            ("Every fact of the imports about patients of your teams was understood or has been decided.",),
            (Link("Go to the queue", reverse("home")),),
        ),
    )


def _view(
    question: Question,
    typed: Mapping[str, str] | None = None,
    reason: str = "",
    errors: ErrorBox | None = None,
) -> QuestionView:
    patient = question.patient
    fields = _fields(question)
    return QuestionView(
        id=question.pk,
        kind=words.plain(question.kind),
        text=question.text,
        place=question.place,
        value=question.value,
        expected=question.expected,
        asked=words.moment_text(question.asked_at),
        run=question.run.get_kind_display(),
        patient_name=patient.name if patient else "",
        patient_number=patient.number if patient else "",
        patient_url=reverse("patient", args=[patient.key]) if patient else "",
        record=words.plain(str((question.proposal or {}).get("record", ""))) if question.proposal else "",
        fields=tuple(
            ProposedField(name, _label(name), (typed or {}).get(name, _shown(value))) for name, value in fields.items()
        ),
        reason=reason,
        errors=errors,
    )


def _fields(question: Question) -> dict[str, object]:
    proposal = question.proposal or {}
    return {name: value for name, value in proposal.get("fields", {}).items() if name not in _HIDDEN}


def _corrected(question: Question, typed: Mapping[str, str]) -> dict[str, object]:
    """The fields that were changed, each as the kind of value that was proposed."""
    fields = _fields(question)
    return {name: _as(fields[name], text) for name, text in typed.items() if text.strip() != _shown(fields[name])}


def _as(proposed: object, text: str) -> object:
    """What was typed as the kind of value that stood there: yes or no, a list, a number, or text."""
    text = text.strip()
    if isinstance(proposed, bool):
        return text.lower() in ("yes", "true", "1")
    if isinstance(proposed, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    if proposed is None and not text:
        return None
    return text


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _label(name: str) -> str:
    return {"occurred_on": "Day"}.get(name, name.replace("_", " ").capitalize())
