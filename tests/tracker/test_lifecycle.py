"""The table of moves: what can happen to a follow-up in each state, and what never can."""

from __future__ import annotations

import pytest

from tracker.errors import NotPossible
from tracker.lifecycle import ACTS_OF_THE_PLAN, ENDED, MOVES, STATES, can_move, check_move
from tracker.models import State

ACTS = sorted({act for _, act in MOVES})


def test_the_table_speaks_of_the_states_that_are_stored() -> None:
    assert set(STATES) == set(State.values)
    assert {state for state, _ in MOVES} | set(MOVES.values()) == set(STATES)


@pytest.mark.parametrize("state", sorted(ENDED))
@pytest.mark.parametrize("act", ACTS)
def test_what_is_at_its_end_only_stands_again_where_its_end_was_an_error(state: str, act: str) -> None:
    assert can_move(state, act) is (act == "reopen")
    if act != "reopen":
        with pytest.raises(NotPossible, match="Possible now: reopen"):
            check_move(state, act)


def test_only_the_plan_brings_a_follow_up_to_its_end() -> None:
    """No path from overdue to closed is a person's click alone: a study or visit completes, a plan withdraws."""
    ending = {act for (_, act), to in MOVES.items() if to in ENDED}
    assert ending <= ACTS_OF_THE_PLAN


def test_what_a_person_arranged_is_never_withdrawn_by_the_plan() -> None:
    assert {state for state, act in MOVES if act == "withdraw"} == {"open", "missed", "cancelled"}


def test_every_state_that_is_not_an_end_can_still_be_completed() -> None:
    assert {state for state, act in MOVES if act == "complete"} == set(STATES) - ENDED


def test_moving_dates_keeps_the_state() -> None:
    assert all(to == state for (state, act), to in MOVES.items() if act == "move")


def test_a_refusal_names_what_is_possible() -> None:
    with pytest.raises(NotPossible) as refused:
        check_move("open", "miss")
    assert str(refused.value) == (
        "A follow-up that is open cannot miss. Possible now: book, cancel, complete, move, order, withdraw."
    )
