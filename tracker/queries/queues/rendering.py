"""From a stored follow-up to the row of a queue: its words, its days and what can be done with it next."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime

from scheduling.engine.following.conflicts import ANSWERABLE, ConflictKind
from scheduling.engine.vocabulary import Urgency
from tracker import access, clock, lifecycle
from tracker.models import FollowUp, Patient, State, User
from tracker.queries.leaving import Leaving
from tracker.queries.limits import limit_on, said
from tracker.queries.queues.reasons import ShortReason
from tracker.queries.queues.rows import Act, QueueRow, Waiting
from tracker.queries.time_status import Standing, conflicts_on, standing_on
from tracker.queries.waits.registry import WAITS, Owner

OPEN = Act("open", "Open", "Enter")
ORDER = Act("order", "Order", "O")
BOOK = Act("book", "Book", "B")
CONFIRM = Act("confirm", "Confirm", "")
REBOOK = Act("book", "Reschedule", "R")
COMPLETE = Act("complete", "Attended", "D")
ELSEWHERE = Act("done_elsewhere", "Done elsewhere", "")
MISS = Act("miss", "Missed", "M")
CALL = Act("log_call", "Log call", "C")
TAKE = Act("take", "Take", "T")
HAND_OVER = Act("hand_over", "Hand over", "H")
SNOOZE = Act("snooze", "Snooze", "S")
WAKE = Act("wake", "Wake", "S")
UNBOOK = Act("unbook", "Cancel booking", "R")
UNORDER = Act("unorder", "Cancel order", "R")
CANCEL = Act("cancel", "Cancel", "")
CLOSE_SYMPTOM = Act("close_symptom", "Close symptom", "Enter")
NOTE = Act("note", "Note", "N")


def age_on(born_on: date | None, day: date) -> int | None:
    """Whole years on a day; None where the birth is not known."""
    if born_on is None:
        return None
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def age_of(patient: Patient, today: date) -> int | None:
    """The age today, or on the day of death."""
    return age_on(patient.birth_on, patient.deceased_on or today)


def owner_of(row: FollowUp, word: str = "") -> tuple[User | None, bool]:
    """Who takes care of it, and whether only by being the patient's nurse (or surgeon, where the wait is theirs)."""
    if row.owner is not None:
        return row.owner, False
    clinicians = word in WAITS and WAITS[word].owner is Owner.CLINICIAN
    by_default = (row.patient.surgeon if clinicians else None) or row.patient.nurse
    return by_default, by_default is not None


def waiting_of(row: FollowUp, word: str) -> Waiting | None:
    """The wait of a row that `wait_case` named; None for ""."""
    wait = WAITS.get(word)
    return Waiting(word, wait.title, wait.since(row)) if wait is not None else None


def days_of(row: FollowUp, standing: Standing, today: date) -> tuple[int, str]:
    """The large number of a row and its words."""
    if standing is Standing.AWAITING_CLOSURE and row.awaiting_closure_on:
        return (today - row.awaiting_closure_on).days, "since it was done"
    if standing is Standing.NOT_ASKED:
        return ((row.booked_on or today) - today).days, "to cancel it"
    if standing is Standing.SNOOZED and row.snoozed_until:
        return (row.snoozed_until - today).days, "until it is back"
    if standing is Standing.CLOSED_BY_PERSON and row.hold_until_on:
        return max(0, (row.hold_until_on - today).days), "until it reopens"
    return {
        Standing.SCHEDULED: ((row.opens_on - today).days, "until it opens"),
        Standing.IN_WINDOW: ((row.due_on - today).days, "left to due"),
        Standing.DUE_IN_GRACE: ((today - row.due_on).days, "in grace"),
        Standing.OVERDUE: (max(0, (today - row.closes_on).days), "past latest"),
        Standing.CLOSED_BY_PERSON: (0, "until the next plan"),
    }[standing]


def next_act(row: FollowUp, standing: Standing, user: User, today: date) -> Act:
    """The one button of a row: the first line that holds."""
    lines = (
        (standing is Standing.NOT_ASKED and row.state == State.BOOKED, UNBOOK),
        (standing is Standing.NOT_ASKED, UNORDER if row.state == State.ORDERED else OPEN),
        (row.urgency == Urgency.EMERGENCY and standing is not Standing.AWAITING_CLOSURE, OPEN),
        (standing is Standing.AWAITING_CLOSURE, CLOSE_SYMPTOM if access.is_clinician(user) else OPEN),
        (standing is Standing.CLOSED_BY_PERSON, OPEN),
        (standing is Standing.SNOOZED, WAKE),
        (owner_of(row)[0] is None, TAKE),
        (row.state == State.BOOKED and row.booked_on is not None and row.booked_on <= today, COMPLETE),
        (row.state == State.BOOKED, REBOOK),
        (row.awaiting_response_on is not None, OPEN),
        (row.state == State.MISSED, CALL),
        (standing is Standing.OVERDUE, CALL),
        (row.state == State.ORDERED, BOOK),
        (row.stream == "imaging", ORDER),
    )
    return next((act for holds, act in lines if holds), BOOK)


