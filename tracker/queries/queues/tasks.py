"""Work without a window: tasks, questions of an import, uncertain messages and studies without a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from scheduling.engine.vocabulary import URGENCY_RANK, Urgency
from scheduling.engine.vocabulary import Task as PlanTask
from tracker import access
from tracker.channels.registry import channel_named
from tracker.models import FollowUp, Patient, Question, Reminder, Role, Study, Task, User
from tracker.queries.queues.registry import QUEUES, Queue
from tracker.queries.queues.rendering import age_on
from tracker.queries.queues.rows import Act, QueueFilters, TaskRow

OPEN_PATIENT = Act("open", "Open", "Enter")
ANSWER = Act("answer", "Answer", "Enter")
LOG_CALL = Act("log_call", "Log call", "C")
REPORT = Act("report", "Add result", "Enter")
SETTLE = Act("settle", "Settle", "")

#: Task kind -> its title. The words of a policy's tasks and the two of the tracker.
TITLES: dict[str, str] = {
    PlanTask.SCORE_MISSING: "Score missing",
    PlanTask.SCORE_STALE: "Score older than a year",
    PlanTask.STEP_DOWN_PROPOSED: "Step-down proposed",
    PlanTask.PROCEDURE_LEVEL_MISSING: "Levels of a treatment missing",
    PlanTask.TRANSFER_ACCEPTANCE_PENDING: "Transfer not yet accepted",
    PlanTask.HANDOVER_SUMMARY: "Handover summary",
    PlanTask.DISCHARGE_LETTER: "Discharge letter",
    PlanTask.CLINICIAN_CONFIRMS_STOP: "A clinician confirms the stop",
    PlanTask.RE_OFFER_ON: "Offer surveillance again",
    PlanTask.CLINICIAN_CALL_BACK_PAIN: "Clinician calls back about pain",
    PlanTask.PALLIATIVE_CALL_BACK_PAIN: "Palliative team calls back about pain",
    PlanTask.EMERGENCY_PATHWAY_SAME_DAY: "Emergency pathway today",
    PlanTask.COMFORT_DIRECTED_DECISION_BY_CLINICIAN: "Comfort-directed decision by a clinician",
    PlanTask.CLOSE_ALL_OPEN_ITEMS: "Close all open items",
    PlanTask.SUPPRESS_ALL_PATIENT_MESSAGES: "No more messages to this patient",
    "call_patient": "Call the patient",
    "cancel_booking": "Cancel a booking that is no longer needed",
    "check_delivery": "Check whether a message arrived",
}

_PURPOSES = {
    "recall": "arranging what comes next",
    "appointment": "a booking",
    "due": "what is due",
    "overdue": "what is overdue",
    "emergency": "the emergency pathway",
}

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


class _Found(NamedTuple):
    """A task of any source before it is put in order."""

    rank: int
    due_on: date | None
    raised_at: datetime
    row: TaskRow


def counts(user: User, today: date) -> dict[str, int]:
    """How much work without a window each queue holds; one query a source."""
    kinds = dict(_tasks(user, today).values_list("kind").annotate(number=Count("pk")))
    sources = {name: source(user, today).count() for name, source in _SOURCES.items()}
    return {
        queue.slug: sum(kinds.get(kind, 0) for kind in queue.kinds)
        + sum(sources[name] for name in queue.sources)
        for queue in QUEUES
    }


def task_rows(user: User, queue: Queue, filters: QueueFilters, today: date) -> tuple[TaskRow, ...]:
    """The work of a queue without a window, most urgent first, then by day; one query a source.

    A filter that only a window has (time, state, stream) leaves none.
    """
    if filters.time or filters.state or filters.stream:
        return ()
    found: list[_Found] = []
    if queue.kinds:
        found += _of_tasks(_narrowed(_tasks(user, today).filter(kind__in=queue.kinds), filters), today)
    for name in queue.sources:
        found += _READERS[name](_narrowed(_SOURCES[name](user, today), filters), today)
    if filters.urgency:
        found = [each for each in found if each.row.urgency == filters.urgency]
    found.sort(key=lambda each: (each.rank, each.due_on or date.max, each.raised_at, each.row.source_id))
    return tuple(each.row for each in found)


def tasks_of_patient(user: User, patient: Patient, today: date) -> tuple[TaskRow, ...]:
    """The open tasks of one patient, most urgent first."""
    rows = _of_tasks(
        Task.objects.filter(patient=patient, ended_at__isnull=True).select_related("patient__nurse"), today
    )
    return tuple(each.row for each in sorted(rows, key=lambda each: (each.rank, each.raised_at)))


def questions_of_patient(patient: Patient, today: date) -> tuple[TaskRow, ...]:
    """The open questions of one patient, oldest first."""
    asked = Question.objects.filter(patient=patient, state="open").select_related("patient__nurse")
    return tuple(each.row for each in _of_questions(asked.order_by("asked_at", "pk"), today))


def visible_questions(user: User) -> QuerySet[Question]:
    """Questions about this person's patients; those about nobody known go to nurses who may assign."""
    seen = Q(patient__in=access.visible_patients(user))
    if user.is_active and user.role == Role.NURSE and user.may_assign:
        seen |= Q(patient__isnull=True)
    return Question.objects.filter(seen)


