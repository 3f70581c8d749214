"""The lesions of a patient's page: what stands today and since when, and every look behind it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from scheduling.engine.record.facts import Facts
from scheduling.engine.record.facts import Lesion as LesionToday
from scheduling.engine.scores.base import ScoreResult
from scheduling.engine.scores.sins import calculate, location_of, score
from scheduling.engine.vocabulary import LEVELS, SINS_ITEMS, span_levels
from scheduling.engine.words import day_text
from tracker.models import Lesion, LesionAssessment
from tracker.queries.patient.attribution import attribution
from tracker.queries.patient.rows import AssessmentLine, LesionLine, ProcedureRow
from tracker.queries.patient.stored_facts import StoredFacts


def lesions(
    stored: StoredFacts, facts: Facts, procedures: tuple[ProcedureRow, ...], today: date
) -> tuple[LesionLine, ...]:
    """Every lesion, from head to tail, lesions without a level last."""
    looks: dict[int, list[LesionAssessment]] = defaultdict(list)
    for look in stored.standing(LesionAssessment):
        looks[look.lesion_id].append(look)
    rows = sorted(stored.standing(Lesion), key=lambda row: row.pk)
    # The engine sees the lesions found by today in the order of their rows (`tracker.facts`).
    known = iter(facts.lesions)
    lines = []
    for row in rows:
        today_ = next(known, None) if row.occurred_on <= today else None
        lines.append(_line(row, today_, looks[row.pk], procedures))
    order = {level: place for place, level in enumerate(LEVELS)}
    return tuple(sorted(lines, key=lambda line: (order.get(line.level, len(order)), line.found_on, line.id)))


def _line(
    row: Lesion,
    now: LesionToday | None,
    looks: list[LesionAssessment],
    procedures: tuple[ProcedureRow, ...],
) -> LesionLine:
    scored = [look for look in looks if look.sins_scored]
    graded = [look for look in looks if look.escc]
    result = score(now.sins) if now is not None and scored else None
    before = _result(scored[1], row.level).total if len(scored) > 1 else None
    return LesionLine(
        id=row.pk,
        level=row.level,
        found_on=row.occurred_on,
        note=row.note,
        escc=(now.escc or "") if now else "",
        escc_since=now.escc_found_on if now else None,
        graded_on=now.graded_on if now else None,
        escc_before=graded[1].escc if len(graded) > 1 else "",
        sins_total=result.total if result else None,
        sins_lowest=result.lowest if result else 0,
        sins_highest=result.highest if result else 18,
        sins_text=result.text if result else "",
        sins_band=(result.band or "") if result else "",
        sins_since=now.sins_found_on if now else None,
        sins_missing=result.missing if result else tuple(SINS_ITEMS),
        sins_before=before,
        stabilized=now.stabilized if now else False,
        treated=tuple(
            _treatment(row, procedure) for procedure in procedures if _covers(procedure, row.level)
        ),
        local_response=next((look.local_response for look in looks if look.local_response), ""),
        assessments=tuple(_look(look, row.level) for look in looks),
        fact=attribution(row),
    )


def _look(look: LesionAssessment, level: str) -> AssessmentLine:
    result = _result(look, level) if look.sins_scored else None
    items = tuple(
        (name, _location(look, level) if name == "location" else getattr(look, name)) for name in SINS_ITEMS
    )
    return AssessmentLine(
        on=look.occurred_on,
        escc=look.escc,
        sins_total=result.total if result else None,
        sins_lowest=result.lowest if result else 0,
        sins_highest=result.highest if result else 18,
        sins_text=result.text if result else "",
        sins_band=(result.band or "") if result else "",
        sins_missing=result.missing if result else (),
        items=items if look.sins_scored else (),
        location_overridden=look.location_overridden,
        location_reason=look.location_reason,
        local_response=look.local_response,
        fact=attribution(look),
    )


def _location(look: LesionAssessment, level: str) -> str:
    """The location class that counts: a person's own, else the level's."""
    if look.location and (look.location_overridden or not level):
        return look.location
    return location_of(level).value if level else ""


def _result(look: LesionAssessment, level: str) -> ScoreResult:
    values = {name: getattr(look, name) or None for name in SINS_ITEMS}
    return calculate(**values | {"location": _location(look, level) or None})


def _covers(procedure: ProcedureRow, level: str) -> bool:
    return bool(level) and any(level in span_levels(entry) for entry in procedure.levels)


def _treatment(row: Lesion, procedure: ProcedureRow) -> str:
    """A treatment of the lesion's level, in words; one before the lesion was found says so."""
    dose = f" {procedure.dose_gy} Gy" if procedure.dose_gy else ""
    parts = f" in {procedure.fractions}" if procedure.fractions else ""
    before = ", before it was found" if procedure.fact.on < row.occurred_on else ""
    return f"{procedure.kind}{dose}{parts}, {day_text(procedure.fact.on)}{before}"
