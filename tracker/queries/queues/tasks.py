"""Work without a window: tasks, questions of an import, uncertain messages and studies without a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from scheduling.engine.record.counting import NOT_COUNTED, why_not_counted
from scheduling.engine.vocabulary import URGENCY_RANK, Urgency
from scheduling.engine.vocabulary import Task as PlanTask
from scheduling.engine.words import day_text
from tracker import access, words
from tracker.channels.registry import channel_named
from tracker.models import FollowUp, Patient, Question, Reminder, Study, Task, User
from tracker.queries.questions import visible_questions
from tracker.queries.queues.registry import QUEUES, Queue
from tracker.queries.queues.rows import Act, QueueFilters, TaskRow
from tracker.queries.results import to_act_on, to_repeat

OPEN_PATIENT = Act("open", "Open", "Enter")
ANSWER = Act("answer", "Answer", "Enter")
LOG_CALL = Act("log_call", "Log call", "C")
ACT_ON = Act("act_on", "Act on it", "Enter")
EXPLAIN = Act("explain", "Explain", "Enter")
REPORT = Act("report", "Add result", "Enter")
SETTLE = Act("settle", "Settle", "")

#: Tasks that stand first in any list.
URGENT: dict[str, Urgency] = {
    PlanTask.EMERGENCY_PATHWAY_SAME_DAY: Urgency.EMERGENCY,
    PlanTask.COMFORT_DIRECTED_DECISION_BY_CLINICIAN: Urgency.EMERGENCY,
    PlanTask.CLINICIAN_CALL_BACK_PAIN: Urgency.URGENT,
    PlanTask.PALLIATIVE_CALL_BACK_PAIN: Urgency.URGENT,
}

CALLS = frozenset({"call_patient", PlanTask.CLINICIAN_CALL_BACK_PAIN, PlanTask.PALLIATIVE_CALL_BACK_PAIN})


def named_like(text: str, prefix: str = "") -> Q:
    """Patients whose number or name holds every word of `text`; `prefix` leads to the patient."""
    found = Q()
    for word in text.split()[:6]:
        found &= (
            Q(**{f"{prefix}number__icontains": word})
            | Q(**{f"{prefix}family_name__icontains": word})
            | Q(**{f"{prefix}given_name__icontains": word})
        )
    return found


def counts(user: User, today: date) -> dict[str, int]:
    """How much work without a window each queue holds; one query a source."""
    kinds = dict(_tasks(user, today).values_list("kind").annotate(number=Count("pk")))
    sources = {name: source(user, today).count() for name, source in _SOURCES.items()}
    return {
        queue.slug: sum(kinds.get(kind, 0) for kind in queue.kinds) + sum(sources[name] for name in queue.sources)
        for queue in QUEUES
    }


def task_rows(user: User, queue: Queue, filters: QueueFilters, today: date) -> tuple[TaskRow, ...]:
    """The work of a queue without a window, most urgent first, then by day; one query a source.

    A filter that only a window has (time, state, stream) leaves none.
    """
    if filters.time or filters.state or filters.stream:
        return ()
    found: list[TaskRow] = []
    if queue.kinds:
        found += _of_tasks(_narrowed(_tasks(user, today).filter(kind__in=queue.kinds), filters))
    for name in queue.sources:
        found += _READERS[name](_narrowed(_SOURCES[name](user, today), filters))
    if filters.urgency:
        found = [row for row in found if row.urgency == filters.urgency]
    return tuple(
        sorted(
            found,
            key=lambda row: (
                URGENCY_RANK[row.urgency],
                row.due_on or date.max,
                row.raised_at,
                row.source_id,
            ),
        )
    )


def tasks_of_patient(patient: Patient) -> tuple[TaskRow, ...]:
    """The open tasks of one patient, most urgent first, with what their studies wait for."""
    rows = _of_tasks(Task.objects.filter(patient=patient, ended_at__isnull=True))
    rows += _of_results(to_act_on().filter(patient=patient)) + _of_repeats(to_repeat().filter(patient=patient))
    return tuple(sorted(rows, key=lambda row: (URGENCY_RANK[row.urgency], row.raised_at)))


def questions_of_patient(patient: Patient) -> tuple[TaskRow, ...]:
    """The open questions of one patient, oldest first."""
    asked = Question.objects.filter(patient=patient, state="open")
    return tuple(_of_questions(asked.order_by("asked_at", "pk")))


def _tasks(user: User, today: date) -> QuerySet[Task]:
    """Open tasks whose day has come; the emergency's own where its two rows do not stand in the queue already."""
    rows = FollowUp.objects.filter(patient=OuterRef("patient"), closed_at__isnull=True, urgency=Urgency.EMERGENCY)
    later = {PlanTask.RE_OFFER_ON.value, "call_patient"}
    return (
        Task.objects.filter(patient__in=access.visible_patients(user), ended_at__isnull=True)
        .exclude(kind__in=later, due_on__gt=today)
        .exclude(Q(kind=PlanTask.EMERGENCY_PATHWAY_SAME_DAY) & Exists(rows))
        # A message whose fate is not known stands in the queue itself: it is settled there.
        .exclude(
            Q(kind="check_delivery")
            & Exists(Reminder.objects.filter(follow_up=OuterRef("follow_up"), state="uncertain"))
        )
    )


def _reminders(user: User, today: date) -> QuerySet[Reminder]:
    return Reminder.objects.filter(follow_up__patient__in=access.visible_patients(user), state="uncertain")


