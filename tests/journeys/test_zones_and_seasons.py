"""Booking and taking back, in winter and in summer, at clinics of three zones: a moment is one, however it is spelt."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.tracker import people
from tests.tracker.services.recording import act, current, routine
from tracker.models import FollowUp, Patient
from tracker.services.follow_ups import arranging as follow_ups

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

ZONES = ("Europe/London", "Europe/Berlin", "America/Los_Angeles")
SEASONS = {
    "winter": date(2026, 12, 1),
    "summer": date(2027, 7, 1),
    "into summer": date(2027, 3, 27),
    "into winter": date(2027, 10, 30),
}


@pytest.fixture(autouse=True)
def in_force(db: None) -> None:
    people.policy_version()


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("season", SEASONS)
def test_an_appointment_is_booked_moved_and_taken_back(patient: Patient, settings: Any, zone: str, season: str) -> None:
    settings.TIME_ZONE = zone
    today = SEASONS[season]
    at = datetime.combine(today, time(23, 30), tzinfo=ZoneInfo(zone))
    when = {"today": today, "at": at}
    row = current(routine(patient))
    act(follow_ups.book, row, day=today + timedelta(3), hour=time(10, 20), place="Room 4", **when)
    first = FollowUp.objects.get(pk=row.pk)
    assert first.booked_at == datetime.combine(today + timedelta(3), time(10, 20), tzinfo=ZoneInfo(zone))
    at_night = {"hour": time(2, 30), "answers": (("at_night.02:30", "book"),)}
    act(follow_ups.book, first, day=today + timedelta(1), **at_night, **when)
    act(follow_ups.undo, FollowUp.objects.get(pk=row.pk), **when)
    back = FollowUp.objects.get(pk=row.pk)
    assert (back.state, back.booked_on, back.booked_at) == ("booked", first.booked_on, first.booked_at)
    act(follow_ups.undo, back, **when)
    back = current(patient)
    assert (back.state, back.booked_on, back.booked_at, back.booked_place) == ("open", None, None, "")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("season", SEASONS)
def test_an_order_with_its_moment_is_taken_back(patient: Patient, settings: Any, zone: str, season: str) -> None:
    settings.TIME_ZONE = zone
    at = datetime.combine(SEASONS[season], time(9), tzinfo=ZoneInfo(zone))
    when = {"today": SEASONS[season], "at": at}
    row = current(routine(patient))
    act(follow_ups.order, row, indication="scheduled_surveillance", **when)
    act(follow_ups.undo, FollowUp.objects.get(pk=row.pk), **when)
    back = current(patient)
    assert (back.state, back.ordered_on, back.indication_at, back.arranged_as) == ("open", None, None, "")
