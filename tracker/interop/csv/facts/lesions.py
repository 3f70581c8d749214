"""Lesions with their one assessment: level, finding date, ESCC and the six SINS items."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from scheduling.catalog.codes import level_of_text
from scheduling.engine.scores.sins import LOCATION_OF_LEVEL
from scheduling.engine.vocabulary import SINS_ITEMS, Escc, span_levels
from tracker.interop.csv.drafting import distinct, meant
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import EXPECTED_DAY, Day, Notes, Slashed
from tracker.interop.csv.tables import LESIONS
from tracker.interop.records import AssessmentDraft, LesionDraft, proposal

_SPAN = re.compile(r"([CTLS])(\d{1,2})\s*[-\u2013/]\s*([CTLS])?(\d{1,2})", re.IGNORECASE)


def read(notes: Notes, rows: Iterable[Row]) -> tuple[LesionDraft, ...]:
    """The lesions of one patient; none is left out for an unclear day or level: the spine would look better."""
    return tuple(_lesion(notes, row) for row in distinct(notes, rows, LESIONS))


def _lesion(notes: Notes, row: Row) -> LesionDraft:
    key = f"lesions/{row.raw('lesion_id').strip()}"
    found, asked = _found(notes, row)
    items = {item: notes.code(row, f"sins_{item}", set_) for item, set_ in _ITEM_CODES.items()}
    escc = notes.code(row, "escc", _GRADES)
    written = notes.text(row, "level")
    level, candidates = _level(notes, row, written)
    against = bool(level and items["location"] and items["location"] != LOCATION_OF_LEVEL[level])
    location = items["location"]
    if against:
        items["location"] = ""
    scored = any(value for item, value in items.items() if item != "location")
    assessment = AssessmentDraft(
        source_key=f"{key}/score",
        occurred_on=found.on,
        precision=found.precision,
        place=row.place(),
        escc=escc,
        sins_scored=scored,
        location=items["location"] if scored else "",
        pain=items["pain"],
        bone_lesion=items["bone_lesion"],
        alignment=items["alignment"],
        collapse=items["collapse"],
        posterolateral=items["posterolateral"],
    )
    draft = LesionDraft(
        source_key=key,
        occurred_on=found.on,
        precision=found.precision,
        place=row.place(),
        level=level,
        assessments=(assessment,) if scored or escc else (),
    )
    if against:
        notes.ask(
            row, "sins_location", "location_and_level", key,
            text=f"{level} is {LOCATION_OF_LEVEL[level]}, the file says {location}. Is the level wrong or the location "
            "class? Scored by the level until answered.",
            expected=f"{LOCATION_OF_LEVEL[level]}, the class of {level}",
            draft=draft,
        )  # fmt: skip
    if asked:
        day = replace(draft, precision="day")
        offer = proposal(day, "occurred_on")
        notes.ask(row, "finding_date", asked[0], key, text=asked[1], expected=asked[2], offer=offer)
    if candidates is not None:
        _ask_level(notes, row, key, draft, candidates, items["location"])
    return draft


_ITEM_CODES = {item: tuple(map(str, codes)) for item, codes in SINS_ITEMS.items()}
_GRADES = tuple(map(str, Escc))


def _found(notes: Notes, row: Row) -> tuple[Day, tuple[str, str, str] | None]:
    """The day the lesion was found. Where it cannot be used the lesion counts as found on the reference day.

    Then no visit, study or treatment counts as made since, which is the safe reading; the day is marked unknown.
    """
    found = notes.day(row, "finding_date")
    held = Day(min(notes.as_of, notes.died_on or notes.as_of), "unknown")
    until = f"Until answered it counts as found on {held.on}: nothing counts as done since."
    if isinstance(found, Slashed):
        text = f"On which day was the lesion found: {meant(found)}? {until}"
        return held, ("ambiguous_date", text, f"{EXPECTED_DAY}; this can mean {meant(found)}")
    if found is None:
        if row.raw("finding_date").strip():
            return held, None  # an error was noted
        return held, ("no_finding_date", f"On which day was the lesion found? {until}", EXPECTED_DAY)
    if found.on > notes.as_of:
        expected = f"a day on or before the reference day {notes.as_of}"
        text = f"The lesion is dated {found.on}, in the future. On which day was it found? {until}"
        return held, ("future_date", text, expected)
    if notes.died_on is not None and found.on > notes.died_on:
        text = (
            f"The lesion is dated {found.on}, after the death on {notes.died_on}. Which day is wrong? {until}"
        )
        return held, ("after_death", text, f"a day on or before the day of death {notes.died_on}")
    return found, None


def _level(notes: Notes, row: Row, written: str) -> tuple[str, tuple[str, ...] | None]:
    """The level, or none and the levels it may be."""
    if not written:
        return "", ()
    level = level_of_text(written)
    if level is not None:
        if level != written:
            notes.note(row, "level", "level_wording", f"a level such as T8; read as {level}")
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


def _ask_level(
    notes: Notes, row: Row, key: str, draft: LesionDraft, candidates: tuple[str, ...], location: str
) -> None:
    """A lesion has one level, the one that was scored; the location class of the score may say which."""
    fitting = [level for level in candidates if location and LOCATION_OF_LEVEL[level] == location]
    offer = proposal(replace(draft, level=fitting[0])) if len(fitting) == 1 else proposal(draft, "level")
    between = " or ".join(candidates) if candidates else "which vertebra"
    notes.ask(
        row, "level", "level_unclear" if candidates else "level_missing", key,
        text=f"Which level was scored: {between}? Until answered the lesion has no level and no treatment covers it.",
        expected="one level such as T8",
        offer=offer,
    )  # fmt: skip
