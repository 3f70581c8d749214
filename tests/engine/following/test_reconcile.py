"""A plan against what is open, sentence by sentence of the design's seventh decision."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduling.engine.following.changes import (
    Asked,
    Change,
    Complete,
    Conflict,
    Keep,
    Move,
    Open,
    OpenFollowUp,
    Own,
    Reopen,
    Restate,
    Withdraw,
)
from scheduling.engine.following.reconcile import apply, reconcile
from scheduling.engine.following.rules import ReconcileRules
from scheduling.engine.plans import FiredRow, Plan, PlannedItem, StreamPlan
from scheduling.engine.record.facts import Constraints, Facts, Primary, Study
from scheduling.policies import default_policy

RULES = ReconcileRules.from_policy(default_policy())
TODAY = date(2026, 6, 1)


def day(n: int) -> date:
    """A day counted from today."""
    return TODAY + timedelta(n)


def asks(
    row: str,
    opens: int,
    due: int,
    closes: int,
    stream: str = "imaging",
    urgency: str = "routine",
    by: str = "",
) -> StreamPlan:
    counted_by = by or ("visit" if stream == "surgeon" else "study")
    request = None if stream == "surgeon" else "MRI_WS_GAD"
    return StreamPlan(stream, row, day(opens), day(due), day(closes), urgency, counted_by, request)


def planned(*streams: StreamPlan, rows: tuple[str, ...] = (), also: tuple[StreamPlan, ...] = ()) -> Plan:
    """A plan with these winners; `also` are items that did not win."""
    by_stream = {one.stream: one for one in streams}
    fired = tuple(
        FiredRow(
            one.row,
            (),
            (
                PlannedItem(
                    one.stream,
                    one.row,
                    one.earliest,
                    one.due,
                    one.latest,
                    "last_study",
                    TODAY,
                    one.counted_by,
                ),
            ),
        )
        for one in (*streams, *also)
    )
    return Plan(
        policy_version="test",
        rows=rows or tuple(one.row for one in streams),
        tempo="fast",
        imaging=by_stream.get("imaging"),
        surgeon=by_stream.get("surgeon"),
        urgency="routine",
        tasks=frozenset(),
        gaps=(),
        fired=fired,
    )


def stands(asked: StreamPlan, state: str = "open", **more: object) -> OpenFollowUp:
    """A row as it stands after it was opened for `asked`."""
    return OpenFollowUp(
        asked.stream,
        state,
        asked.earliest,
        asked.due,
        asked.latest,
        asked.row,
        asked.urgency,
        asked.counted_by,
        asked.request,
        **more,  # type: ignore[arg-type]
    )


def known(*studies: tuple[int, str], visits: tuple[int, ...] = (), mri: str | None = None) -> Facts:
    return Facts(
        registered=day(-900),
        primaries=(Primary("rcc"),),
        studies=tuple(Study(day(on), kind) for on, kind in studies),
        visits=tuple(day(on) for on in visits),
        constraints=Constraints(mri=mri),
    )


NOTHING = known()


def changes(plan: Plan, *rows: OpenFollowUp, facts: Facts = NOTHING) -> tuple[Change, ...]:
    """What is written, without `Keep`; and writing it leaves nothing to write."""
    before = {row.stream: row for row in rows}
    made = reconcile(plan, before, facts, TODAY, RULES)
    after = apply(made, before)
    again = reconcile(plan, after, facts, TODAY, RULES)
    assert all(isinstance(change, Keep) for change in again), "reconciling a second time changes something"
    return tuple(change for change in made if not isinstance(change, Keep))


B1 = asks("B1", -10, 10, 20)
LATER = asks("B1", 50, 70, 80)
EMERGENCY = asks("E1", -1, -1, 0, urgency="emergency")
COMMITTED = ("ordered", "booked", "missed")


def test_what_is_asked_and_not_open_is_opened_once_a_stream() -> None:
    visit = asks("B1", 0, 10, 20, stream="surgeon")
    assert changes(planned(B1, visit)) == (Open(stands(B1)), Open(stands(visit)))
    assert changes(planned(B1), stands(B1)) == ()


def test_a_study_in_the_window_completes_it_however_late_and_the_next_opens() -> None:
    overdue = asks("B1", -90, -60, -50)
    assert changes(planned(LATER), stands(overdue), facts=known((-3, "mri"))) == (
        Complete("imaging", day(-3)),
        Open(stands(LATER)),
    )


def test_a_visit_completes_the_surgeon_stream_only() -> None:
    seen = asks("B1", -10, 10, 20, stream="surgeon")
    after = asks("B1", 50, 70, 80, stream="surgeon")
    assert changes(planned(B1, after), stands(B1), stands(seen), facts=known(visits=(0,))) == (
        Complete("surgeon", TODAY),
        Open(stands(after)),
    )


def test_a_study_that_leaves_the_window_asked_for_completes_nothing() -> None:
    assert changes(planned(B1), stands(B1), facts=known((0, "mri"))) == ()
    more_urgent = asks("E2", -1, 6, 6, urgency="urgent")
    moved = changes(planned(more_urgent, also=(B1,)), stands(B1), facts=known((-2, "mri")))
    assert moved == (Move(stands(more_urgent)),)


@pytest.mark.parametrize(
    ("counted_by", "kind", "mri", "counts"),
    [
        ("canal_study", "mri", None, True),
        ("canal_study", "ct_myelogram", None, True),
        ("canal_study", "ct_systemic", None, False),
        ("canal_study", "ct_spine", None, False),
        ("canal_study", "ct_spine", "unsafe_device", True),
        ("study", "ct_systemic", None, True),
        ("study", "bone_scan", None, True),
        ("study", "xray", None, False),
    ],
)
def test_what_the_row_does_not_count_completes_nothing_and_the_row_moves(
    counted_by: str, kind: str, mri: str | None, counts: bool
) -> None:
    asked = B1._replace(row="C3", counted_by=counted_by)
    made = changes(planned(LATER), stands(asked), facts=known((0, kind), mri=mri))
    assert made == ((Complete("imaging", TODAY), Open(stands(LATER))) if counts else (Move(stands(LATER)),))


def test_an_early_study_completes_nothing_and_the_row_moves_where_the_plan_moved() -> None:
    ahead = asks("B1", 5, 10, 20)
    assert changes(planned(LATER), stands(ahead), facts=known((0, "mri"))) == (Move(stands(LATER)),)
    assert changes(planned(ahead), stands(ahead), facts=known((0, "mri"))) == ()


@pytest.mark.parametrize("state", [*COMMITTED, "cancelled"])
def test_what_people_acted_on_is_completed_as_well(state: str) -> None:
    row = stands(B1, state, hold_until=day(30) if state == "cancelled" else None)
    made = changes(planned(LATER), row, facts=known((0, "mri")))
    assert made == (Complete("imaging", TODAY), Open(stands(LATER)))


def test_another_winner_with_the_same_dates_is_restated_without_a_move() -> None:
    other = B1._replace(row="P1", urgency="expedited")
    assert changes(planned(other), stands(B1)) == (Restate(stands(other)),)


@pytest.mark.parametrize("state", COMMITTED)
def test_a_persons_dates_stay_and_both_are_shown(state: str) -> None:
    booked = stands(B1, state, booked_on=day(5))
    sooner = asks("C2", -5, 3, 8, urgency="expedited")
    conflict = Conflict("imaging", "dates", Asked(day(-5), day(3), day(8), "C2"))
    after = replace(booked, urgency="expedited", conflict=conflict)
    assert changes(planned(sooner), booked) == (Restate(after),)
    # The plan agrees again: the conflict goes.
    assert changes(planned(B1), after) == (Restate(booked),)


def test_a_cancelled_row_holds_until_its_day() -> None:
    for hold, made in (
        (day(1), ()),
        (TODAY, ()),
        (day(-1), (Reopen(stands(B1)),)),
        (None, (Reopen(stands(B1)),)),
    ):
        assert changes(planned(B1), stands(B1, "cancelled", hold_until=hold)) == made


def test_a_cancelled_row_reopens_when_the_plan_gives_another_window() -> None:
    assert changes(planned(LATER), stands(B1, "cancelled", hold_until=day(30))) == (Reopen(stands(LATER)),)


def test_a_cancelled_booking_holds_against_the_window_that_was_asked_when_it_was_cancelled() -> None:
    conflict = Conflict("imaging", "dates", Asked(LATER.earliest, LATER.due, LATER.latest, "B1"))
    held = stands(B1, "cancelled", hold_until=day(30), conflict=conflict)
    assert changes(planned(LATER), held) == ()
    assert changes(planned(B1), held) == (Reopen(stands(B1)),)


def test_an_emergency_takes_the_dates_in_place_and_keeps_what_they_were() -> None:
    own = Own(B1.earliest, B1.due, B1.latest)
    conflict = Conflict("imaging", "emergency", Asked(day(-1), day(-1), day(0), "E1"))
    for state in ("open", *COMMITTED):
        row = stands(B1, state)
        booked = state in {"ordered", "booked"}
        after = stands(EMERGENCY, state, own=own, conflict=conflict if booked else None)
        assert changes(planned(EMERGENCY), row) == (Move(after),)
    cancelled = stands(B1, "cancelled", hold_until=day(30))
    assert changes(planned(EMERGENCY), cancelled) == (Reopen(stands(EMERGENCY, own=own)),)


def under_emergency(state: str) -> OpenFollowUp:
    (taken,) = changes(planned(EMERGENCY), stands(B1, state))
    assert isinstance(taken, Move)
    return taken.after


def test_what_is_arranged_during_an_emergency_is_no_conflict_with_it() -> None:
    taken = under_emergency("open")
    for state in ("ordered", "booked"):
        assert changes(planned(EMERGENCY), replace(taken, state=state)) == ()


def test_after_the_closure_dates_return_to_their_own() -> None:
    assert changes(planned(B1), under_emergency("open")) == (Move(stands(B1)),)
    assert changes(planned(LATER), under_emergency("open")) == (Move(stands(LATER)),)
    for state in COMMITTED:
        assert changes(planned(B1), under_emergency(state)) == (Move(stands(B1, state)),)
        conflict = Conflict("imaging", "dates", Asked(LATER.earliest, LATER.due, LATER.latest, "B1"))
        back = stands(B1, state, conflict=conflict)
        assert changes(planned(LATER), under_emergency(state)) == (Move(back),)


@pytest.mark.parametrize("pain", [False, True])
def test_done_under_an_open_symptom_awaits_a_clinician(pain: bool) -> None:
    asked = asks("E2", -3, 4, 4, urgency="urgent") if pain else EMERGENCY
    done = known((0, "mri"))
    waiting = stands(asked, awaiting_closure_on=TODAY)
    assert changes(planned(asked), stands(asked), facts=done) == (Restate(waiting),)
    assert changes(planned(asked), facts=done) == (Open(waiting),)
    # Closed by a clinician: the row is done. Closed without a study: it moves where the plan asks.
    assert changes(planned(LATER), waiting, facts=done) == (Complete("imaging", TODAY), Open(stands(LATER)))
    assert changes(planned(LATER), stands(asked)) == (Move(stands(LATER)),)


def test_an_earlier_symptom_is_not_answered_by_the_study_before_a_new_one() -> None:
    second = asks("E2", -1, 6, 6, urgency="urgent")
    waiting = stands(asks("E2", -9, -2, -2, urgency="urgent"), awaiting_closure_on=day(-5))
    made = changes(planned(second), waiting, facts=known((-5, "mri")))
    assert made == (Complete("imaging", day(-5)), Open(stands(second)))


def test_a_booking_outlives_the_emergency_that_was_done_beside_it() -> None:
    done = known((0, "mri"))
    booked = replace(under_emergency("booked"), awaiting_closure_on=TODAY)
    assert changes(planned(EMERGENCY), under_emergency("booked"), facts=done) == (Restate(booked),)
    ahead = asks("B1", 20, 30, 40)
    taken = replace(booked, own=Own(ahead.earliest, ahead.due, ahead.latest))
    assert changes(planned(ahead), taken, facts=done) == (Move(stands(ahead, "booked")),)
    missed = replace(under_emergency("missed"), awaiting_closure_on=TODAY)
    assert changes(planned(LATER), missed, facts=done) == (Complete("imaging", TODAY), Open(stands(LATER)))


def test_an_s_row_withdraws_what_nobody_ordered() -> None:
    nothing = planned(rows=("S2",))
    assert changes(nothing, stands(B1)) == (Withdraw("imaging", "S2", "hospice"),)
    conflict = Conflict("imaging", "cancel_booking", None)
    for state in COMMITTED:
        assert changes(nothing, stands(B1, state)) == (Restate(stands(B1, state, conflict=conflict)),)
    assert changes(nothing, stands(B1, "cancelled", hold_until=day(5))) == ()
    assert changes(nothing) == ()


def test_a_booking_that_is_wanted_again_loses_its_conflict() -> None:
    kept = stands(B1, "booked", conflict=Conflict("imaging", "cancel_booking", None))
    assert changes(planned(B1), kept) == (Restate(stands(B1, "booked")),)


def test_an_emergency_under_an_s_row_gives_the_booking_its_own_dates_back() -> None:
    conflict = Conflict("imaging", "cancel_booking", None)
    made = changes(planned(rows=("S2", "E1")), under_emergency("booked"))
    (move,) = made
    assert isinstance(move, Move)
    assert (move.after.opens_on, move.after.own, move.after.conflict) == (B1.earliest, None, conflict)


def test_a_low_risk_surgeon_stream_is_withdrawn_by_name() -> None:
    visit = asks("B1", 0, 10, 20, stream="surgeon")
    made = changes(planned(B1, rows=("A1",)), stands(B1), stands(visit))
    assert made == (Withdraw("surgeon", "A1"),)


def test_a_snooze_ends_when_the_row_falls_due_sooner_or_is_contradicted() -> None:
    snoozed = stands(LATER, snoozed_until=day(20))
    assert changes(planned(B1), snoozed) == (Move(stands(B1)),)
    later = asks("B1", 60, 80, 90)
    assert changes(planned(later), snoozed) == (Move(stands(later, snoozed_until=day(20))),)
    booked = stands(LATER, "booked", snoozed_until=day(20))
    (made,) = changes(planned(B1), booked)
    assert isinstance(made, Restate)
    assert made.after.snoozed_until is None


def test_a_booking_made_for_an_emergency_is_kept_for_what_comes_after() -> None:
    booked = stands(EMERGENCY, "booked", booked_on=TODAY)
    after = asks("B1", 5, 10, 20)
    (made,) = changes(planned(after), booked)
    conflict = Conflict("imaging", "dates", Asked(day(5), day(10), day(20), "B1"))
    assert made == Restate(replace(booked, row="B1", urgency="routine", conflict=conflict))
