"""Calls, notes and ownership: who tried to reach the patient, what was heard, and who takes care of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from django.db import transaction

from scheduling.engine.vocabulary import Urgency
from scheduling.engine.words import day_text
from tracker import access, audit, clock
from tracker.errors import NotPossible, Refused
from tracker.models import FollowUp, Patient, Role, Task, User
from tracker.queries.waits.sources import FOR_CLINICIANS
from tracker.services.acts.checking import Problems, check_ahead, check_text
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_follow_up import Acted, act_on, lock_follow_up
from tracker.services.acts.on_record import check_may_record
from tracker.services.acts.tasks import end_task as close_task
from tracker.services.acts.values import is_id, was_given
from tracker.services.follow_ups.answers import ask_after_call, refuse_for_the_gone, set_aside_number

#: Calls in a row without reaching the patient that end in an escalation.
ATTEMPTS = 3
#: How far ahead a next call can be agreed.
FARTHEST_CALL = timedelta(weeks=12)


class CallOutcome(StrEnum):
    """What was heard, in the order of the keys 1 to 8."""

    REACHED_AGREED = "reached_agreed"
    CALL_BACK = "call_back"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    WRONG_NUMBER = "wrong_number"
    INTERPRETER = "interpreter"
    UNWELL = "unwell"


WORDS: dict[str, str] = {
    CallOutcome.REACHED_AGREED: "Reached, agreed",
    CallOutcome.CALL_BACK: "Call back later",
    CallOutcome.VOICEMAIL: "Voicemail left",
    CallOutcome.NO_ANSWER: "No answer",
    CallOutcome.DECLINED: "Declined",
    CallOutcome.WRONG_NUMBER: "Wrong number",
    CallOutcome.INTERPRETER: "Interpreter needed",
    CallOutcome.UNWELL: "Unwell: triage",
}

#: The patient was not spoken to.
NOT_REACHED = frozenset({CallOutcome.VOICEMAIL, CallOutcome.NO_ANSWER, CallOutcome.WRONG_NUMBER})
#: Outcomes that say when somebody calls again.
_AGAIN = frozenset({CallOutcome.CALL_BACK, CallOutcome.INTERPRETER})
_ASKS: dict[str, tuple[str, ...]] = {
    CallOutcome.UNWELL: ("symptom",),
    CallOutcome.DECLINED: ("status",),
    CallOutcome.WRONG_NUMBER: ("number",),
}
#: Urgencies that escalate at the first failure (clinical dossier 3.5).
_AT_ONCE = frozenset({Urgency.EMERGENCY, Urgency.URGENT})


@transaction.atomic
def log_call(
    follow_up: FollowUp,
    *,
    outcome: CallOutcome | str,
    text: str = "",
    again_on: date | None = None,
    occasion: Occasion,
    seen: int | None = None,
) -> Acted:
    """A call was made. Nothing is ever closed by it.

    The third call in a row without reaching the patient (the first where it is urgent) marks the patient unreachable
    and raises a task for the named nurse and the oncologist. ``unwell`` raises a task that stands until it is answered
    and cannot be taken back; ``wrong_number`` sets the number aside and raises a task to find the right one.
    """
    row = lock_follow_up(follow_up, occasion.by, seen)
    refuse_for_the_gone(row, "nobody is called", occasion.today)
    _check_call(outcome, text, again_on, occasion.today)
    patient, reached = row.patient, outcome not in NOT_REACHED
    failures = 0 if reached else patient.contact_failures + 1
    escalates = not reached and is_unreachable(row, failures)
    of_patient: dict[str, object] = {"contact_failures": failures}
    if reached:
        of_patient["unreachable_since"] = None
    elif escalates and patient.unreachable_since is None:
        of_patient["unreachable_since"] = occasion.today
    if outcome == CallOutcome.WRONG_NUMBER:
        of_patient |= set_aside_number(patient, occasion.today)
    words = WORDS[outcome] + (f" ({failures})" if failures > 1 else "")
    again = f" Again on {day_text(again_on)}." if again_on else ""
    acted = act_on(
        row,
        "called",
        {"last_contact_on": occasion.today, "last_contact": words},
        occasion=occasion,
        text=f"{words}.{again} {text}".strip(),
        outcome=str(outcome),
        of_patient=of_patient,
        final=outcome == CallOutcome.UNWELL,
        asks=_ASKS.get(str(outcome), ()),
    )
    answer = ask_after_call(row, acted.event, str(outcome), text, occasion=occasion)
    if reached:
        _end_call_tasks(row, occasion=occasion)
    work = _next_call(outcome, _escalation(patient, failures) if escalates else "", again_on, occasion.today)
    if work is not None:
        _raise_call(row, *work, occasion=occasion)
    return replace(acted, task=answer)


def is_unreachable(row: FollowUp, failures: int) -> bool:
    """Whether so many calls in a row without reaching the patient escalate: three, one where it is urgent."""
    return failures >= ATTEMPTS or row.urgency in _AT_ONCE


def _next_call(outcome: str, escalation: str, again_on: date | None, today: date) -> tuple[date, str] | None:
    """The day and the words of the call that follows from this one; None where none does."""
    if escalation:
        return today, escalation
    return (again_on, f"{WORDS[outcome]}: call on {day_text(again_on)}.") if again_on is not None else None


def _check_call(outcome: str, text: str, again_on: date | None, today: date) -> None:
    problems = Problems()
    if outcome not in list(WORDS):
        problems.add("outcome", f"{was_given(outcome)}; expected one of {', '.join(WORDS)}.")
    check_text(problems, "text", text, 250, needed=False)
    if again_on is not None:
        check_ahead(problems, "again_on", again_on, today, FARTHEST_CALL)
    elif outcome in list(_AGAIN):
        problems.add("again_on", "Nothing was given; expected the day of the next call.")
    problems.raise_any()


@transaction.atomic
def note(follow_up: FollowUp, *, text: str, occasion: Occasion, seen: int | None = None) -> Acted:
    """A remark for whoever looks next."""
    row = lock_follow_up(follow_up, occasion.by, seen)
    problems = Problems()
    check_text(problems, "text", text, 300, expected="a remark")
    problems.raise_any()
    return act_on(row, "note", {}, occasion=occasion, text=text)


@transaction.atomic
def take(follow_up: FollowUp, *, occasion: Occasion, seen: int | None = None) -> Acted:
    """Take care of it oneself."""
    row = lock_follow_up(follow_up, occasion.by, seen)
    if row.owner_id == occasion.by.pk:
        raise NotPossible("It is yours already.")
    return act_on(
        row,
        "taken",
        {"owner": occasion.by},
        occasion=occasion,
        text=f"Taken by {occasion.by}.",
        outcome=str(occasion.by.pk),
    )


@transaction.atomic
def hand_over(follow_up: FollowUp, *, to_id: int, text: str = "", occasion: Occasion, seen: int | None = None) -> Acted:
    """Give it to a nurse or surgeon who sees the patient. Raises Refused where they do not."""
    row = lock_follow_up(follow_up, occasion.by, seen)
    to = colleague(to_id)
    check_can_own(to, row.patient)
    problems = Problems()
    check_text(problems, "text", text, 200, needed=False)
    problems.raise_any()
    said_too = f" {text}" if text else ""
    return act_on(
        row,
        "taken",
        {"owner": to},
        occasion=occasion,
        text=f"Handed over to {to}.{said_too}",
        outcome=str(to.pk),
    )


@transaction.atomic
def end_task(task_id: int, *, note: str = "", occasion: Occasion) -> Task:
    """A person says that a piece of work is done. Raises NotPossible where it has ended, Refused."""
    tasks = Task.objects.select_related("patient", "follow_up")
    found = tasks.filter(pk=task_id).first() if is_id(task_id) else None
    if found is None or not access.visible_patients(occasion.by).filter(pk=found.patient_id).exists():
        raise NotPossible("There is no such task among your patients'.")
    check_may_record(occasion.by, found.patient)  # the patient is held first, as by every act
    task = tasks.select_for_update(of=("self",)).get(pk=found.pk)
    if task.ended_at is not None:
        raise NotPossible(f"It ended on {day_text(clock.day_of(task.ended_at))}: {task.get_ending_display().lower()}.")
    if task.kind in ANSWERED and (task.kind not in OF_A_ROW or _stands(task)):
        raise NotPossible(ANSWERED[task.kind])
    if task.kind in FOR_CLINICIANS:
        access.check_is_clinician(occasion.by, f"end “{task.kind.replace('_', ' ')}”")
    problems = Problems()
    check_text(problems, "note", note, 300, needed=False)
    problems.raise_any()
    close_task(task, note, occasion=occasion)
    return task


#: Work that ends with its answer, and what the answer is.
ANSWERED: dict[str, str] = {
    "unwell": "Record the symptom, or say why it is no spine symptom after all; that ends the task.",
    "right_number": "Enter the right number; that ends the task.",
    "cancel_booking": "Cancel the booking, or say that it took place; that ends the task.",
    "cancel_order": "Cancel the order; that ends the task.",
}
#: Of these, what was arranged on a row.
OF_A_ROW = frozenset({"cancel_booking", "cancel_order"})


def _stands(task: Task) -> bool:
    """Whether the row that the work is about still stands."""
    return task.follow_up is not None and task.follow_up.closed_at is None


def colleague(person_id: int) -> User:
    """The member of staff with this id; raises NotPossible where nobody active has it."""
    # Held: whoever changes this person's teams waits, and releases what is given to them here.
    held = User.objects.select_for_update(of=("self",), no_key=True)
    person = held.filter(pk=person_id, is_active=True).first() if is_id(person_id) else None
    if person is None:
        raise NotPossible("Nobody who works here was named; choose one of the list.")
    return person


def check_can_own(person: User, patient: Patient) -> None:
    """Refuse an owner who does not record, or does not see the patient."""
    if person.role not in (Role.NURSE, Role.SURGEON) or not person.is_active:
        raise Refused(f"{person} does not run a queue; expected a nurse or a surgeon.")
    if not access.visible_patients(person).filter(pk=patient.pk).exists():
        raise Refused(f"{person} does not see this patient; expected somebody of the patient's team.")


def _escalation(patient: Patient, failures: int) -> str:
    nurse = f"{patient.nurse}" if patient.nurse else "no named nurse"
    oncologist = patient.oncologist or "no oncologist recorded"
    times = "once" if failures == 1 else f"{failures} times"
    return f"Not reached {times}: for the nurse ({nurse}) and the oncologist ({oncologist}) to decide."[:300]


def _raise_call(row: FollowUp, on: date, text: str, *, occasion: Occasion) -> None:
    """The one open call task of this follow-up, made or brought up to date; never a later day than it had."""
    task = Task.objects.filter(patient=row.patient, kind="call_patient", follow_up=row, ended_at__isnull=True).first()
    if task is None:
        task = Task(patient=row.patient, kind="call_patient", follow_up=row, raised_by="person", raised_at=occasion.at)
    before = (task.due_on, task.text)
    task.due_on = min(task.due_on, on) if task.due_on else on
    task.text = text
    task.save()
    audit.record(
        by=occasion.by,
        verb="task.raised",
        target=task,
        at=occasion.at,
        patient=row.patient,
        changes={"due_on": (before[0], task.due_on), "text": (before[1], task.text)},
    )


def _end_call_tasks(row: FollowUp, *, occasion: Occasion) -> None:
    for task in Task.objects.filter(follow_up=row, kind="call_patient", ended_at__isnull=True):
        close_task(task, "", occasion=occasion)
