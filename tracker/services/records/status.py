"""In or out of the programme, a clinician's own windows, and the approval of a step-down."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from scheduling.engine.vocabulary import PatientStatus, Stream
from scheduling.engine.vocabulary import Task as PlanTask
from scheduling.engine.words import day_text
from tracker import access, audit
from tracker.errors import NotPossible, Refused
from tracker.models import FollowUp, Override, Patient, StatusEvent, StepDownApproval, Task
from tracker.services.acts import life
from tracker.services.acts.checking import FIRST_DAY, Problems, check_order, check_value, column
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_record import (
    Recorded,
    add,
    change,
    check_may_record,
    lock_visible_patient,
    own_fact_locked,
    with_plan,
)
from tracker.services.acts.values import is_day, is_text, was_given

#: What a refusal stops.
BOTH = "both"
#: A clinician's own window expires: it is never asked for longer than this.
LONGEST_OVERRIDE = timedelta(weeks=78)

#: What each status needs besides its day: (field, what is expected).
_NEEDS: dict[str, tuple[tuple[str, str], ...]] = {
    PatientStatus.ACTIVE: (("reason", "why surveillance goes on"),),
    PatientStatus.HOSPICE: (("clinician", "the clinician who confirmed it"),),
    PatientStatus.DECLINED: (("reason", "what the patient said"),),
    PatientStatus.TRANSFERRED: (("reason", "to whom the patient was transferred"),),
    PatientStatus.DISCHARGED: (
        ("reason", "why the patient was discharged"),
        ("clinician", "the clinician who discharged"),
    ),
    PatientStatus.DECEASED: (),
}


@transaction.atomic
def record_status(
    patient: Patient,
    *,
    status: PatientStatus | str,
    occurred_on: date,
    reason: str = "",
    clinician: str = "",
    scope: str = "",
    transfer_accepted: bool = False,
    death_cause: str = "unknown",
    death_source: str = "",
    occasion: Occasion,
) -> Recorded:
    """The patient's status from `occurred_on` on, by a person, with its reason.

    A death ends all planning and messages at once. Only a clinician discharges. A patient who has died gets no other
    status: a wrong death is marked as entered in error. A refusal (`scope`) stops both streams. A status before the
    registration, or a death before something that happened to the living, is asked about. Raises InvalidFact with all
    problems, NeedsAnswer, Refused, NotPossible.
    """
    check_may_record(occasion.by, patient)
    if status == PatientStatus.DISCHARGED:
        access.check_is_clinician(occasion.by, "discharge a patient from surveillance")
        clinician = clinician or str(occasion.by)
    if patient.deceased_on is not None:
        raise NotPossible(
            f"The patient's death on {day_text(patient.deceased_on)} is recorded; if that is wrong, mark it as "
            "entered in error."
        )
    problems = Problems()
    given = {"reason": reason, "clinician": clinician}
    for field, expected in _NEEDS.get(str(status), ()):
        if is_text(given[field]) and not given[field].strip():
            problems.add(field, f"Nothing was given; expected {expected}.")
    if transfer_accepted and status != PatientStatus.TRANSFERRED:
        problems.add("transfer_accepted", "An acceptance was given; expected it with a transfer only.")
    _check_scope(problems, status, scope)
    _check_death(problems, death_cause, death_source)
    values: dict[str, object] = {
        "status": status,
        "occurred_on": occurred_on,
        "reason": reason,
        "clinician": clinician,
        "scope": BOTH if status == PatientStatus.DECLINED and scope == "" else scope,
        "transfer_accepted": transfer_accepted,
    }
    doubt = life.of_status(patient, str(status), occurred_on) if is_day(occurred_on) else None
    if doubt is not None:
        problems.ask(doubt, occasion)
    event = add(StatusEvent, patient, values, problems, occasion=occasion)
    if status == PatientStatus.DECEASED:
        _set_death(patient, occurred_on, death_cause, death_source, occasion=occasion)
    return with_plan(event, occasion=occasion)


def take_back_death(patient: Patient, *, occasion: Occasion) -> None:
    """The recorded death was an error: the day of death goes with it."""
    _set_death(patient, None, "unknown", "", occasion=occasion)


@transaction.atomic
def record_override(
    patient: Patient,
    *,
    stream: Stream | str,
    earliest_on: date,
    due_on: date,
    latest_on: date,
    until_on: date,
    reason: str,
    occurred_on: date | None = None,
    occasion: Occasion,
) -> Recorded:
    """A clinician's own window for one stream, asked from `occurred_on` (today) to `until_on`, with its reason.

    It may shorten freely. Where it lies beyond the latest day of the present window, the policy's own dates go on to
    stand beside it until a second clinician approves (`Recorded.asks` holds ``second_approval``).
    """
    access.check_is_clinician(occasion.by, "set a window of their own")
    lock_visible_patient(occasion.by, patient)
    starts = occurred_on or occasion.today
    problems = Problems()
    check_order(problems, "due_on", earliest_on, due_on, "the earliest day")
    check_order(problems, "latest_on", due_on, latest_on, "the due day")
    check_order(problems, "until_on", starts, until_on, "its own beginning")
    _check_reach(problems, starts, latest_on, until_on, occasion.today)
    values: dict[str, object] = {
        "stream": stream,
        "occurred_on": starts,
        "earliest_on": earliest_on,
        "due_on": due_on,
        "latest_on": latest_on,
        "until_on": until_on,
        "reason": reason,
    }
    override = add(Override, patient, values, problems, occasion=occasion)
    present = FollowUp.objects.filter(patient=patient, stream=stream, closed_at__isnull=True).first()
    longer = present is not None and latest_on > present.closes_on
    return with_plan(override, occasion=occasion, cause="override", asks=("second_approval",) if longer else ())


def _check_reach(problems: Problems, starts: object, latest_on: object, until_on: object, today: date) -> None:
    """A window of one's own ends within the longest time that it is asked for, and has not passed."""
    if is_day(starts) and starts >= FIRST_DAY:
        farthest = min(starts, today) + LONGEST_OVERRIDE
        for name, day in (("until_on", until_on), ("latest_on", latest_on)):
            if is_day(day) and day > farthest:
                problems.add(name, f"{day_text(day)} is too far; expected {day_text(farthest)} or earlier.")
    if is_day(latest_on) and latest_on < today:
        problems.add("latest_on", f"{day_text(latest_on)} has passed; expected {day_text(today)} or later.")


