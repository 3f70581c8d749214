"""A stream of a patient as its due card draws it: the date large, how it stands, what is arranged, acts, reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from tracker.queries.patient.plans import DueCard
from tracker.queries.queues.rows import QueueRow
from tracker.web.look import marks, words
from tracker.web.look.bars import Bar, page_bar
from tracker.web.look.days import long_day, near_day
from tracker.web.look.marks import Link, Mark, Note
from tracker.web.look.reasons import WhyView, why_view

_TITLES = {"imaging": "Next spine imaging", "surgeon": "Next surgeon visit"}
_ON_CARD = ("book", "order", "complete", "miss", "log_call", "snooze", "wake")


@dataclass(frozen=True, slots=True)
class CardView:
    """One due card, ready to draw."""

    stream: str
    anchor: str
    title: str
    urgency: Mark | None
    state: str
    state_tone: str
    date: str
    standing: str
    standing_tone: str
    what: str
    bar: Bar | None
    notes: tuple[Note, ...]
    acts: tuple[Link, ...]
    why: WhyView


def card_view(card: DueCard, key: str, today: date, *, may_act: bool) -> CardView:
    """The card of one stream; where nothing is asked for it says which row of the policy says so."""
    if card.row is None:
        return _nothing(card, key)
    row = card.row
    standing = _time_standing(row, today)
    state, tone = _state(row, today)
    last_name = _last_name(card)
    return CardView(
        stream=card.stream,
        anchor=f"card-{card.stream}",
        title=_TITLES[card.stream],
        urgency=marks.urgency(row.urgency),
        state=state,
        state_tone=tone,
        date=_date(row, today),
        standing=standing.sentence,
        standing_tone=standing.tone,
        what=_what(row),
        bar=page_bar(
            today,
            row.opens_on,
            row.due_on,
            row.closes_on,
            booked_on=row.booked_on,
            last_on=card.last_on,
            last_name=last_name,
        ),
        notes=tuple(_notes(card, row)),
        acts=_acts(row, card.stream, key, may_act=may_act),
        why=why_view(
            card.why,
            today,
            "Due is the smallest of all; on a tie the row that stands first. Latest is the smallest.",
        ),
    )


def _nothing(card: DueCard, key: str) -> CardView:
    if card.not_asked:
        sentence = f"Row {card.not_asked} asks for none here: {card.not_asked_title}."
    else:
        sentence = (
            "Nobody has planned this patient yet; the next nightly run does, or any fact that is recorded."
        )
    return CardView(
        stream=card.stream,
        anchor=f"card-{card.stream}",
        title=_TITLES[card.stream],
        urgency=None,
        state="Not asked for" if card.not_asked else "Not planned",
        state_tone="",
        date="None asked for" if card.not_asked else "Not planned yet",
        standing="",
        standing_tone="",
        what=sentence,
        bar=None,
        notes=(),
        acts=(Link("Why", reverse("why", args=[key, card.stream]), quiet=True),) if card.not_asked else (),
        why=WhyView((), ""),
    )


def _time_standing(row: QueueRow, today: date) -> marks.Standing:
    if row.standing in ("awaiting_closure", "snoozed", "closed_by_person"):
        return marks.Standing(f"{row.days} days" if row.days != 1 else "1 day", row.days_words)
    return marks.time_standing(today, row.opens_on, row.due_on, row.closes_on)


def _date(row: QueueRow, today: date) -> str:
    """The booked moment where there is one, else the due day."""
    if row.booked_on is None:
        return near_day(row.due_on, today)
    hour = f", {timezone.localtime(row.booked_at):%H:%M}" if row.booked_at else ""
    return near_day(row.booked_on, today) + hour


def _state(row: QueueRow, today: date) -> tuple[str, str]:
    if row.standing == "awaiting_closure":
        return "Done, awaiting closure", ""
    if row.state == "booked" and row.booked_on:
        if row.booked_on < today:
            return "The booked day has passed: say what happened", "emergency"
        late = row.booked_on > row.closes_on
        return ("Booked, past the latest day", "emergency") if late else ("Booked, inside the window", "done")
    if row.state == "ordered" and row.ordered_on:
        return f"Ordered {long_day(row.ordered_on)}, not booked", ""
    if row.state == "missed" and row.missed_on:
        return f"Missed {long_day(row.missed_on)}", "emergency"
    return words.STATE[row.state], ""


def _what(row: QueueRow) -> str:
    what = words.REQUEST.get(row.request, "Visit to the spine surgeon")
    parts = [what]
    if row.booked_on:
        parts.append(f"due {long_day(row.due_on)}")
    if row.booked_place:
        parts.append(row.booked_place)
    return ". ".join(f"{part[:1].upper()}{part[1:]}" for part in parts) + "."


def _notes(card: DueCard, row: QueueRow) -> list[Note]:
    notes = []
    if row.conflict:
        asked = (
            f" The plan asks for {long_day(row.asked_due_on)} (row {row.asked_row})."
            if row.asked_due_on
            else ""
        )
        sentence = {
            "dates": "What is arranged does not fit the plan.",
            "emergency": "The emergency pathway took the dates; the booking stands.",
            "cancel_booking": "Nothing is asked for any more. Cancel what was arranged.",
        }[row.conflict]
        notes.append(Note("Conflict:", sentence + asked, "caution"))
    if row.snoozed_until:
        notes.append(Note("Snoozed", f"until {long_day(row.snoozed_until)}: {row.snooze_reason}."))
    if row.hold_until_on:
        notes.append(Note("Cancelled.", f"It opens again after {long_day(row.hold_until_on)}."))
    if card.first_due_on and card.first_due_on != row.due_on:
        notes.append(Note("Moved.", f"The first due date given was {long_day(card.first_due_on)}."))
    return notes


def _acts(row: QueueRow, stream: str, key: str, *, may_act: bool) -> tuple[Link, ...]:
    why = Link("Why this date", reverse("why", args=[key, stream]), quiet=True)
    if not may_act:
        return (why,)
    queue = reverse("queue", args=["team"])
    known = {act.code: act for act in row.acts}
    ordered = [row.next_act.code, *(code for code in _ON_CARD if code != row.next_act.code)]
    acts = [
        Link(
            known[code].label,
            f"{queue}?open={row.uid}&act={code}&q={row.number}#row-{row.uid}",
            known[code].key,
        )
        for code in ordered
        if code in known
    ]
    return (*acts[:4], why)


def _last_name(card: DueCard) -> str:
    if card.stream == "surgeon":
        return "last visit"
    return f"last {words.STUDY.get(card.last_kind, 'study')}" if card.last_on else ""
