"""The night's work: once a day, counted, and loud where a stream stands nowhere."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from scheduling.models import PolicyVersion
from tests.tracker.people import patient as new_patient
from tests.tracker.schedules import AT, TODAY, add, ago, low_risk, row_counts
from tracker.models import AuditEvent, ConservationCount, FollowUp, NightlyRun, Patient, StatusEvent, Symptom, User
from tracker.queries.conservation import Census
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.policies import ensure_default
from tracker.services.schedule import nightly
from tracker.services.schedule.census import count_states

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return ensure_default(occasion=by_the_scheduler(TODAY, AT))


def test_a_night_plans_everybody_and_counts_each_stream_once(patient: Patient) -> None:
    low_risk(new_patient())
    declined = new_patient()
    add(StatusEvent, declined, ago(9), status="declined")
    add(Symptom, new_patient(), TODAY, kind="neuro")

    run = nightly.run_nightly(occasion=by_the_scheduler(TODAY, AT))

    assert run.finished_at == AT
    assert run.result["holds"]
    figures = {
        (one.stream, one.state): one.patients for one in ConservationCount.objects.filter(on=TODAY) if one.patients
    }
    assert figures == {
        ("imaging", "overdue"): 1,
        ("imaging", "scheduled"): 1,
        ("imaging", "not_asked"): 1,
        ("imaging", "in_window"): 1,
        ("surgeon", "overdue"): 1,
        ("surgeon", "not_asked"): 2,
        ("surgeon", "in_window"): 1,
    }


def test_who_has_left_is_not_counted_but_must_have_nothing_open(patient: Patient, bob: User) -> None:
    nightly.run_nightly(occasion=by_the_scheduler(TODAY, AT))
    add(StatusEvent, patient, TODAY, status="deceased")
    census = count_states(TODAY)
    assert (census.patients, census.holds) == (0, False)
    nightly.run_nightly(occasion=by_the_scheduler(TODAY + timedelta(1), AT))
    assert count_states(TODAY + timedelta(1)).holds


def test_a_stream_that_stands_nowhere_fails_the_night(
    patient: Patient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = new_patient()
    counted = nightly.counted

    def after_a_row_was_lost(today: date, **given: Any) -> Census:
        FollowUp.objects.filter(patient=lost, stream="surgeon").update(state="cancelled")
        return counted(today, **given)

    monkeypatch.setattr(nightly, "counted", after_a_row_was_lost)
    with pytest.raises(nightly.ConservationError, match=f"patient row {lost.pk}: surgeon stands in no state"):
        nightly.run_nightly(occasion=by_the_scheduler(TODAY, AT))

    run = NightlyRun.objects.get(on=TODAY)
    assert (run.finished_at, run.result["holds"]) == (None, False)
    assert ConservationCount.objects.get(on=TODAY, stream="surgeon", state="absent").patients == 1
    assert AuditEvent.objects.filter(verb="nightly.failed").count() == 1
    assert f"patient row {lost.pk}" in caplog.text
    assert lost.number not in caplog.text


def test_a_record_that_cannot_be_planned_fails_the_night_and_hides_nobody_else(patient: Patient) -> None:
    bad = new_patient()
    lesion = low_risk(bad)
    type(lesion).objects.filter(pk=lesion.pk).update(level="T99")
    with pytest.raises(nightly.ConservationError, match="cannot be planned"):
        nightly.run_nightly(occasion=by_the_scheduler(TODAY, AT))
    assert FollowUp.objects.filter(patient=patient).count() == 2


def test_a_day_that_is_done_is_not_done_again(patient: Patient) -> None:
    first = nightly.run_nightly(occasion=by_the_scheduler(TODAY, AT))
    FollowUp.objects.update(state="booked")  # what a second run would see
    again = nightly.run_nightly(occasion=by_the_scheduler(TODAY, AT + timedelta(hours=1)))
    assert (again.pk, again.started_at) == (first.pk, AT)
    assert nightly.run_if_due(occasion=by_the_scheduler(TODAY, AT + timedelta(hours=9))) is None


def test_a_run_that_was_cut_off_is_taken_over_later(patient: Patient) -> None:
    NightlyRun.objects.create(on=TODAY, started_at=AT)
    assert nightly.run_if_due(occasion=by_the_scheduler(TODAY, AT + timedelta(minutes=30))) is None
    run = nightly.run_if_due(occasion=by_the_scheduler(TODAY, AT + timedelta(hours=4)))
    assert run is not None
    assert run.finished_at == AT + timedelta(hours=4)


def test_a_night_in_which_nothing_changed_writes_no_follow_up_reason_or_audit_row(patient: Patient) -> None:
    low_risk(new_patient())
    nightly.run_nightly(occasion=by_the_scheduler(TODAY, AT))
    before, rows = row_counts(), list(FollowUp.objects.order_by("pk").values())
    nightly.run_nightly(occasion=by_the_scheduler(TODAY + timedelta(1), AT + timedelta(1)))
    assert row_counts() == before
    assert list(FollowUp.objects.order_by("pk").values()) == rows
