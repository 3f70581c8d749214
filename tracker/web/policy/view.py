"""A policy's rows as its page shows them: per stream the windows in words and as a bar, evidence, citation, reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduling.engine import words as engine_words
from scheduling.engine.periods import Offset
from scheduling.engine.policy.rows import ItemRule, Policy, Row, StreamRule
from scheduling.engine.policy.sets import Names
from tracker import words
from tracker.web.look import marks
from tracker.web.look.bars import Bar, days_bar
from tracker.web.look.marks import Chip, Mark

#: Days that the bars show; longer windows end in an arrow.
SCALE = 30 * 7


@dataclass(frozen=True, slots=True)
class WindowLine:
    """One window of a row: ``8 / 12 / 13 weeks`` after a day."""

    figures: str
    after: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class StreamCell:
    """What a row asks for in one stream, and on what evidence."""

    lines: tuple[WindowLine, ...]
    asks: str
    chip: Chip
    citation: str
    rationale: str
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyRowView:
    """One line of the table."""

    code: str
    title: str
    urgency: Mark
    imaging: StreamCell | None
    surgeon: StreamCell | None
    conditions: tuple[str, ...] = ()
    asked_of: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyGroup:
    """Rows that belong together."""

    title: str
    rows: tuple[PolicyRowView, ...]


def policy_groups(policy: Policy) -> tuple[PolicyGroup, ...]:
    """The rows in table order; a group begins where the document names another."""
    groups: list[tuple[str, list[PolicyRowView]]] = []
    for row in policy.rows:
        title = row.group or "Other"
        if not groups or groups[-1][0] != title:
            groups.append((title, []))
        groups[-1][1].append(_row(row, policy.names))
    return tuple(PolicyGroup(title, tuple(rows)) for title, rows in groups)


def names_in_words(policy: Policy) -> dict[str, tuple[str, ...]]:
    """What the names that conditions use stand for."""
    return {engine_words.code_words(name): meaning.lines(policy.names) for name, meaning in policy.named}


def _row(row: Row, names: Names) -> PolicyRowView:
    return PolicyRowView(
        row.id,
        row.title,
        marks.urgency(row.urgency),
        _cell(row, "imaging"),
        _cell(row, "surgeon"),
        conditions=row.when.lines(names),
        asked_of={"lesion": "Asked of every lesion", "override": "Asked of every own window"}.get(
            row.for_each or "", ""
        ),
        also=tuple(_also(row, names)),
    )


def _also(row: Row, names: Names) -> Iterator[str]:
    """What a row does to others while it holds."""
    if row.until_closed:
        yield "Only a clinician ends it, also after what it asks for was done."
    if row.suspends is not None:
        kept = row.suspends.keep_rows
        dates = "" if row.suspends.keep_dates else ", these without their dates"
        yield "Every later row waits" + (f", except {', '.join(kept)}{dates}." if kept else ".")
    if row.replaces is not None:
        only = row.replaces.only_if.lines(names)
        replaced = f"Replaces {', '.join(row.replaces.rows)} while it has a window"
        yield f"{replaced}, if {' and '.join(only)}." if only else f"{replaced}."
    if row.asks_nothing_in:
        streams = " and ".join(words.STREAM[stream].lower() for stream in row.asks_nothing_in)
        yield f"Leaves {streams} without a date."


def _cell(row: Row, stream: str) -> StreamCell | None:
    rule = row.stream(stream)
    if rule is None:
        return None
    return StreamCell(
        lines=tuple(_lines(rule)),
        asks=_asks(row, rule),
        chip=marks.chip("", rule.evidence.grade),
        citation="" if rule.evidence.citation in ("", "none") else rule.evidence.citation,
        rationale=rule.evidence.rationale,
        elsewhere=tuple(
            f"{words.GRADE.get(each.grade, each.grade)} for "
            + ", ".join(
                [
                    *(words.SITE.get(site, site) for site in each.sites),
                    *(words.SUBTYPE.get(sub, sub) for sub in each.subtypes),
                ]
            )
            for each in rule.evidence.by_primary
        )
        + ((rule.evidence.note_elsewhere,) if rule.evidence.note_elsewhere else ()),
    )


def _asks(row: Row, rule: StreamRule) -> str:
    """What stands where a row has no window of its own."""
    if rule.items:
        return ""
    return "the window the clinician set" if row.for_each == "override" else "asks for nothing"


def _lines(rule: StreamRule) -> Iterator[WindowLine]:
    for item in rule.items:
        after = " or ".join(engine_words.anchor_words(anchor.key).removesuffix(" of") for anchor in item.count_from)
        for window, name in _windows(item):
            figures, unit = window_figures(window)
            before = f"{name}: " if name else ""
            yield WindowLine(
                f"{before}{figures}",
                f"{unit} after {after}",
                days_bar(window.earliest, window.due, window.latest, SCALE),
            )


def _windows(item: ItemRule) -> Iterator[tuple[Offset, str]]:
    for each in item.windows:
        yield each.window, ""
    table = {**words.THERAPY_CLASS, **words.TEMPO}
    grouped: dict[Offset, list[str]] = {}
    for code, window in item.windows_by:
        if window is not None:
            grouped.setdefault(window, []).append(table.get(code, code))
    for window, names in grouped.items():
        yield window, ", ".join(names)


def window_figures(window: Offset) -> tuple[str, str]:
    """``8 / 12 / 13`` and ``weeks``, or days where one of the three is no whole week."""
    days = (window.earliest, window.due, window.latest)
    if all(day % 7 == 0 for day in days) and window.latest > 14:
        return " / ".join(str(day // 7) for day in days), "weeks"
    return " / ".join(str(day) for day in days), "days"
