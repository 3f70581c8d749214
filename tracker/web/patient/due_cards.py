"""A stream of a patient as its due card draws it: the date large, how it stands, what is arranged, acts, reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from scheduling.engine.words import day_text, near_day
from tracker import clock, words
from tracker.queries.leaving import Leaving
from tracker.queries.patient.plans import DueCard
from tracker.queries.queues.rows import QueueRow
from tracker.web.look import marks
from tracker.web.look.bars import Bar, page_bar
from tracker.web.look.follow_up import conflict_notes, done_notes, gone_notes, hold_notes, snooze_notes, standing_of
from tracker.web.look.marks import Link, Mark, Note
from tracker.web.look.reasons import WhyView, why_view

_LAST_LINE = "Due is the smallest of all; on a tie the row that stands first. Latest is the smallest."
_ON_CARD = ("book", "confirm", "order", "complete", "miss", "log_call", "snooze", "wake")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """One due card, ready to draw; where nothing is asked for it has no urgency, bar and standing."""

    stream: str
    urgency: Mark | None = None
    state: str
    state_tone: str = ""
    date: str
    standing: str = ""
    standing_tone: str = ""
    what: str
    bar: Bar | None = None
    notes: tuple[Note, ...] = ()
    acts: tuple[Link, ...]
    why: WhyView

    @property
    def anchor(self) -> str:
        """Its name on the page."""
        return f"card-{self.stream}"

    @property
    def title(self) -> str:
        """What it is about."""
        return words.NEXT[self.stream]


def card_view(card: DueCard, key: str, today: date, *, may_act: bool, gone: Leaving | None = None) -> CardView:
    """The card of one stream; where nothing is asked for it says which row of the policy says so."""
    if card.row is None:
        return _nothing(card, key, gone)
    if card.row.standing == "not_asked":
        return _left_over(card, card.row, key, today, may_act=may_act)
    row, due = card.row, card.row.follow_up
    standing = standing_of(row, today)
    state, tone = _state(row, today)
    return CardView(
        stream=card.stream,
        urgency=marks.urgency(due.urgency),
        state=state,
        state_tone=tone,
        date=_date(row, today),
        standing=standing.sentence,
        standing_tone=standing.tone,
        what=_what(row),
        bar=_bar(card, row, today),
        notes=tuple(_notes(card, row)),
        acts=_acts(row, card.stream, key, may_act=may_act),
        why=why_view(card.why, today, _LAST_LINE),
    )


def _bar(card: DueCard, row: QueueRow, today: date) -> Bar:
    """The window drawn."""
    due = row.follow_up
    return page_bar(
        today,
        due.opens_on,
        due.due_on,
        due.closes_on,
        booked_on=due.booked_on,
        last_on=card.last_on,
        last_name=_last_name(card),
        standing=row.limit.sentence if row.limit else "",
    )


def _left_over(card: DueCard, row: QueueRow, key: str, today: date, *, may_act: bool) -> CardView:
    """Nothing is asked for any more, and something stands arranged: it is to be cancelled."""
    due = row.follow_up
    arranged = f"Booked for {_date(row, today)}" if due.booked_on else f"{words.STATE[due.state]}"
    return CardView(
        stream=card.stream,
        urgency=marks.urgency("stop") if row.gone else None,
        state=row.gone.word if row.gone else "Not asked for",
        date="None asked for",
        standing="Still to be cancelled" if due.state in ("booked", "ordered") else "",
        standing_tone="emergency",
        what=f"{arranged}{f', {due.booked_place}' if due.booked_place else ''}.",
        notes=tuple(_notes(card, row)),
        acts=_acts(row, card.stream, key, may_act=may_act),
        why=WhyView(()),
    )


def _nothing(card: DueCard, key: str, gone: Leaving | None) -> CardView:
    if not card.not_asked:
        waits = "Nobody has planned this patient yet; the next nightly run does, or any fact that is recorded."
        return CardView(
            stream=card.stream,
            state="Not planned",
            date="Not planned yet",
            what=waits,
            acts=(),
            why=WhyView(()),
        )
    return CardView(
        stream=card.stream,
        state=gone.word if gone else "Not asked for",
        date="None asked for",
        what=f"Row {card.not_asked} asks for none here: {card.not_asked_title}.",
        acts=(Link("Why", reverse("why", args=[key, card.stream]), quiet=True),),
        why=WhyView(()),
    )


def _date(row: QueueRow, today: date) -> str:
    """The booked moment where there is one, else the due day."""
    if row.follow_up.booked_on is None and not row.follow_up.asked:
        return "None asked for"
    if row.follow_up.booked_on is None:
        return near_day(row.follow_up.due_on, today)
    hour = f", {clock.at_clinic(row.follow_up.booked_at):%H:%M}" if row.follow_up.booked_at else ""
    return near_day(row.follow_up.booked_on, today) + hour


def _state(row: QueueRow, today: date) -> tuple[str, str]:
    follow_up = row.follow_up
    if row.standing == "awaiting_closure":
        return "Done, awaiting closure", ""
    if follow_up.state == "booked" and follow_up.booked_on:
        if follow_up.booked_on < today:
            return "The booked day has passed: say what happened", "emergency"
        if row.booked_late:
            return f"Booked, past the {'limit' if row.limit else 'latest day'}", "emergency"
        early = follow_up.booked_on < follow_up.opens_on
        return ("Booked, before the earliest day", "caution") if early else ("Booked, inside the window", "done")
    if follow_up.awaiting_response_on:
        return f"Done {day_text(follow_up.awaiting_response_on)}, response to record", ""
    if follow_up.state == "ordered" and follow_up.ordered_on:
        return f"Ordered {day_text(follow_up.ordered_on)}, not booked", ""
    if follow_up.state == "missed" and follow_up.missed_on:
        return f"Missed {day_text(follow_up.missed_on)}", "emergency"
    return words.STATE[follow_up.state], ""


def _what(row: QueueRow) -> str:
    what = words.REQUESTS[row.follow_up.request].full if row.follow_up.request else "Visit to the spine surgeon"
    parts = [what]
    if row.follow_up.booked_on and row.follow_up.asked:
        parts.append(f"due {day_text(row.follow_up.due_on)}")
    if row.follow_up.booked_place:
        parts.append(row.follow_up.booked_place)
    return ". ".join(f"{part[:1].upper()}{part[1:]}" for part in parts) + "."


def _notes(card: DueCard, row: QueueRow) -> Iterator[Note]:
    follow_up = row.follow_up
    yield from gone_notes(row)
    yield from conflict_notes(row)
    yield from done_notes(follow_up)
    yield from snooze_notes(follow_up)
    yield from hold_notes(follow_up)
    if card.first_due_on and card.first_due_on != follow_up.due_on:
        yield Note("Moved.", f"The first due date given was {day_text(card.first_due_on)}.")


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
            f"{queue}?open={row.uid}&act={code}&q={row.patient.number}#row-{row.uid}",
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
