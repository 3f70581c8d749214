"""Lines of systemic treatment: days, drugs through the catalogue, lines that never ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from scheduling.catalog.drugs import read_drugs
from scheduling.engine.vocabulary import TherapyClass
from tracker.interop.csv.drafting import dated, distinct
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Notes, Slashed
from tracker.interop.csv.tables import THERAPIES
from tracker.interop.days import Day
from tracker.interop.drafts import LineDraft

_CLASSES = tuple(map(str, TherapyClass))
_REASONS = ("first_line", "progression", "switch_after_spine_pd", "toxicity", "other", "none", "unknown")
_REASON_WORDS = {"best supportive care": "none"}
#: A line begun for one of these ends the line before it.
_SWITCHES = frozenset({"progression", "switch_after_spine_pd", "toxicity"})


def read(notes: Notes, rows: Iterable[Row]) -> tuple[LineDraft, ...]:
    """The lines of one patient."""
    lines = [(row, line) for row in distinct(notes, rows, THERAPIES) if (line := _line(notes, row)) is not None]
    return tuple(_ended(notes, row, line, [other for _, other in lines]) for row, line in lines)


def _line(notes: Notes, row: Row) -> LineDraft | None:
    key = f"therapies/{row.raw('therapy_id').strip()}"
    kind = notes.code(row, "class", _CLASSES, required=True)
    reason = notes.code(row, "reason", _REASONS, also=_REASON_WORDS) or "unknown"
    drugs = _drugs(notes, row)
    stop = notes.day(row, "stop_date")
    if isinstance(stop, Day) and stop.on > notes.as_of:
        expected = f"a day on or before {notes.as_of}; the line is read as running"
        notes.skip(row, "stop_date", "future_date", expected)
        stop = None
    end = Day(stop.readings[0]) if isinstance(stop, Slashed) else stop
    stopped_on, stopped_precision = end if end else (None, "day")
    make = partial(
        LineDraft,
        therapy_class=kind,
        drugs=drugs,
        stopped_on=stopped_on,
        stopped_precision=stopped_precision,
        reason=reason,
    )
    line = dated(notes, row, "start_date", "start of this line", key, make)
    return _with_stop(notes, row, key, line, stop)


def _with_stop(
    notes: Notes, row: Row, key: str, line: LineDraft | None, stop: Day | Slashed | None
) -> LineDraft | None:
    """The line where its stop can be used; one that is unclear or lies before the start is asked about."""
    if isinstance(stop, Slashed):
        notes.ask(row, "stop_date", "ambiguous_stop", stop, fact=key, draft=line)
        return None
    if line is None or stop is None:
        return line
    if stop.last < line.occurred_on:
        exchanged = replace(line, occurred_on=stop.on, stopped_on=line.occurred_on)
        said = (stop.on, line.occurred_on)
        notes.ask(row, "stop_date", "stop_before_start", *said, draft=exchanged)
        return None
    if notes.died_on is not None and stop.on > notes.died_on:
        notes.remark(row, "stop_date", "after_death", f"a day on or before the day of death {notes.died_on}")
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
        expected = f"names of the catalogue; {unknown!r} is not in it; kept as written"
        notes.remark(row, "drugs", "unknown_drug", expected)
        return names
    if generic != names:
        notes.remark(row, "drugs", "drug_name", f"generic names; read as {', '.join(generic)}")
    return generic


def _ended(notes: Notes, row: Row, line: LineDraft, lines: list[LineDraft]) -> LineDraft:
    """A line without a stop that a later one replaced is held as stopped when that one began, and asked about."""
    if line.stopped_on is not None or line.therapy_class == TherapyClass.NONE:
        return line
    after = [other for other in lines if other.occurred_on > line.occurred_on and other.reason in _SWITCHES]
    if notes.died_on is not None:
        notes.remark(row, "stop_date", "no_stop", "a stop on or before death; none is given")
    if not after:
        return line
    following = min(after, key=lambda other: other.occurred_on)
    held = replace(line, stopped_on=following.occurred_on, stopped_precision="unknown")
    if notes.died_on is None:
        said, stopped = (following.occurred_on, following.reason), replace(held, stopped_precision="day")
        notes.ask(row, "stop_date", "no_stop", *said, draft=stopped)
    return held
