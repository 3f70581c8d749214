"""Every fired row as the WHY list draws it: sentence, arithmetic, facts, citation, evidence; the winner first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from scheduling.engine.words import day_text, window_text
from tracker import words
from tracker.queries.why.stored import WhyFact, WhyItem, WhyRow
from tracker.web.look import marks
from tracker.web.look.marks import Chip


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One fired row."""

    code: str
    sentence: str
    winner: bool
    chip: Chip | None
    arithmetic: tuple[str, ...]
    facts: str
    citation: str


@dataclass(frozen=True, slots=True)
class WhyView:
    """The list and its last line."""

    reasons: tuple[ReasonView, ...]
    last_line: str = ""


def why_view(rows: Iterable[WhyRow], today: date, last_line: str = "") -> WhyView:
    """All of them; none is ever left out."""
    return WhyView(tuple(_reason(row, today) for row in rows), last_line)


def _reason(row: WhyRow, today: date) -> ReasonView:
    grade = marks.chip("", row.grade) if row.items else None
    note = f" {row.grade_note[:1].upper()}{row.grade_note[1:]}." if row.grade_note else ""
    return ReasonView(
        code=row.code,
        sentence=f"{row.sentence[:1].upper()}{row.sentence[1:]}",
        winner=row.gives_date,
        chip=grade,
        arithmetic=tuple(arithmetic(item, today) for item in row.items),
        facts=facts_line(row.facts),
        citation=(_cited(row.citation, row.rationale) + note).strip(),
    )


def arithmetic(item: WhyItem, today: date) -> str:
    """``Last study 4 Aug 2026 + 8, 12 and 13 weeks = 29 Sep · 27 Oct · 3 Nov``, and a note where there is one."""
    dates = window_text(item.earliest, item.due, item.latest, today)
    note = f". {item.note}" if item.note else ""
    text = item.arithmetic
    return f"{text[:1].upper()}{text[1:]} = {dates}{note}"


def facts_line(facts: Iterable[WhyFact]) -> str:
    """What the row read, each with its day."""
    parts = [
        words.spelt(f"{fact.name} {fact.value}".strip()) + (f", {day_text(fact.on)}" if fact.on else "")
        for fact in facts
    ]
    return f"Read: {'; '.join(parts)}." if parts else ""


def _cited(citation: str, rationale: str) -> str:
    """Citation and rationale as sentences; "none" is said as what it means."""
    parts = [] if citation in ("", "none") else [citation]
    parts += [rationale] if rationale else []
    return " ".join(part if part.endswith(".") else f"{part}." for part in (f"{p[:1].upper()}{p[1:]}" for p in parts))
