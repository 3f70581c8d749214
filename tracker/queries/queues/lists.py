"""The queues: counts of the rail, pages of rows, one row opened; each a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from scheduling.engine.vocabulary import Stream, Urgency
from tracker import access, clock
from tracker.lifecycle import STATES
from tracker.models import FollowUp, FollowUpEvent, Membership, Patient, Role, User
from tracker.queries.leaving import Leaving, leaving
from tracker.queries.limits import first_report, first_reports
from tracker.queries.queues import tasks as queue_tasks
from tracker.queries.queues.contacts import CONTACTS_OF_A_ROW, UNDO, newest_act
from tracker.queries.queues.reasons import short_reasons
from tracker.queries.queues.registry import GROUPS, QUEUES, Queue, in_time_status, nobody, owned_by, queue_named
from tracker.queries.queues.rendering import queue_row
from tracker.queries.queues.rows import (
    Choice,
    FilterChoices,
    OpenRow,
    QueueCount,
    QueueFilters,
    QueueGroup,
    QueuePage,
    QueueRow,
)
from tracker.queries.time_status import counted_by_time, current, nothing_asked, timed
from tracker.queries.waits.registry import wait_case
from tracker.queries.waits.sources import released_at, set_aside_at

#: Rows of a page.
PAGE = 50
#: The hours of emergencies stand between their days, so that the earliest limit comes first.
ORDER = (
    "urgency_rank",
    "closes_on",
    F("first_report").asc(nulls_last=True),
    "due_on",
    "patient_id",
    "stream",
    "pk",
)
#: Emergencies shown above another queue; a team with more of them works in the emergency queue itself.
MOST_ABOVE = 50


def queue_counts(user: User, now: datetime) -> tuple[QueueGroup, ...]:
    """The rail: every queue with its count, zero included; three queries.

    A count is the number of rows that `queue_page` without filters has in `total`.
    """
    today = clock.day_of(now)
    listed = [queue for queue in QUEUES if queue.rows is not None]
    # One sweep over the current rows answers every list at once.
    rows = _follow_ups(user, now).aggregate(
        **{_name(queue): Count("pk", filter=queue.rows(today, user)) for queue in listed if queue.rows is not None}
    )
    tasks = queue_tasks.counts(user, today)
    return tuple(
        QueueGroup(
            group,
            tuple(
                QueueCount(
                    queue.slug,
                    queue.title,
                    rows.get(_name(queue), 0) + tasks[queue.slug],
                    queue.slug == "emergency",
                )
                for queue in QUEUES
                if queue.group == group
            ),
        )
        for group in GROUPS
    )


def queue_page(user: User, slug: str, filters: QueueFilters, page: int, now: datetime, size: int = PAGE) -> QueuePage:
    """One page of a queue, by urgency, then by days past the window; the same number of queries for any rows.

    Raises KeyError for an unknown queue. A page beyond the last is the last.
    """
    queue, today = queue_named(slug), clock.day_of(now)
    rows = _listed(user, queue, now).filter(_filtered(filters, today))
    summary = rows.aggregate(
        total=Count("pk"), patients=Count("patient_id", distinct=True), oldest=Min("closes_on", filter=~nothing_asked())
    )
    tasks = queue_tasks.task_rows(user, queue, filters, today)
    total = summary["total"] + len(tasks)
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    first, last = (page - 1) * size, page * size
    shown = _in_order(rows, first, last, now)
    above = [] if slug == "emergency" else _in_order(_emergencies(user, filters, now), 0, MOST_ABOVE, now)
    unwell = () if "unwell" in queue.kinds else queue_tasks.unwell(user, filters, today)
    after_rows = slice(max(0, first - summary["total"]), max(0, last - summary["total"]))
    tasks_shown = tasks[after_rows]
    gone = leaving(_patients([*above, *shown, *unwell, *tasks_shown]), today)
    made = _made(user, [*above, *shown], now, gone)
    oldest = (today - summary["oldest"]).days if summary["oldest"] else 0
    return QueuePage(
        queue=queue,
        filters=filters,
        emergencies=tuple(made[row.pk] for row in above),
        unwell=queue_tasks.with_leaving(unwell, gone),
        rows=tuple(made[row.pk] for row in shown),
        tasks=queue_tasks.with_leaving(tasks_shown, gone),
        total=total,
        patients=summary["patients"] + len({task.patient.pk for task in tasks if task.patient}),
        oldest_days=oldest if oldest > 0 else None,
        page=page,
        pages=pages,
    )


def whole_queue(user: User, slug: str, filters: QueueFilters, now: datetime) -> QueuePage:
    """A queue as one page, for print and export."""
    return queue_page(user, slug, filters, 1, now, size=100_000)


def follow_up_rows(user: User, patient_key: str, now: datetime) -> tuple[QueueRow, ...]:
    """The current follow-ups of one patient as rows, imaging before surgeon."""
    found = _follow_ups(user, now).filter(patient__key=patient_key).order_by("stream", "pk")
    rows = list(_loaded(found, now))
    made = _made(user, rows, now, leaving(_patients(rows), clock.day_of(now)))
    return tuple(made[row.pk] for row in rows)


def row_of(user: User, uid: str, now: datetime) -> QueueRow:
    """One follow-up as a row; 404 where it is not among the patients of this person."""
    known = access.follow_up_for(user, uid)
    (row,) = _loaded(FollowUp.objects.filter(pk=known.pk), now)
    return _made(user, [row], now, leaving([row.patient], clock.day_of(now)))[row.pk]


def open_row(row: QueueRow) -> OpenRow:
    """What is shown of a row that was opened to call, book or look; two queries."""
    events = FollowUpEvent.objects.filter(follow_up=row.follow_up).select_related("by").order_by("-at", "-pk")
    act = newest_act(row.follow_up.pk)
    can_undo = act is not None and "row" in (act.before or {})
    return OpenRow(
        contacts=tuple(events[:CONTACTS_OF_A_ROW]),
        attempts=row.patient.contact_failures,
        undo=(act.text or act.kind) if act is not None and can_undo else "",
        undo_until=act.at + UNDO if act is not None and can_undo else None,
    )


def filter_choices(user: User) -> FilterChoices:
    """The teams of this person, and the nurses and surgeons who share them."""
    colleagues = (
        Membership.objects.filter(team__in=access.teams_of(user), user__is_active=True)
        .select_related("user")
        .order_by("user__display_name", "user__username")
    )
    people = {membership.user_id: membership.user for membership in colleagues}
    return FilterChoices(
        teams=tuple(Choice(team.pk, team.name) for team in access.teams_of(user).order_by("name")),
        owners=tuple(
            Choice(key, str(person)) for key, person in people.items() if person.role in (Role.NURSE, Role.SURGEON)
        ),
        surgeons=tuple(Choice(key, str(person)) for key, person in people.items() if person.role == Role.SURGEON),
    )


def _name(queue: Queue) -> str:
    return queue.slug.replace("-", "_")


def _follow_ups(user: User, now: datetime) -> QuerySet[FollowUp]:
    return timed(access.visible_follow_ups(user).filter(current()), now)


def _listed(user: User, queue: Queue, now: datetime) -> QuerySet[FollowUp]:
    if queue.rows is None:
        return FollowUp.objects.none()
    return _follow_ups(user, now).filter(queue.rows(clock.day_of(now), user))


def _emergencies(user: User, filters: QueueFilters, now: datetime) -> QuerySet[FollowUp]:
    """Open emergency pathways, narrowed by team alone: no other filter hides an emergency."""
    rows = _follow_ups(user, now).filter(counted_by_time(clock.day_of(now)), urgency=Urgency.EMERGENCY)
    return rows.filter(patient__team_id=filters.team) if filters.team else rows


def _in_order(rows: QuerySet[FollowUp], first: int, last: int, now: datetime) -> list[Any]:
    """By urgency, then by days past the window: keys are put in order alone, whole rows are read for one page only."""
    keys = _sorted(rows).values("pk")[first:last]
    return list(_sorted(_loaded(FollowUp.objects.filter(pk__in=keys), now)))


def _sorted(rows: QuerySet[FollowUp, Any]) -> QuerySet[FollowUp, Any]:
    return rows.alias(first_report=first_report()).order_by(*ORDER)


def _filtered(filters: QueueFilters, today: date) -> Q:
    """The person's filters as one condition; a word outside its closed set finds nothing rather than everything."""
    found = Q()
    if filters.time:
        try:
            found &= in_time_status(filters.time, today)
        except ValueError:
            found &= Q(pk__in=[])
    if filters.state:
        found &= Q(state=filters.state) if filters.state in STATES else Q(pk__in=[])
    if filters.stream:
        found &= Q(stream=filters.stream) if filters.stream in set(Stream) else Q(pk__in=[])
    if filters.urgency:
        found &= Q(urgency=filters.urgency)
    if filters.team is not None:
        found &= Q(patient__team_id=filters.team)
    if filters.owner is not None:
        found &= owned_by(filters.owner) if filters.owner else nobody()
    if filters.surgeon is not None:
        found &= Q(patient__surgeon_id=filters.surgeon)
    return found & queue_tasks.named_like(filters.text, "patient__")


