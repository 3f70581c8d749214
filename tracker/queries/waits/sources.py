"""The rows that can wait for a person: follow-ups, tasks, questions, messages, studies and policy versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery

from scheduling.engine.vocabulary import Task as PlanTask
from scheduling.engine.vocabulary import Urgency
from tracker import clock
from tracker.models import FollowUp, FollowUpEvent, Patient, Question, Reminder, Study, Task
from tracker.queries import results
from tracker.queries.time_status import timed
from tracker.queries.waits.approvals import unapproved_versions, unapproved_windows

#: Tasks that stand first in any list.
URGENT: dict[str, Urgency] = {
    PlanTask.EMERGENCY_PATHWAY_SAME_DAY: Urgency.EMERGENCY,
    PlanTask.COMFORT_DIRECTED_DECISION_BY_CLINICIAN: Urgency.EMERGENCY,
    PlanTask.CLINICIAN_CALL_BACK_PAIN: Urgency.URGENT,
    PlanTask.PALLIATIVE_CALL_BACK_PAIN: Urgency.URGENT,
    "plan_failed": Urgency.URGENT,
    "unwell": Urgency.URGENT,
}
#: Work that only a clinician can end.
FOR_CLINICIANS = frozenset(
    {
        "emergency_pathway_same_day",
        "comfort_directed_decision_by_clinician",
        "clinician_confirms_stop",
        "clinician_call_back_pain",
    }
)
#: Work that waits from its own day on, not from the day it was raised.
LATER = (PlanTask.RE_OFFER_ON.value, "call_patient")


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of row: those that may wait on a day, whom a row is about, since when, and how urgent it is."""

    name: str
    rows: Callable[[date], QuerySet[Any]]
    patient: Callable[[Any], Patient | None]
    since: Callable[[Any], datetime]
    urgency: Callable[[Any], str]
    #: Rows that are urgent or an emergency.
    hasty: Q


def released_at() -> Subquery:
    """When a follow-up was last taken from an owner who may not see its patient."""
    return _newest("released")


def set_aside_at() -> Subquery:
    """When a follow-up was last snoozed or cancelled."""
    return _newest("snoozed", "cancelled")


def _newest(*kinds: str) -> Subquery:
    events = FollowUpEvent.objects.filter(follow_up=OuterRef("pk"), kind__in=kinds).order_by("-pk")
    return Subquery(events.values("at")[:1])


def still_asked(rows: QuerySet[Task]) -> QuerySet[Task]:
    """Open tasks without the calls to somebody who has died or left: asked again where that was an error."""
    gone = Q(patient__plan__urgency=Urgency.STOP)
    return (
        rows.filter(ended_at__isnull=True)
        .exclude(gone, kind__in=["call_patient", "right_number"])
        .exclude(kind="unwell", patient__deceased_on__isnull=False)
    )


def open_tasks(today: date) -> QuerySet[Task]:
    """Open tasks whose day has come; the emergency's own where its two rows do not stand in the queue already."""
    rows = FollowUp.objects.filter(patient=OuterRef("patient"), closed_at__isnull=True, urgency=Urgency.EMERGENCY)
    return (
        still_asked(Task.objects.all())
        .exclude(kind__in=LATER, due_on__gt=today)
        .exclude(Q(kind=PlanTask.EMERGENCY_PATHWAY_SAME_DAY) & Exists(rows))
        # A message whose fate is not known stands in the queue itself: it is settled there.
        .exclude(
            Q(kind="check_delivery")
            & Exists(Reminder.objects.filter(follow_up=OuterRef("follow_up"), state="uncertain"))
        )
    )


def unread_studies(today: date) -> QuerySet[Study]:
    """Studies typed here, or told of, of which nobody said what they show; an import leaves unknown what it omits.

    Nobody is asked after a death.
    """
    asked = Study.objects.filter(
        source__in=["typed", "told"], first_call__in=["unknown", "not_reported"], entered_in_error_at__isnull=True
    )
    return asked.filter(patient__deceased_on__isnull=True).exclude(kind="xray")


def task_since(task: Task) -> datetime:
    """When a task began to wait."""
    if task.kind in LATER and task.due_on is not None:
        return max(task.raised_at, clock.beginning_of(task.due_on))
    return task.raised_at


def task_urgency(task: Task) -> Urgency:
    """How urgent a task is: its kind, else its follow-up."""
    return URGENT.get(task.kind) or Urgency(task.follow_up.urgency if task.follow_up else Urgency.ROUTINE)


def question_urgency(question: Question) -> Urgency:
    """An unconfirmed red flag fires nothing until a person has looked."""
    return Urgency.URGENT if "symptom" in question.kind else Urgency.ROUTINE


def _about(row: Model) -> Any:
    return getattr(row, "patient", None)


def _routine(row: Model) -> str:
    return Urgency.ROUTINE


_HASTY_ROWS = (Urgency.EMERGENCY, Urgency.URGENT)
_NONE, _OF_ROW = Q(pk__in=[]), Q(follow_up__urgency__in=_HASTY_ROWS)
SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            "follow_up",
            lambda today: (
                timed(FollowUp.objects.filter(closed_at__isnull=True), clock.beginning_of(today))
                .select_related("patient")
                .defer("snapshot", "reasons")
                .annotate(released_at=released_at(), set_aside_at=set_aside_at())
            ),
            _about,
            lambda row: row.changed_at,
            lambda row: row.urgency,
            Q(urgency__in=_HASTY_ROWS),
        ),
        Source(
            "task",
            lambda today: open_tasks(today).select_related("patient", "follow_up"),
            _about,
            task_since,
            task_urgency,
            Q(kind__in=list(URGENT)) | _OF_ROW,
        ),
        Source(
            "question",
            lambda today: Question.objects.filter(state="open").select_related("patient"),
            _about,
            lambda row: row.asked_at,
            question_urgency,
            Q(kind__contains="symptom"),
        ),
        Source(
            "reminder",
            lambda today: Reminder.objects.filter(state="uncertain").select_related("patient", "follow_up__patient"),
            lambda row: row.of_patient,
            lambda row: row.created_at,
            lambda row: row.follow_up.urgency if row.follow_up else Urgency.ROUTINE,
            _OF_ROW,
        ),
        Source(
            "study",
            lambda today: unread_studies(today).select_related("patient"),
            _about,
            lambda row: clock.beginning_of(row.reported_on or row.occurred_on),
            _routine,
            _NONE,
        ),
        Source(
            "result",
            lambda today: results.to_act_on().select_related("patient"),
            _about,
            lambda row: row.first_call_at or row.recorded_at,
            lambda row: Urgency.EXPEDITED,
            _NONE,
        ),
        Source(
            "repeat",
            lambda today: results.to_repeat().select_related("patient"),
            _about,
            lambda row: row.recorded_at,
            _routine,
            _NONE,
        ),
        Source(
            "override",
            lambda today: unapproved_windows(today).select_related("patient"),
            _about,
            lambda row: row.recorded_at,
            _routine,
            _NONE,
        ),
        Source(
            "policy",
            unapproved_versions,
            lambda row: None,
            lambda row: row.published_at,
            _routine,
            _NONE,
        ),
    )
}
