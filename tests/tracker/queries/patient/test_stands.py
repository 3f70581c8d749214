"""What a page may promise of a plan: until when no date changes, and nothing where that is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scheduling.models import PolicyVersion
from scheduling.publishing import draft, publish, rulebook
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days
from tests.tracker.schedules import plan_now
from tracker.models import AT_ONCE, Patient, PatientPlan
from tracker.queries.patient.stands import Stands, stands
from tracker.services.people import system_user

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return people.policy_version()


def plan_of(patient: Patient, **columns: date | None) -> PatientPlan:
    plan_now(patient)
    PatientPlan.objects.update(**columns)
    return PatientPlan.objects.get()


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        pytest.param({"stands_until": days(98)}, Stands(days(98)), id="until a day"),
        pytest.param({"stands_until": None}, Stands(None), id="for ever"),
        pytest.param({"stands_until": TODAY}, None, id="its day has come"),
        pytest.param({"stands_until": AT_ONCE}, None, id="an act touched it"),
        pytest.param({"stands_from": days(1)}, None, id="planned for another day"),
    ],
)
def test_what_is_said_of_a_plan(patient: Patient, columns: dict[str, date | None], said: Stands | None) -> None:
    assert stands(plan_of(patient, **columns), TODAY) == said


def test_nothing_is_said_where_nobody_planned() -> None:
    assert stands(None, TODAY) is None


@pytest.mark.parametrize("turns", [days(98), None])
def test_a_version_that_begins_earlier_is_the_day(
    patient: Patient, in_force: PolicyVersion, turns: date | None
) -> None:
    plan = plan_of(patient, stands_until=turns)
    later = draft(replace(rulebook(in_force).policy, version="later"), slug="default", at=NOW)
    publish(later, system_user(), NOW, days(40))
    assert stands(plan, TODAY) == Stands(days(40))
    assert stands(plan, days(41)) == Stands(turns)
