"""Every state that waits for a person is registered, with a queue, an owner and a ladder: a new one is decided."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from scheduling.engine.vocabulary import Task as PlanTask
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days
from tracker.lifecycle import ENDED, STATES
from tracker.models import FollowUp
from tracker.queries.queues.registry import BY_SLUG, QUEUES
from tracker.queries.time_status import Standing, in_standing, timed
from tracker.queries.waits.ladder import HASTY, LADDER, Pace, Reader, pace_of, steps_due
from tracker.queries.waits.registry import OF_FOLLOW_UPS, OWNERS, WAITS
from tracker.queries.waits.sources import SOURCES
from tracker.words import TASK


@pytest.mark.parametrize("wait", WAITS.values(), ids=list(WAITS))
def test_every_wait_has_a_queue_an_owner_and_a_ladder(wait: Any) -> None:
    assert wait.queue in BY_SLUG
    assert wait.owner in OWNERS
    assert wait.source in SOURCES
    assert wait.title
    assert wait.by_plan or {step.reader for pace in ([wait.pace] if wait.pace else Pace) for step in LADDER[pace]} == {
        *Reader
    }


def test_every_kind_of_work_without_a_window_is_a_wait() -> None:
    of_tasks = {wait.word for wait in WAITS.values() if wait.source == "task"}
    assert of_tasks == set(TASK) >= set(PlanTask)
    others = {name for name in SOURCES if name not in ("follow_up", "task")}
    assert {wait.source for wait in WAITS.values()} == {*others, "follow_up", "task"}
    assert {name for queue in QUEUES for name in queue.sources} == others
    for queue in QUEUES:
        assert all(WAITS[kind].queue == queue.slug for kind in queue.kinds)


#: What stands so waits for nobody: its window is not open yet, or it is at its end.
RESTS = {
    ("open", Standing.SCHEDULED): "not open yet",
    ("booked", Standing.SCHEDULED): "booked, its window not open yet",
    ("open", Standing.NOT_ASKED): "withdrawn with the plan that asks nothing",
    ("missed", Standing.NOT_ASKED): "withdrawn with the plan that asks nothing",
}
_WINDOWS = {
    Standing.SCHEDULED: {"opens": 40, "due": 50, "closes": 60},
    Standing.IN_WINDOW: {"opens": -2, "due": 5, "closes": 9},
    Standing.DUE_IN_GRACE: {"opens": -9, "due": -1, "closes": 3},
    Standing.OVERDUE: {},
    Standing.AWAITING_CLOSURE: {"awaiting_closure_on": days(-3)},
    Standing.SNOOZED: {"snoozed_until": days(9), "snooze_reason": "on holiday"},
    Standing.NOT_ASKED: {"asked": False},
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (state, standing)
        for state, standing in product(STATES, Standing)
        if state not in ENDED and (state == "cancelled") == (standing is Standing.CLOSED_BY_PERSON)
    ],
)
def test_every_state_of_a_follow_up_waits_or_says_why_not(state: str, standing: Standing) -> None:
    fields: dict[str, Any] = {"state": state, "hold_until_on": days(9) if state == "cancelled" else None}
    fields |= {"ordered": {"ordered_on": days(-2)}, "missed": {"missed_on": days(-2)}}.get(state, {})
    fields |= {"booked": {"booked_on": days(45), "answered": True}}.get(state, {})
    row = people.follow_up(people.patient(), **fields, **_WINDOWS.get(standing, {}))
    assert timed(FollowUp.objects.all(), NOW).filter(in_standing(standing, TODAY), pk=row.pk).exists()
    waits = [wait.word for wait in OF_FOLLOW_UPS if wait.stands(f"follow_up:{row.pk}", TODAY)]
    if (state, standing) in RESTS:
        assert not waits
    else:
        assert waits


@pytest.mark.django_db
def test_a_wait_of_a_follow_up_stands_in_its_queue() -> None:
    """Whatever meets the condition of a wait meets that of its queue: asked of the database, on a grid of rows."""
    for fields in _grid():
        people.follow_up(people.patient(nurse=None), **fields)
    for wait in OF_FOLLOW_UPS:
        listed = BY_SLUG[wait.queue].rows
        assert listed is not None
        rows = timed(FollowUp.objects.all(), NOW)
        queue = rows.filter(listed(TODAY, None)).values("pk")
        assert not rows.filter(wait.rows(TODAY)).exclude(pk__in=queue).exists(), wait.word


def _grid() -> list[dict[str, Any]]:
    aside = {"snooze_reason": "on holiday"}
    return [
        {"state": state, "urgency": urgency, **more, **window}
        for state, urgency, more, window in product(
            ("open", "ordered", "booked", "missed", "cancelled"),
            ("routine", "urgent"),
            ({}, aside | {"snoozed_until": days(3)}, aside | {"snoozed_until": days(-3)}, {"booked_on": days(-1)}),
            ({}, {"opens": 2, "due": 4, "closes": 9}),
        )
    ]


# The ladder


def steps(pace: Pace, stood: timedelta) -> list[str]:
    return [step.key for step in steps_due(pace, NOW, NOW + stood)]


def test_steps_of_the_ladder() -> None:
    assert steps(Pace.EMERGENCY, timedelta(0)) == ["owner@1"]
    assert steps(Pace.EMERGENCY, timedelta(hours=4)) == ["owner@1", "other@1"]
    assert steps(Pace.URGENT, timedelta(hours=23)) == []
    assert steps(Pace.URGENT, timedelta(days=3)) == ["owner@1", "other@1"]
    assert steps(Pace.ROUTINE, timedelta(days=7)) == ["owner@1"]
    assert steps(Pace.ROUTINE, timedelta(days=21)) == ["owner@2", "other@1"]
    assert steps(Pace.REST, timedelta(days=27)) == []


def test_more_urgent_is_told_earlier() -> None:
    first = {pace: min(step.after for step in LADDER[pace]) for pace in Pace}
    assert first[Pace.EMERGENCY] < first[Pace.URGENT] < first[Pace.ROUTINE] < first[Pace.REST]
    assert [pace_of(word) for word in ("emergency", "urgent", "expedited", "routine", "extended")] == [
        Pace.EMERGENCY,
        Pace.URGENT,
        *[Pace.ROUTINE] * 3,
    ]
    assert {Pace.EMERGENCY, Pace.URGENT} == HASTY
