"""A plan against what is open, sentence by sentence of the design's seventh decision."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduling.engine.following.changes import (
    Change,
    Complete,
    Keep,
    Move,
    Open,
    OpenFollowUp,
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


def test_of_two_studies_in_the_window_the_first_completes_it() -> None:
    overdue = asks("B1", -90, -60, -50)
    done = changes(planned(LATER), stands(overdue), facts=known((-3, "mri"), (-40, "ct_systemic"), (-20, "mri")))
    assert done[0] == Complete("imaging", day(-40))


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
def test_the_window_is_the_plans_and_the_appointment_a_persons(state: str) -> None:
    """A row that was ordered, booked or missed follows every plan; what was arranged stands beside it."""
    arranged = stands(B1, state, booked_on=day(15) if state == "booked" else None, arranged_as="MRI_WS_GAD")
    sooner = asks("C2", -5, 3, 8, urgency="expedited")
    moved = stands(sooner, state, booked_on=arranged.booked_on, arranged_as="MRI_WS_GAD")
    assert changes(planned(sooner), arranged) == (Move(moved),)
    assert changes(planned(LATER), moved) == (
        Move(replace(stands(LATER), state=state, booked_on=arranged.booked_on, arranged_as="MRI_WS_GAD")),
    )


def test_an_answer_holds_for_the_window_and_the_request_it_was_given_for() -> None:
    booked = stands(B1, "booked", booked_on=day(30), answered=True)
    other_row = B1._replace(row="P1", urgency="expedited")
    (kept,) = changes(planned(other_row), booked)
    assert isinstance(kept, Restate)
    assert kept.after.answered
    for asked in (
        asks("B1", -10, 10, 19),
        asks("B1", -9, 10, 20),
        B1._replace(request="CT_MYELO"),
    ):
        (changed,) = changes(planned(asked), booked)
        assert isinstance(changed, Move | Restate)
        assert not changed.after.answered
        assert changed.after.booked_on == day(30)


def test_a_cancelled_row_holds_until_its_day() -> None:
    for hold, made in (
        (day(1), ()),
        (TODAY, ()),
        (day(-1), (Reopen(stands(B1)),)),
        (None, (Reopen(stands(B1)),)),
    ):
        assert changes(planned(B1), stands(B1, "cancelled", hold_until=hold)) == made


@pytest.mark.parametrize(
    ("asked", "ends"),
    [
        (asks("B1", -10, 10, 19), True),  # sooner, and before the day it holds until
        (asks("B1", -10, 10, 21), False),  # later
        (asks("B1", -9, 9, 20), False),  # another window, no sooner latest day
        (asks("C2", -10, 10, 20, urgency="expedited"), False),
        (asks("E4", 50, 60, 70, urgency="urgent"), True),
        (asks("E1", -1, -1, 0, urgency="emergency"), True),
    ],
)
def test_a_hold_and_a_snooze_end_where_the_plan_presses(asked: StreamPlan, ends: bool) -> None:
    """Its latest day is sooner than it was, and lies before the end; or it has become urgent or an emergency."""
    held = stands(B1, "cancelled", hold_until=day(30))
    assert changes(planned(asked), held) == ((Reopen(stands(asked)),) if ends else ())
    snoozed = stands(B1, snoozed_until=day(30), snoozed_closes_on=B1.latest)
    (made,) = changes(planned(asked), snoozed)
    assert isinstance(made, Move | Restate)
    assert (made.after.snoozed_until is None) is ends


def test_a_sooner_latest_day_that_lies_beyond_the_end_wakes_nobody() -> None:
    sooner = asks("B1", -10, 10, 19)
    assert changes(planned(sooner), stands(B1, "cancelled", hold_until=day(18))) == ()
    snoozed = stands(B1, snoozed_until=day(19), snoozed_closes_on=B1.latest)
    (made,) = changes(planned(sooner), snoozed)
    assert made == Move(stands(sooner, snoozed_until=day(19), snoozed_closes_on=B1.latest))


def test_the_latest_day_that_counts_is_the_one_of_the_day_of_the_snooze() -> None:
    """A plan that moved it away meanwhile does not make a return to the old window look sooner."""
    snoozed = stands(B1, snoozed_until=day(30), snoozed_closes_on=B1.latest)
    (later,) = changes(planned(LATER), snoozed)
    assert isinstance(later, Move)
    (back,) = changes(planned(B1), later.after)
    assert back == Move(snoozed)


def test_what_a_clinician_set_aside_while_it_was_urgent_holds_while_it_is_no_more_than_urgent() -> None:
    urgent = asks("E4", -5, 5, 15, urgency="urgent")
    held = stands(urgent, "cancelled", hold_until=day(10))
    assert changes(planned(urgent), held) == ()
    assert changes(planned(EMERGENCY), held) == (Reopen(stands(EMERGENCY)),)


@pytest.mark.parametrize("state", ["open", *COMMITTED])
def test_an_emergency_takes_the_window_in_every_state_and_gives_it_back_to_the_plan(state: str) -> None:
    arranged = {"booked_on": day(12), "arranged_as": "MRI_WS_GAD"} if state == "booked" else {}
    row = stands(B1, state, **arranged)
    under = stands(EMERGENCY, state, **arranged)
    assert changes(planned(EMERGENCY), row) == (Move(under),)
    assert changes(planned(LATER), under) == (Move(stands(LATER, state, **arranged)),)


@pytest.mark.parametrize("pain", [False, True])
def test_done_under_an_open_symptom_awaits_a_clinician(pain: bool) -> None:
    asked = asks("E2", -3, 4, 4, urgency="urgent") if pain else EMERGENCY
    done = known((0, "mri"))
    waiting = stands(asked, awaiting_closure_on=TODAY)
    assert changes(planned(asked), stands(asked), facts=done) == (Restate(waiting),)
    # Closed by a clinician: the row is done. Closed without a study: it moves where the plan asks.
    assert changes(planned(LATER), waiting, facts=done) == (Complete("imaging", TODAY), Open(stands(LATER)))
    assert changes(planned(LATER), stands(asked)) == (Move(stands(LATER)),)


@pytest.mark.parametrize("row", ["R1", "R2", "R3a", "R3b"])
def test_done_for_a_response_it_awaits_the_next_one(row: str) -> None:
    asked = asks(row, -3, 4, 14, urgency="urgent")
    done = known((0, "mri"))
    waiting = stands(asked, awaiting_response_on=TODAY)
    assert changes(planned(asked), stands(asked), facts=done) == (Restate(waiting),)
    assert changes(planned(asked), waiting, facts=NOTHING) == (Restate(stands(asked)),)
    assert changes(planned(LATER), waiting, facts=done) == (Complete("imaging", TODAY), Open(stands(LATER)))


def test_a_row_without_the_mark_is_not_called_done_while_it_asks_on() -> None:
    asked = asks("E3", -3, 4, 14, urgency="urgent")
    assert changes(planned(asked), stands(asked), facts=known((0, "mri"))) == ()


def test_an_earlier_symptom_is_not_answered_by_the_study_before_a_new_one() -> None:
    second = asks("E2", -6, 1, 1, urgency="urgent")
    waiting = stands(asks("E2", -9, -2, -2, urgency="urgent"), awaiting_closure_on=day(-5))
    made = changes(planned(second), waiting, facts=known((-5, "mri")))
    assert made == (Complete("imaging", day(-5)), Open(stands(second, known_before=("2026-05-27 mri",))))


@pytest.mark.parametrize(("booked", "passes"), [(0, False), (1, True), (30, True), (-1, False)])
def test_an_appointment_still_ahead_passes_to_what_opens_next(booked: int, passes: bool) -> None:
    row = stands(B1, "booked", booked_on=day(booked), arranged_as="MRI_WS_GAD", answered=True)
    ended, opened = changes(planned(LATER), row, facts=known((0, "mri")))
    assert ended == Complete("imaging", TODAY)
    kept = {"state": "booked", "booked_on": day(booked), "arranged_as": "MRI_WS_GAD"} if passes else {}
    assert opened == Open(replace(stands(LATER), **kept))  # type: ignore[arg-type]


def test_where_nothing_is_asked_only_what_stands_in_another_system_is_left_to_be_cancelled() -> None:
    nothing = planned(rows=("S2",))
    urgent = asks("E4", -5, 5, 15, urgency="urgent")
    for state in ("open", "missed", "cancelled"):
        row = stands(urgent, state, hold_until=day(5) if state == "cancelled" else None)
        assert changes(nothing, row) == (Withdraw("imaging", "S2", "hospice"),)
    for state in ("ordered", "booked"):
        row = stands(urgent, state, snoozed_until=day(3), snoozed_closes_on=day(15), answered=True)
        left = replace(stands(urgent, state), asked=False)
        assert changes(nothing, row) == (Restate(replace(left, urgency="routine")),)
        assert changes(nothing, replace(left, urgency="routine")) == ()
    assert changes(nothing) == ()


def test_what_is_asked_for_again_has_the_window_of_the_plan() -> None:
    left = replace(stands(B1, "booked", booked_on=day(5)), asked=False, urgency="routine")
    assert changes(planned(B1), left) == (Restate(stands(B1, "booked", booked_on=day(5))),)
    assert changes(planned(LATER), left) == (Move(stands(LATER, "booked", booked_on=day(5))),)


def test_what_took_place_although_nothing_is_asked_is_done() -> None:
    left = replace(stands(B1, "booked", booked_on=TODAY), asked=False)
    assert changes(planned(rows=("S2",)), left, facts=known((0, "mri"))) == (Complete("imaging", TODAY),)


def test_a_low_risk_surgeon_stream_is_withdrawn_by_name() -> None:
    visit = asks("B1", 0, 10, 20, stream="surgeon")
    made = changes(planned(B1, rows=("A1",)), stands(B1), stands(visit))
    assert made == (Withdraw("surgeon", "A1"),)
