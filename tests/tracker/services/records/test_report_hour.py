"""The hour of a report: asked in the clinic's clock, kept as a moment, refused where it lies ahead."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from django.test import override_settings

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days
from tests.tracker.services.recording import do
from tracker.errors import InvalidFact
from tracker.models import Patient, Symptom
from tracker.services import records

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> None:
    people.policy_version()


def test_the_hour_of_a_report_is_kept_as_a_moment_and_never_lies_ahead(patient: Patient) -> None:
    def report(on: date, hour: object) -> Symptom:
        fact = do(records.open_symptom, patient, kind="neuro", occurred_on=on, hour=hour).fact
        assert isinstance(fact, Symptom)
        return fact

    assert report(TODAY, NOW.time()).reported_at == NOW
    assert report(days(-1), time(23, 59)).reported_at == datetime(2026, 11, 19, 23, 59, tzinfo=UTC)
    assert report(TODAY, None).reported_at is None
    for hour, expected in ((time(9, 48), "lies in the future"), ("9:30", "expected a time of day")):
        with pytest.raises(InvalidFact) as refused:
            report(TODAY, hour)
        assert expected in refused.value.problems["hour"][0]
    assert Symptom.objects.count() == 3


@pytest.mark.parametrize(
    ("on", "hour", "moment"),
    [
        (date(2026, 7, 1), time(9, 40), datetime(2026, 7, 1, 7, 40, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2025, 10, 26), time(2, 30), datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),
    ],
)
def test_an_hour_is_one_of_the_clinics_clock_in_summer_and_on_the_nights_of_a_change(
    on: date, hour: time, moment: datetime, patient: Patient
) -> None:
    """Of a repeated hour the first is meant, which gives the earlier limit; a skipped one counts on."""
    with override_settings(TIME_ZONE="Europe/Berlin"):
        fact = do(records.open_symptom, patient, kind="neuro", occurred_on=on, hour=hour).fact
    assert isinstance(fact, Symptom)
    assert fact.reported_at == moment


def test_what_was_reported_had_begun(patient: Patient) -> None:
    with pytest.raises(InvalidFact) as refused:
        do(records.open_symptom, patient, kind="neuro", occurred_on=days(-3), onset_on=days(-1))
    assert list(refused.value.problems) == ["occurred_on"]
    assert Symptom.objects.count() == 0
    do(records.open_symptom, patient, kind="neuro", occurred_on=days(-3), onset_on=days(-3))
