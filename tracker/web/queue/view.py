"""From the rows of a queue to what its page draws: words, bars, one button, and the panel of an opened row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from tracker.queries.queues.rows import Act, QueueFilters, QueueGroup, QueuePage, QueueRow, TaskRow
from tracker.web.look import marks, words
from tracker.web.look.bars import (
    LOOKING_AHEAD,
    LOOKING_BACK,
    LOOKING_BOTH,
    Axis,
    AxisHead,
    Bar,
    axis_head,
    list_axis,
    list_bar,
)
from tracker.web.look.days import count, long_day, near_day, short_day
from tracker.web.look.lists import Empty, Pages
from tracker.web.look.marks import Chip, Link, Mark, Standing

TODAY_AT = {"back": LOOKING_BACK, "ahead": LOOKING_AHEAD, "both": LOOKING_BOTH}
EMERGENCY_LIMIT = timedelta(hours=24)
#: Codes whose act opens another page instead of a form under the row.
ELSEWHERE = {"open", "close_symptom"}


@dataclass(frozen=True, slots=True)
class ActNotice:
    """A line under a row: what became of the last act."""

    lead: str
    text: str
    tone: str = ""
    undo_url: str = ""


@dataclass(frozen=True, slots=True)
class ActLink:
    """The one button of a row; `fetch` is its address as a part of the page."""

    word: str
    url: str
    fetch: str
    key: str
    in_place: bool
    on: bool = False


@dataclass(frozen=True, slots=True)
class RowView:
    """One line of the list, ready to draw."""

    uid: str
    url: str
    open_url: str
    closed_url: str
    patient_url: str
    keys: str
    label: str
    urgency: Mark | None
    emergency: bool
    name: str
    number: str
    age_sex: str
    what: str
    chip: Chip | None
    more: int
    why: str
    bar: Bar | None
    bar_words: str
    bar_tone: str
    today_at: int
    standing: Standing
    owner: str
    no_owner: bool
    contact: str
    act: ActLink | None
    opened: object | None = None
    settle_url: str = ""
    notice: ActNotice | None = None
    goes_next: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is shown: the queue, its filters as a query string, and the day."""

    slug: str
    query: str
    today: date
    now: datetime
    axis: Axis

    @property
    def today_at(self) -> int:
        """Where the line of today stands, in per cent."""
        return round(self.axis.at(self.today))

    def url(self, **more: str) -> str:
        """The queue's own address with its filters and `more`."""
        query = "&".join(part for part in (self.query, urlencode(more)) if part)
        return reverse("queue", args=[self.slug]) + (f"?{query}" if query else "")


def place(slug: str, looks: str, query: str, today: date, now: datetime) -> Place:
    """The place of a queue's rows."""
    return Place(slug, query, today, now, list_axis(today, TODAY_AT[looks]))


def row_view(
    row: QueueRow, at: Place, *, opened: object | None = None, notice: ActNotice | None = None
) -> RowView:
    """One follow-up as a line of the list."""
    fetch = reverse("queue-row", args=[at.slug, row.uid])
    anchor = f"#row-{row.uid}"
    patient_url = reverse("patient", args=[row.patient_key])
    standing, bar, bar_words = _time(row, at)
    contact = row.last_contact or "Never contacted"
    if row.last_contact_on:
        when = "Today" if row.last_contact_on == at.today else short_day(row.last_contact_on, at.today)
        contact = f"{when}, {row.last_contact or 'contact'}"
    return RowView(
        uid=row.uid,
        url=fetch,
        open_url=at.url(open=row.uid) + anchor,
        closed_url=at.url() + anchor,
        patient_url=patient_url,
        keys="".join(act.key for act in row.acts if len(act.key) == 1),
        label=f"{words.URGENCY[row.urgency]}, {row.name}, {row.what}, {standing.sentence}",
        urgency=marks.urgency(row.urgency),
        emergency=row.emergency,
        name=row.name,
        number=row.number,
        age_sex=_age_sex(row.age, row.sex),
        what=row.what,
        chip=marks.chip(row.row, row.grade),
        more=row.more,
        why=row.why,
        bar=bar,
        bar_words=bar_words,
        bar_tone="em",
        today_at=at.today_at,
        standing=standing,
        owner=row.owner or "No owner",
        no_owner=not row.owner,
        contact=contact,
        act=_act_link(row.next_act, row.uid, patient_url, at),
        opened=opened,
        notice=notice,
    )


