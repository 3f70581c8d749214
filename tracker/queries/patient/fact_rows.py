"""From stored facts to the rows of a patient's page: what stands, newest first, each with where it comes from."""

from __future__ import annotations

from datetime import date
from typing import Any

from scheduling.engine.scores.base import ScoreInputError
from scheduling.engine.scores.registry import score_named
from scheduling.engine.vocabulary import StudyKind, TherapyClass
from tracker.models import (
    Fact,
    Function,
    Marker,
    Override,
    PrimaryCancer,
    Procedure,
    Prognosis,
    Progression,
    Response,
    StatusEvent,
    StepDownApproval,
    Study,
    Symptom,
    TherapyLine,
    Visit,
)
from tracker.queries.patient.rows import (
    ApprovalRow,
    Attribution,
    FunctionLine,
    MarkerLine,
    OverrideRow,
    PrimaryLine,
    ProcedureRow,
    PrognosisLine,
    ProgressionRow,
    ResponseRow,
    StatusLine,
    StudyRow,
    SymptomRow,
    TherapyRow,
    VisitRow,
)
from tracker.queries.patient.stored_facts import StoredFacts

#: The word by which a fact is marked as entered in error (`services.records.KINDS`), by model.
KIND_OF: dict[str, str] = {
    "primarycancer": "primary",
    "imagingsafety": "imaging_safety",
    "therapyline": "therapy",
    "lesionassessment": "assessment",
    "statusevent": "status",
    "stepdownapproval": "approval",
}
#: Studies on which ESCC can be graded (CT of the spine too where MRI is unsafe, which a study alone does not say).
CANAL = frozenset({StudyKind.MRI, StudyKind.CT_MYELOGRAM})


def attribution(row: Fact) -> Attribution:
    """Where a fact comes from."""
    name = row._meta.model_name or ""
    return Attribution(
        kind=KIND_OF.get(name, name),
        id=row.pk,
        on=row.occurred_on,
        precision=row.precision,
        recorded_at=row.recorded_at,
        by=str(row.recorded_by),
        source=row.source,
    )


def primary_line(row: PrimaryCancer) -> PrimaryLine:
    return PrimaryLine(row.site, row.subtype, row.marker_class, row.text, attribution(row))


def marker_line(row: Marker) -> MarkerLine:
    return MarkerLine(row.name, row.result, row.value, attribution(row))


def function_line(row: Function) -> FunctionLine:
    return FunctionLine(row.scale, row.value, attribution(row))


def status_line(row: StatusEvent) -> StatusLine:
    return StatusLine(
        row.status, row.reason, row.clinician, row.scope, row.transfer_accepted, attribution(row)
    )


def progression_row(row: Progression) -> ProgressionRow:
    return ProgressionRow(
        row.found_by, row.kind, row.level, row.symptoms, row.walking, row.emergency, attribution(row)
    )


def symptom_row(row: Symptom) -> SymptomRow:
    return SymptomRow(
        id=row.pk,
        kind=row.kind,
        detail=row.detail,
        told_to=row.told_to,
        told_on=row.told_on,
        route=row.route,
        red_flag=row.red_flag,
        confirmed=row.confirmed,
        closed_on=row.closed_on,
        closed_by=str(row.closed_by) if row.closed_by else "",
        closed_reason=row.closed_reason,
        cause=row.cause,
        fact=attribution(row),
    )


def override_row(row: Override, today: date) -> OverrideRow:
    return OverrideRow(
        id=row.pk,
        stream=row.stream,
        earliest_on=row.earliest_on,
        due_on=row.due_on,
        latest_on=row.latest_on,
        from_on=row.occurred_on,
        until_on=row.until_on,
        reason=row.reason,
        second_by=str(row.second_approved_by) if row.second_approved_by else "",
        active=row.occurred_on <= today <= row.until_on,
        fact=attribution(row),
    )


def approval_row(row: StepDownApproval) -> ApprovalRow:
    return ApprovalRow(row.clinician, row.reason, row.ended_on, row.ended_row, attribution(row))


