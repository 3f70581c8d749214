"""Whether a reminder may still go, asked again at the moment of sending (reminders.md 6 and 7)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from scheduling.engine.following.reminders import reminders_due
from scheduling.publishing import rulebook
from tracker import clock
from tracker.channels.registry import channel_named
from tracker.models import Patient, Reminder, StatusEvent, User
from tracker.storage import open_row

#: Patients get messages between these local hours only; staff at any hour, since an emergency does not wait.
FIRST_HOUR, LAST_HOUR = time(8, 0), time(19, 0)

#: Why a patient whom no channel reaches is called.
NO_ADDRESS = "no address is known"

_ENDED = {
    "deceased": "the patient has died",
    "hospice": "the patient is in hospice care",
    "declined": "the patient has declined",
    "transferred": "the patient was transferred",
    "discharged": "the patient was discharged",
}


#: The beginnings of reasons that the schedule gave, and that can go again: of such a step nobody was told.
OVERTAKEN = ("the follow-up is", "the dates have changed", "nothing is asked", *_ENDED.values())


def suppression(reminder: Reminder, *, today: date) -> str:
    """Why this reminder must not leave; empty when it may. Each reason is kept with the row."""
    follow_up = reminder.follow_up
    if follow_up.closed_at is not None:
        return f"the follow-up is {follow_up.state}"
    if follow_up.revision != reminder.revision and not _still_asked(reminder, today=today):
        return "the dates have changed since"
    if follow_up.awaiting_closure_on is not None:
        return "done, awaiting closure"
    if not follow_up.asked:
        return "nothing is asked for any more; what is arranged is to be cancelled"
    if follow_up.snoozed_until is not None and follow_up.snoozed_until > today:
        return "set aside by a person"
    if reminder.audience == "patient" and follow_up.awaiting_response_on is not None:
        return "done; the response is to be recorded"
    if reminder.audience == "patient":
        return _patient_suppression(reminder, today=today)
    if reminder.recipient is None or not reminder.recipient.is_active:
        return "the recipient no longer works here"
    return "" if _reaches(reminder, reminder.recipient) else "the recipient has no address"


def _reaches(reminder: Reminder, person: Patient | User) -> bool:
    channel = channel_named(reminder.channel)
    return channel is not None and channel.reachable(person)


def _still_asked(reminder: Reminder, *, today: date) -> bool:
    """Whether the ladder, asked afresh about the changed follow-up, gives this very step."""
    ladder = rulebook(reminder.follow_up.policy_version).ladder
    due = reminders_due(open_row.of(reminder.follow_up), ladder, (), today)
    return any(step.key == reminder.step for step in due)


def _patient_suppression(reminder: Reminder, *, today: date) -> str:
    patient = reminder.follow_up.patient
    if patient.deceased_on is not None:
        return _ENDED["deceased"]
    status = (
        StatusEvent.objects.filter(patient=patient, entered_in_error_at__isnull=True, occurred_on__lte=today)
        .order_by("-occurred_on", "-recorded_at")
        .values_list("status", flat=True)
        .first()
    )
    if status in _ENDED:
        return _ENDED[status]
    return without_consent(patient) or ("" if _reaches(reminder, patient) else NO_ADDRESS)


def without_consent(patient: Patient) -> str:
    """Why this patient must not be written to, so that a person calls; empty when a message may go.

    Consent that nobody recorded is not consent.
    """
    if patient.messages_allowed == "no":
        return "the patient does not want messages"
    if patient.messages_allowed != "yes":
        return "consent to messages is not recorded"
    return ""


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
    day = clock.day_of(now, zone)
    day = day if local.time() < FIRST_HOUR else day + timedelta(days=1)
    return datetime.combine(day, FIRST_HOUR, tzinfo=zone).astimezone(now.tzinfo)
