"""Systemic therapy by lines, and local treatments of the spine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from scheduling.engine.vocabulary import Hardware, ProcedureKind, TherapyClass
from scheduling.engine.words import day_text
from tracker.errors import NotPossible
from tracker.models import Patient, Procedure, Study, TherapyLine
from tracker.services.acts import life
from tracker.services.acts.checking import (
    Problems,
    check_fields,
    check_levels,
    check_order,
    check_range,
    check_text,
    decimal_of,
    list_of,
    texts_of,
)
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import (
    Recorded,
    add,
    change,
    check_may_record,
    own_fact,
    own_fact_locked,
    stored_before,
    with_plan,
)
from tracker.services.acts.twins import twin_of
from tracker.services.acts.values import is_day, was_given

#: A course above this many Gray is a unit error (cGy) or a sum over several courses.
HIGHEST_DOSE_GY = 100
INSTRUMENTED = frozenset({ProcedureKind.SEPARATION_SURGERY, ProcedureKind.DECOMPRESSION, ProcedureKind.STABILIZATION})
IRRADIATED = frozenset({ProcedureKind.SBRT, ProcedureKind.CEBRT})


@transaction.atomic
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
    occasion: Occasion,
) -> Recorded:
    """A line of systemic treatment from `occurred_on` on; `replaces` are lines that stop on that day.

    A dose change or a hold is not a line. Class ``none`` says that treatment is stopped and needs every other line to
    have its end. Raises InvalidFact with all problems, Refused.
    """
    check_may_record(occasion.by, patient)
    problems = Problems()
    named = texts_of(problems, "drugs", drugs, "a list of drugs' names")
    for name in named:
        check_text(problems, "drugs", name, 120, expected="a drug's name")
    check_order(problems, "stopped_on", occurred_on, stopped_on, "its start")
    ended = _replaced(problems, patient, list_of(problems, "replaces", replaces), occurred_on)
    if therapy_class == TherapyClass.NONE and is_day(occurred_on):
        _check_none_runs(problems, patient, occurred_on, {line.pk for line in ended})
    values: dict[str, object] = {
        "therapy_class": therapy_class,
        "occurred_on": occurred_on,
        "precision": precision,
        "drugs": [name.strip() for name in named],
        "stopped_on": stopped_on,
        "reason": reason,
        "stop_reason": stop_reason,
        "bone_agent": bone_agent,
        "steroids": steroids,
        "baseline_study": own_fact(Study, patient, baseline_study_id, "study"),
    }
    known = twin_of(problems, TherapyLine, patient, therapy_class, occurred_on, occasion=occasion)
    if known is not None:
        return stored_before(known)
    begun = add(TherapyLine, patient, values, problems, occasion=occasion)
    for line in ended:
        _stop(line, occurred_on, "day", replaced_because, occasion=occasion)
    return with_plan(begun, occasion=occasion)


def _replaced(problems: Problems, patient: Patient, lines: Sequence[int], on: date) -> list[TherapyLine]:
    """The lines that stop where the new one begins; each was running until then."""
    ended = [own_fact_locked(TherapyLine, patient, line, "line of therapy") for line in lines]
    for line in ended:
        check_order(problems, "occurred_on", line.occurred_on, on, "the start of the line it replaces")
        if line.stopped_on is not None:
            stopped = day_text(line.stopped_on)
            problems.add("replaces", f"That line stopped on {stopped}; expected a running one.")
    return ended


@transaction.atomic
def stop_therapy(
    patient: Patient,
    line_id: int,
    *,
    stopped_on: date,
    stop_reason: str = "unknown",
    precision: str = "day",
    occasion: Occasion,
) -> Recorded:
    """A line of therapy ends on `stopped_on`. Raises NotPossible where it has ended, InvalidFact, Refused."""
    check_may_record(occasion.by, patient)
    line = own_fact_locked(TherapyLine, patient, line_id, "line of therapy")
    if line.stopped_on is not None:
        raise NotPossible(f"This line stopped on {day_text(line.stopped_on)} already.")
    _stop(line, stopped_on, precision, stop_reason, occasion=occasion)
    return with_plan(line, occasion=occasion)


@transaction.atomic
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
    occasion: Occasion,
) -> Recorded:
    """A local treatment at `levels` (``T8``, ``T5-T7``); the day of a course of radiotherapy is its last.

    Without levels it is recorded and covers no lesion; a task then asks for them. Where one of this kind and day
    stands, it is asked whether it is the same one. Raises InvalidFact, NeedsAnswer, Refused.
    """
    check_may_record(occasion.by, patient)
    problems = Problems()
    spans = texts_of(problems, "levels", levels, "a list of levels")
    check_levels(problems, "levels", spans)
    check_range(problems, "dose_gy", dose_gy, 0, HIGHEST_DOSE_GY, "Gy (not cGy)")
    if type(fractions) is int and not 1 <= fractions <= 60:
        problems.add("fractions", f"{was_given(fractions)}; expected a whole number from 1 to 60.")
    if hardware and kind not in list(INSTRUMENTED):
        problems.add("hardware", f"{kind} leaves no implant; expected none, or a surgical procedure.")
    if (dose_gy is not None or fractions is not None) and kind not in list(IRRADIATED):
        problems.add("dose_gy", f"{kind} has no dose; expected none, or a radiotherapy course.")
    values: dict[str, object] = {
        "kind": kind,
        "occurred_on": occurred_on,
        "precision": precision,
        "levels": spans,
        "hardware": hardware,
        "dose_gy": decimal_of(dose_gy, 2),
        "fractions": fractions,
        "note": note,
    }
    known = twin_of(problems, Procedure, patient, kind, occurred_on, occasion=occasion)
    if known is not None:
        return stored_before(known)
    fact = add(Procedure, patient, values, problems, occasion=occasion)
    return with_plan(fact, occasion=occasion)


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
            f"A line of {line.therapy_class} since {day_text(line.occurred_on)} has no end; expected its end first.",
        )


def _stop(line: TherapyLine, on: date, precision: str, reason: str, *, occasion: Occasion) -> None:
    problems = Problems()
    if is_day(on) and on < line.occurred_on:
        problems.ask(life.stopped_before_start(on, line.occurred_on), occasion)
    values = {"stopped_on": on, "stopped_precision": precision, "stop_reason": reason}
    check_fields(problems, TherapyLine, values, line.patient, occasion)
    problems.raise_any()
    change(line, values, "therapyline.stopped", occasion=occasion)
