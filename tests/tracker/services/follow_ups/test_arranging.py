"""What people do with a follow-up: every move, its event and its audit, and what is refused."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from scheduling.models import PolicyVersion
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days, occasion
from tests.tracker.services.recording import act, act_problems, current, routine
from tracker.errors import NotPossible, Refused
from tracker.models import AuditEvent, FollowUp, Patient, Study, User, Visit
from tracker.queries.time_status import conflicts_on
from tracker.services import records
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.schedule.planning import replan

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return people.policy_version()


@pytest.fixture
def planned(patient: Patient) -> Patient:
    """Kidney cancer, an MRI 20 weeks ago and a visit: B1, its imaging overdue."""
    return routine(patient)


# From open to done


def test_order_keeps_why_and_what_was_planned_and_known(planned: Patient, alice: User) -> None:
    row = current(planned)
    acted = act(follow_ups.order, row, indication="scheduled_surveillance")
    row = acted.follow_up
    assert (row.state, row.ordered_on, row.indication, row.indication_at) == (
        "ordered",
        TODAY,
        "scheduled_surveillance",
        NOW,
    )
    assert row.snapshot is not None
    assert row.snapshot["window"] == [day.isoformat() for day in (row.opens_on, row.due_on, row.closes_on)]
    assert (row.snapshot["row"], row.snapshot["tempo"], row.snapshot["escc_known"]) == ("B1", "fast", False)
    assert (acted.event.kind, acted.event.by, acted.event.outcome) == (
        "ordered",
        alice,
        "scheduled_surveillance",
    )
    assert AuditEvent.objects.filter(verb="follow_up.ordered", patient=planned, by=alice).count() == 1


def test_an_indication_is_a_word_of_its_set(planned: Patient) -> None:
    found = act_problems(follow_ups.order, current(planned), indication="curiosity")
    assert found["indication"][0].startswith("“curiosity” was given; expected one of scheduled_surveillance")


def test_book_attend_and_the_study_knows_it_all(planned: Patient, alice: User) -> None:
    row = act(follow_ups.order, current(planned), indication="scheduled_surveillance").follow_up
    row = act(follow_ups.book, row, day=days(3), hour=time(11, 30), place="MRI 2").follow_up
    row = act(follow_ups.book, row, day=days(5)).follow_up
    assert (row.state, row.booked_on, row.booked_at, row.booked_place) == ("booked", days(5), None, "")
    acted = act(follow_ups.complete, row, on=days(5), today=days(6), at=NOW + timedelta(6))
    assert [change.kind for change in acted.changes] == ["completed", "opened"]
    row.refresh_from_db()
    assert (row.state, row.done_on, row.closed_by) == ("done", days(5), alice)
    study = Study.objects.get(occurred_on=days(5))
    assert (study.kind, study.coverage, study.indication, study.follow_up) == (
        "mri",
        "whole_spine",
        "scheduled_surveillance",
        row,
    )
    assert (study.booked_for, study.ordered_on) == ([days(3).isoformat(), days(5).isoformat()], TODAY)
    assert study.snapshot == row.snapshot
    assert current(planned).due_on > days(6)


def test_a_visit_is_completed_by_its_visit(planned: Patient) -> None:
    row = act(follow_ups.book, current(planned, "surgeon"), day=days(60)).follow_up
    act(follow_ups.complete, row, on=days(60), today=days(60), symptoms_asked="yes", examined="no")
    row.refresh_from_db()
    assert row.state == "done"
    visit = Visit.objects.get(occurred_on=days(60))
    assert (visit.follow_up, visit.symptoms_asked) == (row, "yes")


def test_what_does_not_count_completes_nothing_and_ends_the_booking(planned: Patient) -> None:
    row = act(follow_ups.book, current(planned), day=TODAY).follow_up
    acted = act(follow_ups.complete, row, on=TODAY, kind="xray")
    assert acted.event.text == "Took place on 20 Nov 2026; it does not complete this."
    row = current(planned)
    assert (row.state, row.booked_on) == ("open", None)


@pytest.mark.parametrize(
    ("day", "words"),
    [(days(-1), "19 Nov 2026 has passed"), (days(547), "is too far"), ("soon", "expected a day such as")],
)
def test_a_booking_lies_ahead_within_reason(day: object, words: str, planned: Patient) -> None:
    found = act_problems(follow_ups.book, current(planned), day=day)
    assert words in found["day"][0]


def test_a_booking_past_the_latest_day_says_so(planned: Patient) -> None:
    assert act(follow_ups.book, current(planned), day=days(3)).event.text == (
        "Booked for 23 Nov 2026; after the latest day."
    )


# What does not happen


def test_missed_stays_the_one_row_with_its_dates(planned: Patient) -> None:
    row = act(follow_ups.book, current(planned), day=TODAY).follow_up
    dates = (row.opens_on, row.due_on, row.closes_on)
    row = act(follow_ups.mark_missed, row, reason="Bus strike.").follow_up
    assert (row.state, row.missed_on, row.missed_count, row.booked_on) == ("missed", TODAY, 1, None)
    assert (row.opens_on, row.due_on, row.closes_on) == dates
    row = act(follow_ups.book, row, day=TODAY).follow_up
    assert act(follow_ups.mark_missed, row).event.text == "Missed on 20 Nov 2026. It is the 2. time."
    assert current(planned).pk == row.pk


def test_what_is_still_ahead_cannot_be_missed(planned: Patient) -> None:
    row = act(follow_ups.book, current(planned), day=days(1)).follow_up
    with pytest.raises(NotPossible, match="booked for 21 Nov 2026, which has not come"):
        act(follow_ups.mark_missed, row)


def test_cancelled_holds_until_its_day_then_it_is_open_again(planned: Patient) -> None:
    row = act(
        follow_ups.cancel, current(planned), reason="Abroad.", outcome="cancelled_by_patient", until=days(40)
    ).follow_up
    assert (row.state, row.hold_until_on, row.outcome, row.closed_at) == (
        "cancelled",
        days(40),
        "cancelled_by_patient",
        None,
    )
    replan(planned, occasion=by_the_scheduler(days(40), NOW))
    assert current(planned).state == "cancelled"
    replan(planned, occasion=by_the_scheduler(days(41), NOW))
    assert current(planned).state == "open"


def test_cancelling_needs_a_reason_an_outcome_and_an_end(planned: Patient) -> None:
    found = act_problems(follow_ups.cancel, current(planned), reason=" ", outcome="bored", until=days(85))
    assert set(found) == {"reason", "outcome", "until"}
    assert "expected 12 Feb 2027 or earlier" in found["until"][0]


def test_a_booking_can_be_cancelled_without_the_follow_up(planned: Patient) -> None:
    row = act(follow_ups.book, current(planned), day=days(3)).follow_up
    row = act(follow_ups.unbook, row, reason="Scanner down.").follow_up
    assert (row.state, row.booked_on) == ("open", None)
    row = act(follow_ups.order, row, indication="unknown").follow_up
    assert act(follow_ups.unorder, row, reason="Twice.").follow_up.state == "open"


def test_after_a_stop_what_was_booked_is_a_conflict_until_somebody_cancels_it(planned: Patient) -> None:
    row = act(follow_ups.book, current(planned), day=days(3)).follow_up
    records.record_status(planned, status="deceased", occurred_on=TODAY, occasion=occasion())
    assert conflicts_on(current(planned), TODAY) == ("cancel_it",)
    acted = act(follow_ups.unbook, row, reason="The patient has died.")
    assert [change.kind for change in acted.changes] == ["withdrawn"]
    assert not FollowUp.objects.filter(patient=planned, closed_at__isnull=True).exists()


def test_who_arranges_or_confirms_has_answered_until_the_window_changes(planned: Patient) -> None:
    row = act(follow_ups.book, current(planned), day=days(30)).follow_up
    assert row.closes_on < TODAY
    assert conflicts_on(row, TODAY) == ()  # late, and whoever booked saw it
    with pytest.raises(NotPossible, match="nothing to confirm"):
        act(follow_ups.confirm, row)
    records.record_response(planned, spine="progressive", occurred_on=TODAY, occasion=occasion())
    assert conflicts_on(current(planned), TODAY) == ()  # more urgent, in the same window
    records.record_study(planned, kind="mri", coverage="whole_spine", occurred_on=days(-139), occasion=occasion())
    row = current(planned)
    assert (row.state, row.booked_on, row.urgency) == ("booked", days(30), "urgent")
    assert conflicts_on(row, TODAY) == ("too_late",)
    acted = act(follow_ups.confirm, row)
    assert acted.event.kind == "confirmed"
    assert conflicts_on(acted.follow_up, TODAY) == ()
    assert replan(planned, occasion=by_the_scheduler(TODAY, NOW)) == []
    act(follow_ups.undo, row)
    assert conflicts_on(current(planned), TODAY) == ("too_late",)


# Snooze


def test_a_snooze_never_passes_the_latest_day_without_a_second_clinician(
    planned: Patient, alice: User, bob: User
) -> None:
    visit = current(planned, "surgeon")
    act(follow_ups.snooze, visit, until=visit.closes_on, reason="On holiday")
    beyond = visit.closes_on + timedelta(1)
    found = act_problems(follow_ups.snooze, visit, until=beyond, reason="On holiday")
    assert "a second clinician's agreement" in found["until"][0]
    with pytest.raises(Refused, match="Only a clinician"):
        act(follow_ups.snooze, visit, until=beyond, reason="On holiday", second_id=people.charlie().pk)
    with pytest.raises(Refused, match="another clinician agrees"):
        act(follow_ups.snooze, visit, until=beyond, reason="On holiday", second_id=bob.pk, by=bob)
    acted = act(follow_ups.snooze, visit, until=beyond, reason="On holiday", second_id=bob.pk)
    assert acted.event.text.endswith("Agreed by Bob Brambling.")


def test_overdue_is_set_aside_by_two_only(planned: Patient) -> None:
    assert set(act_problems(follow_ups.snooze, current(planned), until=days(1), reason="Tomorrow")) == {"until"}


def test_a_snooze_has_a_reason_and_an_end_and_can_be_ended(planned: Patient) -> None:
    visit = current(planned, "surgeon")
    assert set(act_problems(follow_ups.snooze, visit, until=TODAY, reason="")) == {"until", "reason"}
    with pytest.raises(NotPossible, match="not set aside"):
        act(follow_ups.wake, visit)
    row = act(follow_ups.snooze, visit, until=days(5), reason="On holiday").follow_up
    row = act(follow_ups.wake, row).follow_up
    assert (row.snoozed_until, row.snooze_reason, row.snoozed_by) == (None, "", None)


def test_an_emergency_is_neither_snoozed_nor_cancelled(planned: Patient) -> None:
    records.open_symptom(planned, kind="neuro", occurred_on=TODAY, occasion=occasion())
    row = current(planned)
    with pytest.raises(NotPossible, match="An emergency cannot be snoozed"):
        act(follow_ups.snooze, row, until=days(1), reason="Later", second_id=people.bob().pk)
    with pytest.raises(NotPossible, match="An emergency cannot be cancelled"):
        act(follow_ups.cancel, row, reason="Later", outcome="refused", until=days(1))
