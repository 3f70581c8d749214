"""Work without a window: tasks, questions, uncertain messages, studies without a result, what waits for approval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Exists, Q, QuerySet, Value

from scheduling.engine.vocabulary import URGENCY_RANK, Urgency
from scheduling.engine.vocabulary import Task as PlanTask
from scheduling.engine.words import day_text
from scheduling.models import PolicyVersion
from tracker import access, words
from tracker.channels.registry import channel_named
from tracker.models import Override, Patient, Question, Reminder, Study, Task, User
from tracker.queries.questions import visible_questions
from tracker.queries.queues.registry import QUEUES, Queue
from tracker.queries.queues.rows import Act, QueueFilters, TaskRow
from tracker.queries.waits import sources

OPEN_PATIENT = Act("open", "Open", "Enter")
ANSWER = Act("answer", "Answer", "Enter")
LOG_CALL = Act("log_call", "Log call", "C")
REPORT = Act("report", "Add result", "Enter")
SETTLE = Act("settle", "Settle", "")
OPEN_POLICY = Act("open", "Open", "Enter")

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
    """How much work without a window each queue holds; two queries."""
    kinds = dict(_tasks(user, today).values_list("kind").annotate(number=Count("pk")))
    each = (_counted(name, source(user, today)) for name, source in _SOURCES.items())
    others = dict(next(each).union(*each, all=True))
    return {
        queue.slug: sum(kinds.get(kind, 0) for kind in queue.kinds) + sum(others.get(name, 0) for name in queue.sources)
        for queue in QUEUES
    }


def _counted(name: str, rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    """The number of rows beside the name of their source; nothing where there are none."""
    named = rows.order_by().annotate(of_source=Value(name, output_field=CharField()))
    counted: QuerySet[Any, Any] = named.values("of_source").annotate(number=Count("pk"))
    return counted.values_list("of_source", "number")


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
    """The open tasks of one patient, most urgent first."""
    rows = _of_tasks(Task.objects.filter(patient=patient, ended_at__isnull=True))
    return tuple(sorted(rows, key=lambda row: (URGENCY_RANK[row.urgency], row.raised_at)))


def questions_of_patient(patient: Patient) -> tuple[TaskRow, ...]:
    """The open questions of one patient, oldest first."""
    asked = Question.objects.filter(patient=patient, state="open")
    return tuple(_of_questions(asked.order_by("asked_at", "pk")))


def _tasks(user: User, today: date) -> QuerySet[Task]:
    return sources.open_tasks(today).filter(patient__in=access.visible_patients(user))


def _reminders(user: User, today: date) -> QuerySet[Reminder]:
    return Reminder.objects.filter(access.about_patients(access.visible_patients(user)), state="uncertain")


def _studies(user: User, today: date) -> QuerySet[Study]:
    return sources.unread_studies(today).filter(patient__in=access.visible_patients(user))


def _windows(user: User, today: date) -> QuerySet[Override]:
    return sources.unapproved_windows(today).filter(patient__in=access.visible_patients(user))


def _policies(user: User, today: date) -> QuerySet[PolicyVersion]:
    return sources.unapproved_versions(today).filter(Exists(sources.approvers().filter(pk=user.pk)))


def _questions(user: User, today: date) -> QuerySet[Question]:
    return visible_questions(user).filter(state="open")


_SOURCES: dict[str, Callable[[User, date], QuerySet[Any]]] = {
    "question": _questions,
    "reminder": _reminders,
    "study": _studies,
    "override": _windows,
    "policy": _policies,
}


def _narrowed(rows: QuerySet[Any], filters: QueueFilters) -> QuerySet[Any]:
    if rows.model is PolicyVersion:  # about nobody: only filters that ask for somebody leave it out
        return rows.none() if filters.text or filters.team or filters.surgeon or filters.owner else rows
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
            urgency=sources.task_urgency(task),
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
            urgency=sources.question_urgency(question),
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
            patient=reminder.of_patient,
            urgency=Urgency(reminder.follow_up.urgency) if reminder.follow_up else Urgency.ROUTINE,
            raised_at=reminder.created_at,
            next_act=SETTLE,
        )
        for reminder in rows.select_related("follow_up__patient__nurse", "patient__nurse")
    ]


def _of_studies(rows: QuerySet[Study]) -> list[TaskRow]:
    return [
        TaskRow(
            source="study",
            source_id=study.pk,
            kind=study.kind,
            title="Study without a report" if study.reported_on is None else "Report that nobody read",
            text=f"{words.STUDY[study.kind]} of {day_text(study.occurred_on)}",
            patient=study.patient,
            due_on=study.reported_on or study.occurred_on,
            raised_at=study.recorded_at,
            next_act=REPORT,
        )
        for study in rows.select_related("patient__nurse")
    ]


def _of_windows(rows: QuerySet[Override]) -> list[TaskRow]:
    return [
        TaskRow(
            source="override",
            source_id=window.pk,
            kind="second_approval",
            title="Second approval of a window",
            text=f"{words.STREAM[window.stream]} due {day_text(window.due_on)}: {window.reason}",
            patient=window.patient,
            raised_at=window.recorded_at,
            next_act=OPEN_PATIENT,
        )
        for window in rows.select_related("patient__nurse")
    ]


def _of_policies(rows: QuerySet[PolicyVersion]) -> list[TaskRow]:
    return [
        TaskRow(
            source="policy",
            source_id=version.pk,
            kind="policy",
            title="Policy version to approve",
            text=f"Version {version.version}: draft, not for clinical use",
            patient=None,
            raised_at=version.published_at or version.created_at,
            next_act=OPEN_POLICY,
        )
        for version in rows
    ]


_READERS: dict[str, Callable[[QuerySet[Any]], list[TaskRow]]] = {
    "question": _of_questions,
    "reminder": _of_reminders,
    "study": _of_studies,
    "override": _of_windows,
    "policy": _of_policies,
}
