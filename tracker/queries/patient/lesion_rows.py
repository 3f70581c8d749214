"""The lesions of a patient's page: what stands today, what stood before, and every look behind it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from scheduling.engine.record.facts import Facts
from scheduling.engine.record.facts import Lesion as LesionToday
from scheduling.engine.scores.sins import score
from scheduling.engine.vocabulary import LEVEL_RANK, span_levels
from scheduling.engine.words import day_text
from tracker import words
from tracker.facts import score_of
from tracker.models import Lesion, LesionAssessment, Patient, Procedure
from tracker.queries.patient.rows import LesionLine
from tracker.queries.patient.stored_facts import StoredFacts


def lesions(stored: StoredFacts, facts: Facts, today: date) -> tuple[LesionLine, ...]:
    """Every lesion, from head to tail, lesions without a level last."""
    looks: dict[int, list[LesionAssessment]] = defaultdict(list)
    for look in stored.standing(LesionAssessment):
        looks[look.lesion_id].append(look)
    rows = sorted(stored.standing(Lesion), key=lambda row: row.pk)
    # The engine sees the lesions found by today in the order of their rows (`tracker.facts`).
    known = iter(facts.lesions)
    lines = []
    for row in rows:
        now = next(known, None) if row.occurred_on <= today else None
        lines.append(_line(row, now, looks[row.pk], stored.standing(Procedure)))
    return tuple(sorted(lines, key=lambda line: _from_head_to_tail(line.lesion)))


def _from_head_to_tail(lesion: Lesion) -> tuple[int, date, int]:
    return LEVEL_RANK.get(lesion.level, len(LEVEL_RANK)), lesion.occurred_on, lesion.pk


def _line(
    row: Lesion, now: LesionToday | None, looks: list[LesionAssessment], procedures: list[Procedure]
) -> LesionLine:
    scored = [look for look in looks if look.sins_scored]
    graded = [look for look in looks if look.escc]
    return LesionLine(
        lesion=row,
        escc=(now.escc or "") if now else "",
        graded_on=now.graded_on if now else None,
        escc_before=graded[1].escc if len(graded) > 1 else "",
        sins=score(now.sins) if now is not None and scored else None,
        sins_before=_total(scored[1], row.level) if len(scored) > 1 else None,
        stabilized=now.stabilized if now else False,
        treated=tuple(_treatment(row, procedure) for procedure in procedures if _covers(procedure, row.level)),
        looks=tuple(looks),
    )


def _total(look: LesionAssessment, level: str) -> int | None:
    result = score_of(look, level)
    return result.total if result else None


def _covers(procedure: Procedure, level: str) -> bool:
    return bool(level) and any(level in span_levels(entry) for entry in procedure.levels)


def _treatment(row: Lesion, procedure: Procedure) -> str:
    """A treatment of the lesion's level, in words; one before the lesion was found says so."""
    kind = words.PROCEDURE.get(procedure.kind, procedure.kind)
    dose = "" if procedure.dose_gy is None else f" {procedure.dose_gy.normalize():f} Gy"
    parts = f" in {procedure.fractions}" if procedure.fractions else ""
    before = ", before it was found" if procedure.occurred_on < row.occurred_on else ""
    return f"{kind}{dose}{parts}, {day_text(procedure.occurred_on)}{before}"


def level_of(patient: Patient, lesion_id: int) -> str | None:
    """The level of a standing lesion of this patient, "" where it is not known; None where there is no such lesion."""
    rows = Lesion.objects.filter(pk=lesion_id, patient=patient, entered_in_error_at__isnull=True)
    return rows.values_list("level", flat=True).first()
