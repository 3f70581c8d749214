"""Systemic therapy by lines, and local treatments of the spine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from scheduling.engine.vocabulary import Hardware, ProcedureKind, TherapyClass
from tracker.errors import NotPossible
from tracker.models import Patient, Procedure, Study, TherapyLine, User
from tracker.services.acts.checking import (
    Problems,
    check_fields,
    check_levels,
    check_order,
    check_range,
    decimal_of,
    said,
)
from tracker.services.acts.on_record import (
    Recorded,
    add,
    change,
    check_may_record,
    in_one,
    one_of,
    the,
    with_plan,
)

#: A course above this many Gray is a unit error (cGy) or a sum over several courses.
HIGHEST_DOSE_GY = 100
INSTRUMENTED = frozenset(
    {ProcedureKind.SEPARATION_SURGERY, ProcedureKind.DECOMPRESSION, ProcedureKind.STABILIZATION}
)
IRRADIATED = frozenset({ProcedureKind.SBRT, ProcedureKind.CEBRT})


@in_one
def record_therapy(
    patient: Patient,
    *,
    therapy_class: TherapyClass | str,
    occurred_on: date,
    drugs: Sequence[str] = (),
    precision: str = "day",
    stopped_on: date | None = None,
    reason: str = "unknown",
    stop_reason: str = "unknown",
    bone_agent: str = "",
    steroids: str = "unknown",
    baseline_study_id: int | None = None,
    replaces: Sequence[int] = (),
    replaced_because: str = "unknown",
    source: str = "typed",
    source_key: str = "",
    by: User,
    today: date,
    at: datetime,
) -> Recorded:
    """A line of systemic treatment from `occurred_on` on; `replaces` are lines that stop on that day.

    A dose change or a hold is not a line. Class ``none`` says that treatment is stopped and needs every other line to
    have its end. Raises InvalidFact with all problems, Refused.
    """
    check_may_record(by, patient)
    problems = Problems()
    for name in drugs:
        if not isinstance(name, str) or not name.strip() or len(name) > 120:
            problems.add("drugs", f"“{name}” was given; expected a drug's name of at most 120 characters.")
    check_order(problems, "stopped_on", occurred_on, stopped_on, "its start")
    ended = [the(TherapyLine, patient, line, "line of therapy") for line in replaces]
    for line in ended:
        check_order(
            problems, "occurred_on", line.occurred_on, occurred_on, "the start of the line it replaces"
        )
        if line.stopped_on is not None:
            problems.add("replaces", f"That line stopped on {said(line.stopped_on)}; expected a running one.")
    if therapy_class == TherapyClass.NONE and isinstance(occurred_on, date):
        _check_none_runs(problems, patient, occurred_on, {line.pk for line in ended})
    values: dict[str, Any] = {
        "therapy_class": therapy_class,
        "occurred_on": occurred_on,
        "precision": precision,
        "drugs": [name.strip() for name in drugs if isinstance(name, str)],
        "stopped_on": stopped_on,
        "reason": reason,
        "stop_reason": stop_reason,
        "bone_agent": bone_agent,
        "steroids": steroids,
        "baseline_study": one_of(Study, patient, baseline_study_id, "study"),
    }
    begun = add(
        TherapyLine,
        patient,
        values,
        problems,
        by=by,
        today=today,
        at=at,
        source=source,
        source_key=source_key,
    )
    for line in ended:
        _stop(line, occurred_on, "day", replaced_because, by=by, today=today, at=at)
    return with_plan(begun, by=by, today=today, at=at)


@in_one
def stop_therapy(
    patient: Patient,
    line_id: int,
    *,
    stopped_on: date,
    stop_reason: str = "unknown",
    precision: str = "day",
    by: User,
    today: date,
    at: datetime,
) -> Recorded:
    """A line of therapy ends on `stopped_on`. Raises NotPossible where it has ended, InvalidFact, Refused."""
    check_may_record(by, patient)
    line = the(TherapyLine, patient, line_id, "line of therapy")
    if line.stopped_on is not None:
        raise NotPossible(f"This line stopped on {said(line.stopped_on)} already.")
    _stop(line, stopped_on, precision, stop_reason, by=by, today=today, at=at)
    return with_plan(line, by=by, today=today, at=at)


@in_one
def record_procedure(
    patient: Patient,
    *,
    kind: ProcedureKind | str,
    occurred_on: date,
    levels: Sequence[str] = (),
    precision: str = "day",
    hardware: Hardware | str = "",
    dose_gy: Decimal | float | None = None,
    fractions: int | None = None,
    note: str = "",
    source: str = "typed",
    source_key: str = "",
    by: User,
    today: date,
    at: datetime,
) -> Recorded:
    """A local treatment at `levels` (``T8``, ``T5-T7``); the day of a course of radiotherapy is its last.

    Without levels it is recorded and covers no lesion; a task then asks for them. Raises InvalidFact, Refused.
    """
    check_may_record(by, patient)
    problems = Problems()
    check_levels(problems, "levels", levels)
    check_range(problems, "dose_gy", dose_gy, 0, HIGHEST_DOSE_GY, "Gy (not cGy)")
    if fractions is not None and (type(fractions) is not int or not 1 <= fractions <= 60):
        problems.add("fractions", f"“{fractions}” was given; expected a whole number from 1 to 60.")
    if hardware and kind not in INSTRUMENTED:
        problems.add("hardware", f"{kind} leaves no implant; expected none, or a surgical procedure.")
    if (dose_gy is not None or fractions is not None) and kind not in IRRADIATED:
        problems.add("dose_gy", f"{kind} has no dose; expected none, or a radiotherapy course.")
    values: dict[str, Any] = {
        "kind": kind,
        "occurred_on": occurred_on,
        "precision": precision,
        "levels": list(levels),
        "hardware": hardware,
        "dose_gy": decimal_of(dose_gy, 2),
        "fractions": fractions,
        "note": note,
    }
    fact = add(
        Procedure,
        patient,
        values,
        problems,
        by=by,
        today=today,
        at=at,
        source=source,
        source_key=source_key,
    )
    return with_plan(fact, by=by, today=today, at=at)


def _check_none_runs(problems: Problems, patient: Patient, on: date, ended: set[int]) -> None:
    running = (
        TherapyLine.objects.filter(
            patient=patient, entered_in_error_at__isnull=True, stopped_on__isnull=True, occurred_on__lte=on
        )
        .exclude(pk__in=ended)
        .exclude(therapy_class=TherapyClass.NONE)
    )
    for line in running:
        problems.add(
            "therapy_class",
            f"A line of {line.therapy_class} since {said(line.occurred_on)} has no end; expected its end first.",
        )


def _stop(
    line: TherapyLine, on: date, precision: str, reason: str, *, by: User, today: date, at: datetime
) -> None:
    problems = Problems()
    check_order(problems, "stopped_on", line.occurred_on, on, "its start")
    values = {"stopped_on": on, "stopped_precision": precision, "stop_reason": reason}
    check_fields(problems, TherapyLine, values, line.patient, today)
    problems.raise_any()
    change(line, values, "therapyline.stopped", by=by, at=at)
