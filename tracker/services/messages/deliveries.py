"""Claim due reminders, hand each over once, and record what became of it.

The row is the queue. A claim is a conditional update with a lease, so two workers never hold one row. Before the
provider is called the row says so (`handing_over`): a worker that dies after that leaves a row that may have been
sent, which is parked for a person; one that dies before leaves a row that is simply tried again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string

from tracker import access, audit
from tracker.channels import CHANNELS, Message, Outcome
from tracker.errors import NotPossible, Refused
from tracker.models import Delivery, Reminder, Task, User
from tracker.services.acts.on_follow_up import end_task
from tracker.services.messages.eligibility import postponed_to, suppression

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


def deliver_due(*, now: datetime, worker: str, limit: int = 50) -> Delivered:
    """Deliver up to `limit` due reminders, one at a time; a poison row is set aside and the round goes on.

    `worker` names who claims (a host and process, no person). No network call happens inside a transaction.
    """
    recover_expired(now=now)
    counts: dict[str, int] = {}
    for reminder in claim(now=now, worker=worker, limit=limit):
        became = _deliver(reminder, now=now, worker=worker)
        counts[became] = counts.get(became, 0) + 1
    return Delivered(**counts)


def claim(*, now: datetime, worker: str, limit: int) -> list[Reminder]:
    """Take up to `limit` due rows for `worker`; rows another worker holds are passed over."""
    due = Reminder.objects.filter(state__in=("pending", "failed"), next_attempt_at__lte=now)
    with transaction.atomic():
        rows = due.order_by("next_attempt_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        keys = list(rows.values_list("pk", flat=True)[:limit])
        claimed = [
            key
            for key in keys
            if due.filter(pk=key).update(state="claimed", claimed_by=worker, lease_until_at=now + LEASE)
        ]
    return list(
        Reminder.objects.filter(pk__in=claimed)
        .select_related(
            "follow_up__patient__team", "follow_up__patient__plan", "follow_up__policy_version", "recipient"
        )
        .defer("follow_up__policy_version__document")
        .order_by("next_attempt_at", "pk")
    )


def recover_expired(*, now: datetime) -> None:
    """Rows whose holder is gone: tried again where nothing was handed over, else parked for a person."""
    expired = Reminder.objects.filter(state="claimed", lease_until_at__lt=now)
    expired.filter(handing_over=False).update(state="pending", claimed_by="", lease_until_at=None)
    for reminder in expired.filter(handing_over=True).select_related("follow_up"):
        if CHANNELS[reminder.channel].idempotent:
            Reminder.objects.filter(pk=reminder.pk, state="claimed").update(
                state="pending", handing_over=False
            )
        else:
            _finish(
                reminder, Outcome("uncertain", "the worker ended while handing it over"), now=now, worker=None
            )


@transaction.atomic
def resolve_uncertain(reminder: Reminder, *, was_sent: bool, by: User, now: datetime) -> None:
    """A person has found out: it was sent, or it is to be sent again; the work that asked for it ends with it.

    Raises Refused where this person records nothing or does not see the patient, NotPossible where somebody was first.
    """
    patient = reminder.follow_up.patient
    access.check_can_record(by)
    if not access.visible_patients(by).filter(pk=patient.pk).exists():
        raise Refused("The message belongs to a patient of another team; somebody of that team decides.")
    state = "sent" if was_sent else "pending"
    settled = Reminder.objects.filter(pk=reminder.pk, state="uncertain").update(
        state=state, handing_over=False, next_attempt_at=now, claimed_by="", lease_until_at=None
    )
    if not settled:
        raise NotPossible("Somebody has settled this message already.")
    said = "It was sent." if was_sent else "It is sent again."
    audit.record(
        by=by,
        verb="reminder.settled",
        target=reminder,
        at=now,
        patient=patient,
        changes={"state": ("uncertain", state), "note": ("", said)},
    )
    others = Reminder.objects.filter(follow_up=reminder.follow_up_id, state="uncertain")
    if not others.exists():
        for task in Task.objects.filter(
            follow_up=reminder.follow_up_id, kind="check_delivery", ended_at__isnull=True
        ).select_related("patient"):
            end_task(task, said, by=by, at=now)


def _deliver(reminder: Reminder, *, now: datetime, worker: str) -> str:
    reason = suppression(reminder, now=now)
    if reason:
        with transaction.atomic():
            if _held(reminder, worker).update(
                state="withdrawn", withdrawn_reason=reason, lease_until_at=None
            ):
                Delivery.objects.create(
                    reminder=reminder, at=now, channel=reminder.channel, outcome="suppressed", detail=reason
                )
        return "suppressed"
    later = postponed_to(reminder, now=now)
    if later is not None:
        _held(reminder, worker).update(
            state="pending", next_attempt_at=later, claimed_by="", lease_until_at=None
        )
        return "postponed"
    if not _held(reminder, worker).update(handing_over=True, attempts=reminder.attempts + 1):
        return "suppressed"  # the lease ended meanwhile: whoever holds the row now decides
    outcome = CHANNELS[reminder.channel].send(message_for(reminder))
    return _finish(reminder, outcome, now=now, worker=worker)


def _held(reminder: Reminder, worker: str | None) -> QuerySet[Reminder]:
    """The row as long as this worker holds it; with None, whoever holds it."""
    held = Reminder.objects.filter(pk=reminder.pk, state="claimed")
    return held.filter(claimed_by=worker) if worker is not None else held


def _finish(reminder: Reminder, outcome: Outcome, *, now: datetime, worker: str | None) -> str:
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
            next_attempt_at = now + RETRY_AFTER[attempts - 1]
    with transaction.atomic():
        changed = _held(reminder, worker).update(
            state=state,
            handing_over=state == "uncertain",
            next_attempt_at=next_attempt_at,
            claimed_by="",
            lease_until_at=None,
        )
        if changed:
            Delivery.objects.create(
                reminder=reminder,
                at=now,
                channel=reminder.channel,
                outcome=outcome.result,
                detail=outcome.detail[:300],
                provider_id=outcome.provider_id,
            )
            if state in ("dead", "uncertain"):
                raise_task(reminder, state, outcome.detail, now=now)
    return outcome.result


def raise_task(reminder: Reminder, state: str, detail: str, *, now: datetime) -> None:
    """A reminder that failed or may have been sent becomes work for a person, once per follow-up and kind."""
    kind = "call_patient" if reminder.audience == "patient" and state == "dead" else "check_delivery"
    open_tasks = Task.objects.filter(
        Q(
            patient_id=reminder.follow_up.patient_id,
            kind=kind,
            follow_up=reminder.follow_up,
            ended_at__isnull=True,
        )
    )
    if not open_tasks.exists():
        words = (
            "could not be sent" if state == "dead" else "may have been sent; find out before sending again"
        )
        Task.objects.create(
            patient_id=reminder.follow_up.patient_id,
            follow_up=reminder.follow_up,
            kind=kind,
            raised_by="reminder",
            due_on=now.date(),
            text=f"A reminder to the {reminder.audience} {words} ({detail[:120] or 'no detail'}).",
            raised_at=now,
        )


def message_for(reminder: Reminder) -> Message:
    """The words of a reminder: nothing clinical, the same for every patient (reminders.md 10)."""
    patient = reminder.follow_up.patient
    phone = (patient.team.phone if patient.team else "") or settings.CLINIC_TELEPHONE
    context = {
        "phone": phone,
        "url": settings.PUBLIC_URL,
        "queue_url": f"{settings.PUBLIC_URL}/queue/{'emergency' if reminder.purpose == 'emergency' else 'overdue'}/",
        "purpose": reminder.purpose,
    }
    folder = f"messages/{reminder.channel}/{reminder.audience}"
    address = (
        patient.email
        if reminder.audience == "patient"
        else (reminder.recipient.email if reminder.recipient else "")
    )
    return Message(
        key=hashlib.sha256(reminder.key.encode()).hexdigest()[:32],
        address=address,
        subject=" ".join(render_to_string(f"{folder}_subject.txt", context).split()),
        body=render_to_string(f"{folder}.txt", context),
    )
