"""Local treatments: a radiotherapy course by its end, its dose in Gy, its kind against its dose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import pairwise

from scheduling.catalog.codes import level_of_text
from scheduling.catalog.radiotherapy import ONE_COURSE_DAYS, read_course
from scheduling.engine.vocabulary import ProcedureKind, span_levels
from tracker.interop.csv.drafting import dated, distinct
from tracker.interop.csv.files import Row
from tracker.interop.csv.notes import Notes, Slashed
from tracker.interop.csv.tables import PROCEDURES
from tracker.interop.days import EXPECTED_DAY
from tracker.interop.drafts import ProcedureDraft
from tracker.interop.records import proposal

_KINDS = tuple(map(str, ProcedureKind))
_RADIOTHERAPY = frozenset({ProcedureKind.SBRT, ProcedureKind.CEBRT})
#: A dose per fraction outside these bounds (cGy) was written in another unit.
_FRACTION_CGY = (100, 3000)


def read(notes: Notes, rows: Iterable[Row]) -> tuple[ProcedureDraft, ...]:
    """The local treatments of one patient."""
    found = [(row, draft) for row in distinct(notes, rows, PROCEDURES) if (draft := _procedure(notes, row)) is not None]
    _ask_one_course(notes, found)
    return tuple(draft for _, draft in found)


def _procedure(notes: Notes, row: Row) -> ProcedureDraft | None:
    key = f"procedures/{row.raw('procedure_id').strip()}"
    kind = notes.code(row, "type", _KINDS, required=True)
    levels = _levels(notes, row)
    course = kind in _RADIOTHERAPY
    dose, fractions, other_unit = _dose(notes, row) if course else (None, None, False)

    make = partial(ProcedureDraft, kind=kind, levels=levels, dose_gy=dose, fractions=fractions)
    ended = bool(row.raw("end_date").strip()) and course
    draft = dated(notes, row, "end_date" if ended else "date", "end of this treatment", key, make)
    if draft is None or not course:
        return draft
    if other_unit:
        said = (row.raw("dose_cgy").strip(), fractions or "unknown")
        notes.ask(row, "dose_cgy", "dose_unit", *said, offer=proposal(draft, "dose_gy"))
    if not ended and fractions != 1:
        held = f"read as {draft.occurred_on}, the start, with the day marked unknown"
        notes.remark(row, "end_date", "course_without_end", f"the day of the last fraction; {held}")
        draft = replace(draft, precision="unknown")
    if ended and _starts_after(notes, row, draft):
        return None
    _ask_kind(notes, row, draft)
    return draft


def _levels(notes: Notes, row: Row) -> tuple[str, ...]:
    """Levels and spans, several separated by a semicolon."""
    levels: list[str] = []
    for part in notes.text(row, "level").split(";"):
        written = part.strip()
        if not written:
            continue
        ends = [level_of_text(end) for end in written.split("-")]
        entry = "-".join(end for end in ends if end)
        try:
            if None in ends or len(ends) > 2:
                raise ValueError
            span_levels(entry)
        except ValueError:
            notes.error(row, "level", "code", "a level such as T8, or a span with the upper end first such as T5-T7")
            continue
        if entry != written:
            notes.remark(row, "level", "level_wording", f"a level such as T8; read as {entry}")
        levels.append(entry)
    return tuple(levels)


def _dose(notes: Notes, row: Row) -> tuple[Decimal | None, int | None, bool]:
    """Dose in Gy and fractions, and whether the dose is one that no course has in cGy; then it is left out."""
    fractions = notes.whole(row, "fractions", 1, 60)
    dose = notes.whole(row, "dose_cgy", 1, 99_999)
    if dose is None:
        return None, fractions, False
    low, high = _FRACTION_CGY
    if not low <= dose / (fractions or 1) <= high * (1 if fractions else 60):
        return None, fractions, True
    return Decimal(dose) / 100, fractions, False


def _starts_after(notes: Notes, row: Row, draft: ProcedureDraft) -> bool:
    start = notes.day(row, "date")
    if isinstance(start, Slashed):
        notes.remark(row, "date", "ambiguous_date", f"{EXPECTED_DAY}; {start}; the end counts")
        return False
    if start is None or start.on <= draft.occurred_on:
        return False
    exchanged = replace(draft, occurred_on=start.on)
    notes.ask(row, "end_date", "end_before_start", draft.occurred_on, start.on, draft=exchanged)
    return True


def _ask_kind(notes: Notes, row: Row, draft: ProcedureDraft) -> None:
    """Dose and fractions say stereotactic or conventional; where the named kind is the other one, a person decides."""
    if draft.dose_gy is None or draft.fractions is None:
        return
    technique = "stereotactic" if draft.kind == ProcedureKind.SBRT else ""
    reading = read_course(float(draft.dose_gy), draft.fractions, technique)
    if reading.kind is None or reading.kind == draft.kind:
        return
    said = (draft.dose_gy, draft.fractions, reading.kind, draft.kind)
    notes.ask(row, "type", "kind_and_dose", *said, draft=replace(draft, kind=str(reading.kind)))


def _ask_one_course(notes: Notes, found: list[tuple[Row, ProcedureDraft]]) -> None:
    """Two courses to one level within 14 days may be one course, with doses and fractions that add up."""
    courses = sorted(
        (pair for pair in found if pair[1].kind in _RADIOTHERAPY and pair[1].levels),
        key=lambda pair: (pair[1].levels, pair[1].occurred_on),
    )
    for (_, earlier), (row, later) in pairwise(courses):
        if earlier.levels != later.levels or (later.occurred_on - earlier.occurred_on).days > ONE_COURSE_DAYS:
            continue
        said = (", ".join(later.levels), earlier.occurred_on, later.occurred_on, ONE_COURSE_DAYS)
        notes.ask(row, "date", "one_course", *said, fact=later.source_key)