def _studies(user: User, today: date) -> QuerySet[Study]:
    """Studies typed here whose report nobody entered; an import leaves unknown what it does not say."""
    return Study.objects.filter(
        patient__in=access.visible_patients(user),
        source="typed",
        reported_on__isnull=True,
        first_call__in=["unknown", "not_reported"],
        entered_in_error_at__isnull=True,
    ).exclude(kind="xray")


def _questions(user: User, today: date) -> QuerySet[Question]:
    return visible_questions(user).filter(state="open")


def _results(user: User, today: date) -> QuerySet[Study]:
    return to_act_on().filter(patient__in=access.visible_patients(user))


def _repeats(user: User, today: date) -> QuerySet[Study]:
    return to_repeat().filter(patient__in=access.visible_patients(user))


_SOURCES: dict[str, Callable[[User, date], QuerySet[Any]]] = {
    "question": _questions,
    "reminder": _reminders,
    "study": _studies,
    "result": _results,
    "repeat": _repeats,
}


def _narrowed(rows: QuerySet[Any], filters: QueueFilters) -> QuerySet[Any]:
    path = "follow_up__patient__" if rows.model is Reminder else "patient__"
    found = named_like(filters.text, path)
    if filters.team is not None:
        found &= Q(**{f"{path}team_id": filters.team})
    if filters.surgeon is not None:
        found &= Q(**{f"{path}surgeon_id": filters.surgeon})
    if filters.owner is not None:
        found &= Q(**{f"{path}nurse_id": filters.owner}) if filters.owner else Q(**{f"{path}nurse__isnull": True})
    return rows.filter(found)


def _of_tasks(rows: QuerySet[Task]) -> list[TaskRow]:
    return [
        TaskRow(
            source="task",
            source_id=task.pk,
            kind=task.kind,
            title=words.TASK.get(task.kind) or words.plain(task.kind),
            text=task.text,
            patient=task.patient,
            urgency=URGENT.get(task.kind) or Urgency(task.follow_up.urgency if task.follow_up else Urgency.ROUTINE),
            due_on=task.due_on,
            raised_at=task.raised_at,
            next_act=LOG_CALL if task.kind in CALLS and task.follow_up_id else OPEN_PATIENT,
        )
        for task in rows.select_related("patient__nurse", "follow_up")
    ]


def _of_questions(rows: QuerySet[Question]) -> list[TaskRow]:
    return [
        TaskRow(
            source="question",
            source_id=question.pk,
            kind=question.kind,
            title="Question of an import",
            text=question.text,
            patient=question.patient,
            # An unconfirmed red flag fires nothing until a person has looked.
            urgency=Urgency.URGENT if "symptom" in question.kind else Urgency.ROUTINE,
            raised_at=question.asked_at,
            next_act=ANSWER,
        )
        for question in rows.select_related("patient__nurse")
    ]


def _channel_word(name: str) -> str:
    channel = channel_named(name)
    return channel.word if channel is not None else "Message"


def _of_reminders(rows: QuerySet[Reminder]) -> list[TaskRow]:
    return [
        TaskRow(
            source="reminder",
            source_id=reminder.pk,
            kind=reminder.purpose,
            title=words.TASK["check_delivery"],
            text=f"{_channel_word(reminder.channel)} to the {reminder.audience} about "
            f"{words.PURPOSE.get(reminder.purpose, reminder.purpose)}: may or may not have arrived",
            patient=reminder.follow_up.patient,
            urgency=Urgency(reminder.follow_up.urgency),
            raised_at=reminder.created_at,
            next_act=SETTLE,
        )
        for reminder in rows.select_related("follow_up__patient__nurse")
    ]


def _of_studies(rows: QuerySet[Study]) -> list[TaskRow]:
    return [
        TaskRow(
            source="study",
            source_id=study.pk,
            kind=study.kind,
            title="Study without a report",
            text=f"{words.STUDY[study.kind]} of {day_text(study.occurred_on)}",
            patient=study.patient,
            due_on=study.occurred_on,
            raised_at=study.recorded_at,
            next_act=REPORT,
        )
        for study in rows.select_related("patient__nurse")
    ]


def _of_results(rows: QuerySet[Study]) -> list[TaskRow]:
    return [
        TaskRow(
            source="result",
            source_id=study.pk,
            kind=study.first_call,
            title="Result to act on",
            text=f"{words.STUDY[study.kind]} of {day_text(study.occurred_on)}: {words.FIRST_CALL[study.first_call]}",
            patient=study.patient,
            urgency=Urgency.EXPEDITED,
            raised_at=study.first_call_at or study.recorded_at,
            next_act=ACT_ON,
        )
        for study in rows.select_related("patient__nurse")
    ]


def _of_repeats(rows: QuerySet[Study]) -> list[TaskRow]:
    return [
        TaskRow(
            source="repeat",
            source_id=study.pk,
            kind=(why := why_not_counted(study.kind, study.quality, study.spine_read)),
            title="Repeat or explain",
            text=f"{words.STUDY[study.kind]} of {day_text(study.occurred_on)}: {NOT_COUNTED[why]}",
            patient=study.patient,
            raised_at=study.recorded_at,
            next_act=EXPLAIN,
        )
        for study in rows.select_related("patient__nurse")
    ]


_READERS: dict[str, Callable[[QuerySet[Any]], list[TaskRow]]] = {
    "question": _of_questions,
    "reminder": _of_reminders,
    "study": _of_studies,
    "result": _of_results,
    "repeat": _of_repeats,
}
