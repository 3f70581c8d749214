"""Lesions with their one assessment: level, finding date, ESCC and the six SINS items."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from scheduling.catalog.codes import level_of_text
from scheduling.engine.scores.sins import LOCATION_OF_LEVEL
from scheduling.engine.vocabulary import SINS_ITEMS, Escc, span_levels
from tracker.interop.csv.drafting import distinct
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Notes, Slashed
from tracker.interop.csv.tables import LESIONS
from tracker.interop.days import Day, dated_on
from tracker.interop.drafts import AssessmentDraft, LesionDraft
from tracker.interop.records import proposal

_SPAN = re.compile(r"([CTLS])(\d{1,2})\s*[-\u2013/]\s*([CTLS])?(\d{1,2})", re.IGNORECASE)


def read(notes: Notes, rows: Iterable[Row]) -> tuple[LesionDraft, ...]:
    """The lesions of one patient; none is left out for an unclear day or level: the spine would look better."""
    return tuple(_lesion(notes, row) for row in distinct(notes, rows, LESIONS))


def _lesion(notes: Notes, row: Row) -> LesionDraft:
    key = f"lesions/{row.raw('lesion_id').strip()}"
    found, asked = _found(notes, row)
    items = {item: notes.code(row, f"sins_{item}", set_) for item, set_ in _ITEM_CODES.items()}
    escc = notes.code(row, "escc", _GRADES)
    level, candidates = _level(notes, row, notes.text(row, "level"))
    location = items.pop("location")
    against = bool(level and location and location != LOCATION_OF_LEVEL[level])
    fitting = "" if against else location
    scored = any(items.values())
    assessment = AssessmentDraft(
        **dated_on(found, f"{key}/score", row.place()),
        escc=escc,
        sins_scored=scored,
        location=fitting if scored else "",
        pain=items["pain"],
        bone_lesion=items["bone_lesion"],
        alignment=items["alignment"],
        collapse=items["collapse"],
        posterolateral=items["posterolateral"],
    )
    looks = (assessment,) if scored or escc else ()
    draft = LesionDraft(**dated_on(found, key, row.place()), level=level, assessments=looks)
    if against:
        said = (level, LOCATION_OF_LEVEL[level], location)
        notes.ask(row, "sins_location", "location_and_level", *said, draft=draft)
    if asked:
        notes.ask(row, "finding_date", *asked, offer=proposal(replace(draft, precision="day"), "occurred_on"))
    if candidates is not None:
        _ask_level(notes, row, draft, candidates, fitting)
    return draft


_ITEM_CODES = {item: tuple(map(str, codes)) for item, codes in SINS_ITEMS.items()}
_GRADES = tuple(map(str, Escc))


def _found(notes: Notes, row: Row) -> tuple[Day, tuple[str, *tuple[object, ...]] | None]:
    """The day the lesion was found, and what to ask. Where it cannot be used it counts as found on the reference day.

    Then no visit, study or treatment counts as made since, which is the safe reading; the day is marked unknown.
    """
    found = notes.day(row, "finding_date")
    held = Day(min(notes.as_of, notes.died_on or notes.as_of), "unknown")
    if isinstance(found, Slashed):
        return held, ("ambiguous_date/lesion", found, held.on)
    if found is None:
        wrong = bool(row.raw("finding_date").strip())  # an error was noted
        return held, None if wrong else ("no_finding_date", held.on)
    if found.on > notes.as_of:
        return held, ("future_date", found.on, held.on, notes.as_of)
    if notes.died_on is not None and found.on > notes.died_on:
        return held, ("after_death/lesion", found.on, notes.died_on, held.on)
    return found, None


def _level(notes: Notes, row: Row, written: str) -> tuple[str, tuple[str, ...] | None]:
    """The level, or none and the levels it may be."""
    if not written:
        return "", ()
    level = level_of_text(written)
    if level is not None:
        if level != written:
            notes.remark(row, "level", "level_wording", f"a level such as T8; read as {level}")
        return level, None
    match = _SPAN.fullmatch(written)
    if match:
        upper, first, lower, last = match.groups()
        try:
            return "", span_levels(f"{upper.upper()}{int(first)}-{(lower or upper).upper()}{int(last)}")
        except ValueError:
            pass
    notes.error(row, "level", "code", "one level: C1 to C7, T1 to T12, L1 to L5, S1 to S5")
    return "", None


def _ask_level(notes: Notes, row: Row, draft: LesionDraft, candidates: tuple[str, ...], location: str) -> None:
    """A lesion has one level, the one that was scored; the location class of the score may say which."""
    fitting = [level for level in candidates if location and LOCATION_OF_LEVEL[level] == location]
    offer = proposal(replace(draft, level=fitting[0])) if len(fitting) == 1 else proposal(draft, "level")
    if candidates:
        notes.ask(row, "level", "level_unclear", " or ".join(candidates), offer=offer)
    else:
        notes.ask(row, "level", "level_missing", offer=offer)