def task_view(task: TaskRow, at: Place) -> RowView:
    """Work without a window as a line of the same list."""
    patient_url = reverse("patient", args=[task.patient_key]) if task.patient_key else reverse("patients")
    where = {
        "question": reverse("questions") + f"#question-{task.source_id}",
        "study": reverse("report-study", args=[task.patient_key, task.source_id])
        if task.source == "study"
        else "",
    }.get(task.source, patient_url + "#tasks")
    since = timezone.localtime(task.raised_at).date()
    days = (at.today - since).days
    standing = Standing(count(days, "day"), "since asked") if days else Standing("Today", "asked")
    if task.due_on and task.due_on >= at.today and task.source == "task":
        left = (task.due_on - at.today).days
        standing = Standing(count(left, "day") if left else "Today", "left")
    return RowView(
        uid=f"{task.source}-{task.source_id}",
        url="",
        open_url=where,
        closed_url="",
        patient_url=patient_url,
        keys="",
        label=f"{words.URGENCY[task.urgency]}, {task.name}, {task.title}",
        urgency=marks.urgency(task.urgency),
        emergency=task.urgency == "emergency",
        name=task.name or "No patient yet",
        number=task.number,
        age_sex=_age_sex(task.age, task.sex),
        what=task.title,
        chip=None,
        more=0,
        why=task.text,
        bar=None,
        bar_words=f"by {near_day(task.due_on, at.today)}" if task.due_on and task.source == "task" else "",
        bar_tone="",
        today_at=at.today_at,
        standing=standing,
        owner=task.owner or "No owner",
        no_owner=not task.owner,
        contact="",
        act=ActLink(task.next_act.label, where, "", "", in_place=False),
        settle_url=reverse("settle-message", args=[task.source_id]) if task.source == "reminder" else "",
    )


def opened(view: RowView, panel: object) -> RowView:
    """The same line with its panel below."""
    return replace(view, opened=panel)


def _time(row: QueueRow, at: Place) -> tuple[Standing, Bar | None, str]:
    """Days and bar of a row; for an emergency the time left, because hours count there."""
    if row.emergency and row.standing not in ("awaiting_closure", "snoozed"):
        return (*_hours(row, at),)
    tone = {"overdue": "emergency", "due_in_grace": "grace"}.get(row.standing, "")
    figure = count(row.days, "day")
    words = row.days_words
    if row.standing == "in_window" and row.days == 0:
        figure, words = "Today", "is due"
    if row.standing == "due_in_grace":
        left = (row.closes_on - at.today).days
        words = f"in grace, {left} left" if left else "in grace, last day"
    if row.standing == "closed_by_person" and not row.hold_until_on:
        figure = "Cancelled"
    bar = list_bar(at.axis, row.opens_on, row.due_on, row.closes_on, booked_on=row.booked_on)
    return Standing(figure, words, tone), bar, ""


def _hours(row: QueueRow, at: Place) -> tuple[Standing, None, str]:
    limit = row.reported_at + EMERGENCY_LIMIT if row.reported_at else None
    what = "MRI" if row.stream == "imaging" else "Surgeon"
    if row.booked_at:
        booked = timezone.localtime(row.booked_at)
        day = "today" if booked.date() == at.today else short_day(booked.date(), at.today)
        text = f"Booked {day} {booked:%H:%M}"
    elif row.booked_on:
        day = "today" if row.booked_on == at.today else short_day(row.booked_on, at.today)
        text = f"Booked {day}"
    elif limit and row.stream == "imaging":
        by = timezone.localtime(limit)
        text = f"{what} by {short_day(by.date(), at.today)} {by:%H:%M}"
    else:
        text = f"{what} by {short_day(row.closes_on, at.today)}"
    if limit is None:
        days = (at.today - row.closes_on).days
        late = Standing(count(days, "day"), "past latest", "emergency")
        return (late if days > 0 else Standing("Today", "same day", "emergency")), None, text
    left = limit - at.now
    past = left < timedelta(0)
    span = _span(-left if past else left)
    return Standing(span, "past the limit" if past else "left of 24 h", "emergency"), None, text


