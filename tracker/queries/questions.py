"""Questions of imports that wait for a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet

from tracker import access
from tracker.models import Patient, Question, Role, User

#: Questions of a page.
PAGE = 25


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One page of the open questions; `total` are all of them."""

    questions: tuple[Question, ...]
    total: int
    page: int
    pages: int


def visible_questions(user: User) -> QuerySet[Question]:
    """Questions about this person's patients; those about nobody known go to nurses who may assign."""
    seen = Q(patient__in=access.visible_patients(user))
    if user.is_active and user.role == Role.NURSE and user.may_assign:
        seen |= Q(patient__isnull=True)
    return Question.objects.filter(seen)


def open_questions(user: User, patient: Patient | None = None) -> QuerySet[Question]:
    """What waits for this person, oldest first; about one patient where one is named."""
    found = visible_questions(user).filter(state="open")
    if patient is not None:
        found = found.filter(patient=patient)
    return found.select_related("patient", "run").order_by("asked_at", "pk")


def open_question(user: User, question_id: int) -> Question | None:
    """One open question that this person may answer."""
    return open_questions(user).filter(pk=question_id).first()


def question_page(user: User, patient: Patient | None, page: int) -> QuestionPage:
    """One page of them; beyond the last is the last. Two queries, and the gate's."""
    pager = Paginator(open_questions(user, patient), PAGE)
    shown = pager.get_page(page)
    return QuestionPage(tuple(shown), pager.count, shown.number, pager.num_pages)
