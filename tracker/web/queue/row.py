"""One line of a queue as it is drawn: a follow-up with its bar and its one button, or work without a window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse

from scheduling.engine.words import count, day_text, near_day, short_day
from tracker import clock, words
from tracker.queries.leaving import Leaving
from tracker.queries.limits import span_text
from tracker.queries.queues.rendering import age_of
from tracker.queries.queues.rows import Act, QueueRow, TaskRow, Waiting
from tracker.web.look import marks
from tracker.web.look.axis import LOOKING_AHEAD, LOOKING_BACK, LOOKING_BOTH, Axis, list_axis
from tracker.web.look.bars import Bar
from tracker.web.look.marks import Chip, Link, Mark, Standing
from tracker.web.look.tasks import answer_url
from tracker.web.queue.row_time import time_of

TODAY_AT = {"back": LOOKING_BACK, "ahead": LOOKING_AHEAD, "both": LOOKING_BOTH}
#: Codes whose act opens another page instead of a form under the row.
ELSEWHERE = {"open", "close_symptom"}


@dataclass(frozen=True, slots=True)
class ActNotice:
    """A line under a row: what became of the last act."""

    lead: str
    text: str
    tone: str = ""
    undo_url: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ActLink:
    """The one button of a row; `fetch` is its address as a part of the page."""

    word: str
    url: str
    fetch: str
    key: str
    in_place: bool
    on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One line of the list, ready to draw; work without a window has no `url` of its own, no chip and no bar."""

    uid: str
    url: str = ""
    open_url: str
    closed_url: str = ""
    patient_url: str
    keys: str = ""
    label: str
    urgency: Mark
    emergency: bool
    name: str
    number: str
    age_sex: str
    left: str = ""
    what: str
    chip: Chip | None = None
    more: int = 0
    why: str
    bar: Bar | None = None
    bar_words: str = ""
    bar_tone: str = ""
    today_at: int
    standing: Standing
    owner: str
    contact: str = ""
    waiting: str = ""
    act: ActLink
    opened: object | None = None
    settle_url: str = ""
    may_send_again: bool = True
    notice: ActNotice | None = None
    goes_next: bool = False

    @property
    def after_today(self) -> int:
        """What lies to the right of the line of today, in per cent."""
        return 100 - self.today_at


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


def place(slug: str, looks: str, query: str, now: datetime) -> Place:
    """The place of a queue's rows."""
    today = clock.day_of(now)
    return Place(slug, query, today, now, list_axis(today, TODAY_AT[looks]))


def row_view(row: QueueRow, at: Place, *, opened: object | None = None, notice: ActNotice | None = None) -> RowView:
    """One follow-up as a line of the list."""
    follow_up, patient = row.follow_up, row.patient
    patient_url = reverse("patient", args=[patient.key])
    standing, bar, bar_words = time_of(row, at.axis)
    urgency = "stop" if row.gone else follow_up.urgency
    asked = row.standing != "not_asked"
    return RowView(
        uid=row.uid,
        url=reverse("queue-row", args=[at.slug, row.uid]),
        open_url=at.url(open=row.uid) + f"#row-{row.uid}",
        closed_url=at.url() + f"#row-{row.uid}",
        patient_url=patient_url,
        keys="".join(act.key for act in row.acts if len(act.key) == 1),
        label=f"{words.URGENCY[urgency]}, {patient.name}, {row.what}, {standing.sentence}",
        urgency=marks.urgency(urgency),
        emergency=row.emergency,
        name=patient.name,
        number=patient.number,
        age_sex=_age_sex(age_of(patient, at.today), patient.sex),
        left=_left(row.leaving),
        what=row.what,
        chip=marks.chip(follow_up.row, row.reason.grade) if asked else None,
        more=row.reason.more if asked else 0,
        why=row.reason.why if asked else _cancel(row),
        bar=bar,
        bar_words=bar_words,
        bar_tone="em" if row.emergency else "",
        today_at=at.today_at,
        standing=standing,
        owner=row.owner,
        contact=_contact(row, at.today),
        waiting=_waiting(row.waiting, at.today),
        act=_act_link(row.next_act, row.uid, patient_url, at),
        opened=opened,
        notice=notice,
    )


def _waiting(waiting: Waiting | None, today: date) -> str:
    """What waits for a person, and for how long."""
    if waiting is None:
        return ""
    stood = max(0, (today - clock.day_of(waiting.since)).days)
    return f"{waiting.title}: {count(stood, 'day') if stood else 'since today'}"


