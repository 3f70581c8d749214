"""The window is the plan's and the appointment a person's; urgent waits for nobody's convenience."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tests.tracker.services.recording import act, act_problems, current, do, routine
from tracker.errors import NotPossible, Refused
from tracker.models import FollowUp, Patient, State, Task, User
from tracker.queries.queues.lists import queue_page, row_of
from tracker.queries.queues.rows import QueueFilters
from tracker.queries.time_status import conflicts_on
from tracker.services import records
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.feeds import create_feed, feed_file
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.messages import reminders
from tracker.services.schedule.planning import replan, replan_whose_day_has_come

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> None:
    people.policy_version()


@pytest.fixture
def calm(patient: Patient) -> Patient:
    """Kidney cancer, an MRI three weeks ago and a visit: the imaging window lies ahead."""
    return routine(patient, ago=21)


def night(patient: Patient, number: int) -> None:
    replan_whose_day_has_come(occasion=by_the_scheduler(days(number), NOW + timedelta(number)))


def slugs(row: FollowUp, *names: str, on: int = 0) -> set[str]:
    """In which of these queues a row stands."""
    now = NOW + timedelta(on)
    return {
        name
        for name in names
        if row.pk in {one.follow_up.pk for one in queue_page(people.alice(), name, QueueFilters(), 1, now).rows}
    }


def too_early(row: FollowUp, day: date) -> FollowUp:
    """Book before the earliest day, as asked about and answered."""
    answers = ((f"too_early.{day}.{row.opens_on}", "book"),)
    return act(follow_ups.book, row, day=day, answers=answers).follow_up


def found(patient: Patient, escc: str, **fields: Any) -> None:
    do(records.record_lesion, patient, level="T8", occurred_on=TODAY, escc=escc, **fields)


@pytest.mark.parametrize("booked", [None, 21])
def test_what_was_arranged_follows_a_worse_finding_at_once(calm: Patient, booked: int | None) -> None:
    """Ordered without a day, or booked in three weeks: the window, row and urgency are those of ESCC 3."""
    row = act(follow_ups.order, current(calm), indication="scheduled_surveillance").follow_up
    if booked is not None:
        row = too_early(row, days(booked))
    snapshot, window = row.snapshot, (row.opens_on, row.due_on, row.closes_on)
    found(calm, "3")
    row = current(calm)
    assert (row.row, row.urgency) == ("E3", "urgent")
    assert row.closes_on < window[2]
    assert row.state == (State.BOOKED if booked else State.ORDERED)
    assert (row.booked_on, row.snapshot) == (days(booked) if booked else None, snapshot)
    assert snapshot is not None
    assert snapshot["window"] == [day.isoformat() for day in window]
    assert conflicts_on(row, TODAY) == (("too_late",) if booked else ())
    assert slugs(row, "overdue", on=5) == {"overdue"}
    assert row.events.filter(kind="moved").count() == 1


def test_a_booking_without_an_order_keeps_what_was_planned_that_day(calm: Patient) -> None:
    row = act(follow_ups.book, current(calm), day=days(60)).follow_up
    assert row.snapshot is not None
    assert (row.snapshot["taken"], row.snapshot["row"], row.snapshot["request"]) == ("booked", row.row, row.request)
    assert act(follow_ups.unbook, row, reason="Scanner down.").follow_up.snapshot is None


def test_urgent_is_set_aside_by_a_clinician_for_two_weeks_and_listed(calm: Patient, bob: User) -> None:
    found(calm, "3")
    row = current(calm)
    said = {"reason": "after Christmas", "outcome": "cancelled_by_patient"}
    with pytest.raises(Refused, match="Only a clinician"):
        act(follow_ups.cancel, row, until=days(3), **said)
    with pytest.raises(Refused, match="Only a clinician"):
        act(follow_ups.snooze, row, until=row.closes_on, reason="after Christmas")
    assert (
        "expected 4 Dec 2026 or earlier"
        in act_problems(follow_ups.cancel, row, by=bob, until=days(15), **said)["until"][0]
    )
    offered = {one.code for one in row_of(people.alice(), str(row.uid), NOW).acts}
    assert offered.isdisjoint({"cancel", "snooze"})
    assert {"cancel", "snooze"} <= {one.code for one in row_of(bob, str(row.uid), NOW).acts}
    row = act(follow_ups.cancel, row, by=bob, until=days(14), **said).follow_up
    assert (row.state, slugs(row, "set-aside-urgent")) == ("cancelled", {"set-aside-urgent"})
    night(calm, 15)
    assert current(calm).state == "open"


@pytest.mark.parametrize("how", ["cancel", "snooze"])
def test_what_a_nurse_set_aside_comes_back_when_it_becomes_urgent(calm: Patient, how: str) -> None:
    row = current(calm)
    if how == "cancel":
        fields = {"reason": "away", "outcome": "cancelled_by_patient"}
        row = act(follow_ups.cancel, row, until=days(80), **fields).follow_up
    else:
        row = act(follow_ups.snooze, row, until=row.closes_on, reason="away").follow_up
    found(calm, "3")
    back = current(calm)
    assert (back.state, back.snoozed_until, back.urgency) == ("open", None, "urgent")
    assert slugs(back, "due-now", "overdue", on=5) == {"overdue"}


def test_a_hold_outlives_a_plan_that_does_not_press_and_keeps_its_window(calm: Patient) -> None:
    fields = {"reason": "away", "outcome": "cancelled_by_patient", "until": days(20)}
    held = act(follow_ups.cancel, current(calm), **fields).follow_up
    do(records.record_study, calm, kind="mri", coverage="whole_spine", occurred_on=days(-7))
    after = current(calm)
    assert after.state == "cancelled"
    assert (after.opens_on, after.closes_on) == (held.opens_on, held.closes_on)


def test_cancelling_the_follow_up_takes_its_appointment_with_it(calm: Patient) -> None:
    row = act(follow_ups.book, current(calm), day=days(60)).follow_up
    fields = {"reason": "away", "outcome": "cancelled_by_patient", "until": days(20)}
    row = act(follow_ups.cancel, row, **fields).follow_up
    assert (row.state, row.booked_on) == ("cancelled", None)
    act(follow_ups.undo, row)
    assert (current(calm).state, current(calm).booked_on) == ("booked", days(60))


def test_an_own_window_given_after_an_mri_is_not_done_by_it(calm: Patient, bob: User) -> None:
    """Two days after the MRI; overdue until its expiry, then it moves, and nobody calls it done."""
    fields = {"earliest_on": days(-30), "due_on": days(-10), "latest_on": TODAY, "until_on": days(3)}
    do(records.record_study, calm, kind="mri", coverage="whole_spine", occurred_on=days(-2))
    do(records.record_override, calm, stream="imaging", reason="look again", by=bob, occurred_on=days(-1), **fields)
    row = current(calm)
    assert row.due_on == days(-10)
    assert slugs(row, "overdue", on=1) == {"overdue"}
    night(calm, 4)
    row.refresh_from_db()
    assert (row.closed_at, row.state) == (None, "open")
    assert row.due_on > days(4)


def test_after_a_progression_the_mri_waits_for_its_response_and_nobody_books_again(calm: Patient) -> None:
    do(records.record_response, calm, spine="progressive", occurred_on=TODAY)
    asked = current(calm)
    assert asked.row == "R1"
    on = asked.opens_on
    later = {"today": on, "at": NOW + (on - TODAY)}
    do(records.record_study, calm, kind="mri", coverage="whole_spine", occurred_on=on, **later)
    row = current(calm)
    assert (row.pk, row.row, row.awaiting_response_on, row.closed_at) == (asked.pk, "R1", on, None)
    ahead = (on - TODAY).days
    lists = ("awaiting-response", "not-ordered", "ordered")
    assert slugs(row, *lists, on=ahead) == {"awaiting-response"}
    assert row_of(people.alice(), str(row.uid), NOW + (on - TODAY)).next_act.code not in {"order", "book", "log_call"}
    reminders.queue_due(occasion=by_the_scheduler(on, NOW + (on - TODAY)))
    assert not row.reminders.filter(audience="patient", created_at__gte=NOW + (on - TODAY)).exists()
    do(records.record_response, calm, spine="stable", occurred_on=on, **later)
    row.refresh_from_db()
    assert (row.state, row.done_on) == ("done", on)
    assert current(calm).awaiting_response_on is None


def test_where_nothing_is_asked_what_is_arranged_is_cancelled_by_a_person_and_says_so_everywhere(
    calm: Patient, bob: User
) -> None:
    feed, _ = create_feed(bob, occasion=occasion(bob), level="full")
    booked = act(follow_ups.book, current(calm), day=days(60)).follow_up
    missed = too_early(current(calm, "surgeon"), TODAY)
    act(follow_ups.mark_missed, missed)
    before = feed_file(feed, today=TODAY)
    do(records.record_status, calm, status="hospice", occurred_on=TODAY, reason="said so", clinician="B")
    missed.refresh_from_db()
    assert (missed.state, missed.outcome) == ("withdrawn", "hospice")
    row = current(calm)
    assert (row.asked, row.state, row.booked_on) == (False, "booked", days(60))
    assert (row.opens_on, row.due_on, row.closes_on) == (booked.opens_on, booked.due_on, booked.closes_on)
    assert slugs(row, "conflicts", "overdue", "due-now", "coming", on=200) == set()
    assert Task.objects.filter(kind="cancel_booking", follow_up=row, ended_at__isnull=True).count() == 1
    after = feed_file(feed, today=TODAY)
    assert "To be cancelled: Appointment" in after.body.decode()
    assert before.etag != after.etag
    with pytest.raises(NotPossible, match="nothing is booked"):
        act(follow_ups.book, row, day=days(61))
    reminders.queue_due(occasion=by_the_scheduler(days(59), NOW + timedelta(59)))
    late = row.reminders.filter(created_at__gte=NOW + timedelta(59))
    assert not late.filter(wait="").exists()  # its ladder rests; that it waits for a person is told
    act(follow_ups.unbook, row, reason="in hospice")
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert not Task.objects.filter(kind="cancel_booking", ended_at__isnull=True).exists()


def test_of_whom_nobody_expects_any_more_nothing_is_missed_but_cancelled(calm: Patient) -> None:
    too_early(current(calm, "surgeon"), TODAY)
    do(records.record_status, calm, status="hospice", occurred_on=TODAY, reason="said so", clinician="B")
    row = current(calm, "surgeon")
    assert conflicts_on(row, TODAY) == ("cancel_it",)
    with pytest.raises(NotPossible, match="nobody is expected"):
        act(follow_ups.mark_missed, row)
    act(follow_ups.unbook, row, reason="in hospice")
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_an_appointment_that_has_passed_is_asked_until_somebody_says_what_became_of_it(calm: Patient) -> None:
    row = too_early(current(calm), days(2))
    assert conflicts_on(row, days(2)) == ()
    assert conflicts_on(row, days(3)) == ("passed",)
    assert slugs(row, "no-result", "conflicts", on=3) == {"no-result"}
    with pytest.raises(NotPossible, match="Its day has passed"):
        act(follow_ups.confirm, row, today=days(3), at=NOW + timedelta(3))
    assert replan(calm, occasion=by_the_scheduler(days(3), NOW)) == []
