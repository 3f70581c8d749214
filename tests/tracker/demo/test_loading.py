"""The demo is worth looking at: every row of the default policy stands for someone, every time status occurs."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate

from scheduling.engine.following.status import status_on
from scheduling.engine.vocabulary import TimeStatus
from scheduling.policies import default_policy
from tests.tracker.people import NOW, TODAY
from tracker.demo import loading as demo
from tracker.demo.cohort import cohort
from tracker.models import AuditEvent, FollowUp, Patient, PatientPlan, PrimaryCancer, Role

SIZE = 420


@pytest.mark.django_db
def test_every_row_and_every_time_status_stand_for_someone() -> None:
    assert demo.load(size=SIZE, password="spine-demo-2026", today=TODAY, at=NOW) == SIZE
    listed = {row for rows in PatientPlan.objects.values_list("rows", flat=True) for row in rows}
    assert [row.id for row in default_policy().rows if row.id not in listed] == []
    windows = FollowUp.objects.filter(closed_at__isnull=True).values_list("opens_on", "due_on", "closes_on")
    assert {status_on(TODAY, *window) for window in windows} == set(TimeStatus)
    sites = set(PrimaryCancer.objects.values_list("site", flat=True))
    assert sites == {"nsclc", "breast", "melanoma", "rcc", "prostate", "thyroid"}
    assert {"open", "ordered", "booked", "missed", "cancelled"} <= set(FollowUp.objects.values_list("state", flat=True))
    roles = {authenticate(username=name, password="spine-demo-2026").role for name in ("alice", "bob", "ada")}  # type: ignore[union-attr]
    assert roles == {Role.NURSE, Role.SURGEON, Role.ADMIN}
    # A second start keeps what is there.
    before = (Patient.objects.count(), FollowUp.objects.count(), AuditEvent.objects.count())
    assert demo.load(size=SIZE, password="spine-demo-2026", today=TODAY, at=NOW) == 0
    assert (Patient.objects.count(), FollowUp.objects.count(), AuditEvent.objects.count()) == before


def test_the_same_seed_and_day_give_the_same_people() -> None:
    assert list(cohort(40, today=TODAY)) == list(cohort(40, today=TODAY))
    assert list(cohort(40, today=TODAY)) != list(cohort(40, today=TODAY, seed=2))


def test_nobody_has_a_fact_after_today_or_two_facts_of_one_key() -> None:
    for reading in cohort(SIZE, today=TODAY):
        person = reading.patient
        assert person is not None
        facts = [
            *person.studies,
            *person.visits,
            *person.responses,
            *person.lines,
            *person.lesions,
            *person.procedures,
        ]
        facts += [*person.symptoms, *person.statuses, *person.primaries]
        assert max(fact.occurred_on for fact in facts) <= TODAY
        assert len({fact.source_key for fact in facts}) == len(facts)
