"""Claim due reminders, hand each over once, and record what became of it.

The row is the queue. A claim is a conditional update with a lease, so two workers never hold one row. Before the
provider is called the row says so (`handing_over`): a worker that dies after that leaves a row that may have been
sent, which is parked for a person; one that dies before leaves a row that is simply tried again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string

from tracker import access, audit
from tracker.channels.channel import Channel, Message, Outcome
from tracker.channels.registry import channel_named
from tracker.errors import NotPossible, Refused
from tracker.models import Delivery, Patient, Reminder, Task
from tracker.queries.leaving import leaving_of
from tracker.queries.waits.registry import WAITS
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.tasks import end_task
from tracker.services.messages.eligibility import NOT_THEIRS, Stopped, may_be_read, postponed_to, suppression

#: What is read of a row to hand it over.
_ROUND = ("follow_up__patient__team", "follow_up__policy_version", "patient__team", "recipient")
_DOCUMENT = "follow_up__policy_version__document"
CALL, CHECK, STOPPED = "call_patient", "check_delivery", "message_stopped"
#: State of a reminder -> the work it becomes, and in words.
_WORK = {"dead": CHECK, "uncertain": CHECK, "withdrawn": STOPPED}
_BECAUSE = {
    "dead": "could not be sent",
    "uncertain": "may have been sent; find out before sending again",
    "withdrawn": "did not leave",
}
#: How long a worker may hold a row before another may look at it.
LEASE = timedelta(minutes=5)
#: Waits before the second, third, … attempt; after the last the reminder is dead and becomes work for a person.
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round did: reminders by what became of them."""

    accepted: int = 0
    failed: int = 0
    refused: int = 0
    uncertain: int = 0
    suppressed: int = 0
    postponed: int = 0


def deliver_due(*, occasion: Occasion, worker: str, limit: int = 50) -> Delivered:
    """Deliver up to `limit` due reminders, one at a time; a poison row is set aside and the round goes on.

    `worker` names who claims (a host and process, no person). No network call happens inside a transaction.
    """
    recover_expired(occasion=occasion)
    counts: dict[str, int] = {}
    for reminder in claim(occasion=occasion, worker=worker, limit=limit):
        became = _deliver(reminder, occasion=occasion, worker=worker)
        counts[became] = counts.get(became, 0) + 1
    return Delivered(**counts)