def _left(leaving: Leaving | None) -> str:
    """``Deceased since 18 Nov 2026``."""
    return f"{leaving.word} since {day_text(leaving.on)}" if leaving else ""


def _cancel(row: QueueRow) -> str:
    """What is to be done with a row for which nothing is asked any more."""
    because = row.gone.because if row.gone else "nothing is asked for any more"
    return f"Cancel it: {because}" if row.follow_up.state in ("booked", "ordered") else because.capitalize()


def _contact(row: QueueRow, today: date) -> str:
    """The last contact, with its day."""
    on, heard = row.follow_up.last_contact_on, row.follow_up.last_contact
    if not on:
        return heard or "Never contacted"
    return f"{'Today' if on == today else short_day(on, today)}, {heard or 'contact'}"


def task_view(task: TaskRow, at: Place) -> RowView:
    """Work without a window as a line of the same list."""
    who = task.patient
    patient_url = reverse("patient", args=[who.key]) if who else reverse("patients")
    where = _where(task, patient_url)
    by = f"by {near_day(task.due_on, at.today)}" if task.due_on and task.source == "task" else ""
    return RowView(
        uid=f"{task.source}-{task.source_id}",
        open_url=where,
        patient_url=patient_url,
        label=f"{words.URGENCY[task.urgency]}, {who.name if who else ''}, {task.title}",
        urgency=marks.urgency(task.urgency),
        emergency=task.urgency == "emergency",
        name=who.name if who else "No patient" if task.source == "policy" else "No patient yet",
        number=who.number if who else "",
        age_sex=_age_sex(age_of(who, at.today), who.sex) if who else "",
        left=_left(task.leaving),
        what=task.title,
        why=task.text,
        bar_words=by,
        today_at=at.today_at,
        standing=_task_standing(task, at),
        owner=task.owner,
        waiting=_waiting(Waiting(task.kind, "Waits", task.raised_at), at.today) if by else "",
        act=ActLink(task.next_act.label, where, "", "", in_place=False),
        settle_url=reverse("settle-message", args=[task.source_id]) if task.source == "reminder" else "",
        may_send_again=task.leaving is None,
    )


def _where(task: TaskRow, patient_url: str) -> str:
    """The page on which the work is done."""
    if task.source == "question":
        return reverse("questions") + f"#question-{task.source_id}"
    if task.source == "policy":
        return reverse("policies")
    if task.source == "study" and task.patient:
        return reverse("report-study", args=[task.patient.key, task.source_id])
    if task.source == "repeat" and task.patient:
        return reverse("explain-study", args=[task.patient.key, task.source_id])
    return answer_url(task) or patient_url + ("#studies" if task.source == "result" else "#tasks")


def _task_standing(task: TaskRow, at: Place) -> Standing:
    """Days left to the day it is wanted, else since it was asked; hours since a call on which somebody was unwell."""
    today = at.today
    if task.kind == "unwell":
        return Standing(span_text(at.now - task.raised_at), "since the call", "emergency")
    if task.due_on and task.due_on >= today and task.source == "task":
        left = (task.due_on - today).days
        return Standing(count(left, "day") if left else "Today", "left")
    days = (today - clock.day_of(task.raised_at)).days
    return Standing(count(days, "day"), "since asked") if days else Standing("Today", "asked")


def _act_link(act: Act, uid: str, patient_url: str, at: Place) -> ActLink:
    if act.code in ELSEWHERE:
        url = patient_url + ("#symptoms" if act.code == "close_symptom" else "")
        return ActLink(act.label, url, "", "", in_place=False)
    fetch = reverse("queue-row", args=[at.slug, uid]) + f"?act={act.code}"
    return ActLink(act.label, at.url(open=uid, act=act.code) + f"#row-{uid}", fetch, act.key, in_place=True)


def act_links(row: QueueRow, at: Place, chosen: str) -> tuple[ActLink, ...]:
    """Every act of an opened row."""
    patient_url = reverse("patient", args=[str(row.patient.key)])
    return tuple(
        replace(_act_link(act, row.uid, patient_url, at), on=act.code == chosen)
        for act in row.acts
        if act.code not in ELSEWHERE
    )


def _age_sex(age: int | None, sex: str) -> str:
    return " ".join(
        part for part in (str(age) if age is not None else "", {"female": "F", "male": "M"}.get(sex, "")) if part
    )