@transaction.atomic
def second_approve(patient: Patient, override_id: int, *, occasion: Occasion) -> Recorded:
    """A second clinician approves a window: it then replaces the base rows of its stream.

    Raises Refused, NotPossible.
    """
    access.check_is_clinician(occasion.by, "approve a window as the second")
    lock_visible_patient(occasion.by, patient)
    override = own_fact_locked(Override, patient, override_id, "window of a clinician")
    if override.second_approved_by_id is not None:
        raise NotPossible(f"{override.second_approved_by} has approved it already.")
    if override.recorded_by_id == occasion.by.pk:
        raise Refused("You set this window yourself; another clinician approves it.")
    if override.until_on < occasion.today:
        raise NotPossible(f"This window ended on {day_text(override.until_on)}.")
    change(
        override,
        {"second_approved_by": occasion.by, "second_approved_at": occasion.at},
        "override.second_approved",
        occasion=occasion,
    )
    return with_plan(override, occasion=occasion, cause="override")


@transaction.atomic
def approve_step_down(patient: Patient, *, reason: str = "", occasion: Occasion) -> Recorded:
    """A clinician approves the longer intervals for a patient for whom the plan proposes them.

    It ends on the day a plan lists a row marked as ending it, and does not come back by itself; an end that
    followed from an error never was.
    """
    access.check_is_clinician(occasion.by, "approve a step-down")
    lock_visible_patient(occasion.by, patient)
    proposed = Task.objects.filter(patient=patient, kind=PlanTask.STEP_DOWN_PROPOSED, ended_at__isnull=True)
    if not proposed.exists():
        raise NotPossible("The plan does not propose a step-down for this patient now.")
    values = {"occurred_on": occasion.today, "clinician": str(occasion.by)[:120], "reason": reason}
    approval = add(StepDownApproval, patient, values, Problems(), occasion=occasion)
    return with_plan(approval, occasion=occasion)


def _check_scope(problems: Problems, status: str, scope: object) -> None:
    """A refusal stops imaging and visits, since a policy cannot yet stop one; another is not recorded."""
    if scope == "" or (status == PatientStatus.DECLINED and scope == BOTH):
        return
    if status != PatientStatus.DECLINED:
        problems.add("scope", "What was declined was given; expected it with a refusal only.")
    else:
        problems.add(
            "scope",
            f"{was_given(scope)}; expected both, since a refusal stops both here. Where one stream alone is declined, "
            "cancel its follow-up as refused: the other goes on.",
        )


def _check_death(problems: Problems, cause: str, origin: str) -> None:
    for name, value in (("death_cause", cause), ("death_source", origin)):
        check_value(problems, name, column(Patient, name), value)


def _set_death(patient: Patient, on: date | None, cause: str, origin: str, *, occasion: Occasion) -> None:
    before = (patient.deceased_on, patient.death_cause, patient.death_source)
    patient.deceased_on, patient.death_cause, patient.death_source = on, cause, origin
    patient.save(update_fields=["deceased_on", "death_cause", "death_source"])
    audit.record(
        by=occasion.by,
        verb="patient.died" if on else "patient.death_taken_back",
        target=patient,
        at=occasion.at,
        patient=patient,
        changes={
            "deceased_on": (before[0], on),
            "death_cause": (before[1], cause),
            "death_source": (before[2], origin),
        },
    )
