"""What people do with a follow-up: every move, its event and its audit, what is refused, and what can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from scheduling.models import PolicyVersion
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days
from tracker.errors import InvalidFact, NotPossible, Refused, Stale
from tracker.models import AuditEvent, FollowUp, FollowUpEvent, Patient, Study, Task, User, Visit
from tracker.queries.contacts import newest_act
from tracker.services import contacts, follow_ups, records
from tracker.services.acting import Acted
from tracker.services.planning import replan

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return people.policy_version()


@pytest.fixture
def planned(patient: Patient) -> Patient:
    """Kidney cancer, one stable lesion at T8 with ESCC 0, an MRI 20 weeks ago and a visit: B1, overdue imaging."""
    for act, fields in (
        (records.record_primary, {"site": "rcc", "occurred_on": days(-600)}),
        (records.record_visit, {"occurred_on": days(-60)}),
        (records.record_study, {"kind": "mri", "coverage": "whole_spine", "occurred_on": days(-140)}),
    ):
        act(patient, by=people.alice(), today=TODAY, at=NOW, **fields)  # type: ignore[operator]
    return patient


def current(patient: Patient, stream: str = "imaging") -> FollowUp:
    return FollowUp.objects.get(patient=patient, stream=stream, closed_at__isnull=True)


def do(act: Callable[..., Acted], row: FollowUp, by: User | None = None, **fields: Any) -> Acted:
    return act(
        row, by=by or people.alice(), today=fields.pop("today", TODAY), at=fields.pop("at", NOW), **fields
    )


def problems(act: Callable[..., Acted], row: FollowUp, **fields: Any) -> dict[str, list[str]]:
    before = (
        FollowUp.objects.values().get(pk=row.pk),
        FollowUpEvent.objects.count(),
        AuditEvent.objects.count(),
    )
    with pytest.raises(InvalidFact) as refused:
        do(act, row, **fields)
    after = (
        FollowUp.objects.values().get(pk=row.pk),
        FollowUpEvent.objects.count(),
        AuditEvent.objects.count(),
    )
    assert before == after
    return refused.value.problems


# From open to done


def test_order_keeps_why_and_what_was_planned_and_known(planned: Patient, alice: User) -> None:
    row = current(planned)
    acted = do(follow_ups.order, row, indication="scheduled_surveillance")
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
    found = problems(follow_ups.order, current(planned), indication="curiosity")
    assert found["indication"][0].startswith("“curiosity” was given; expected one of scheduled_surveillance")


def test_book_attend_and_the_study_knows_it_all(planned: Patient, alice: User) -> None:
    row = do(follow_ups.order, current(planned), indication="scheduled_surveillance").follow_up
    row = do(follow_ups.book, row, day=days(3), hour=time(11, 30), place="MRI 2").follow_up
    row = do(follow_ups.book, row, day=days(5)).follow_up
    assert (row.state, row.booked_on, row.booked_at, row.booked_place) == ("booked", days(5), None, "")
    acted = do(follow_ups.complete, row, on=days(5), today=days(6), at=NOW + timedelta(6))
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
    row = do(follow_ups.book, current(planned, "surgeon"), day=days(60)).follow_up
    do(follow_ups.complete, row, on=days(60), today=days(60), symptoms_asked="yes", examined="no")
    row.refresh_from_db()
    assert row.state == "done"
    visit = Visit.objects.get(occurred_on=days(60))
    assert (visit.follow_up, visit.symptoms_asked) == (row, "yes")


def test_what_does_not_count_completes_nothing_and_ends_the_booking(planned: Patient) -> None:
    row = do(follow_ups.book, current(planned), day=TODAY).follow_up
    acted = do(follow_ups.complete, row, on=TODAY, kind="xray")
    assert acted.event.text == "Took place on 20 Nov 2026; it does not complete this."
    row = current(planned)
    assert (row.state, row.booked_on) == ("open", None)


@pytest.mark.parametrize(
    ("day", "words"),
    [(days(-1), "19 Nov 2026 has passed"), (days(547), "is too far"), ("soon", "expected a day such as")],
)
def test_a_booking_lies_ahead_within_reason(day: object, words: str, planned: Patient) -> None:
    found = problems(follow_ups.book, current(planned), day=day)
    assert words in found["day"][0]


def test_a_booking_past_the_latest_day_says_so(planned: Patient) -> None:
    assert do(follow_ups.book, current(planned), day=days(3)).event.text == (
        "Booked for 23 Nov 2026; after the latest day."
    )


# What does not happen


def test_missed_stays_the_one_row_with_its_dates(planned: Patient) -> None:
    row = do(follow_ups.book, current(planned), day=TODAY).follow_up
    dates = (row.opens_on, row.due_on, row.closes_on)
    row = do(follow_ups.mark_missed, row, reason="Bus strike.").follow_up
    assert (row.state, row.missed_on, row.missed_count, row.booked_on) == ("missed", TODAY, 1, None)
    assert (row.opens_on, row.due_on, row.closes_on) == dates
    row = do(follow_ups.book, row, day=TODAY).follow_up
    assert do(follow_ups.mark_missed, row).event.text == "Missed on 20 Nov 2026. It is the 2. time."
    assert current(planned).pk == row.pk


def test_what_is_still_ahead_cannot_be_missed(planned: Patient) -> None:
    row = do(follow_ups.book, current(planned), day=days(1)).follow_up
    with pytest.raises(NotPossible, match="booked for 21 Nov 2026, which has not come"):
        do(follow_ups.mark_missed, row)


def test_cancelled_holds_until_its_day_then_it_is_open_again(planned: Patient) -> None:
    row = do(
        follow_ups.cancel, current(planned), reason="Abroad.", outcome="cancelled_by_patient", until=days(40)
    ).follow_up
    assert (row.state, row.hold_until_on, row.outcome, row.closed_at) == (
        "cancelled",
        days(40),
        "cancelled_by_patient",
        None,
    )
    replan(planned, today=days(40), at=NOW)
    assert current(planned).state == "cancelled"
    replan(planned, today=days(41), at=NOW)
    assert current(planned).state == "open"


def test_cancelling_needs_a_reason_an_outcome_and_an_end(planned: Patient) -> None:
    found = problems(follow_ups.cancel, current(planned), reason=" ", outcome="bored", until=days(85))
    assert set(found) == {"reason", "outcome", "until"}
    assert "expected 12 Feb 2027 or earlier" in found["until"][0]


def test_a_booking_can_be_cancelled_without_the_follow_up(planned: Patient) -> None:
    row = do(follow_ups.book, current(planned), day=days(3)).follow_up
    row = do(follow_ups.unbook, row, reason="Scanner down.").follow_up
    assert (row.state, row.booked_on) == ("open", None)
    row = do(follow_ups.order, row, indication="unknown").follow_up
    assert do(follow_ups.unorder, row, reason="Twice.").follow_up.state == "open"


def test_after_a_stop_what_was_booked_is_a_conflict_until_somebody_cancels_it(planned: Patient) -> None:
    row = do(follow_ups.book, current(planned), day=days(3)).follow_up
    records.record_status(
        planned, status="deceased", occurred_on=TODAY, by=people.alice(), today=TODAY, at=NOW
    )
    assert current(planned).conflict == "cancel_booking"
    acted = do(follow_ups.unbook, row, reason="The patient has died.")
    assert [change.kind for change in acted.changes] == ["withdrawn"]
    assert not FollowUp.objects.filter(patient=planned, closed_at__isnull=True).exists()


def test_booking_anew_takes_the_window_that_is_asked_for_now(planned: Patient) -> None:
    do(follow_ups.book, current(planned), day=days(30))
    records.record_response(
        planned, spine="progressive", occurred_on=TODAY, by=people.alice(), today=TODAY, at=NOW
    )
    records.record_study(
        planned,
        kind="mri",
        coverage="whole_spine",
        occurred_on=days(-139),
        by=people.alice(),
        today=TODAY,
        at=NOW,
    )
    row = current(planned)
    assert row.conflict == "dates"
    asked = (row.asked_opens_on, row.asked_due_on, row.asked_closes_on)
    row = do(follow_ups.book, row, day=days(20)).follow_up
    assert (row.opens_on, row.due_on, row.closes_on) == asked
    assert row.conflict == ""
    assert replan(planned, today=TODAY, at=NOW) == []


# Snooze


def test_a_snooze_never_passes_the_latest_day_without_a_second_clinician(
    planned: Patient, alice: User, bob: User
) -> None:
    visit = current(planned, "surgeon")
    do(follow_ups.snooze, visit, until=visit.closes_on, reason="On holiday")
    beyond = visit.closes_on + timedelta(1)
    found = problems(follow_ups.snooze, visit, until=beyond, reason="On holiday")
    assert "a second clinician's agreement" in found["until"][0]
    with pytest.raises(Refused, match="Only a clinician"):
        do(follow_ups.snooze, visit, until=beyond, reason="On holiday", second=people.charlie())
    with pytest.raises(Refused, match="another clinician agrees"):
        do(follow_ups.snooze, visit, until=beyond, reason="On holiday", second=bob, by=bob)
    acted = do(follow_ups.snooze, visit, until=beyond, reason="On holiday", second=bob)
    assert acted.event.text.endswith("Agreed by Bob Brambling.")


def test_overdue_is_set_aside_by_two_only(planned: Patient) -> None:
    assert set(problems(follow_ups.snooze, current(planned), until=days(1), reason="Tomorrow")) == {"until"}


def test_a_snooze_has_a_reason_and_an_end_and_can_be_ended(planned: Patient) -> None:
    visit = current(planned, "surgeon")
    assert set(problems(follow_ups.snooze, visit, until=TODAY, reason="")) == {"until", "reason"}
    with pytest.raises(NotPossible, match="not set aside"):
        do(follow_ups.wake, visit)
    row = do(follow_ups.snooze, visit, until=days(5), reason="On holiday").follow_up
    row = do(follow_ups.wake, row).follow_up
    assert (row.snoozed_until, row.snooze_reason, row.snoozed_by) == (None, "", None)


def test_an_emergency_is_neither_snoozed_nor_cancelled(planned: Patient) -> None:
    records.open_symptom(planned, kind="neuro", occurred_on=TODAY, by=people.alice(), today=TODAY, at=NOW)
    row = current(planned)
    with pytest.raises(NotPossible, match="An emergency cannot be snoozed"):
        do(follow_ups.snooze, row, until=days(1), reason="Later", second=people.bob())
    with pytest.raises(NotPossible, match="An emergency cannot be cancelled"):
        do(follow_ups.cancel, row, reason="Later", outcome="refused", until=days(1))


# Calls


@pytest.mark.parametrize("outcome", list(contacts.CallOutcome))
def test_every_outcome_is_kept_and_none_closes_anything(outcome: str, planned: Patient) -> None:
    row = current(planned)
    acted = do(follow_ups.log_call, row, outcome=outcome, text="Spoke to nobody else.", again_on=days(3))
    row.refresh_from_db()
    assert (row.state, row.closed_at) == ("open", None)
    assert (acted.event.kind, acted.event.outcome) == ("called", outcome)
    assert row.last_contact_on == TODAY
    assert row.last_contact == contacts.WORDS[outcome]


def test_three_calls_without_reaching_the_patient_escalate(planned: Patient) -> None:
    planned.oncologist = "Dr L. Plover"
    planned.save()
    row = current(planned)
    for attempt, outcome in enumerate(("no_answer", "voicemail", "wrong_number"), 1):
        do(follow_ups.log_call, row, outcome=outcome)
        planned.refresh_from_db()
        row.refresh_from_db()
        assert planned.contact_failures == attempt
        assert (planned.unreachable_since is not None) == (attempt == 3)
    assert row.last_contact == "Wrong number (3)"
    task = Task.objects.get(kind="call_patient")
    assert (
        task.text
        == "Not reached 3 times: for the nurse (Alice Avocet) and the oncologist (Dr L. Plover) to decide."
    )
    assert (task.follow_up, task.due_on, task.raised_by) == (row, TODAY, "person")
    do(follow_ups.log_call, row, outcome="reached_agreed")
    planned.refresh_from_db()
    task.refresh_from_db()
    assert (planned.contact_failures, planned.unreachable_since, task.ending) == (0, None, "done")


def test_urgent_rows_escalate_at_once(planned: Patient) -> None:
    records.open_symptom(
        planned, kind="pain_suggestive", occurred_on=TODAY, by=people.alice(), today=TODAY, at=NOW
    )
    do(follow_ups.log_call, current(planned), outcome="no_answer")
    planned.refresh_from_db()
    assert planned.unreachable_since == TODAY


def test_who_is_unwell_is_triaged_today(planned: Patient) -> None:
    acted = do(follow_ups.log_call, current(planned), outcome="unwell")
    assert acted.asks == ("symptom",)
    assert Task.objects.get(kind="call_patient").text == "Unwell on the telephone: triage today."


def test_a_call_back_needs_its_day_and_becomes_a_task_of_that_day(planned: Patient) -> None:
    row = current(planned)
    assert set(problems(follow_ups.log_call, row, outcome="call_back")) == {"again_on"}
    assert set(problems(follow_ups.log_call, row, outcome="shouted", again_on=days(-1))) == {
        "outcome",
        "again_on",
    }
    do(follow_ups.log_call, row, outcome="call_back", again_on=days(3))
    assert Task.objects.get(kind="call_patient").due_on == days(3)


def test_a_task_is_ended_by_a_person_and_some_by_a_clinician_only(
    planned: Patient, alice: User, bob: User, charlie: User
) -> None:
    values = {"patient": planned, "raised_by": "plan", "raised_at": NOW}
    plain = Task.objects.create(kind="discharge_letter", **values)
    weighty = Task.objects.create(kind="clinician_confirms_stop", **values)
    with pytest.raises(NotPossible, match="no such task"):
        contacts.end_task(plain.pk, by=charlie, today=TODAY, at=NOW)
    assert contacts.end_task(plain.pk, note="Sent.", by=alice, today=TODAY, at=NOW).ended_by == alice
    with pytest.raises(NotPossible, match="It ended on 20 Nov 2026: done"):
        contacts.end_task(plain.pk, by=alice, today=TODAY, at=NOW)
    with pytest.raises(Refused, match="Only a clinician"):
        contacts.end_task(weighty.pk, by=alice, today=TODAY, at=NOW)
    assert contacts.end_task(weighty.pk, by=bob, today=TODAY, at=NOW).ending == "done"


# Whose it is


def test_take_and_hand_over(planned: Patient, alice: User, bob: User, charlie: User, dana: User) -> None:
    row = do(follow_ups.take, current(planned)).follow_up
    assert row.owner == alice
    with pytest.raises(NotPossible, match="yours already"):
        do(follow_ups.take, row)
    assert do(follow_ups.hand_over, row, to=bob, text="Knows him.").follow_up.owner == bob
    with pytest.raises(Refused, match="Charlie Curlew does not see this patient"):
        do(follow_ups.hand_over, row, to=charlie)
    with pytest.raises(Refused, match="Dana Dunlin does not run a queue"):
        do(follow_ups.hand_over, row, to=dana)


ACTS: dict[str, tuple[Callable[..., Acted], dict[str, Any]]] = {
    "order": (follow_ups.order, {"indication": "unknown"}),
    "book": (follow_ups.book, {"day": days(3)}),
    "log_call": (follow_ups.log_call, {"outcome": "no_answer"}),
    "take": (follow_ups.take, {}),
    "note": (follow_ups.note, {"text": "Prefers mornings."}),
    "cancel": (follow_ups.cancel, {"reason": "Abroad.", "outcome": "refused", "until": days(9)}),
    "complete": (follow_ups.complete, {"on": TODAY}),
}


@pytest.mark.parametrize("name", ACTS)
def test_strangers_and_administrators_do_nothing(
    name: str, planned: Patient, charlie: User, dana: User
) -> None:
    act, fields = ACTS[name]
    row = current(planned)
    before = (FollowUpEvent.objects.count(), AuditEvent.objects.count())
    for stranger in (charlie, dana):
        with pytest.raises(Refused):
            do(act, row, by=stranger, **fields)
    assert (FollowUpEvent.objects.count(), AuditEvent.objects.count()) == before


@pytest.mark.parametrize("name", ACTS)
def test_a_stale_act_is_refused_with_who_did_what(name: str, planned: Patient, bob: User) -> None:
    act, fields = ACTS[name]
    row = current(planned)
    seen = FollowUpEvent.objects.filter(follow_up=row).latest("pk").pk
    do(follow_ups.book, row, day=days(4), by=bob)
    with pytest.raises(
        Stale, match=r"Not saved\. Bob Brambling, 20 Nov 2026 09:47 UTC: Booked for 24 Nov 2026"
    ):
        do(act, row, seen=seen, **fields)
    assert FollowUpEvent.objects.filter(follow_up=row).latest("pk").by == bob


@pytest.mark.parametrize("name", ACTS)
def test_nothing_is_done_with_what_is_at_its_end(name: str, planned: Patient) -> None:
    act, fields = ACTS[name]
    row = current(planned)
    do(follow_ups.complete, row, on=TODAY)
    with pytest.raises(NotPossible, match="This follow-up is done"):
        do(act, row, **fields)


# Taking back


@pytest.mark.parametrize("name", ["order", "book", "log_call", "take", "cancel"])
def test_an_act_can_be_taken_back_for_a_day(name: str, planned: Patient) -> None:
    act, fields = ACTS[name]
    row = current(planned)
    before = FollowUp.objects.values().get(pk=row.pk)
    acted = do(act, row, **fields)
    assert acted.undo_until == NOW + timedelta(hours=24)
    with pytest.raises(NotPossible, match="for 24 hours"):
        do(follow_ups.undo, row, at=NOW + timedelta(hours=24, seconds=1))
    do(follow_ups.undo, row, at=NOW + timedelta(hours=24))
    after = FollowUp.objects.values().get(pk=row.pk)
    may_rise = (
        {"revision", "changed_at", "outcome", "outcome_reason"} if name in ("book", "cancel") else set()
    )
    assert {key for key in after if after[key] != before[key]} <= may_rise
    assert after["revision"] >= before["revision"]
    planned.refresh_from_db()
    assert planned.contact_failures == 0
    with pytest.raises(NotPossible, match="Nothing was done"):
        do(follow_ups.undo, row)


def test_acts_are_taken_back_newest_first_and_not_over_a_later_change(planned: Patient) -> None:
    row = current(planned)
    do(follow_ups.order, row, indication="unknown")
    do(follow_ups.book, row, day=days(3))
    do(follow_ups.undo, row)
    row.refresh_from_db()
    assert row.state == "ordered"
    do(follow_ups.undo, row)
    row.refresh_from_db()
    assert (row.state, row.snapshot, row.indication) == ("open", None, "")


def test_an_act_is_not_taken_back_over_what_the_plan_changed_since(planned: Patient) -> None:
    row = do(follow_ups.book, current(planned), day=TODAY).follow_up
    FollowUp.objects.filter(pk=row.pk).update(booked_on=days(2))
    with pytest.raises(NotPossible, match=r"Something changed since \(booked on\)"):
        do(follow_ups.undo, row)


def test_taking_back_attended_marks_the_study_as_entered_in_error(planned: Patient) -> None:
    row = do(follow_ups.book, current(planned), day=TODAY).follow_up
    do(follow_ups.complete, row, on=TODAY, kind="xray")
    row = current(planned)
    act = newest_act(row.pk)
    assert act is not None
    assert act.kind == "attended"
    do(follow_ups.undo, row)
    assert Study.objects.get(kind="xray").entered_in_error_reason == "Taken back within 24 hours."
    row.refresh_from_db()
    assert (row.state, row.booked_on) == ("booked", TODAY)


def test_taking_back_what_completed_opens_the_window_again(planned: Patient) -> None:
    row = current(planned)
    window = (row.opens_on, row.due_on, row.closes_on)
    do(follow_ups.complete, row, on=TODAY)
    acted = do(follow_ups.undo, row)
    assert [change.kind for change in acted.changes] == ["moved"]
    again = current(planned)
    assert (again.opens_on, again.due_on, again.closes_on) == window
    assert Study.objects.get(occurred_on=TODAY).entered_in_error_at == NOW


def test_a_note_cannot_be_taken_back(planned: Patient) -> None:
    row = current(planned)
    do(follow_ups.note, row, text="Prefers mornings.")
    with pytest.raises(NotPossible, match="cannot be taken back"):
        do(follow_ups.undo, row)
