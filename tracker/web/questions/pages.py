"""What an import understood but a person must decide: accept, correct or reject, one question at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from scheduling.engine.words import count
from tracker import access
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
from tracker.web.look.sending import asked, save_once
from tracker.web.questions.view import QuestionView, corrected_by, fields_of, label_of, view_of

_DONE = {"accept": "Accepted", "correct": "Corrected", "reject": "Rejected"}


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """The open questions about this person's patients, oldest first."""
    return _page(request)


@require_POST
def answer(request: HttpRequest, question_id: int) -> HttpResponse:
    """Accept, correct or reject one."""
    question = open_question(person(request), question_id)
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "").strip()
    typed = {name: request.POST.get(f"field-{name}", "") for name in fields_of(question)} if question else {}
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
        return replace(view_of(question, typed, reason), doubts=asked(refusal, now))
    box = ErrorBox("This answer was not saved", _lines(refusal, f"q{question.pk}"))
    return view_of(question, typed, reason, box)


def _answered(question: Question | None, act: str, typed: Mapping[str, str], reason: str, now: Occasion) -> Answered:
    if question is None:
        raise Http404("No such open question about your patients.")
    if act == "accept":
        return answers.accept(question.pk, occasion=now)
    if act == "correct":
        corrected = corrected_by(question, typed)
        return answers.correct(question.pk, fields=corrected, reason=reason, occasion=now)
    if act == "reject":
        return answers.reject(question.pk, reason=reason, occasion=now)
    raise Http404("No such answer.")


def _lines(refusal: TrackerError, anchor: str) -> tuple[ErrorLine, ...]:
    """What was refused, each mistake at its field; the rest at the reason."""
    problems = refusal.problems if isinstance(refusal, InvalidFact) else {"": [str(refusal)]}
    return tuple(
        ErrorLine(f"{label_of(name)}: {sentence}" if name else sentence, f"{anchor}-{name or 'reason'}")
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
            refused if refused and refused.id == question.pk else view_of(question) for question in found.questions
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
