"""What a call leaves to be answered: somebody is unwell, or the number was wrong. It stands until it is answered."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from scheduling.engine.vocabulary import Urgency
from scheduling.engine.words import day_text
from tracker import audit
from tracker.errors import NotPossible
from tracker.models import FollowUp, FollowUpEvent, Patient, Task
from tracker.queries.leaving import leaving_of
from tracker.services.acts.checking import Problems, check_text
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import check_may_record
from tracker.services.acts.tasks import end_task
from tracker.services.acts.values import is_id
from tracker.words import moment_text

#: The work that an outcome of a call raises: its kind, and what it says.
_WORK: dict[str, tuple[str, str]] = {
    "unwell": ("unwell", "Said to be unwell"),
    "wrong_number": ("right_number", "The number was wrong"),
}


def refuse_for_the_gone(row: FollowUp, what: str, today: date) -> None:
    """Raise NotPossible where the patient has died or left: `what` is done no more, but for an open emergency."""
    gone = leaving_of(row.patient, today)
    if gone is not None and gone.stops and row.urgency != Urgency.EMERGENCY:
        raise NotPossible(f"{gone.word} since {day_text(gone.on)}: {what}. What is still arranged is cancelled.")


def set_aside_number(patient: Patient, today: date) -> dict[str, object]:
    """The columns of a patient whose number reached somebody else: nothing and nobody uses it any more."""
    if not patient.phone:
        return {}
    return {"phone": "", "wrong_phone": patient.phone, "wrong_phone_on": today}


def ask_after_call(row: FollowUp, call: FollowUpEvent, outcome: str, heard: str, *, occasion: Occasion) -> Task | None:
    """The one open task that this outcome raises about the patient, with what was `heard`.

    One that stands keeps its age and its call.
    """
    if outcome not in _WORK:
        return None
    kind, says = _WORK[outcome]
    text = f"{says}, {moment_text(call.at)}, to {call.by}. {heard}".strip()[:300]
    standing = Task.objects.filter(patient=row.patient, kind=kind, ended_at__isnull=True).first()
    if standing is not None:
        return standing
    task = Task.objects.create(
        patient=row.patient,
        follow_up=row,
        kind=kind,
        raised_by="person",
        call=call,
        due_on=occasion.today,
        text=text,
        raised_at=occasion.at,
    )
    audit.record(
        by=occasion.by,
        verb="task.raised",
        target=task,
        at=occasion.at,
        patient=row.patient,
        changes={"kind": (None, kind), "text": ("", text)},
    )
    return task


@transaction.atomic
def not_a_spine_symptom(patient: Patient, task_id: int, *, reason: str, occasion: Occasion) -> Task:
    """Somebody was unwell and it is no spine symptom after all, because of `reason`: the task ends, with who said so.

    Raises InvalidFact, Refused, NotPossible where it is answered already.
    """
    check_may_record(occasion.by, patient)
    problems = Problems()
    check_text(problems, "reason", reason, 250, expected="why it is no spine symptom")
    problems.raise_any()
    task = _open_task(patient, task_id, "unwell")
    end_task(task, f"No spine symptom after all: {reason}", occasion=occasion)
    return task


def _open_task(patient: Patient, task_id: int, kind: str) -> Task:
    tasks = Task.objects.select_for_update(of=("self",)).select_related("patient")
    task = tasks.filter(pk=task_id, patient=patient, kind=kind).first() if is_id(task_id) else None
    if task is None:
        raise NotPossible("This patient has no such task.")
    if task.ended_at is not None:
        raise NotPossible(f"It was answered, {moment_text(task.ended_at)}: {task.note or 'done'}.")
    return task