def _span(length: timedelta) -> str:
    """``20 h 18 min``; whole days beyond two of them."""
    minutes = int(length.total_seconds() // 60)
    if minutes >= 48 * 60:
        return count(minutes // (24 * 60), "day")
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def _act_link(act: Act, uid: str, patient_url: str, at: Place) -> ActLink:
    if act.code in ELSEWHERE:
        url = patient_url + ("#symptoms" if act.code == "close_symptom" else "")
        return ActLink(act.label, url, "", "", in_place=False)
    fetch = reverse("queue-row", args=[at.slug, uid]) + f"?act={act.code}"
    return ActLink(act.label, at.url(open=uid, act=act.code) + f"#row-{uid}", fetch, act.key, in_place=True)


def act_links(row: QueueRow, at: Place, chosen: str) -> tuple[ActLink, ...]:
    """Every act of an opened row."""
    patient_url = reverse("patient", args=[row.patient_key])
    return tuple(
        replace(_act_link(act, row.uid, patient_url, at), on=act.code == chosen)
        for act in row.acts
        if act.code not in ELSEWHERE
    )


def _age_sex(age: int | None, sex: str) -> str:
    return " ".join(
        part
        for part in (str(age) if age is not None else "", {"female": "F", "male": "M"}.get(sex, ""))
        if part
    )


@dataclass(frozen=True, slots=True)
class QueueView:
    """The page of one queue."""

    title: str
    summary: str
    filters: object
    axis_head: AxisHead
    emergencies: tuple[RowView, ...]
    rows: tuple[RowView, ...]
    empty: Empty | None
    pages: Pages | None
    whole_url: str = ""


def queue_view(
    page: QueuePage,
    at: Place,
    filters: object,
    opened_rows: Mapping[str, RowView],
    counts: Iterable[QueueGroup],
) -> QueueView:
    """The whole page; `opened_rows` replace the lines of the same uid."""

    def view(row: QueueRow) -> RowView:
        return opened_rows.get(row.uid) or row_view(row, at)

    emergencies = tuple(view(row) for row in page.emergencies)
    on_top = {row.uid for row in page.emergencies}
    rows = (
        *emergencies,
        *(view(row) for row in page.rows if row.uid not in on_top),
        *(task_view(task, at) for task in page.tasks),
    )
    return QueueView(
        title=page.title,
        summary=summary(page),
        filters=filters,
        axis_head=axis_head(at.axis),
        emergencies=emergencies,
        rows=rows,
        empty=None if page.total else empty(page, at, counts),
        pages=pages_of(page.page, page.pages, page.total, at),
        whole_url=at.url(all="1") if page.pages > 1 else "",
    )


def summary(page: QueuePage) -> str:
    """What the list holds, in one line."""
    things = "follow-up" if page.rows or not page.tasks else "task"
    parts = [f"{count(page.total, things)} for {count(page.patients, 'patient')}"]
    if page.oldest_days:
        parts.append(f"the oldest is {count(page.oldest_days, 'day')} past its latest date")
    text = "; ".join(parts) + ". " + page.about
    if page.emergencies:
        number = count(len({row.patient_key for row in page.emergencies}), "emergency pathway")
        text += f" {number} {'stays' if number.startswith('1 ') else 'stay'} on top."
    return text


def empty(page: QueuePage, at: Place, counts: Iterable[QueueGroup]) -> Empty:
    """Nothing here: what is true and how it was counted."""
    title = {
        "overdue": "Nothing is past its latest date",
        "emergency": "No emergency pathway is open",
        "missed": "Nobody missed a booking",
        "no-owner": "Everything has an owner",
    }.get(page.slug, f"Nothing stands in “{page.title}”")
    about = f"{page.about[:1].lower()}{page.about[1:]}"
    lines = [f"Counted: {about} As of {long_day(at.today)}, over the patients of your teams."]
    ways = []
    if page.filters != QueueFilters():
        title = "No row fits these filters"
        ways.append(Link("Take all filters away", reverse("queue", args=[page.slug])))
    full = [queue for group in counts for queue in group.queues if queue.count and queue.slug != page.slug]
    wanted = next((queue for queue in full if queue.slug == "due-now"), full[0] if full else None)
    if wanted:
        ways.append(Link(f"Go to {wanted.title} ({wanted.count:,})", reverse("queue", args=[wanted.slug])))
    return Empty(title, tuple(lines), tuple(ways))


def pages_of(page: int, pages: int, total: int, at: Place) -> Pages | None:
    """Links to the pages before and after; None where one page holds all."""
    if pages <= 1:
        return None
    return Pages(
        f"Page {page} of {pages}, {total:,} rows",
        at.url(page=str(page - 1)) if page > 1 else "",
        at.url(page=str(page + 1)) if page < pages else "",
    )
