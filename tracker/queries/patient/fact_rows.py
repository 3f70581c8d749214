"""What a patient's page works out beside the stored facts: therapy lines, imaging safety, survival scores."""

from __future__ import annotations

from datetime import date

from scheduling.engine.scores.base import ScoreInputError
from scheduling.engine.scores.registry import score_named
from scheduling.engine.vocabulary import MriSafety, TherapyClass
from tracker import words
from tracker.models import Function, ImagingSafety, Prognosis, TherapyLine
from tracker.queries.patient.rows import PrognosisRow, SafetyLine, TherapyRow
from tracker.queries.patient.stored_facts import StoredFacts

_SCALES = ("ecog", "karnofsky", "frankel", "asia", "ambulation")


def therapies(stored: StoredFacts, today: date) -> tuple[TherapyRow, ...]:
    """Lines of therapy, newest first, numbered from the first."""
    lines = stored.standing(TherapyLine)
    return tuple(
        TherapyRow(
            line,
            len(lines) - place,
            line.therapy_class != TherapyClass.NONE and (line.stopped_on is None or line.stopped_on > today),
        )
        for place, line in enumerate(lines)
    )


def safety(stored: StoredFacts) -> tuple[SafetyLine, ...]:
    """The three things that limit imaging, each with its newest known value; not known is said so, never left out.

    A note that stands beside none of these values has a line of its own: claustrophobia outlives a decision.
    """
    rows = stored.standing(ImagingSafety)
    decided = [row for row in rows if row.mri]
    mri = next((row for row in decided if row.mri != MriSafety.UNKNOWN), next(iter(decided), None))
    allergy = next((row for row in rows if row.gadolinium_allergy is not None), None)
    kidney = next((row for row in rows if row.egfr is not None), None)
    has_allergy = allergy is not None and allergy.gadolinium_allergy
    beside = (mri, allergy, kidney)
    notes = (SafetyLine("Note", row.note, row.occurred_on, "") for row in rows if row.note and row not in beside)
    return (
        _safety_line("MRI", words.MRI_SAFETY[mri.mri] if mri else "", mri),
        _safety_line(
            "Gadolinium",
            "allergy: plan without contrast" if has_allergy else "no allergy known",
            allergy,
        ),
        _safety_line("eGFR", f"{kidney.egfr} mL/min/1.73 m²" if kidney else "", kidney),
        *notes,
    )


def _safety_line(name: str, value: str, row: ImagingSafety | None) -> SafetyLine:
    return SafetyLine(name, value, row.occurred_on, row.note) if row else SafetyLine(name, "", None, "")


def newest_functions(stored: StoredFacts) -> tuple[Function, ...]:
    """The newest value of each scale, in the order of the scales."""
    newest: dict[str, Function] = {}
    for row in stored.standing(Function):
        newest.setdefault(row.scale, row)
    return tuple(newest[scale] for scale in _SCALES if scale in newest)


def prognosis_row(row: Prognosis) -> PrognosisRow:
    """A survival score with everything it must be shown with; the range of an incomplete one, never a total."""
    instrument = score_named(row.score)
    lowest: int | None = row.total
    highest: int | None = row.total
    missing: tuple[str, ...] = ()
    if instrument.calculate is not None and row.total is None:
        names = {item.code for item in instrument.items}
        try:
            result = instrument.calculate(**{name: value for name, value in row.inputs.items() if name in names})
        except ScoreInputError:
            lowest = highest = None
        else:
            lowest, highest, missing = result.lowest, result.highest, result.missing
    meaning = next((band.meaning for band in instrument.bands if band.code == row.band), "")
    return PrognosisRow(row, instrument, lowest, highest, missing, meaning)
