"""What a study showed: its report, what became of the first call, and what was done about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db import transaction

from scheduling.engine.record.counting import why_not_counted
from scheduling.engine.words import day_text
from tracker import access
from tracker.errors import NotPossible
from tracker.models import Patient, Study
from tracker.queries.results import ASKING
from tracker.services.acts.checking import Problems, check_fields, check_order, check_text
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import Recorded, change, check_may_record, own_fact, own_fact_locked, with_plan
from tracker.services.schedule.falling import fall


@transaction.atomic
def report_study(
    patient: Patient,
    study_id: int,
    *,
    reported_on: date,
    first_call: str = "unknown",
    spine_read: str = "unknown",
    quality: str = "unknown",
    contrast: str = "unknown",
    report: str = "",
    seen_on: date | None = None,
    patient_told_on: date | None = None,
    occasion: Occasion,
) -> Recorded:
    """The result of a study, once; from then on its indication, snapshot and first call are locked.

    What is not known of it now stays as it was said when the study was recorded.
    Raises NotPossible where it has been reported, InvalidFact with all problems, Refused.
    """
    check_may_record(occasion.by, patient)
    study = own_fact_locked(Study, patient, study_id, "study")
    if study.reported_on is not None:
        raise NotPossible(
            f"This study was reported on {study.reported_on:%d %b %Y}. A different reading is an adjudication; a wrong "
            "report is marked as entered in error with its study and recorded again."
        )
    known = {"spine_read": spine_read, "quality": quality, "contrast": contrast}
    values: dict[str, object] = {
        "reported_on": reported_on,
        "first_call": first_call,
        "first_call_at": occasion.at if first_call != "unknown" else None,
        **{name: value for name, value in known.items() if value != "unknown"},
        "report": report,
        "seen_on": seen_on,
        "seen_by": occasion.by if seen_on else None,
        "patient_told_on": patient_told_on,
    }
    problems, counted = Problems(), not asked_of(study)
    check_report(problems, values | {"occurred_on": study.occurred_on})
    complete_study(study, values, "study.reported", problems, occasion=occasion)
    # It counted until now: what followed from that falls, and the same follow-up stands again.
    fallen = fall(patient.pk, study, occasion=occasion) if counted and asked_of(study) else []
    recorded = with_plan(study, occasion=occasion, asks=asked_of(study))
    return replace(recorded, changes=[*fallen, *recorded.changes])


@transaction.atomic
def set_indication(patient: Patient, study_id: int, *, indication: str, occasion: Occasion) -> Recorded:
    """Why a study was done, as long as nobody has reported it. Raises NotPossible afterwards."""
    check_may_record(occasion.by, patient)
    study = own_fact_locked(Study, patient, study_id, "study")
    if study.reported_on is not None:
        raise NotPossible(f"Why this study was done was locked when it was reported on {study.reported_on:%d %b %Y}.")
    values = {"indication": indication, "indication_recorded_at": occasion.at}
    complete_study(study, values, "study.indication", Problems(), occasion=occasion)
    return Recorded(study, [])


@transaction.atomic
def adjudicate_study(
    patient: Patient,
    study_id: int,
    *,
    call: str,
    on: date,
    visible_earlier: str = "not_reviewed",
    visible_earlier_study_id: int | None = None,
    occasion: Occasion,
) -> Recorded:
    """What a doubtful or positive first call turned out to be; the first call is kept beside it."""
    check_may_record(occasion.by, patient)
    study = own_fact_locked(Study, patient, study_id, "study")
    problems = Problems()
    if study.reported_on is None:
        problems.add("call", "The study has no report yet; expected its report first.")
    check_order(problems, "adjudicated_on", study.occurred_on, on, "the study")
    looked = visible_earlier != "not_reviewed"
    values: dict[str, object] = {
        "adjudicated_call": call,
        "adjudicated_on": on,
        "adjudicated_by": occasion.by,
        "visible_earlier": visible_earlier,
        "visible_earlier_study": own_fact(Study, patient, visible_earlier_study_id, "study"),
        "visible_earlier_by": occasion.by if looked else None,
        "visible_earlier_on": on if looked else None,
    }
    complete_study(study, values, "study.adjudicated", problems, occasion=occasion)
    return Recorded(study, [])


@transaction.atomic
def record_action(
    patient: Patient,
    study_id: int,
    *,
    actionable: str,
    action: str = "",
    decided_on: date | None = None,
    done_on: date | None = None,
    planned_before: str = "unknown",
    occasion: Occasion,
) -> Recorded:
    """Whether a study asked for an act, which, decided and done when, and whether it was planned before the study."""
    check_may_record(occasion.by, patient)
    study = own_fact_locked(Study, patient, study_id, "study")
    problems = Problems()
    check_order(problems, "action_decided_on", study.occurred_on, decided_on, "the study")
    check_order(problems, "action_done_on", decided_on, done_on, "the decision")
    if action not in ("", None) and actionable != "yes":
        problems.add("actionable", "An act was given; expected yes with it.")
    values: dict[str, object] = {
        "actionable": actionable,
        "action": action,
        "action_decided_on": decided_on,
        "action_done_on": done_on,
        "action_planned_before": planned_before,
    }
    complete_study(study, values, "study.action", problems, occasion=occasion)
    return Recorded(study, [])


@transaction.atomic
def state_no_action(patient: Patient, study_id: int, *, reason: str, occasion: Occasion) -> Recorded:
    """A clinician says that a doubtful or positive result asks for no act, and why; the wait for one ends.

    Raises Refused, NotPossible where the result asks for nothing or was answered, InvalidFact.
    """
    access.check_is_clinician(occasion.by, "say that a result asks for no act")
    check_may_record(occasion.by, patient)
    study = own_fact_locked(Study, patient, study_id, "study")
    if study.first_call not in ASKING:
        raise NotPossible("The report of this study says neither progression nor doubtful; no act is waited for.")
    if study.actionable != "unknown":
        raise NotPossible("What was decided on this result is recorded already.")
    problems = Problems()
    check_text(problems, "reason", reason, 200, expected="why nothing is to be done")
    values: dict[str, object] = {"actionable": "no", "action": reason, "action_decided_on": occasion.today}
    complete_study(study, values, "study.no_action", problems, occasion=occasion)
    return with_plan(study, occasion=occasion)


@transaction.atomic
def explain_study(patient: Patient, study_id: int, *, reason: str, occasion: Occasion) -> Recorded:
    """Why a study that shows nothing is not repeated; nobody is asked about it any more, and no date changes.

    Raises Refused, NotPossible where the study counts or was explained, InvalidFact.
    """
    check_may_record(occasion.by, patient)
    study = own_fact_locked(Study, patient, study_id, "study")
    if not why_not_counted(study.kind, study.quality, study.spine_read):
        raise NotPossible("This study counts; there is nothing to explain.")
    if study.explained_on is not None:
        raise NotPossible(f"{study.explained_by} explained it on {day_text(study.explained_on)}.")
    problems = Problems()
    check_text(problems, "reason", reason, 300, expected="why it is not repeated")
    values: dict[str, object] = {
        "explained_on": occasion.today,
        "explained_by": occasion.by,
        "explanation": reason,
    }
    complete_study(study, values, "study.explained", problems, occasion=occasion)
    return with_plan(study, occasion=occasion)


def asked_of(study: Study) -> tuple[str, ...]:
    """What a study leaves to be done, as `Recorded.asks` says it: why it counts for nothing, or nothing."""
    why = why_not_counted(study.kind, study.quality, study.spine_read)
    return (why,) if why else ()


def complete_study(
    study: Study, values: dict[str, object], verb: str, problems: Problems, *, occasion: Occasion
) -> None:
    check_fields(problems, Study, values, study.patient, occasion)
    problems.raise_any()
    change(study, values, verb, occasion=occasion)


def check_report(problems: Problems, values: dict[str, object]) -> None:
    check_order(problems, "reported_on", values["occurred_on"], values["reported_on"], "the study itself")
    has_result = values["first_call"] not in ("unknown", "not_reported") or values["report"]
    if has_result and values["reported_on"] is None:
        problems.add("reported_on", "A result was given without its day; expected the day of the report.")
