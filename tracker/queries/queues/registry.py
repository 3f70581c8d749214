"""The queues as data: what stands in each, in the order of the rail. A new queue is one entry here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q

from scheduling.engine.following.conflicts import ConflictKind
from scheduling.engine.vocabulary import Task as PlanTask
from scheduling.engine.vocabulary import TimeStatus, Urgency
from tracker.models import State, User
from tracker.queries.limits import booked_past_limit
from tracker.queries.time_status import (
    Standing,
    conflicting,
    counted_by_time,
    current,
    in_standing,
    in_time,
    nothing_asked,
)

#: How far "Coming" and "To arrange" look ahead.
AHEAD = timedelta(weeks=4)

#: (today, who is looking) -> the rows that stand in the queue.
Condition = Callable[[date, User | None], Q]


@dataclass(frozen=True, slots=True)
class Queue:
    """One list: its rows are current follow-ups that meet `rows`, then the tasks of `kinds` and other `sources`.

    `looks` says where today stands on the common axis: ``back``, ``ahead`` or ``both``. `about` says how it is counted;
    an empty queue shows it. `sources` are names of `queries.waits.sources` other than follow-ups and tasks.
    """

    slug: str
    title: str
    group: str
    about: str
    rows: Condition | None = None
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    looks: str = "both"


def _emergency(today: date, user: User | None) -> Q:
    return counted_by_time(today) & Q(urgency=Urgency.EMERGENCY)


def _overdue(today: date, user: User | None) -> Q:
    return in_standing(Standing.OVERDUE, today)


def _missed(today: date, user: User | None) -> Q:
    return counted_by_time(today) & Q(state=State.MISSED)


def _unreachable(today: date, user: User | None) -> Q:
    return counted_by_time(today) & Q(patient__unreachable_since__isnull=False)


def _no_owner(today: date, user: User | None) -> Q:
    return current() & ~Q(state=State.CANCELLED) & nobody()


def _due_now(today: date, user: User | None) -> Q:
    return in_standing(Standing.IN_WINDOW, today) | in_standing(Standing.DUE_IN_GRACE, today)


def _coming(today: date, user: User | None) -> Q:
    return in_standing(Standing.SCHEDULED, today) & Q(opens_on__lte=today + AHEAD)


def _not_ordered(today: date, user: User | None) -> Q:
    return _to_arrange(today) & Q(state=State.OPEN, opens_on__lte=today + AHEAD)


def _ordered(today: date, user: User | None) -> Q:
    return _to_arrange(today) & Q(state=State.ORDERED)


def _to_arrange(today: date) -> Q:
    """What is done waits for its response: nobody is asked to book it again meanwhile."""
    return counted_by_time(today) & Q(awaiting_response_on__isnull=True)


def _booked_late(today: date, user: User | None) -> Q:
    late = Q(booked_on__gt=F("closes_on")) | booked_past_limit()
    return counted_by_time(today) & Q(state=State.BOOKED) & late


def _awaiting_closure(today: date, user: User | None) -> Q:
    return in_standing(Standing.AWAITING_CLOSURE, today)


def _awaiting_response(today: date, user: User | None) -> Q:
    return current() & ~Q(state=State.CANCELLED) & Q(awaiting_response_on__isnull=False)


def _no_result(today: date, user: User | None) -> Q:
    return conflicting(ConflictKind.PASSED, today)


def _conflicts(today: date, user: User | None) -> Q:
    found = Q()
    for kind in ConflictKind:
        found |= conflicting(kind, today) if kind != ConflictKind.PASSED else Q()
    # What a stop leaves is work of its own, under "To cancel".
    return found & ~(nothing_asked() & Q(urgency=Urgency.STOP))


def _urgent_set_aside(today: date, user: User | None) -> Q:
    aside = in_standing(Standing.SNOOZED, today) | in_standing(Standing.CLOSED_BY_PERSON, today)
    return aside & Q(urgency__in=(Urgency.EMERGENCY, Urgency.URGENT))


def _mine(today: date, user: User | None) -> Q:
    return current() & ~Q(state=State.CANCELLED) & (owned_by(user.pk) if user is not None else Q(pk__in=[]))


def _whole_team(today: date, user: User | None) -> Q:
    return current()


def _snoozed(today: date, user: User | None) -> Q:
    over = counted_by_time(today) & Q(snoozed_until__lt=today, state__in=[State.OPEN, State.MISSED])
    return in_standing(Standing.SNOOZED, today) | over


def _set_aside(today: date, user: User | None) -> Q:
    return in_standing(Standing.CLOSED_BY_PERSON, today)


def owned_by(user_id: int) -> Q:
    """Rows that this person took, or of a patient whose nurse they are while nobody took them."""
    return Q(owner_id=user_id) | Q(owner__isnull=True, patient__nurse_id=user_id)


def nobody() -> Q:
    """Rows that nobody took, of patients without a nurse."""
    return Q(owner__isnull=True, patient__nurse__isnull=True)


ACT_NOW, COMING, ARRANGE, COMPLETE, PEOPLE = (
    "Act now",
    "Coming",
    "To arrange",
    "To complete",
    "People",
)

QUEUES: tuple[Queue, ...] = (
    Queue(
        "emergency",
        "Emergency pathway",
        ACT_NOW,
        "Open neurological symptoms and what is still to be done for them.",
        rows=_emergency,
        kinds=(PlanTask.EMERGENCY_PATHWAY_SAME_DAY, PlanTask.COMFORT_DIRECTED_DECISION_BY_CLINICIAN),
        looks="both",
    ),
    Queue(
        "overdue",
        "Overdue",
        ACT_NOW,
        "Past their latest day, or past an emergency's limit.",
        rows=_overdue,
        looks="back",
    ),
    Queue(
        "unwell",
        "Unwell, to answer",
        ACT_NOW,
        "Somebody said on the telephone that they are unwell, and nobody has said yet what it is.",
        kinds=("unwell",),
    ),
    Queue("missed", "Missed", ACT_NOW, "Booked, and the patient did not come.", rows=_missed, looks="back"),
    Queue(
        "unreachable",
        "Unreachable",
        ACT_NOW,
        "Three attempts without reaching the patient, or one where it is urgent.",
        rows=_unreachable,
    ),
    Queue(
        "set-aside-urgent",
        "Set aside, urgent",
        ACT_NOW,
        "Urgent, and snoozed or cancelled by a clinician, for two weeks at most.",
        rows=_urgent_set_aside,
    ),
    Queue(
        "not-planned",
        "Could not be planned",
        ACT_NOW,
        "Patients whose record the plan could not read; their dates are those of the last plan.",
        kinds=("plan_failed",),
    ),
    Queue("no-owner", "No owner", ACT_NOW, "Nobody took them and the patient has no nurse.", rows=_no_owner),
    Queue("due-now", "Due now", COMING, "Inside their window, or in grace.", rows=_due_now),
    Queue("coming", "Next 4 weeks", COMING, "Windows that open within 28 days.", rows=_coming, looks="ahead"),
    Queue(
        "not-ordered",
        "Not yet ordered",
        ARRANGE,
        "Open or opening within 28 days, and neither ordered nor booked.",
        rows=_not_ordered,
    ),
    Queue("ordered", "Ordered, not booked", ARRANGE, "Ordered, without a day.", rows=_ordered),
    Queue(
        "booked-late",
        "Booked too late",
        ARRANGE,
        "Booked for after the latest day, or an emergency's limit.",
        rows=_booked_late,
    ),
    Queue(
        "to-cancel",
        "To cancel",
        ARRANGE,
        "Bookings, orders and messages that nobody needs: the patient died or stopped, or it was done before.",
        kinds=("cancel_booking", "cancel_order", "cancel_message"),
    ),
    Queue(
        "awaiting-closure",
        "Awaiting closure",
        COMPLETE,
        "Done; the plan goes on asking until a clinician closes the symptom.",
        rows=_awaiting_closure,
    ),
    Queue(
        "awaiting-response",
        "Response to record",
        COMPLETE,
        "Done because of the last response; the plan goes on asking until a new one is recorded.",
        rows=_awaiting_response,
    ),
    Queue(
        "no-result",
        "Result not recorded",
        COMPLETE,
        "The booked day has passed and nobody said what happened, a study recorded here has no report yet, or nobody "
        "said what the report says.",
        rows=_no_result,
        sources=("study",),
    ),
    Queue(
        "results",
        "Results to act on",
        COMPLETE,
        "A report says progression or doubtful, and no response, score or “no action” followed.",
        sources=("result",),
    ),
    Queue(
        "repeat",
        "Repeat or explain",
        COMPLETE,
        "An examination that showed nothing, so that it counts for nothing, and was not repeated.",
        sources=("repeat",),
    ),
    Queue(
        "missing-facts",
        "Missing facts",
        COMPLETE,
        "A score, a level or an acceptance that a plan needs is not recorded or has become old.",
        kinds=(
            PlanTask.SCORE_MISSING,
            PlanTask.SCORE_STALE,
            PlanTask.PROCEDURE_LEVEL_MISSING,
            PlanTask.TRANSFER_ACCEPTANCE_PENDING,
        ),
    ),
    Queue(
        "step-down",
        "Step-down proposed",
        COMPLETE,
        "Eligible for longer intervals, not approved by a clinician.",
        kinds=(PlanTask.STEP_DOWN_PROPOSED,),
    ),
    Queue(
        "second-approval",
        "Second approval",
        COMPLETE,
        "A clinician's own window beyond the latest day, which waits for a second clinician.",
        sources=("override",),
    ),
    Queue(
        "conflicts",
        "Conflicts",
        COMPLETE,
        "What is ordered or booked does not fit what the plan asks for now, and nobody has confirmed it.",
        rows=_conflicts,
    ),
    Queue(
        "calls",
        "Call tasks",
        COMPLETE,
        "People to be called: a message failed, a call was agreed, a number was wrong, or pain beside a stop.",
        kinds=(
            "call_patient",
            "right_number",
            PlanTask.CLINICIAN_CALL_BACK_PAIN,
            PlanTask.PALLIATIVE_CALL_BACK_PAIN,
        ),
    ),
    Queue(
        "stops",
        "Stops to finish",
        COMPLETE,
        "What a stop leaves to be done by a person: letters, confirmations, a new offer.",
        kinds=(
            PlanTask.CLINICIAN_CONFIRMS_STOP,
            PlanTask.HANDOVER_SUMMARY,
            PlanTask.DISCHARGE_LETTER,
            PlanTask.RE_OFFER_ON,
            PlanTask.CLOSE_ALL_OPEN_ITEMS,
            PlanTask.SUPPRESS_ALL_PATIENT_MESSAGES,
        ),
    ),
    Queue(
        "uncertain",
        "Uncertain messages",
        COMPLETE,
        "Handed over without an answer: may or may not have arrived. Or stopped, because its reader may not see the "
        "patient any more.",
        kinds=("check_delivery", "message_stopped"),
        sources=("reminder",),
    ),
    Queue(
        "questions",
        "Import questions",
        COMPLETE,
        "What an import understood but a person must decide.",
        sources=("question",),
    ),
    Queue(
        "policy-approval",
        "Policies to approve",
        COMPLETE,
        "Published versions of the policy that no clinical lead approved.",
        sources=("policy",),
    ),
    Queue("mine", "Mine", PEOPLE, "Yours, or of your patients and taken by nobody else.", rows=_mine),
    Queue("team", "Whole team", PEOPLE, "Every current follow-up of your teams.", rows=_whole_team),
    Queue(
        "snoozed",
        "Snoozed",
        PEOPLE,
        "Set aside until a day, with a reason; or that day has passed and nothing was arranged.",
        rows=_snoozed,
    ),
    Queue(
        "set-aside",
        "Cancelled, holding",
        PEOPLE,
        "Cancelled by a person with a reason; open again after the day that was set, or sooner where it presses.",
        rows=_set_aside,
    ),
)

GROUPS: tuple[str, ...] = (ACT_NOW, COMING, ARRANGE, COMPLETE, PEOPLE)
BY_SLUG: dict[str, Queue] = {queue.slug: queue for queue in QUEUES}
FIRST = "overdue"


def queue_named(slug: str) -> Queue:
    """The queue with this word; raises KeyError naming the known ones."""
    try:
        return BY_SLUG[slug]
    except KeyError:
        raise KeyError(f"{slug!r} is not a queue; expected one of {', '.join(BY_SLUG)}") from None


def in_time_status(word: str, today: date) -> Q:
    """Rows counted by time with this time status; raises ValueError for another word."""
    return counted_by_time(today) & in_time(TimeStatus(word), today)
