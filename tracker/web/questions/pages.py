"""What an import understood but a person must decide: accept, correct or reject, one question at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tracker import access
from tracker.errors import InvalidFact, TrackerError
from tracker.models import Question
from tracker.services.imports import questions as answers
from tracker.templatetags.say import moment
from tracker.web.look import words
from tracker.web.look.days import count
from tracker.web.look.fields import ErrorBox, ErrorLine
from tracker.web.look.frame import Toast, occasion, page, person, say
from tracker.web.look.lists import Empty, Pages
from tracker.web.look.marks import Link

PAGE = 25
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


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """The open questions about this person's patients, oldest first."""
    return _page(request)


@require_POST
def answer(request: HttpRequest, question_id: int) -> HttpResponse:
    """Accept, correct or reject one."""
    user = person(request)
    question = answers.open_questions(user).filter(pk=question_id).first()
    if question is None:
        raise Http404("No such open question about your patients.")
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "").strip()
    typed = {name: request.POST.get(f"field-{name}", "") for name in _fields(question)}
    now = occasion(request)
    try:
        if act == "accept":
            done = answers.accept(question_id, occasion=now)
        elif act == "correct":
            done = answers.correct(
                question_id, fields=_corrected(question, typed), reason=reason, occasion=now
            )
        elif act == "reject":
            done = answers.reject(question_id, reason=reason, occasion=now)
        else:
            raise Http404("No such answer.")
    except InvalidFact as problem:
        lines = [
            ErrorLine(
                f"{_label(name)}: {sentence}" if name else sentence, f"q{question_id}-{name or 'reason'}"
            )
            for name, sentences in problem.problems.items()
            for sentence in sentences
        ]
        return _page(request, question_id, typed, reason, tuple(lines))
    except TrackerError as refusal:
        return _page(
            request, question_id, typed, reason, (ErrorLine(str(refusal), f"q{question_id}-reason"),)
        )
    answered = {"accept": "Accepted", "correct": "Corrected", "reject": "Rejected"}[act]
    say(request, Toast(f"{answered}.", tuple(change.text for change in done.changes)))
    return redirect(
        reverse("questions") + (f"?patient={request.GET['patient']}" if request.GET.get("patient") else "")
    )


def _page(
    request: HttpRequest,
    wrong_id: int = 0,
    typed: Mapping[str, str] | None = None,
    reason: str = "",
    lines: tuple[ErrorLine, ...] = (),
) -> HttpResponse:
    user = person(request)
    found = answers.open_questions(user)
    key = request.GET.get("patient", "")
    if key:
        found = found.filter(patient=access.patient_for(user, key))
    pager = Paginator(found, PAGE)
    asked = request.GET.get("page", "1")
    shown = pager.get_page(asked)
    views = []
    for question in shown:
        view = _view(question)
        if question.pk == wrong_id:
            box = ErrorBox("This answer was not saved", lines)
            view = _view(question, typed or {}, reason, box)
        views.append(view)
    base = reverse("questions") + (f"?patient={key}&" if key else "?")
    pages = None
    if pager.num_pages > 1:
        pages = Pages(
            f"Page {shown.number} of {pager.num_pages}, {count(pager.count, 'question')}",
            f"{base}page={shown.number - 1}" if shown.has_previous() else "",
            f"{base}page={shown.number + 1}" if shown.has_next() else "",
        )
    return page(
        request,
        "imports/questions.html",
        "queue",
        status=422 if lines else 200,
        questions=tuple(views),
        total=count(pager.count, "question"),
        pages=pages,
        may_answer=access.can_record(user),
        query=f"?patient={key}" if key else "",
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
        asked=moment(question.asked_at),
        run=question.run.get_kind_display(),
        patient_name=patient.name if patient else "",
        patient_number=patient.number if patient else "",
        patient_url=reverse("patient", args=[patient.key]) if patient else "",
        record=words.plain(str((question.proposal or {}).get("record", ""))) if question.proposal else "",
        fields=tuple(
            ProposedField(name, _label(name), (typed or {}).get(name, _shown(value)))
            for name, value in fields.items()
        ),
        reason=reason,
        errors=errors,
    )


def _fields(question: Question) -> dict[str, Any]:
    proposal = question.proposal or {}
    return {name: value for name, value in proposal.get("fields", {}).items() if name not in _HIDDEN}


def _corrected(question: Question, typed: Mapping[str, str]) -> dict[str, Any]:
    """The fields that were changed, each as the kind of value that was proposed."""
    fields = _fields(question)
    return {
        name: _as(fields[name], text) for name, text in typed.items() if text.strip() != _shown(fields[name])
    }


def _as(proposed: Any, text: str) -> Any:
    """What was typed as the kind of value that stood there: yes or no, a list, a number, or text."""
    text = text.strip()
    if isinstance(proposed, bool):
        return text.lower() in ("yes", "true", "1")
    if isinstance(proposed, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    if proposed is None and not text:
        return None
    return text


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _label(name: str) -> str:
    return {"occurred_on": "Day"}.get(name, name.replace("_", " ").capitalize())
