"""The page "why this date": the answer in a sentence, the arithmetic, the facts, the policy, how the date moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scheduling.engine.words import count, day_text, period, short_day, window_text
from tracker import clock, words
from tracker.queries.why.fact_sources import FactSource
from tracker.queries.why.nearly import NearlyFired
from tracker.queries.why.proof import DateMoved, Proof, ProofFact
from tracker.queries.why.stored import WhyItem, WhyRow
from tracker.web.look import marks
from tracker.web.look.bars import Bar, page_bar
from tracker.web.look.lists import LogLine
from tracker.web.look.marks import Chip, Mark


@dataclass(frozen=True, slots=True)
class Cell:
    """``+ 8 w = 29 Sep 2026``; `chosen` where it gives the answer."""

    offset: str
    day: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ArithmeticRow:
    """One item of one fired row."""

    code: str
    when: str
    counted_from: str
    cells: tuple[Cell, ...]
    chip: Chip | None
    winner: bool


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact that was read: its value, its day, who recorded it from which source, and the rows that read it."""

    name: str
    value: str
    day: str
    derived: str
    sources: tuple[str, ...]
    read_by: str


@dataclass(frozen=True, slots=True)
class NearlyRow:
    """A row that nearly gave the date."""

    code: str
    change: str
    window: str
    moves: str


@dataclass(frozen=True, slots=True)
class ProofView:
    """The whole page."""

    title: str
    stream_title: str
    answer: str
    request: str
    urgency: Mark
    bar: Bar | None
    rows: tuple[ArithmeticRow, ...]
    without_window: tuple[tuple[str, str], ...]
    facts: tuple[FactRow, ...]
    nearly: tuple[NearlyRow, ...]
    winner_chip: Chip | None
    proof: Proof
    moves: tuple[LogLine, ...]
    known: str


def proof_view(found: Proof, today: date) -> ProofView:
    """A proof as its page draws it."""
    window, winner = found.window, found.winner
    known = "as known on" if found.as_known else "as known today,"
    return ProofView(
        title=f"Why {day_text(window.due)}?" if window else "Why is nothing asked for?",
        stream_title=words.NEXT[found.stream],
        answer=_answer(found),
        request=words.REQUESTS[found.request].full if found.request else "",
        urgency=marks.urgency(found.urgency),
        bar=page_bar(found.on, window.earliest, window.due, window.latest) if window else None,
        rows=tuple(_arithmetic(found)),
        without_window=tuple((row.code, row.sentence) for row in found.rows if not row.items),
        facts=tuple(_fact(fact) for fact in found.facts),
        nearly=tuple(_nearly(near, found.on) for near in found.nearly),
        winner_chip=marks.chip(winner.code, winner.grade) if winner else None,
        proof=found,
        moves=tuple(_move(move, today) for move in found.moves),
        known=f"{known} {day_text(found.on)}",
    )


def _nearly(near: NearlyFired, on: date) -> NearlyRow:
    window = window_text(near.window.earliest, near.window.due, near.window.latest, on)
    earlier = f"{count(near.days_earlier, 'day')} earlier" if near.days_earlier else ""
    return NearlyRow(near.code, near.change, window, earlier or "a date where none stands")


def _fact(fact: ProofFact) -> FactRow:
    name = words.spelt(fact.name[:1].lower() + fact.name[1:])
    absent = "recorded" if fact.name.startswith("lesion found") else "not recorded"
    return FactRow(
        name[:1].upper() + name[1:],
        "the windows count from this day" if fact.counted_from else fact.value or absent,
        day_text(fact.on) if fact.on else "holds on every day",
        f"Worked out from {fact.origin.derived}" if fact.origin.derived else "",
        tuple(source_words(source, fact.on) for source in fact.origin.sources)
        or (("no row holds it",) if fact.origin.derived else ("Nothing of this kind is recorded",)),
        ", ".join(fact.read_by),
    )


def source_words(source: FactSource, on: date | None) -> str:
    """``Import (CSV), Alice Avocet, 21 Nov 2026``; the row's own day too where the fact carries none or another."""
    line = f"{words.SOURCE[source.source]}, {source.by}, {day_text(clock.day_of(source.recorded_at))}"
    return line if source.on == on else f"{line} (about {day_text(source.on)})"


def _answer(found: Proof) -> str:
    winner = found.winner
    if winner is None or not winner.items:
        if found.not_asked:
            return f"Row {found.not_asked} of the policy asks for nothing in this stream: {found.not_asked_title}."
        return "No row of the policy asks for anything in this stream."
    item = _giving(found, winner)
    sentence = winner.sentence.rstrip(".")
    first, due, last = (period(days) for days in item.after)
    because = sentence if sentence[:2].isupper() else sentence[:1].lower() + sentence[1:]
    return (
        f"Because {because}: row {winner.code} asks for it {first}, {due} and {last} "
        f"after {item.counted_from} {day_text(item.anchor_on)}."
    )


def _giving(found: Proof, winner: WhyRow) -> WhyItem:
    """The item behind the due date."""
    due = found.window.due if found.window else None
    return next((item for item in winner.items if item.due == due), winner.items[0])


def _arithmetic(found: Proof) -> Iterator[ArithmeticRow]:
    given = False
    for row in found.rows:
        for item in row.items:
            gives = row.gives_date and found.window is not None and item.due == found.window.due and not given
            given = given or gives
            smallest = found.window is not None and item.latest == found.window.latest
            chosen = (gives, gives, smallest)
            yield ArithmeticRow(
                row.code,
                row.title,
                f"{item.counted_from[:1].upper()}{item.counted_from[1:]} {day_text(item.anchor_on)}",
                tuple(
                    Cell(f"+ {_short(days)}", day_text(day), each)
                    for days, day, each in zip(item.after, (item.earliest, item.due, item.latest), chosen, strict=True)
                ),
                marks.chip("", row.grade),
                gives,
            )


def _short(days: int) -> str:
    return f"{days // 7} w" if days and days % 7 == 0 else f"{days} d"


def _move(move: DateMoved, today: date) -> LogLine:
    due = f"{day_text(move.due_on)}, row {move.row}. " if move.due_on and move.row else ""
    cause = {
        "fact": "a fact was recorded",
        "policy": "another policy version",
        "override": "a clinician’s own window",
    }
    why = cause.get(move.cause, "")
    return LogLine(
        clock.day_of(move.at).isoformat(),
        short_day(clock.day_of(move.at), today),
        f"{due}{move.text or move.kind.capitalize()}{f' ({why})' if why else ''}",
        move.by,
    )