def therapies(stored: StoredFacts, today: date) -> tuple[TherapyRow, ...]:
    """Lines of therapy, newest first, numbered from the first."""
    rows = stored.standing(TherapyLine)
    return tuple(
        TherapyRow(
            id=row.pk,
            number=len(rows) - place,
            therapy_class=row.therapy_class,
            drugs=tuple(row.drugs),
            started_on=row.occurred_on,
            stopped_on=row.stopped_on,
            reason=row.reason,
            stop_reason=row.stop_reason,
            bone_agent=row.bone_agent,
            steroids=row.steroids,
            running=row.therapy_class != TherapyClass.NONE
            and (row.stopped_on is None or row.stopped_on > today),
            fact=attribution(row),
        )
        for place, row in enumerate(rows)
    )


def procedures(stored: StoredFacts) -> tuple[ProcedureRow, ...]:
    """Local treatments, newest first."""
    return tuple(
        ProcedureRow(
            kind=row.kind,
            levels=tuple(row.levels),
            hardware=row.hardware,
            dose_gy="" if row.dose_gy is None else f"{row.dose_gy.normalize():f}",
            fractions=row.fractions,
            note=row.note,
            fact=attribution(row),
        )
        for row in stored.standing(Procedure)
    )


def studies(stored: StoredFacts) -> tuple[StudyRow, ...]:
    """Examinations, newest first."""
    return tuple(
        StudyRow(
            id=row.pk,
            kind=row.kind,
            coverage=row.coverage,
            on=row.occurred_on,
            indication=row.indication,
            reported_on=row.reported_on,
            seen_on=row.seen_on,
            spine_read=row.spine_read,
            quality=row.quality,
            first_call=row.first_call,
            timing_reason=row.timing_reason,
            report=row.report,
            shows_canal=row.kind in CANAL,
            follow_up_uid=str(row.follow_up.uid) if row.follow_up else "",
            fact=attribution(row),
        )
        for row in stored.standing(Study)
    )


def visits(stored: StoredFacts) -> tuple[VisitRow, ...]:
    """Contacts with a clinician, newest first."""
    return tuple(
        VisitRow(
            row.kind,
            row.planned,
            row.reason,
            row.seen_by,
            row.symptoms_asked,
            row.examined,
            attribution(row),
        )
        for row in stored.standing(Visit)
    )


def responses(stored: StoredFacts) -> tuple[ResponseRow, ...]:
    """Verdicts, newest first; one that was set aside stays in sight."""
    return tuple(
        ResponseRow(
            spine=row.spine,
            visceral=row.visceral,
            pain=row.pain,
            criteria=row.criteria,
            evidence=row.evidence,
            assessor=row.assessor,
            study_on=row.study.occurred_on if row.study else None,
            counts=row.counts,
            fact=attribution(row),
        )
        for row in stored.standing(Response)
    )


def prognosis_line(row: Prognosis) -> PrognosisLine:
    """A survival score with everything it must be shown with; the range of an incomplete one, never a total."""
    instrument = score_named(row.score)
    lowest: int | None = row.total
    highest: int | None = row.total
    missing: tuple[str, ...] = ()
    if instrument.calculate is not None and row.total is None:
        names = {item.code for item in instrument.items}
        given: dict[str, Any] = {name: value for name, value in row.inputs.items() if name in names}
        try:
            result = instrument.calculate(**given)
        except ScoreInputError:
            lowest = highest = None
        else:
            lowest, highest, missing = result.lowest, result.highest, result.missing
    band = next((band for band in instrument.bands if band.code == row.band), None)
    return PrognosisLine(
        score=row.score,
        name=instrument.name,
        total=row.total,
        lowest=lowest,
        highest=highest,
        scale=f"of {instrument.lowest} to {instrument.highest}",
        direction=instrument.direction.arrow,
        band=row.band,
        meaning=band.meaning if band else "",
        missing=missing,
        source=instrument.source,
        year=instrument.year,
        provenance=instrument.provenance,
        fact=attribution(row),
    )
