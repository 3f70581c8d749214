"""How tests record: on the tests' day, by Alice unless somebody else is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.tracker.people import days, occasion
from tracker.errors import Doubt, InvalidFact, NeedsAnswer
from tracker.models import (
    AuditEvent,
    FollowUp,
    FollowUpEvent,
    Lesion,
    LesionAssessment,
    Patient,
    PatientPlan,
    Progression,
    Response,
    Study,
    Task,
    TherapyLine,
    User,
)
from tracker.services import records
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.on_follow_up import Acted
from tracker.services.records import Recorded

#: Ten points without the location.
SINS_10 = {
    "pain": "mechanical",
    "bone_lesion": "lytic",
    "alignment": "deformity",
    "collapse": "over_50",
    "posterolateral": "none",
}


def do(act: Callable[..., Recorded], patient: Patient, *args: Any, by: User | None = None, **fields: Any) -> Recorded:
    """Record something."""
    return act(patient, *args, occasion=_occasion(by, fields), **fields)


def act(verb: Callable[..., Acted], row: FollowUp, by: User | None = None, **fields: Any) -> Acted:
    """Do something with a follow-up."""
    return verb(row, occasion=_occasion(by, fields), **fields)


def _occasion(by: User | None, fields: dict[str, Any]) -> Occasion:
    """The occasion, with the day, moment and source that are taken out of `fields`."""
    named = ("today", "at", "source", "source_key", "answers")
    return occasion(by, **{name: fields.pop(name) for name in named if name in fields})


def problems(verb: Callable[..., Recorded], patient: Patient, *args: Any, **fields: Any) -> dict[str, list[str]]:
    """What is said about a fact that is refused; and nothing of it is left behind."""
    before = rows()
    with pytest.raises(InvalidFact) as refused:
        do(verb, patient, *args, **fields)
    assert rows() == before
    return refused.value.problems


def asked(verb: Callable[..., Recorded], patient: Patient, *args: Any, **fields: Any) -> tuple[Doubt, ...]:
    """What is asked about a fact before it is stored; and nothing of it is left behind."""
    before = rows()
    with pytest.raises(NeedsAnswer) as question:
        do(verb, patient, *args, **fields)
    assert rows() == before
    return question.value.doubts


def first_answers(doubts: tuple[Doubt, ...]) -> tuple[tuple[str, str], ...]:
    """The first choice of each doubt."""
    return tuple((doubt.code, doubt.choices[0][0]) for doubt in doubts)


def act_problems(verb: Callable[..., Acted], row: FollowUp, **fields: Any) -> dict[str, list[str]]:
    """What is said about an act that is refused; and nothing of it is left behind."""
    before = (FollowUp.objects.values().get(pk=row.pk), rows())
    with pytest.raises(InvalidFact) as refused:
        act(verb, row, **fields)
    assert (FollowUp.objects.values().get(pk=row.pk), rows()) == before
    return refused.value.problems


#: What a refused fact could leave behind.
TABLES = (
    AuditEvent,
    FollowUp,
    FollowUpEvent,
    Lesion,
    LesionAssessment,
    Study,
    Response,
    Progression,
    TherapyLine,
    Task,
)
COUNTS = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table._meta.db_table})" for table in TABLES)


def rows() -> tuple[int, ...]:
    """How many rows there are of what a refused fact could leave behind."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return tuple(cursor.fetchone())


def current(patient: Patient, stream: str = "imaging") -> FollowUp:
    """The current follow-up of a stream."""
    return FollowUp.objects.get(patient=patient, stream=stream, closed_at__isnull=True)


def listed(patient: Patient) -> list[str]:
    """The rows of the newest plan."""
    return list(PatientPlan.objects.get(patient=patient).rows)


def routine(patient: Patient, *, ago: int = 140) -> Patient:
    """Kidney cancer, an MRI `ago` (20 weeks: overdue) and a visit 60 days ago: row B1, the visit to come."""
    do(records.record_primary, patient, site="rcc", occurred_on=days(-600))
    do(records.record_visit, patient, occurred_on=days(-60))
    do(records.record_study, patient, kind="mri", coverage="whole_spine", occurred_on=days(-ago))
    return patient
