"""Work without a window: tasks, questions, uncertain messages, studies without a result, what waits for approval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import CharField, Count, Exists, Q, QuerySet, Value

from scheduling.engine.record.counting import NOT_COUNTED, why_not_counted
from scheduling.engine.vocabulary import URGENCY_RANK, Urgency
from scheduling.engine.vocabulary import Task as PlanTask
from scheduling.engine.words import day_text
from scheduling.models import PolicyVersion
from tracker import access, words
from tracker.channels.registry import channel_named
from tracker.models import Override, Patient, Question, Reminder, Study, Task, User
from tracker.queries.leaving import Leaving
from tracker.queries.questions import visible_questions
from tracker.queries.queues.registry import QUEUES, Queue
from tracker.queries.queues.rows import Act, QueueFilters, TaskRow
from tracker.queries.results import to_act_on, to_repeat
from tracker.queries.waits import approvals, sources
from tracker.storage.among import Ready

OPEN_PATIENT = Act("open", "Open", "Enter")
ANSWER = Act("answer", "Answer", "Enter")
LOG_CALL = Act("log_call", "Log call", "C")
ACT_ON = Act("act_on", "Act on it", "Enter")
EXPLAIN = Act("explain", "Explain", "Enter")
REPORT = Act("report", "Add result", "Enter")
SETTLE = Act("settle", "Settle", "")
OPEN_POLICY = Act("open", "Open", "Enter")
UNBOOK = Act("unbook", "Cancel booking", "")
UNORDER = Act("unorder", "Cancel order", "")
SYMPTOM = Act("unwell", "Record symptom", "Enter")
NUMBER = Act("right_number", "Enter number", "Enter")

#: The act that ends a task, where it is not simply said to be done; those of a row need one that is current.
ENDS: dict[str, Act] = {
    "unwell": SYMPTOM,
    "right_number": NUMBER,
    "cancel_booking": UNBOOK,
    "cancel_order": UNORDER,
}
_OF_A_ROW = frozenset({"cancel_booking", "cancel_order"})

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
    of_kinds, of_sources = _counting(access.sight_of(user), today, connection.vendor)
    kinds, others = dict(of_kinds()), dict(of_sources())
    return {
        queue.slug: sum(kinds.get(kind, 0) for kind in queue.kinds) + sum(others.get(name, 0) for name in queue.sources)
        for queue in QUEUES
    }


@lru_cache(maxsize=256)
def _counting(sight: access.Sight, today: date, vendor: str) -> tuple[Ready, Ready]:
    """The queries of the counts: tasks by kind, everything else by its source."""
    user = sight.user()
    each = (_counted(name, source(user, today)) for name, source in _SOURCES.items())
    of_kinds = _tasks(user, today).values_list("kind").annotate(number=Count("pk"))
    return Ready(of_kinds), Ready(next(each).union(*each, all=True))


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


def unwell(user: User, filters: QueueFilters, today: date) -> tuple[TaskRow, ...]:
    """Calls on which somebody was unwell, unanswered, oldest first; no filter but the team hides one."""
    asked = _tasks(user, today).filter(kind="unwell")
    if filters.team is not None:
        asked = asked.filter(patient__team_id=filters.team)
    return tuple(_of_tasks(asked.order_by("raised_at", "pk")))


def with_leaving(rows: Iterable[TaskRow], gone: Mapping[int, Leaving]) -> tuple[TaskRow, ...]:
    """The same rows, each saying whether its patient has died or left."""
    return tuple(replace(row, leaving=gone.get(row.patient.pk)) if row.patient else row for row in rows)


def task_row(task: Task) -> TaskRow:
    """One task as a queue shows it."""
    return _of_tasks(Task.objects.filter(pk=task.pk))[0]


def unwell_call(patient: Patient) -> Task | None:
    """The call on which this patient was unwell, as long as nobody has answered it."""
    asked = sources.still_asked(Task.objects.filter(patient=patient, kind="unwell"))
    return asked.select_related("call__by").order_by("raised_at").first()


def tasks_of_patient(patient: Patient) -> tuple[TaskRow, ...]:
    """The open tasks of one patient, most urgent first, with what their studies wait for."""
    rows = _of_tasks(sources.still_asked(Task.objects.filter(patient=patient)))
    rows += _of_results(to_act_on().filter(patient=patient)) + _of_repeats(to_repeat().filter(patient=patient))
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
    return approvals.unapproved_windows(today).filter(patient__in=access.visible_patients(user))


def _policies(user: User, today: date) -> QuerySet[PolicyVersion]:
    return approvals.unapproved_versions(today).filter(Exists(approvals.approvers().filter(pk=user.pk)))


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
    "override": _windows,
    "policy": _policies,
    "result": _results,
    "repeat": _repeats,
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
            next_act=_ends(task),
            follow_up=str(task.follow_up.uid) if task.follow_up and task.follow_up.closed_at is None else "",
            raised_by=str(task.call.by) if task.call else "",
        )
        for task in rows.select_related("patient__nurse", "follow_up", "call__by")
    ]


def _ends(task: Task) -> Act:
    """The act that leads to the end of a task."""
    current = task.follow_up is not None and task.follow_up.closed_at is None
    if task.kind in CALLS and task.follow_up_id:
        return LOG_CALL
    return OPEN_PATIENT if task.kind in _OF_A_ROW and not current else ENDS.get(task.kind, OPEN_PATIENT)


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
    "override": _of_windows,
    "policy": _of_policies,
    "result": _of_results,
    "repeat": _of_repeats,
}
