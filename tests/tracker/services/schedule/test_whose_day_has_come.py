"""Whom a night looks at: nobody whose plan stands, and everybody whose plan may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduling.models import PolicyVersion
from scheduling.publishing import draft, publish, retire, rulebook
from tests.tracker.people import patient as new_patient
from tests.tracker.schedules import AT, TODAY, add, ago, low_risk
from tracker.models import AT_ONCE, FollowUp, NightlyRun, Patient, PatientPlan, Reminder, Study, User
from tracker.queries.nightly import failed_count
from tracker.services import patients
from tracker.services.acts.occasion import Occasion, by_the_scheduler
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.messages import reminders
from tracker.services.people import system_user
from tracker.services.policies import ensure_default
from tracker.services.records import open_symptom, record_override
from tracker.services.schedule import nightly, release
from tracker.services.schedule.looking import whose_day_has_come
from tracker.services.schedule.planning import replan, replan_batch

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return ensure_default(occasion=by_the_scheduler(TODAY, AT))


def night(day: date = TODAY) -> NightlyRun:
    return nightly.run_nightly(occasion=by_the_scheduler(day, AT + (day - TODAY)))


def planned(day: date) -> int:
    """How many a night plans."""
    return int(night(day).result["planned"])


@pytest.fixture
def quiet(patient: Patient, in_force: PolicyVersion) -> Patient:
    """A patient for whom nothing turns for long, after the first night and its sweep."""
    low_risk(patient)
    night(TODAY - timedelta(2))
    night(TODAY - timedelta(1))
    return patient


def typed(user: User, day: date = TODAY) -> Occasion:
    return Occasion(user, day, AT + (day - TODAY))


def test_a_quiet_night_looks_at_nobody_and_asks_as_much_for_one_as_for_many(quiet: Patient) -> None:
    def queries() -> int:
        day = TODAY + timedelta(NightlyRun.objects.count())
        with CaptureQueriesContext(connection) as caught:
            assert planned(day) == 0
        return len(caught)

    for one in (others := [new_patient() for _ in range(5)]):
        low_risk(one)
    Patient.objects.filter(pk__in=[one.pk for one in others]).update(registered_on=quiet.registered_on)
    assert planned(TODAY) == 5
    assert queries() == queries() <= 35
    kept = PatientPlan.objects.get(pk=quiet.pk)
    assert (kept.stands_from, kept.active) == (TODAY - timedelta(2), True)
    assert kept.stands_until is None or kept.stands_until > TODAY + WEEK


def test_a_plan_is_looked_at_on_its_day_and_not_before(quiet: Patient, bob: User) -> None:
    begins = TODAY + timedelta(3)
    window = {"earliest_on": begins, "due_on": begins + WEEK, "latest_on": begins + WEEK}
    record_override(
        quiet,
        stream="imaging",
        occurred_on=TODAY,
        until_on=begins + WEEK,
        reason="Sooner.",
        occasion=typed(bob),
        **window,
    )
    until = PatientPlan.objects.get(pk=quiet.pk).stands_until
    assert until == begins + WEEK + timedelta(1)  # the day after the last on which it is asked
    version = PatientPlan.objects.get(pk=quiet.pk).policy_version_id
    assert whose_day_has_come(until - timedelta(1), version) == []
    assert whose_day_has_come(until, version) == [quiet.pk]
    result = replan_batch([quiet.pk], occasion=by_the_scheduler(until, AT))
    assert (result.changed, result.counts["moved"]) == (1, 1)


def no_plan(patient: Patient, user: User) -> None:
    PatientPlan.objects.all().delete()


def planned_ahead(patient: Patient, user: User) -> None:
    PatientPlan.objects.all().delete()
    replan(patient, occasion=by_the_scheduler(TODAY + timedelta(30), AT))


def snoozed(patient: Patient, user: User) -> None:
    row = FollowUp.objects.get(patient=patient, stream="imaging")
    follow_ups.snooze(row, until=TODAY + timedelta(2), reason="Away.", occasion=typed(user))


def booked(patient: Patient, user: User) -> None:
    row = FollowUp.objects.get(patient=patient, stream="imaging")
    follow_ups.book(row, day=row.opens_on, occasion=typed(user))


def not_reached(patient: Patient, user: User) -> None:
    row = FollowUp.objects.get(patient=patient, stream="imaging")
    follow_ups.log_call(row, outcome="no_answer", occasion=typed(user))


def another_number(patient: Patient, user: User) -> None:
    patient.contact_failures = 2
    patient.save()
    patients.update_contact(patient, {"phone": "01632 960 999"}, occasion=typed(user))


@pytest.mark.parametrize(
    "happened",
    [no_plan, planned_ahead, snoozed, booked, not_reached, another_number],
    ids=lambda one: one.__name__,
)
def test_what_makes_the_next_night_look(quiet: Patient, alice: User, happened: Callable[[Patient, User], None]) -> None:
    version = PatientPlan.objects.get(pk=quiet.pk).policy_version_id
    assert whose_day_has_come(TODAY, version) == []
    happened(quiet, alice)
    assert whose_day_has_come(TODAY, version) == [quiet.pk]
    assert (planned(TODAY), planned(TODAY + timedelta(1))) == (1, 0)


def test_a_note_or_another_owner_leaves_the_plan_as_it_stands(quiet: Patient, alice: User) -> None:
    row = FollowUp.objects.get(patient=quiet, stream="imaging")
    follow_ups.note(row, text="Prefers Tuesdays.", occasion=typed(alice))
    follow_ups.take(row, occasion=typed(alice))
    assert planned(TODAY) == 0


def test_a_recorded_fact_needs_no_night(quiet: Patient, alice: User) -> None:
    open_symptom(quiet, kind="neuro", occurred_on=TODAY, occasion=typed(alice))
    assert planned(TODAY) == 0
    assert PatientPlan.objects.get(pk=quiet.pk).stands_from == TODAY


def test_a_record_that_cannot_be_planned_is_looked_at_every_night(quiet: Patient) -> None:
    lesion = low_risk(quiet)
    type(lesion).objects.filter(pk=lesion.pk).update(level="T99")
    for day in (TODAY, TODAY + timedelta(1)):
        with pytest.raises(nightly.ConservationError, match=f"patient row {quiet.pk} cannot be planned"):
            night(day)
        assert PatientPlan.objects.get(pk=quiet.pk).stands_until == AT_ONCE
    type(lesion).objects.filter(pk=lesion.pk).update(level="T9")
    assert (planned(TODAY + timedelta(2)), planned(TODAY + timedelta(3))) == (1, 0)


def test_a_version_that_begins_and_one_that_ends_are_nights_for_everybody(
    quiet: Patient, in_force: PolicyVersion
) -> None:
    begins = TODAY + timedelta(2)
    later = draft(replace(rulebook(in_force).policy, version="later"), slug="default", at=AT)
    publish(later, system_user(), AT, begins)
    assert [planned(TODAY + timedelta(day)) for day in range(4)] == [0, 0, 1, 0]
    retire(later, system_user(), AT)
    assert [planned(TODAY + timedelta(day)) for day in range(4, 6)] == [1, 0]


@pytest.mark.parametrize("now", [{"release": "another"}, {"zone": "Pacific/Auckland"}])
def test_another_release_or_zone_is_a_night_for_everybody(
    quiet: Patient, now: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert planned(TODAY) == 0
    reminders.queue_due(occasion=by_the_scheduler(TODAY, AT))
    other = release.deciding()._replace(**now)
    monkeypatch.setattr(nightly, "deciding", lambda: other)
    run = night(TODAY + timedelta(1))
    assert (run.result["scope"], run.result["planned"], run.release, run.zone) == ("everybody", 1, *other)
    assert set(FollowUp.objects.values_list("next_step_on", flat=True)) == {AT_ONCE}
    assert planned(TODAY + timedelta(2)) == 0


def test_everybody_is_swept_once_a_week(quiet: Patient) -> None:
    nights = [night(TODAY + timedelta(day)) for day in range(15)]
    assert [run.swept for run in nights] == [day % 7 == 6 for day in range(15)]
    assert NightlyRun.objects.get(on=TODAY - timedelta(2)).result["scope"] == "everybody"
    assert NightlyRun.objects.get(on=TODAY - timedelta(1)).swept
    assert all(run.result["holds"] and not run.result["faults"] for run in nights)


def swept(day: date = TODAY + timedelta(6)) -> NightlyRun:
    """A night that sweeps and finds a fault; the run is kept, and failed."""
    assert Patient.objects.exists()
    with pytest.raises(nightly.ConservationError):
        night(day)
    run = NightlyRun.objects.get(on=day)
    assert (run.swept, run.finished_at, run.result["holds"]) == (True, None, False)
    return run


def test_a_sweep_reports_a_plan_that_changed_before_its_day(quiet: Patient, alice: User) -> None:
    add(Study, quiet, ago(1), kind="mri", coverage="whole_spine")
    PatientPlan.objects.update(stands_until=TODAY + timedelta(99))  # as if no fact had been recorded
    assert planned(TODAY) == 0
    run = swept()
    said = f"patient row {quiet.pk}: the plan changed before the day until which it was to stand"
    assert run.result["faults"] == [said]
    shown = failed_count(alice)
    assert shown is not None
    assert (shown.on, shown.findings, shown.first) == (run.on, 1, said)
    # It is mended, and told all that day.
    with pytest.raises(nightly.ConservationError):
        nightly.run_if_due(occasion=by_the_scheduler(run.on, run.started_at + timedelta(hours=4)))
    again = NightlyRun.objects.get(on=run.on)
    assert (again.result["scope"], again.result["faults"], again.result["changed"]) == ("due", [said], 0)
    night(run.on + timedelta(1))
    assert failed_count(alice) is None


def test_a_sweep_reports_a_step_of_the_ladder_that_nobody_asked(patient: Patient) -> None:
    night(TODAY - timedelta(2))
    night(TODAY - timedelta(1))
    row = FollowUp.objects.get(patient=patient, stream="imaging", closes_on__lt=TODAY)
    FollowUp.objects.filter(pk=row.pk).update(next_step_on=None)
    reminders.queue_due(occasion=by_the_scheduler(TODAY, AT))
    assert not Reminder.objects.filter(follow_up=row).exists()
    said = f"follow-up row {row.pk}: a step of its ladder was due before the day on which it was to be asked"
    assert swept().result["faults"] == [said]
    reminders.queue_due(occasion=by_the_scheduler(TODAY + timedelta(6), AT))
    assert Reminder.objects.filter(follow_up=row).exists()


def test_a_sweep_reports_what_the_database_counts_otherwise_than_the_plans(quiet: Patient) -> None:
    counted = nightly.counted

    def one_too_many(today: date, **given: Any) -> Any:
        found = counted(today, **given)
        found.figures["imaging", "overdue"] += 1
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nightly, "counted", one_too_many)
        found = swept().result["faults"]
    assert len(found) == 1
    assert found[0].startswith("imaging overdue: ")
