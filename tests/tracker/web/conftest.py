"""Signed-in clients, and patients whose record stands relative to the real day: pages read the clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from scheduling.engine.vocabulary import URGENCY_RANK
from tests.tracker import people
from tracker import clock
from tracker.models import FollowUp, Patient, User
from tracker.services.records import record_lesion, record_study, record_visit


def ago(days: int) -> date:
    """The day `days` before today."""
    return clock.today() - timedelta(days)


def signed_in(user: User) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def planned(**fields: Any) -> Patient:
    """A patient with a lesion, an MRI 200 days ago and a visit 190 days ago: both streams are overdue."""
    people.policy_version()
    values = {"registered_on": ago(700), "created_at": clock.now()}
    patient = people.patient(**(values | fields))
    now = people.occasion(today=clock.today(), at=clock.now())
    look = {"pain": "mechanical", "bone_lesion": "lytic", "alignment": "normal"}
    rest = {"collapse": "none", "posterolateral": "none"}
    record_lesion(patient, level="T12", occurred_on=ago(200), escc="1b", sins={**look, **rest}, occasion=now)
    record_study(patient, kind="mri", coverage="whole_spine", occurred_on=ago(200), occasion=now)
    record_visit(patient, occurred_on=ago(190), occasion=now)
    return patient


def overdue(patient: Patient, **fields: Any) -> FollowUp:
    """An overdue imaging follow-up of a patient without any fact, as a plan would leave it."""
    values: dict[str, Any] = {
        "opens_on": ago(52),
        "due_on": ago(24),
        "closes_on": ago(17),
        "first_due_on": ago(24),
        "urgency_rank": URGENCY_RANK[fields.get("urgency", "routine")],
    }
    return people.follow_up(patient, **(values | fields))


@pytest.fixture
def nurse(alice: User) -> Client:
    """Alice's browser."""
    return signed_in(alice)


@pytest.fixture
def surgeon(bob: User) -> Client:
    """Bob's browser."""
    return signed_in(bob)


@pytest.fixture
def stranger(charlie: User) -> Client:
    """Charlie's browser: another team."""
    return signed_in(charlie)