def claim(*, occasion: Occasion, worker: str, limit: int) -> list[Reminder]:
    """Take up to `limit` due rows for `worker`; rows another worker holds are passed over."""
    due = Reminder.objects.filter(state__in=("pending", "failed"), next_attempt_at__lte=occasion.at)
    with transaction.atomic():
        rows = due.order_by("next_attempt_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        keys = list(rows.values_list("pk", flat=True)[:limit])
        claimed = [
            key
            for key in keys
            if due.filter(pk=key).update(state="claimed", claimed_by=worker, lease_until_at=occasion.at + LEASE)
        ]
    return list(
        Reminder.objects.filter(pk__in=claimed)
        .select_related("follow_up__patient", "patient")
        .order_by("next_attempt_at", "pk")
    )


def recover_expired(*, occasion: Occasion) -> None:
    """Rows whose holder is gone: tried again where nothing was handed over, else parked for a person."""
    expired = Reminder.objects.filter(state="claimed", lease_until_at__lt=occasion.at)
    expired.filter(handing_over=False).update(state="pending", claimed_by="", lease_until_at=None)
    for reminder in expired.filter(handing_over=True).select_related("follow_up__patient", "patient"):
        channel = channel_named(reminder.channel)
        if channel is not None and channel.idempotent:
            Reminder.objects.filter(pk=reminder.pk, state="claimed").update(state="pending", handing_over=False)
        else:
            _finish(
                reminder,
                Outcome("uncertain", "the worker ended while handing it over"),
                occasion=occasion,
                worker=None,
            )


@transaction.atomic
def resolve_uncertain(reminder: Reminder, *, was_sent: bool, occasion: Occasion) -> None:
    """A person has found out: it was sent, or it is to be sent again; the work that asked for it ends with it.

    Raises Refused where this person records nothing or does not see the patient, NotPossible where somebody was first.
    """
    patient = reminder.of_patient
    access.check_can_record(occasion.by)
    if patient is None or not access.visible_patients(occasion.by).filter(pk=patient.pk).exists():
        raise Refused("The message belongs to a patient of another team; somebody of that team decides.")
    gone = leaving_of(patient, occasion.today) if reminder.audience == "patient" else None
    state = "sent" if was_sent else "withdrawn" if gone else "pending"
    settled = Reminder.objects.filter(pk=reminder.pk, state="uncertain").update(
        state=state,
        withdrawn_reason=gone.because if gone and not was_sent else "",
        handing_over=False,
        next_attempt_at=occasion.at,
        claimed_by="",
        lease_until_at=None,
    )
    if not settled:
        raise NotPossible("Somebody has settled this message already.")
    again = f"It was not sent, and is not: {gone.because}." if gone else "It is sent again."
    answer = "It was sent." if was_sent else again
    audit.record(
        by=occasion.by,
        verb="reminder.settled",
        target=reminder,
        at=occasion.at,
        patient=patient,
        changes={"state": ("uncertain", state), "note": ("", answer)},
    )
    about = {"follow_up": reminder.follow_up_id} if reminder.follow_up_id else {"follow_up": None, "patient": patient}
    if not Reminder.objects.filter(**about, state="uncertain").exists():
        work = Task.objects.filter(**about, kind__in=(CHECK, "cancel_message"), ended_at__isnull=True)
        for task in work.select_related("patient"):
            end_task(task, answer, occasion=occasion)


def _deliver(reminder: Reminder, *, occasion: Occasion, worker: str) -> str:
    """Hand one claimed row over, or say why not: asked of the rows as they are now, which are held meanwhile."""
    with transaction.atomic():
        held = _held(reminder, worker)
        if held is None:
            return "suppressed"  # the lease ended meanwhile: whoever holds the row now decides
        stopped = suppression(held, occasion=occasion)
        if stopped:
            return _stop(held, stopped, occasion=occasion)
        later = postponed_to(held, now=occasion.at)
        if later is not None:
            _claimed_by(held, worker).update(state="pending", next_attempt_at=later, claimed_by="", lease_until_at=None)
            return "postponed"
        # The statement that lets it go is the one that asks whether its reader may see the patient.
        going = _claimed_by(held, worker).filter(may_be_read(held))
        if not going.update(handing_over=True, attempts=held.attempts + 1):
            return _stop(held, Stopped(NOT_THEIRS, acts=True), occasion=occasion)
    channel = channel_named(held.channel)
    assert channel is not None  # a reminder of no known channel reaches nobody and was suppressed above
    outcome = channel.send(message_for(held, channel))
    return _finish(held, outcome, occasion=occasion, worker=worker)


def _held(reminder: Reminder, worker: str) -> Reminder | None:
    """The row read anew with its patient held, so that no fact, move or act comes between looking and handing over."""
    patient = reminder.of_patient
    if patient is not None:
        holds = Patient.objects.select_for_update(no_key=True)
        holds.filter(pk=patient.pk).values_list("pk", flat=True).first()
    return _claimed_by(reminder, worker).select_related(*_ROUND).defer(_DOCUMENT).first()


def _stop(reminder: Reminder, stopped: Stopped, *, occasion: Occasion) -> str:
    """It does not leave; why is kept, and where nobody acts instead it becomes work for whoever may see the patient."""
    if not Reminder.objects.filter(pk=reminder.pk, state="claimed").update(
        state="withdrawn", withdrawn_reason=stopped.why, lease_until_at=None
    ):
        return "suppressed"
    attempt = {"at": occasion.at, "channel": reminder.channel, "outcome": "suppressed", "detail": stopped.why}
    Delivery.objects.create(reminder=reminder, **attempt)
    if stopped.acts:
        raise_task(reminder, "withdrawn", stopped.why, occasion=occasion)
    return "suppressed"


def _claimed_by(reminder: Reminder, worker: str | None) -> QuerySet[Reminder]:
    """The row as long as this worker holds it; with None, whoever holds it."""
    claimed = Reminder.objects.filter(pk=reminder.pk, state="claimed")
    return claimed.filter(claimed_by=worker) if worker is not None else claimed


def _finish(reminder: Reminder, outcome: Outcome, *, occasion: Occasion, worker: str | None) -> str:
    """Write the attempt and what follows from it, in one transaction."""
    attempts = reminder.attempts + 1
    state, next_attempt_at = "sent", reminder.next_attempt_at
    if outcome.result == "uncertain":
        state = "uncertain"
    elif outcome.result == "refused":
        state = "dead"
    elif outcome.result == "failed":
        state = "failed" if attempts <= len(RETRY_AFTER) else "dead"
        if state == "failed":
            next_attempt_at = occasion.at + RETRY_AFTER[attempts - 1]
    with transaction.atomic():
        changed = _claimed_by(reminder, worker).update(
            state=state,
            handing_over=state == "uncertain",
            next_attempt_at=next_attempt_at,
            claimed_by="",
            lease_until_at=None,
        )
        if changed:
            Delivery.objects.create(
                reminder=reminder,
                at=occasion.at,
                channel=reminder.channel,
                outcome=outcome.result,
                detail=outcome.detail[:300],
                provider_id=outcome.provider_id,
            )
            if state in ("dead", "uncertain"):
                raise_task(reminder, state, outcome.detail, occasion=occasion)
    return outcome.result


def raise_task(reminder: Reminder, state: str, detail: str, *, occasion: Occasion) -> None:
    """A reminder that failed, may have been sent or must not go becomes work for a person, once a row and kind."""
    patient = reminder.of_patient
    if patient is None:
        return  # it was about work of nobody known, which goes on waiting and is told again
    kind = _WORK[state]
    if reminder.audience == "patient" and state != "uncertain":
        kind = CALL
    open_tasks = Task.objects.filter(patient=patient, kind=kind, follow_up=reminder.follow_up, ended_at__isnull=True)
    if not open_tasks.exists():
        Task.objects.create(
            patient=patient,
            follow_up=reminder.follow_up,
            kind=kind,
            raised_by="reminder",
            due_on=occasion.today,
            text=f"A reminder to the {reminder.audience} {_BECAUSE[state]} ({detail[:120] or 'no detail'}).",
            raised_at=occasion.at,
        )


def _queue(reminder: Reminder) -> str:
    """The queue a message to staff leads to."""
    if reminder.wait in WAITS:
        return WAITS[reminder.wait].queue
    return "emergency" if reminder.purpose == "emergency" else "overdue"


def message_for(reminder: Reminder, channel: Channel) -> Message:
    """The words of a reminder: nothing clinical, the same for every patient (reminders.md 10)."""
    patient = reminder.of_patient
    phone = (patient.team.phone if patient and patient.team else "") or settings.CLINIC_TELEPHONE
    context = {
        "phone": phone,
        "url": settings.PUBLIC_URL,
        "queue_url": f"{settings.PUBLIC_URL}/queue/{_queue(reminder)}/",
        "purpose": reminder.purpose,
    }
    folder = f"messages/{channel.name}/{reminder.audience}"
    person = patient if reminder.audience == "patient" else reminder.recipient
    return Message(
        key=hashlib.sha256(reminder.key.encode()).hexdigest()[:32],
        address=channel.address(person) if person is not None else "",
        subject=" ".join(render_to_string(f"{folder}_subject.txt", context).split()),
        body=render_to_string(f"{folder}.txt", context),
    )
