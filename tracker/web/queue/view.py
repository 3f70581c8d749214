"""The page of one queue: what it holds in a line, its rows, or why there are none and where to go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from scheduling.engine.words import count, day_text
from tracker.queries.queues.rows import QueueFilters, QueueGroup, QueuePage, QueueRow
from tracker.web.look.axis import AxisHead, axis_head
from tracker.web.look.lists import Empty, Pages, pages_of
from tracker.web.look.marks import Link
from tracker.web.queue.filters import FilterBar
from tracker.web.queue.row import Place, RowView, row_view, task_view


@dataclass(frozen=True, slots=True)
class QueueView:
    """The page of one queue."""

    title: str
    summary: str
    filters: FilterBar
    axis_head: AxisHead
    above: tuple[RowView, ...]
    rows: tuple[RowView, ...]
    empty: Empty | None
    pages: Pages | None
    whole_url: str = ""


def queue_view(
    page: QueuePage,
    at: Place,
    filters: FilterBar,
    opened_rows: Mapping[str, RowView],
    counts: Iterable[QueueGroup],
) -> QueueView:
    """The whole page; `opened_rows` replace the lines of the same uid."""

    def view(row: QueueRow) -> RowView:
        return opened_rows.get(row.uid) or row_view(row, at)

    above = (*(view(row) for row in page.emergencies), *(task_view(task, at) for task in page.unwell))
    on_top = {row.uid for row in page.emergencies}
    rows = (
        *above,
        *(view(row) for row in page.rows if row.uid not in on_top),
        *(task_view(task, at) for task in page.tasks),
    )
    return QueueView(
        title=page.queue.title,
        summary=summary(page),
        filters=filters,
        axis_head=axis_head(at.axis),
        above=above,
        rows=rows,
        empty=None if page.total else empty(page, at, counts),
        pages=pages_of(page.page, page.pages, f"{page.total:,} rows", lambda number: at.url(page=str(number))),
        whole_url=at.url(all="1") if page.pages > 1 else "",
    )


def summary(page: QueuePage) -> str:
    """What the list holds, in one line."""
    things = "follow-up" if page.rows or not page.tasks else "task"
    parts = [f"{count(page.total, things)} for {count(page.patients, 'patient')}"]
    if page.oldest_days:
        parts.append(f"the oldest is {count(page.oldest_days, 'day')} past its latest date")
    text = "; ".join(parts) + ". " + page.queue.about
    if page.emergencies:
        number = count(len({row.patient.key for row in page.emergencies}), "emergency pathway")
        text += f" {number} {'stays' if number.startswith('1 ') else 'stay'} on top."
    return text


def empty(page: QueuePage, at: Place, counts: Iterable[QueueGroup]) -> Empty:
    """Nothing here: what is true and how it was counted."""
    title = {
        "overdue": "Nothing is past its latest date",
        "emergency": "No emergency pathway is open",
        "missed": "Nobody missed a booking",
        "no-owner": "Everything has an owner",
    }.get(page.queue.slug, f"Nothing stands in “{page.queue.title}”")
    about = f"{page.queue.about[:1].lower()}{page.queue.about[1:]}"
    lines = [f"Counted: {about} As of {day_text(at.today)}, over the patients of your teams."]
    ways = []
    if page.filters != QueueFilters():
        title = "No row fits these filters"
        ways.append(Link("Take all filters away", reverse("queue", args=[page.queue.slug])))
    full = [queue for group in counts for queue in group.queues if queue.count and queue.slug != page.queue.slug]
    wanted = next((queue for queue in full if queue.slug == "due-now"), full[0] if full else None)
    if wanted:
        ways.append(Link(f"Go to {wanted.title} ({wanted.count:,})", reverse("queue", args=[wanted.slug])))
    return Empty(title, tuple(lines), tuple(ways))
