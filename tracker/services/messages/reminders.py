"""Write the reminders that the ladder asks for today; delivering them is `deliveries`.

The row is written before anything is sent, under a key that cannot be written twice. A patient who cannot be written
to becomes a call task: the intention is kept as a withdrawn reminder, so it is raised once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import F, Q
from django.dispatch import Signal

from scheduling.engine.following.ladder import Audience
from scheduling.engine.following.reminders import ReminderDue, next_step_on, reminders_due
from scheduling.publishing import rulebook
from tracker import access
from tracker.channels.channel import Channel
from tracker.channels.registry import channel_to
from tracker.models import AT_ONCE, FollowUp, Reminder, Task, User
from tracker.queries.staff import told
from tracker.services.acts.occasion import Occasion
from tracker.services.messages import waits
from tracker.services.messages.eligibility import NO_ADDRESS, OVERTAKEN, without_consent
from tracker.storage import bulk, open_row

#: Sent after reminders were written; the worker is woken by it, and the timetable finds the rows without it.
reminders_written = Signal()

#: Follow-ups looked at in one transaction.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Queued:
    """What one round wrote: reminders to send, call tasks, and follow-ups that were looked at."""

    written: int = 0
    tasks: int = 0
    looked_at: int = 0


def queue_due(*, occasion: Occasion, batch: int = BATCH) -> Queued:
    """Write every reminder that is due and not yet written. Doing it again writes nothing.

    Each follow-up is asked on the day of its next step, and again after it changed. After a gap each audience gets the
    newest missed step once (`reminders_due`). What waits for a person is told with it (`waits`).
    """
    total = Queued()
    waiting = FollowUp.objects.filter(closed_at__isnull=True, next_step_on__lte=occasion.today)
    while True:
        keys = list(waiting.order_by("urgency_rank", "pk").values_list("pk", flat=True)[:batch])
        if not keys:
            break
        done = _queue_batch(keys, occasion=occasion)
        total = Queued(total.written + done.written, total.tasks + done.tasks, total.looked_at + len(keys))
    told = waits.tell_due(occasion=occasion)
    if told:
        reminders_written.send(sender=None)
    return Queued(total.written + told, total.tasks, total.looked_at)


def ask_everybody_again() -> None:
    """Let the next round ask every current follow-up: the ladder may be another."""
    FollowUp.objects.filter(closed_at__isnull=True).update(next_step_on=AT_ONCE)


def overlooked(*, today: date, batch: int = BATCH) -> list[int]:
    """Keys of follow-ups to be asked later or never for which something is due now: none, where all is well.

    They are asked in the next round.
    """
    later = Q(next_step_on__isnull=True) | Q(next_step_on__gt=today)
    resting = FollowUp.objects.filter(later, closed_at__isnull=True)
    found: list[int] = []
    after = 0
    while True:
        rows = resting.filter(pk__gt=after).order_by("pk").select_related("policy_version")
        follow_ups = list(rows.defer("policy_version__document")[:batch])
        if not follow_ups:
            break
        after = follow_ups[-1].pk
        already = _already([follow_up.pk for follow_up in follow_ups])
        found += [
            follow_up.pk
            for follow_up in follow_ups
            if reminders_due(
                open_row.of(follow_up),
                rulebook(follow_up.policy_version).ladder,
                already[follow_up.pk],
                today,
            )
        ]
    FollowUp.objects.filter(pk__in=found).update(next_step_on=AT_ONCE)
    return found


def _already(keys: list[int]) -> dict[int, set[str]]:
    """The steps that were ever made, by follow-up.

    One that was set aside because of what the schedule then was is made again once the follow-up stands otherwise.
    """
    already: dict[int, set[str]] = defaultdict(set)
    overtaken = reduce(or_, (Q(withdrawn_reason__startswith=reason) for reason in OVERTAKEN))
    older = Q(state="withdrawn", revision__lt=F("follow_up__revision")) & overtaken
    made = Reminder.objects.filter(~older, follow_up_id__in=keys).values_list("follow_up_id", "step")
    for follow_up, step in made:
        already[follow_up].add(step)
    return already


def _queue_batch(keys: list[int], *, occasion: Occasion) -> Queued:
    """One short transaction with a fixed number of queries."""
    with transaction.atomic():
        locked = FollowUp.objects.select_for_update(of=("self",)).filter(pk__in=keys, closed_at__isnull=True)
        follow_ups = list(locked.select_related("patient", "policy_version").defer("policy_version__document"))
        already = _already(keys)
        staff = access.staff_of({follow_up.patient_id for follow_up in follow_ups})
        reminders: list[Reminder] = []
        calls: list[Task] = []
        next_steps: list[tuple[date | None, int]] = []
        for follow_up in follow_ups:
            row, ladder = open_row.of(follow_up), rulebook(follow_up.policy_version).ladder
            next_steps.append((next_step_on(row, ladder, occasion.today), follow_up.pk))
            for due in reminders_due(row, ladder, already[follow_up.pk], occasion.today):
                made = _reminders(follow_up, due, staff[follow_up.patient_id], occasion=occasion)
                reminders += made
                if due.audience is Audience.PATIENT and made[0].state == "withdrawn":
                    calls.append(_call(follow_up, made[0].withdrawn_reason, occasion=occasion))
        calls = _not_open_yet(calls)
        Reminder.objects.bulk_create(reminders, ignore_conflicts=True)
        Task.objects.bulk_create(calls)
        bulk.update(FollowUp, ("next_step_on",), next_steps)
        pending = sum(reminder.state == "pending" for reminder in reminders)
        if pending:
            reminders_written.send(sender=None)
    return Queued(pending, len(calls))


def _reminders(follow_up: FollowUp, due: ReminderDue, staff: Sequence[User], *, occasion: Occasion) -> list[Reminder]:
    """The rows of one due step, one a recipient; `staff` are those who may see the patient."""
    if due.audience is Audience.PATIENT:
        channel = channel_to(follow_up.patient)
        why = "too late for a message" if due.call else without_consent(follow_up.patient)
        why = why or ("" if channel else NO_ADDRESS)
        return [_row(follow_up, due, None, channel, occasion=occasion, withdrawn=why)]
    recipients = told(due.audience, follow_up.patient, staff, owner_id=follow_up.owner_id)
    if not recipients:
        why = f"no {due.audience} may see this patient"
        return [_row(follow_up, due, None, None, occasion=occasion, withdrawn=why)]
    return [_row(follow_up, due, user, channel_to(user), occasion=occasion) for user in recipients]


def _row(
    follow_up: FollowUp,
    due: ReminderDue,
    recipient: User | None,
    channel: Channel | None,
    *,
    occasion: Occasion,
    withdrawn: str = "",
) -> Reminder:
    whom = recipient.pk if recipient else due.audience
    name = channel.name if channel else waits.NO_CHANNEL
    return Reminder(
        key=f"{follow_up.uid}:{follow_up.revision}:{due.key}:{whom}:{name}",
        follow_up=follow_up,
        revision=follow_up.revision,
        step=due.key,
        purpose=due.purpose,
        audience=due.audience,
        recipient=recipient,
        channel=name,
        due_at=occasion.at,
        state="withdrawn" if withdrawn else "pending",
        withdrawn_reason=withdrawn,
        next_attempt_at=occasion.at,
        created_at=occasion.at,
    )


def _call(follow_up: FollowUp, why: str, *, occasion: Occasion) -> Task:
    return Task(
        patient_id=follow_up.patient_id,
        follow_up=follow_up,
        kind="call_patient",
        raised_by="reminder",
        due_on=occasion.today,
        text=f"Call the patient: {why}.",
        raised_at=occasion.at,
    )


def _not_open_yet(calls: list[Task]) -> list[Task]:
    """Calls that are not on the list already: one open call a follow-up."""
    asked = Task.objects.filter(
        kind="call_patient", ended_at__isnull=True, follow_up__in=[call.follow_up_id for call in calls]
    )
    known = set(asked.values_list("follow_up_id", flat=True))
    return [call for call in calls if call.follow_up_id not in known]
