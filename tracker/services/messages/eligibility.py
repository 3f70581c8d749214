"""Whether a reminder may still go, asked again at the moment of sending (reminders.md 6 and 7)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from scheduling.engine.following.reconcile import Conflict, OpenFollowUp
from scheduling.engine.following.reminders import reminders_due
from scheduling.publishing import rulebook
from tracker.models import FollowUp, Patient, Reminder, StatusEvent

#: Patients get messages between these local hours only; staff at any hour, since an emergency does not wait.
FIRST_HOUR, LAST_HOUR = time(8, 0), time(19, 0)

_ENDED = {
    "deceased": "the patient has died",
    "hospice": "the patient is in hospice care",
    "declined": "the patient has declined",
    "transferred": "the patient was transferred",
    "discharged": "the patient was discharged",
}


def suppression(reminder: Reminder, *, now: datetime) -> str:
    """Why this reminder must not leave; empty when it may. Each reason is kept with the row."""
    follow_up = reminder.follow_up
    if follow_up.closed_at is not None:
        return f"the follow-up is {follow_up.state}"
    if follow_up.revision != reminder.revision and not _still_asked(reminder, now=now):
        return "the dates have changed since"
    if follow_up.awaiting_closure_on is not None:
        return "done, awaiting closure"
    if follow_up.conflict == "cancel_booking":
        return "nothing is asked for any more; the booking is to be cancelled"
    if follow_up.snoozed_until is not None and follow_up.snoozed_until > now.date():
        return "set aside by a person"
    if reminder.audience == "patient":
        return _patient_suppression(follow_up.patient, now=now)
    if reminder.recipient is None or not reminder.recipient.is_active:
        return "the recipient no longer works here"
    return "" if reminder.recipient.email else "the recipient has no address"


def _still_asked(reminder: Reminder, *, now: datetime) -> bool:
    """Whether the ladder, asked afresh about the changed follow-up, gives this very step."""
    ladder = rulebook(reminder.follow_up.policy_version).ladder
    due = reminders_due(open_row(reminder.follow_up), ladder, (), now.date())
    return any(step.key == reminder.step for step in due)


def open_row(follow_up: FollowUp) -> OpenFollowUp:
    """A follow-up as the ladder reads it."""
    conflict = Conflict(follow_up.stream, follow_up.conflict, None) if follow_up.conflict else None
    return OpenFollowUp(
        stream=follow_up.stream,
        state=follow_up.state,
        opens_on=follow_up.opens_on,
        due_on=follow_up.due_on,
        closes_on=follow_up.closes_on,
        row=follow_up.row,
        urgency=follow_up.urgency,
        counted_by=follow_up.counted_by,
        awaiting_closure_on=follow_up.awaiting_closure_on,
        booked_on=follow_up.booked_on if follow_up.state == "booked" else None,
        snoozed_until=follow_up.snoozed_until,
        conflict=conflict,
    )


def _patient_suppression(patient: Patient, *, now: datetime) -> str:
    if patient.deceased_on is not None:
        return _ENDED["deceased"]
    status = (
        StatusEvent.objects.filter(
            patient=patient, entered_in_error_at__isnull=True, occurred_on__lte=now.date()
        )
        .order_by("-occurred_on", "-recorded_at")
        .values_list("status", flat=True)
        .first()
    )
    if status in _ENDED:
        return _ENDED[status]
    return unreachable_by_message(patient)


def unreachable_by_message(patient: Patient) -> str:
    """Why this patient cannot be written to, so that a person calls; empty when a message may go.

    Consent that nobody recorded is not consent.
    """
    if patient.messages_allowed == "no":
        return "the patient does not want messages"
    if patient.messages_allowed != "yes":
        return "consent to messages is not recorded"
    return "" if patient.email else "no address is known"


def zone_of(patient: Patient) -> ZoneInfo:
    """The patient's own time zone, or the clinic's where none or an unknown one is recorded."""
    try:
        return ZoneInfo(patient.time_zone or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def postponed_to(reminder: Reminder, *, now: datetime) -> datetime | None:
    """The next moment at which a patient may be written to; None when that is now.

    Worked out in the patient's own zone. A local hour that the clock skips is read as the hour after the change; of a
    repeated hour the first is meant (`fold=0`), so the moment always exists.
    """
    if reminder.audience != "patient":
        return None
    zone = zone_of(reminder.follow_up.patient)
    local = now.astimezone(zone)
    if FIRST_HOUR <= local.time() < LAST_HOUR:
        return None
    day = local.date() if local.time() < FIRST_HOUR else local.date() + timedelta(days=1)
    return datetime.combine(day, FIRST_HOUR, tzinfo=zone).astimezone(now.tzinfo)
