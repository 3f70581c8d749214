"""Invented records for tests of the schedule: facts written straight into their tables, and a policy in force."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tracker.models import (
    AuditEvent,
    Fact,
    FollowUp,
    FollowUpEvent,
    Lesion,
    LesionAssessment,
    Patient,
    PatientPlan,
    PrimaryCancer,
    Response,
    Study,
    Task,
    User,
    Visit,
)
from tracker.services.acts.occasion import Occasion
from tracker.services.people import system_user
from tracker.services.schedule.changes import ScheduleChange
from tracker.services.schedule.looking import look_again
from tracker.services.schedule.planning import replan

TODAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 9, 47, tzinfo=UTC)

#: A score of 0 points at a semirigid level but for its location: stable.
STABLE = {
    "pain": "pain_free",
    "bone_lesion": "blastic",
    "alignment": "normal",
    "collapse": "none",
    "posterolateral": "none",
}


def ago(days: int) -> date:
    """The day `days` days before today."""
    return TODAY - timedelta(days)


def add(model: type[Fact], patient: Patient, on: date, /, **values: Any) -> Any:
    """One fact as a service would leave it, but for the plan, which the next night makes."""
    look_again([patient.pk])
    values.setdefault("recorded_at", AT)
    values.setdefault("recorded_by", system_user())
    return model._default_manager.create(patient=patient, occurred_on=on, **values)


def low_risk(patient: Patient, *, visits: tuple[int, ...] = (60,), found: int = 200) -> Lesion:
    """Hormone-sensitive prostate cancer, one stable lesion at T8, ESCC 0, stable disease, a body CT: row A1."""
    add(PrimaryCancer, patient, ago(found), site="prostate", subtype="hormone_sensitive")
    lesion: Lesion = add(Lesion, patient, ago(found), level="T8")
    add(LesionAssessment, patient, ago(found), lesion=lesion, escc="0", sins_scored=True, **STABLE)
    add(Study, patient, ago(30), kind="ct_systemic", coverage="whole_body")
    add(Response, patient, ago(30), spine="stable")
    for days in visits:
        add(Visit, patient, ago(days))
    return lesion


def plan_now(patient: Patient, by: User | None = None, today: date = TODAY) -> list[ScheduleChange]:
    """Re-plan one patient on `today`."""
    return replan(patient, occasion=Occasion(by or system_user(), today, AT))


def row_counts() -> dict[str, int]:
    """How many rows of a schedule there are, per table."""
    tables = (FollowUp, FollowUpEvent, PatientPlan, Task, AuditEvent)
    return {table.__name__: table._default_manager.count() for table in tables}
