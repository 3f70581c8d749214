"""Lines of systemic treatment: days, drugs through the catalogue, lines that never ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scheduling.catalog.drugs import read_drugs
from scheduling.engine.vocabulary import TherapyClass
from tracker.interop.csv.drafting import dated, distinct, meant
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Day, Notes, Slashed
from tracker.interop.csv.tables import THERAPIES
from tracker.interop.records import LineDraft

_CLASSES = tuple(map(str, TherapyClass))
_REASONS = ("first_line", "progression", "switch_after_spine_pd", "toxicity", "other", "none", "unknown")
_REASON_WORDS = {"best supportive care": "none"}
#: A line begun for one of these ends the line before it.
_SWITCHES = frozenset({"progression", "switch_after_spine_pd", "toxicity"})


def read(notes: Notes, rows: Iterable[Row]) -> tuple[LineDraft, ...]:
    """The lines of one patient."""
    lines = [
        (row, line) for row in distinct(notes, rows, THERAPIES) if (line := _line(notes, row)) is not None
    ]
    return tuple(_ended(notes, row, line, [other for _, other in lines]) for row, line in lines)


def _line(notes: Notes, row: Row) -> LineDraft | None:
    key = f"therapies/{row.raw('therapy_id').strip()}"
    kind = notes.code(row, "class", _CLASSES, required=True)
    reason = notes.code(row, "reason", _REASONS, also=_REASON_WORDS) or "unknown"
    drugs = _drugs(notes, row)
    stop = notes.day(row, "stop_date")
    unclear = stop if isinstance(stop, Slashed) else None
    if isinstance(stop, Slashed):
        stop = Day(stop.readings[0])
    if stop is not None and unclear is None and stop.on > notes.as_of:
        notes.skip(
            row, "stop_date", "future_date", f"a day on or before {notes.as_of}; the line is read as running"
        )
        stop = None

    def make(start: Day) -> LineDraft:
        return LineDraft(
            source_key=key,
            occurred_on=start.on,
            precision=start.precision,
            place=row.place(),
            therapy_class=kind,
            drugs=drugs,
            stopped_on=stop.on if stop else None,
            stopped_precision=stop.precision if stop else "day",
            reason=reason,
        )

    line = dated(notes, row, "start_date", key, "start of this line", make)
    if unclear is not None:
        notes.ask(
            row, "stop_date", "ambiguous_stop", key,
            text=f"On which day did this line stop: {meant(unclear)}? The line is left out until answered.",
            expected=f"a date such as 2026-06-01; this can mean {meant(unclear)}",
            draft=line,
        )  # fmt: skip
        return None
    if line is None or stop is None:
        return line
    if stop.last < line.occurred_on:
        notes.ask(
            row, "stop_date", "stop_before_start", key,
            text=f"This line stops on {stop.on}, before it starts on {line.occurred_on}. Are the two days exchanged? "
            "It is left out until answered.",
            expected=f"a day on or after the start {line.occurred_on}",
            draft=replace(line, occurred_on=stop.on, stopped_on=line.occurred_on),
        )  # fmt: skip
        return None
    if notes.died_on is not None and stop.on > notes.died_on:
        notes.note(row, "stop_date", "after_death", f"a day on or before the day of death {notes.died_on}")
    return line


def _drugs(notes: Notes, row: Row) -> tuple[str, ...]:
    """Generic names where the catalogue knows every word, else the names as written."""
    written = notes.text(row, "drugs")
    names = tuple(" ".join(name.split()) for name in written.split(";") if name.strip())
    if not names:
        return ()
    read = read_drugs(names)
    generic = tuple(drug.name for drug in read.drugs)
    if read.unknown or not generic:
        unknown = ", ".join(read.unknown) or written
        notes.note(
            row,
            "drugs",
            "unknown_drug",
            f"names of the catalogue; {unknown!r} is not in it; kept as written",
        )
        return names
    if generic != names:
        notes.note(row, "drugs", "drug_name", f"generic names; read as {', '.join(generic)}")
    return generic


def _ended(notes: Notes, row: Row, line: LineDraft, lines: list[LineDraft]) -> LineDraft:
    """A line without a stop that a later one replaced is held as stopped when that one began, and asked about."""
    if line.stopped_on is not None or line.therapy_class == TherapyClass.NONE:
        return line
    after = [other for other in lines if other.occurred_on > line.occurred_on and other.reason in _SWITCHES]
    if notes.died_on is not None:
        notes.note(row, "stop_date", "no_stop", "a stop on or before death; none is given")
    if not after:
        return line
    following = min(after, key=lambda other: other.occurred_on)
    held = replace(line, stopped_on=following.occurred_on, stopped_precision="unknown")
    if notes.died_on is None:
        notes.ask(
            row, "stop_date", "no_stop", line.source_key,
            text=f"This line has no stop, and another began on {following.occurred_on} ({following.reason}). When did "
            f"it stop? Until answered it counts as stopped on {following.occurred_on}.",
            expected=f"a stop on or before {following.occurred_on}, or that both run",
            draft=replace(held, stopped_precision="day"),
        )  # fmt: skip
    return held
