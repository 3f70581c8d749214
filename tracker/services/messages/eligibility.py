"""Whether a reminder may still go, asked again at the moment of sending (reminders.md 6 and 7)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import Q

from scheduling.engine.following.reminders import reminders_due
from scheduling.publishing import rulebook
from tracker import access, clock
from tracker.channels.registry import channel_named
from tracker.models import Delivery, FollowUp, Patient, Reminder, User
from tracker.queries.leaving import leaving_of
from tracker.queries.waits.readers import of_nobody
from tracker.queries.waits.registry import WAITS
from tracker.services.acts.occasion import Occasion
from tracker.storage import open_row
from tracker.words import STOPPED_BECAUSE

#: Patients get messages between these local hours only; staff at any hour, since an emergency does not wait.
FIRST_HOUR, LAST_HOUR = time(8, 0), time(19, 0)

NOT_THEIRS = "the recipient may not see this patient any more"
#: Why a patient whom no channel reaches is called.
NO_ADDRESS = "no address is known"


#: The beginnings of reasons that the schedule gave, and that can go again: of such a step nobody was told.
OVERTAKEN = ("the follow-up is", "the dates have changed", "nothing is asked", *STOPPED_BECAUSE.values())


class Stopped(NamedTuple):
    """Why a reminder must not leave; `acts`: nobody else acts instead yet, so that it becomes work for a person."""

    why: str
    acts: bool = False


def suppression(reminder: Reminder, *, occasion: Occasion) -> Stopped | None:
    """Why this reminder must not leave; None where it may. Each reason is kept with the row."""
    overtaken = _waits_no_longer(reminder, occasion) if reminder.wait else _overtaken(reminder, today=occasion.today)
    if overtaken:
        return Stopped(overtaken)
    if reminder.audience == "patient":
        return _patient_suppression(reminder, today=occasion.today)
    if reminder.recipient is None or not reminder.recipient.is_active:
        return Stopped("the recipient no longer works here", acts=True)
    if not Reminder.objects.filter(may_be_read(reminder), pk=reminder.pk).exists():
        return Stopped(NOT_THEIRS, acts=True)
    return None if _reaches(reminder, reminder.recipient) else Stopped("the recipient has no address")


def _waits_no_longer(reminder: Reminder, occasion: Occasion) -> str:
    """Why a message about work that waits says nothing new; empty where it does."""
    wait = WAITS.get(reminder.wait)
    if wait is None or not wait.stands(reminder.about, occasion.today):
        return "it waits no longer"
    said = Delivery.objects.filter(reminder__recipient=reminder.recipient, reminder__wait=reminder.wait)
    if said.filter(outcome="accepted", at__gte=reminder.created_at).exclude(reminder=reminder).exists():
        return "told with other rows of this queue in one message"
    return ""


def may_be_read(reminder: Reminder) -> Q:
    """Rows whose recipient may see whom they are about, as a condition of the statement that lets them go."""
    person, patient = reminder.recipient, reminder.of_patient
    if reminder.audience == "patient" or person is None:
        return Q()
    if patient is None:  # work about nobody known, for whoever may take it up
        readers = of_nobody(WAITS[reminder.wait].owner) if reminder.wait in WAITS else []
        return Q(recipient__in=readers)
    return access.about_patients(access.visible_patients(person).filter(pk=patient.pk))


def _overtaken(reminder: Reminder, *, today: date) -> str:
    """Why the step of a follow-up's ladder says nothing any more; empty where it does."""
    follow_up = reminder.follow_up
    assert follow_up is not None  # the database holds: a reminder without one is of a wait
    if follow_up.closed_at is not None:
        return f"the follow-up is {follow_up.state}"
    if follow_up.revision != reminder.revision and not _still_asked(reminder, follow_up, today=today):
        return "the dates have changed since"
    if follow_up.awaiting_closure_on is not None:
        return "done, awaiting closure"
    if not follow_up.asked:
        return "nothing is asked for any more; what is arranged is to be cancelled"
    if follow_up.snoozed_until is not None and follow_up.snoozed_until > today:
        return "set aside by a person"
    if reminder.audience == "patient" and follow_up.awaiting_response_on is not None:
        return "done; the response is to be recorded"
    return ""


def _reaches(reminder: Reminder, person: Patient | User) -> bool:
    channel = channel_named(reminder.channel)
    return channel is not None and channel.reachable(person)


def _still_asked(reminder: Reminder, follow_up: FollowUp, *, today: date) -> bool:
    """Whether the ladder, asked afresh about the changed follow-up, gives this very step."""
    ladder = rulebook(follow_up.policy_version).ladder
    due = reminders_due(open_row.of(follow_up), ladder, (), today)
    return any(step.key == reminder.step for step in due)


def _patient_suppression(reminder: Reminder, *, today: date) -> Stopped | None:
    patient = reminder.of_patient
    assert patient is not None
    gone = leaving_of(patient, today)
    if gone is not None:  # also while a transfer waits for its acceptance
        return Stopped(gone.because)
    # Consent or address went between writing and sending: a person calls, as where they were missing before.
    why = without_consent(patient) or ("" if _reaches(reminder, patient) else NO_ADDRESS)
    return Stopped(why, acts=True) if why else None


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
    patient = reminder.of_patient
    assert patient is not None
    zone = zone_of(patient)
    local = now.astimezone(zone)
    if FIRST_HOUR <= local.time() < LAST_HOUR:
        return None
    day = clock.day_of(now, zone)
    day = day if local.time() < FIRST_HOUR else day + timedelta(days=1)
    return datetime.combine(day, FIRST_HOUR, tzinfo=zone).astimezone(now.tzinfo)