def _tasks(user: User, today: date) -> QuerySet[Task]:
    """Open tasks whose day has come; the emergency's own where its two rows do not stand in the queue already."""
    rows = FollowUp.objects.filter(
        patient=OuterRef("patient"), closed_at__isnull=True, urgency=Urgency.EMERGENCY
    )
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


_SOURCES: dict[str, Callable[[User, date], QuerySet[Any]]] = {
    "question": _questions,
    "reminder": _reminders,
    "study": _studies,
}


def _narrowed(rows: QuerySet[Any], filters: QueueFilters) -> QuerySet[Any]:
    path = "follow_up__patient__" if rows.model is Reminder else "patient__"
    found = named_like(filters.text, path)
    if filters.team is not None:
        found &= Q(**{f"{path}team_id": filters.team})
    if filters.surgeon is not None:
        found &= Q(**{f"{path}surgeon_id": filters.surgeon})
    if filters.owner is not None:
        found &= (
            Q(**{f"{path}nurse_id": filters.owner}) if filters.owner else Q(**{f"{path}nurse__isnull": True})
        )
    return rows.filter(found)


def _of_tasks(rows: QuerySet[Task], today: date) -> list[_Found]:
    found = []
    for task in rows.select_related("patient__nurse", "follow_up"):
        urgency = URGENT.get(task.kind)
        if urgency is None:
            urgency = Urgency(task.follow_up.urgency) if task.follow_up else Urgency.ROUTINE
        act = LOG_CALL if task.kind in CALLS and task.follow_up_id else OPEN_PATIENT
        found.append(
            _found(
                "task",
                task.pk,
                task.kind,
                TITLES.get(task.kind, task.kind.replace("_", " ").capitalize()),
                task.text,
                task.patient,
                urgency,
                task.due_on,
                task.raised_at,
                today,
                act,
                str(task.follow_up.uid) if task.follow_up else "",
            )
        )
    return found


def _of_questions(rows: QuerySet[Question], today: date) -> list[_Found]:
    return [
        _found(
            "question",
            question.pk,
            question.kind,
            "Question of an import",
            question.text,
            question.patient,
            # An unconfirmed red flag fires nothing until a person has looked.
            Urgency.URGENT if "symptom" in question.kind else Urgency.ROUTINE,
            None,
            question.asked_at,
            today,
            ANSWER,
        )
        for question in rows.select_related("patient__nurse")
    ]


def _channel_word(name: str) -> str:
    channel = channel_named(name)
    return channel.word if channel is not None else "Message"


def _of_reminders(rows: QuerySet[Reminder], today: date) -> list[_Found]:
    return [
        _found(
            "reminder",
            reminder.pk,
            reminder.purpose,
            "Check whether a message arrived",
            f"{_channel_word(reminder.channel)} to the {reminder.audience} about "
            f"{_PURPOSES.get(reminder.purpose, reminder.purpose)}: may or may not have arrived",
            reminder.follow_up.patient,
            Urgency(reminder.follow_up.urgency),
            None,
            reminder.created_at,
            today,
            SETTLE,
            str(reminder.follow_up.uid),
        )
        for reminder in rows.select_related("follow_up__patient__nurse")
    ]


def _of_studies(rows: QuerySet[Study], today: date) -> list[_Found]:
    return [
        _found(
            "study",
            study.pk,
            study.kind,
            "Study without a report",
            f"{study.get_kind_display()} {study.occurred_on:%Y-%m-%d}",
            study.patient,
            Urgency.ROUTINE,
            study.occurred_on,
            study.recorded_at,
            today,
            REPORT,
        )
        for study in rows.select_related("patient__nurse")
    ]


_READERS: dict[str, Callable[[QuerySet[Any], date], list[_Found]]] = {
    "question": _of_questions,
    "reminder": _of_reminders,
    "study": _of_studies,
}


def _found(
    source: str,
    source_id: int,
    kind: str,
    title: str,
    text: str,
    patient: Patient | None,
    urgency: Urgency,
    due_on: date | None,
    raised_at: datetime,
    today: date,
    act: Act,
    follow_up_uid: str = "",
) -> _Found:
    row = TaskRow(
        source=source,
        source_id=source_id,
        kind=kind,
        title=title,
        text=text,
        patient_key=str(patient.key) if patient else "",
        name=patient.name if patient else "",
        number=patient.number if patient else "",
        age=age_on(patient.birth_on, patient.deceased_on or today) if patient else None,
        sex=patient.sex if patient else "",
        urgency=urgency.value,
        owner=str(patient.nurse) if patient and patient.nurse else "",
        owner_id=patient.nurse_id if patient else None,
        due_on=due_on,
        raised_at=raised_at,
        follow_up_uid=follow_up_uid,
        next_act=act,
    )
    return _Found(URGENCY_RANK[urgency], due_on, raised_at, row)
