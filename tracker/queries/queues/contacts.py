"""What happened to a follow-up and with a patient: calls, acts, and the one act that can still be taken back."""

from __future__ import annotations

from datetime import timedelta

from tracker.models import FollowUpEvent, Patient

#: Contacts shown on the patient's page, and in a row that is open.
CONTACTS, CONTACTS_OF_A_ROW = 50, 5
#: How long an act can be taken back.
UNDO = timedelta(hours=24)
#: What people do; everything else in a follow-up's history is the plan's.
ACTS = (
    "ordered",
    "booked",
    "confirmed",
    "missed",
    "attended",
    "called",
    "taken",
    "snoozed",
    "woken",
    "cancelled",
    "note",
    "undone",
)


def newest_act(follow_up_id: int) -> FollowUpEvent | None:
    """The newest act of a person on a follow-up that was not taken back."""
    taken_back = set()
    for event in FollowUpEvent.objects.filter(follow_up=follow_up_id, kind__in=ACTS).order_by("-pk"):
        if event.kind == "undone" and event.outcome.isdigit():
            taken_back.add(int(event.outcome))
        elif event.pk not in taken_back:
            return event
    return None


def was_taken_back(follow_up_id: int, event_id: int) -> bool:
    """Whether a person took this act back already."""
    return FollowUpEvent.objects.filter(follow_up=follow_up_id, kind="undone", outcome=str(event_id)).exists()


def contacts_of(patient: Patient) -> tuple[FollowUpEvent, ...]:
    """What people did about this patient's follow-ups, newest first."""
    events = (
        FollowUpEvent.objects.filter(follow_up__patient=patient)
        .exclude(kind__in=["opened", "moved", "conflict", "reopened"])
        .select_related("by")
        .order_by("-at", "-pk")[:CONTACTS]
    )
    return tuple(events)