def _loaded(rows: QuerySet[FollowUp], now: datetime) -> QuerySet[FollowUp, Any]:
    newest = FollowUpEvent.objects.filter(follow_up=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    return (
        rows.select_related("patient", "patient__nurse", "patient__surgeon", "owner")
        .defer("snapshot")
        .annotate(seen=Coalesce(Subquery(newest), 0), wait=wait_case(clock.day_of(now)))
        .annotate(released_at=released_at(), set_aside_at=set_aside_at())
    )


def _patients(rows: Iterable[Any]) -> list[Patient]:
    """The patients of rows and tasks."""
    return [row.patient for row in rows if row.patient is not None]


def _made(user: User, rows: Iterable[Any], now: datetime, gone: Mapping[int, Leaving]) -> dict[int, QueueRow]:
    """Rows as shown: two further queries, for what they say and for when an emergency was reported."""
    rows = list(rows)
    reasons = short_reasons(rows)
    reported = first_reports({row.patient_id for row in rows if row.urgency == Urgency.EMERGENCY})
    return {
        row.pk: queue_row(
            row,
            row.seen,
            reasons[row.pk],
            reported.get(row.patient_id),
            user,
            now,
            row.wait,
            leaving=gone.get(row.patient_id),
        )
        for row in rows
    }
