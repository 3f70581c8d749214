"""The registry of waits: every state in which something waits for a person, each once.

A wait names the queue it stands in, whose it is, since when it stands and how fast it climbs the ladder. A state that
is not named here, or named without one of these, is found by a test: whoever adds one decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import BooleanField, Case, CharField, ExpressionWrapper, Q, QuerySet, Value, When

from scheduling.engine.following.conflicts import ConflictKind
from scheduling.engine.vocabulary import Urgency
from tracker import clock, words
from tracker.models import FollowUp, State, Task
from tracker.queries.queues.registry import QUEUES, queue_named
from tracker.queries.time_status import Standing, conflicting, counted_by_time, in_standing, nothing_asked
from tracker.queries.waits.ladder import HASTY, Pace, pace_of
from tracker.queries.waits.sources import FOR_CLINICIANS, SOURCES


class Owner(StrEnum):
    """Whose work a wait is; nobody owns or is told who may not see the patient."""

    NURSE = "nurse"
    CLINICIAN = "clinician"
    ASSIGNER = "assigner"
    APPROVER = "approver"


#: The rules in words.
OWNERS: dict[Owner, str] = {
    Owner.NURSE: "who took it, else the patient's nurse, else the nurses of the team (without a team: nurses who may "
    "assign), else whoever else may see the patient",
    Owner.CLINICIAN: "the responsible surgeon, else the surgeons of the team, else whoever else may see the patient",
    Owner.ASSIGNER: "the patient's nurse; where the patient is not known, nurses who may assign",
    Owner.APPROVER: "who may approve a policy",
}


@dataclass(frozen=True, slots=True)
class Wait:
    """One state that waits. `rows` are the rows of its source that stand so on a day.

    `pace` None: the urgency of the row decides. `by_plan`: its ladder is that of the follow-up's reminders, which are
    told by the days of its window.
    """

    word: str
    title: str
    queue: str
    source: str
    owner: Owner
    rows: Callable[[date], Q]
    since: Callable[[Any], datetime]
    pace: Pace | None = None
    by_plan: bool = False

    def standing(self, today: date, *, hasty: bool = False) -> QuerySet[Any]:
        """The rows that stand so; `hasty`: only those that climb within days."""
        source = SOURCES[self.source]
        found = source.rows(today).filter(self.rows(today))
        if not hasty or self.pace in HASTY:
            return found
        return found.filter(source.hasty) if self.pace is None else found.none()

    def stands(self, about: str, today: date) -> bool:
        """Whether the row ``source:key`` still waits so."""
        source, _, key = about.partition(":")
        return source == self.source and key.isdecimal() and self.standing(today).filter(pk=key).exists()

    def climbs(self, row: Any) -> Pace:
        """How fast this row climbs the ladder."""
        return self.pace or pace_of(SOURCES[self.source].urgency(row))


def _since(column: str) -> Callable[[FollowUp], datetime]:
    """From a day of a follow-up on; from its last change where the day is not known."""

    def since(row: FollowUp) -> datetime:
        day: date | None = getattr(row, column)
        return clock.beginning_of(day) if day is not None else row.changed_at

    return since


def _unowned_since(row: Any) -> datetime:
    at: datetime = getattr(row, "released_at", None) or row.created_at
    return at


def _set_aside_since(row: Any) -> datetime:
    """Since a person set it aside: the row itself may stand unchanged for months by then."""
    at: datetime = getattr(row, "set_aside_at", None) or row.changed_at
    return at


def _unreachable_since(row: FollowUp) -> datetime:
    day = row.patient.unreachable_since
    return clock.beginning_of(day) if day else row.changed_at


def _of_row(
    word: str,
    title: str,
    queue: str,
    rows: Callable[[date], Q] | None,
    since: Callable[[FollowUp], datetime],
    **more: Any,
) -> Wait:
    """A wait of a follow-up; without `rows` it is everything that its queue lists."""
    if rows is None:
        listed = queue_named(queue).rows
        assert listed is not None, f"the queue {queue} lists no follow-ups"
        rows = lambda today: listed(today, None)  # noqa: E731
    return Wait(word, title, queue, "follow_up", more.pop("owner", Owner.NURSE), rows, since, **more)


def _changed(row: FollowUp) -> datetime:
    return row.changed_at


def _conflict(word: str, title: str, kind: ConflictKind) -> Wait:
    """What is arranged does not fit the plan: asked since what is shown changed last; what a stop leaves is a task."""
    return _of_row(
        word,
        title,
        "conflicts",
        lambda today: conflicting(kind, today) & ~(nothing_asked() & Q(urgency=Urgency.STOP)),
        _changed,
    )


def _urgent() -> Q:
    return Q(urgency__in=[Urgency.URGENT, Urgency.EMERGENCY])


def _set_aside(today: date) -> Q:
    return in_standing(Standing.SNOOZED, today) | in_standing(Standing.CLOSED_BY_PERSON, today)


#: The states of a follow-up, the most pressing first: a row that waits in several ways says the first.
OF_FOLLOW_UPS: tuple[Wait, ...] = (
    _conflict("cancel_it", "To be cancelled", ConflictKind.CANCEL_IT),
    _of_row("day_passed", "Booked day passed", "no-result", None, _since("booked_on")),
    _of_row("missed", "Missed, no new day", "missed", None, _since("missed_on")),
    _conflict("too_late", "Booked too late", ConflictKind.TOO_LATE),
    _conflict("too_early", "Booked too early", ConflictKind.TOO_EARLY),
    _conflict("other_request", "Another examination arranged", ConflictKind.OTHER_REQUEST),
    _of_row("ordered", "Ordered, no day", "ordered", None, _since("ordered_on")),
    _of_row(
        "awaiting_closure",
        "To be closed",
        "awaiting-closure",
        None,
        _since("awaiting_closure_on"),
        owner=Owner.CLINICIAN,
        pace=Pace.URGENT,
    ),
    _of_row(
        "awaiting_response",
        "Response to be recorded",
        "awaiting-response",
        None,
        _since("awaiting_response_on"),
        owner=Owner.CLINICIAN,
    ),
    _of_row(
        "set_aside_urgent",
        "Set aside, urgent",
        "set-aside-urgent",
        None,
        _set_aside_since,
        owner=Owner.CLINICIAN,
    ),
    _of_row(
        "held",
        "Cancelled, holding",
        "set-aside",
        lambda today: in_standing(Standing.CLOSED_BY_PERSON, today) & ~_urgent(),
        _set_aside_since,
        pace=Pace.REST,
    ),
    _of_row(
        "snoozed",
        "Snoozed",
        "snoozed",
        lambda today: in_standing(Standing.SNOOZED, today) & ~_urgent(),
        _set_aside_since,
        pace=Pace.REST,
    ),
    _of_row(
        "snooze_over",
        "Snoozed past its day",
        "snoozed",
        lambda today: counted_by_time(today) & Q(snoozed_until__lt=today, state__in=[State.OPEN, State.MISSED]),
        _since("snoozed_until"),
    ),
    _of_row(
        "unreachable",
        "Not reached",
        "unreachable",
        None,
        _unreachable_since,
    ),
    _of_row("no_owner", "No owner", "no-owner", None, _unowned_since),
    _of_row("emergency", "Emergency pathway", "emergency", None, _since("opens_on"), by_plan=True),
    _of_row("overdue", "Past its latest day", "overdue", None, _since("closes_on"), by_plan=True),
    _of_row("due", "In its window", "due-now", None, _since("opens_on"), by_plan=True),
)


def _of_tasks() -> Iterator[Wait]:
    """One for each kind of task: work without a window."""
    for kind, title in words.TASK.items():
        queue = next((queue.slug for queue in QUEUES if kind in queue.kinds), "")
        owner = Owner.CLINICIAN if kind in FOR_CLINICIANS else Owner.NURSE
        yield Wait(kind, title, queue, "task", owner, _of_kind(kind), SOURCES["task"].since)


def _of_kind(kind: str) -> Callable[[date], Q]:
    return lambda today: Q(kind=kind)


def _other(word: str, title: str, source: str, owner: Owner, rows: Q | None = None) -> Wait:
    """Rows of a source without a window."""
    queue = next((queue.slug for queue in QUEUES if source in queue.sources), "")
    return Wait(word, title, queue, source, owner, lambda today: rows or Q(), SOURCES[source].since)


_ALL: tuple[Wait, ...] = (
    *OF_FOLLOW_UPS,
    *_of_tasks(),
    _other("question", "Question of an import", "question", Owner.ASSIGNER),
    _other("uncertain_message", "Uncertain message", "reminder", Owner.NURSE),
    _other("study_without_report", "Study without a report", "study", Owner.NURSE, Q(reported_on__isnull=True)),
    _other("unread_report", "Report that nobody read", "study", Owner.NURSE, Q(reported_on__isnull=False)),
    _other("result", "Result to act on", "result", Owner.CLINICIAN),
    _other("repeat", "Repeat or explain", "repeat", Owner.NURSE),
    _other("second_approval", "Second approval of a window", "override", Owner.CLINICIAN),
    _other("policy_approval", "Policy version to approve", "policy", Owner.APPROVER),
)
#: Every wait by its word.
WAITS: dict[str, Wait] = {wait.word: wait for wait in _ALL}


def wait_case(today: date) -> Case:
    """The word of each follow-up's most pressing wait beside its window, "" where none, as an annotation."""
    return Case(
        *(When(wait.rows(today), then=Value(wait.word)) for wait in OF_FOLLOW_UPS if not wait.by_plan),
        default=Value(""),
        output_field=CharField(),
    )


def waiting_follow_ups(today: date, *, hasty: bool) -> QuerySet[Any]:
    """Follow-ups in a wait that climbs the built-in ladder, in one sweep; `waits_of` says in which."""
    waits = [wait for wait in OF_FOLLOW_UPS if not wait.by_plan]
    source = SOURCES["follow_up"]
    some = Q()
    for wait in waits:
        if not hasty or wait.pace in HASTY:
            some |= wait.rows(today)
        elif wait.pace is None:
            some |= wait.rows(today) & source.hasty
    flags = {f"in_{wait.word}": ExpressionWrapper(wait.rows(today), BooleanField()) for wait in waits}
    found: QuerySet[Any] = source.rows(today).filter(some).annotate(**flags)
    return found


def waits_of(row: Any) -> tuple[Wait, ...]:
    """The waits of a row of `waiting_follow_ups`, of a task (its kind), or of any other source."""
    if isinstance(row, FollowUp):
        return tuple(wait for wait in OF_FOLLOW_UPS if getattr(row, f"in_{wait.word}", False))
    if isinstance(row, Task):
        return (WAITS[row.kind],) if row.kind in WAITS else ()
    raise TypeError(f"{type(row).__name__} waits in one way for each of its rows")