#: What is not done for somebody who has died or left: nobody is called, and nothing is arranged or put off.
_FOR_THE_FOLLOWED = frozenset({ORDER, BOOK, REBOOK, CONFIRM, MISS, CALL, SNOOZE, WAKE, CANCEL})


def _arranging(
    row: FollowUp, conflicts: Collection[ConflictKind], stopped: Leaving | None
) -> Iterator[tuple[Act, bool]]:
    """What can be done about the appointment, each with whether it is allowed now."""
    for act in (ORDER, REBOOK if row.state == State.BOOKED else BOOK):
        yield act, row.asked and lifecycle.can_move(row.state, act.code)
    yield CONFIRM, not ANSWERABLE.isdisjoint(conflicts)
    # Nobody attends after a stop.
    happens = stopped is None or row.booked_on is None or row.booked_on <= stopped.on
    yield COMPLETE, happens and lifecycle.can_move(row.state, COMPLETE.code)
    # Where it can be rescheduled, the key is for that.
    unbook = replace(UNBOOK, key="") if row.asked else UNBOOK
    for act in (MISS, unbook, UNORDER):
        yield act, lifecycle.can_move(row.state, act.code)


def acts_of(
    row: FollowUp,
    standing: Standing,
    conflicts: Collection[ConflictKind],
    user: User,
    leaving: Leaving | None = None,
) -> tuple[Act, ...]:
    """Everything the table of moves and the rules of the services allow this person now."""
    emergency = row.urgency == Urgency.EMERGENCY and standing is not Standing.NOT_ASKED
    stopped = leaving is not None and leaving.stops and not emergency
    may_wait = row.urgency != Urgency.EMERGENCY and (row.urgency != Urgency.URGENT or access.is_clinician(user))
    possible = list(_arranging(row, conflicts, leaving if stopped else None))
    ended = row.state in lifecycle.ENDED
    possible += [
        (ELSEWHERE, not ended),
        (CALL, not ended),
        (TAKE, not ended),
        (HAND_OVER, not ended),
        (
            SNOOZE,
            not ended
            and may_wait
            and standing not in (Standing.CLOSED_BY_PERSON, Standing.SNOOZED, Standing.AWAITING_CLOSURE)
            and row.asked,
        ),
        (WAKE, standing is Standing.SNOOZED),
        (
            CANCEL,
            lifecycle.can_move(row.state, "cancel") and may_wait and standing is not Standing.AWAITING_CLOSURE,
        ),
        (NOTE, True),
    ]
    return tuple(act for act, allowed in possible if allowed and not (stopped and act in _FOR_THE_FOLLOWED))


#: How a row stands where its window and its limit do not say it.
APART = (Standing.NOT_ASKED, Standing.AWAITING_CLOSURE, Standing.SNOOZED, Standing.CLOSED_BY_PERSON)


def queue_row(
    row: FollowUp,
    seen: int,
    reason: ShortReason,
    first_report: datetime | None,
    user: User,
    now: datetime,
    word: str = "",
    *,
    leaving: Leaving | None = None,
) -> QueueRow:
    """A follow-up (loaded with patient, nurse, surgeon and owner) as a queue shows it; `word` names its wait."""
    today, limit = clock.day_of(now), limit_on(row, first_report)
    standing = standing_on(row, now, limit)
    conflicts = conflicts_on(row, today)
    number, words = days_of(row, standing, today)
    owner, by_default = owner_of(row, word)
    return QueueRow(
        follow_up=row,
        reason=reason,
        standing=standing.value,
        days=number,
        days_words=words,
        owner=str(owner) if owner else "",
        owner_is_default=by_default,
        next_act=next_act(row, standing, user, today),
        acts=acts_of(row, standing, conflicts, user, leaving),
        limit=said(limit, now) if limit and standing not in APART else None,
        seen=seen,
        waiting=waiting_of(row, word),
        conflicts=conflicts,
        leaving=leaving,
    )
