"""What stands under an opened row: whom to call, the form of an act, why this date, the last contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from scheduling.engine.following.conflicts import ConflictKind
from scheduling.engine.words import count, day_text, short_day
from tracker import access, clock, words
from tracker.models import FollowUpEvent, User
from tracker.queries.patient.plans import due_cards
from tracker.queries.queues import lists as queues
from tracker.queries.queues.rows import QueueRow
from tracker.services.follow_ups.contacts import is_unreachable
from tracker.web.look.follow_up import conflict_notes, done_notes, gone_notes, hold_notes, snooze_notes
from tracker.web.look.forms import TypedForm
from tracker.web.look.lists import LogLine
from tracker.web.look.marks import Note
from tracker.web.look.reasons import WhyView, why_view
from tracker.web.queue.acts import ACTS, ActKind
from tracker.web.queue.row import ActLink, Place, RowView, act_links, row_view

_REACH = {
    "yes": "Agreed to text and e-mail.",
    "no": "Refused text and e-mail.",
    "unknown": "Text and e-mail: not asked.",
}


@dataclass(frozen=True, slots=True)
class FormView:
    """The form of the chosen act: its words, where it goes, and what is said beside it."""

    form: TypedForm
    url: str
    act: ActKind
    is_call: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands under an opened row."""

    title: str
    gone: str
    phone: str
    phone_digits: str
    wrong_phone: str
    phone_url: str
    reach: str
    say: str
    patient_url: str
    status_url: str
    visit_url: str
    proof_url: str
    notes: tuple[Note, ...]
    acts: tuple[ActLink, ...]
    chosen: FormView | None
    next_step: str
    seen: int
    queue: str
    close_url: str
    fetch_closed: str
    why: WhyView
    contacts: tuple[LogLine, ...]


def form_of(user: User, row: QueueRow, at: Place, kind: ActKind, typed: object = None) -> TypedForm:
    """The form of an act: what was `typed`, else empty with the days that are known."""
    offered = queues.filter_choices(user) if kind.offers_colleagues else None
    stream = row.follow_up.stream
    return kind.form_of(stream)(typed, today=at.today, offered=offered, initial=kind.initial(row, at.today))


def opened(user: User, row: QueueRow, at: Place, code: str, form: TypedForm | None = None) -> RowView:
    """The row with its panel; `form` is that of the act `code` where something was typed already."""
    kind = ACTS.get(code)
    if kind and form is None and any(act.code == code for act in row.acts):
        form = form_of(user, row, at, kind)
    detail = queues.open_row(row)
    calls = code == "log_call" and form is not None
    panel = Panel(
        title=f"{'Call' if calls else 'Follow-up of'} {row.patient.name}",
        gone=row.gone.word if row.gone else "",
        phone=row.patient.phone,
        phone_digits=re.sub(r"[^\d+]", "", row.patient.phone),
        wrong_phone=_wrong_phone(row),
        phone_url=reverse("right-number", args=[row.patient.key]),
        reach=_reach(row),
        say=_what_to_say(user) if calls else "",
        patient_url=reverse("patient", args=[row.patient.key]),
        status_url=reverse("record", args=[row.patient.key, "status"]),
        visit_url=reverse("record", args=[row.patient.key, "visit"]),
        proof_url=reverse("why", args=[row.patient.key, row.follow_up.stream]),
        notes=tuple(_notes(row)),
        acts=act_links(row, at, code),
        chosen=FormView(form, reverse("queue-act", args=[at.slug, row.uid, code]), kind, calls)
        if kind and form
        else None,
        next_step=_next_step(row, detail.attempts),
        seen=row.seen,
        queue=at.slug,
        close_url=at.url() + f"#row-{row.uid}",
        fetch_closed=reverse("queue-row", args=[at.slug, row.uid]) + "?closed=1",
        why=_why(user, row, at),
        contacts=tuple(_contact(line, at) for line in detail.contacts),
    )
    return row_view(row, at, opened=panel)


def _why(user: User, row: QueueRow, at: Place) -> WhyView:
    """Every fired row behind this follow-up."""
    cards = due_cards(user, access.patient_for(user, str(row.patient.key)), at.now)
    return why_view(next(card.why for card in cards if card.stream == row.follow_up.stream), at.today)


def _contact(line: FollowUpEvent, at: Place) -> LogLine:
    text = line.text or words.plain(line.kind)
    return LogLine(line.on.isoformat(), short_day(line.on, at.today), text, str(line.by))


def _notes(row: QueueRow) -> Iterator[Note]:
    """What a person must know before acting: conflicts, snoozes, misses, a booking past latest."""
    follow_up = row.follow_up
    yield from gone_notes(row)
    yield from conflict_notes(row)
    if follow_up.booked_on:
        hour = f", {clock.at_clinic(follow_up.booked_at):%H:%M}" if follow_up.booked_at else ""
        place = f", {follow_up.booked_place}" if follow_up.booked_place else ""
        booking = f"{day_text(follow_up.booked_on)}{hour}{place}."
        late = follow_up.asked and row.booked_late
        said = not late or ConflictKind.TOO_LATE in row.conflicts
        past = "" if said else f" This is past the {'limit' if row.limit else 'latest day'}."
        yield Note("Booked:", booking + past, "stop" if late else "")
    yield from snooze_notes(follow_up)
    if follow_up.missed_on:
        missed = f"on {day_text(follow_up.missed_on)}; {follow_up.missed_count} in all."
        yield Note("Missed", missed, "caution")
    yield from done_notes(follow_up)
    yield from hold_notes(follow_up)
    if row.patient.unreachable_since:
        yield Note("Not reached", f"since {day_text(row.patient.unreachable_since)}.", "caution")


def _reach(row: QueueRow) -> str:
    patient = row.patient
    parts = [
        f"Best {patient.best_hour}." if patient.best_hour else "",
        f"Language {patient.language}." if patient.language else "",
        _REACH.get(patient.messages_allowed, ""),
    ]
    return " ".join(each for each in parts if each)


def _wrong_phone(row: QueueRow) -> str:
    """The number that reached somebody else, while no other is known."""
    patient = row.patient
    if patient.phone or not patient.wrong_phone:
        return ""
    on = f" on {day_text(patient.wrong_phone_on)}" if patient.wrong_phone_on else ""
    return f"{patient.wrong_phone} reached somebody else{on}: it is not called again."


def _what_to_say(user: User) -> str:
    return (
        f"“Hello, this is {user} from the hospital. May I check your date of birth? I am calling to "
        "arrange an appointment. Before that: any new weakness, numbness, trouble walking, or change in bladder or "
        "bowel?” If yes to any: choose 8, Unwell."
    )


def _next_step(row: QueueRow, attempts: int) -> str:
    """What one more call without an answer does."""
    if is_unreachable(row.follow_up, attempts + 1):
        if not attempts:
            return "It is urgent: one call without an answer and the follow-up stands under “Unreachable”."
        tried = count(attempts, "attempt")
        return f"{tried} without an answer so far; one more and the follow-up stands under “Unreachable”."
    return "A call without an answer makes a call task for the day you give. Three in a row go to “Unreachable”."
