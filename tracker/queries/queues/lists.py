"""The queues: counts of the rail, pages of rows, one row opened; each a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from scheduling.engine.following.limit import EMERGENCY_SPAN
from scheduling.engine.vocabulary import Stream, Urgency
from tracker import access, clock
from tracker.access import Sight
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
from tracker.storage.among import Among, Prepared, Ready

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
#: What `_beside` gives of each row.
_ASIDE = ("seen", "wait", "released_at", "set_aside_at")
#: Stands for the moment of the question in a query that is made once.
_ANY_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
#: Emergencies shown above another queue; a team with more of them works in the emergency queue itself.
MOST_ABOVE = 50


def queue_counts(user: User, now: datetime) -> tuple[QueueGroup, ...]:
    """The rail: every queue with its count, zero included; three queries.

    A count is the number of rows that `queue_page` without filters has in `total`.
    """
    today = clock.day_of(now)
    slugs, count_rows = _counting(access.sight_of(user), today, connection.vendor)
    counted = count_rows((_ANY_MOMENT - EMERGENCY_SPAN, now - EMERGENCY_SPAN))
    rows = dict(zip(slugs, counted[0], strict=True)) if counted else {}
    tasks = queue_tasks.counts(user, today)
    return tuple(
        QueueGroup(
            group,
            tuple(
                QueueCount(
                    queue.slug,
                    queue.title,
                    rows.get(queue.slug, 0) + tasks[queue.slug],
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
    keys = _in_order(rows, first, last)
    keys_above = [] if slug == "emergency" else _in_order(_emergencies(user, filters, now), 0, MOST_ABOVE)
    loaded = _loaded(FollowUp.objects.filter(pk__in=[*keys_above, *keys]), today)
    shown, above = [loaded[key] for key in keys], [loaded[key] for key in keys_above]
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
    rows = list(_loaded(found, clock.day_of(now)).values())
    made = _made(user, rows, now, leaving(_patients(rows), clock.day_of(now)))
    return tuple(made[row.pk] for row in rows)


def row_of(user: User, uid: str, now: datetime) -> QueueRow:
    """One follow-up as a row; 404 where it is not among the patients of this person."""
    known = access.follow_up_for(user, uid)
    (row,) = _loaded(FollowUp.objects.filter(pk=known.pk), clock.day_of(now)).values()
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


def _in_order(rows: QuerySet[FollowUp], first: int, last: int) -> list[int]:
    """By urgency, then by days past the window: keys are put in order alone, whole rows are read for one page only."""
    return list(rows.alias(first_report=first_report()).order_by(*ORDER).values_list("pk", flat=True)[first:last])


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


@lru_cache(maxsize=256)
def _counting(sight: Sight, today: date, vendor: str) -> tuple[list[str], Ready]:
    """One sweep over the current rows that answers every list at once: the lists, and the query of their counts."""
    user = sight.user()
    counted = {queue.slug: Count("pk", filter=queue.rows(today, user)) for queue in QUEUES if queue.rows is not None}
    names = {slug: f"in_{slug.replace('-', '_')}" for slug in counted}
    swept = _follow_ups(user, _ANY_MOMENT).annotate(one=Value(1)).values("one")
    swept = swept.annotate(**{names[slug]: count for slug, count in counted.items()})
    return list(counted), Ready(swept.values_list(*names.values()))


@lru_cache(maxsize=8)
def _beside(today: date) -> Prepared:
    """What is asked about rows of a page: their newest event, what they wait for, since when."""
    newest = FollowUpEvent.objects.filter(follow_up=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    return Prepared(
        lambda keys: (
            FollowUp.objects.filter(Among("pk", keys))
            .annotate(seen=Coalesce(Subquery(newest), 0), wait=wait_case(today))
            .annotate(released_at=released_at(), set_aside_at=set_aside_at())
            .values_list("pk", *_ASIDE)
        )
    )


def _loaded(rows: QuerySet[FollowUp], today: date) -> dict[int, Any]:
    """These rows by their key, with what is asked beside them; two queries."""
    whole = rows.select_related("patient", "patient__nurse", "patient__surgeon", "owner").defer("snapshot")
    found = {row.pk: row for row in whole}
    for key, *values in _beside(today)(found) if found else ():
        for name, value in zip(_ASIDE, values, strict=True):
            setattr(found[key], name, value)
    return found


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
