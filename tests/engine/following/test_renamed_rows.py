"""Rows may be called anything: under other names a life is planned, followed, reminded of and counted the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scheduling.engine.following.changes import OpenFollowUp
from scheduling.engine.following.conservation import state_of
from scheduling.engine.following.decide import Decision, Followed, PlanState, Standing, decide, with_its_facts
from scheduling.engine.following.reconcile import apply
from scheduling.engine.following.reminders import reminders_due
from scheduling.engine.following.rulebook import Rulebook
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.deriving import facts_on
from scheduling.engine.record.facts import Override, Primary, Study
from scheduling.engine.record.history import (
    History,
    LesionAssessment,
    LesionHistory,
    ResponseEntry,
    StatusChange,
    StepDownApproval,
    SymptomEpisode,
    TherapyLine,
)
from scheduling.engine.vocabulary import Stream
from scheduling.policies import default_policy
from tests.engine.following.renaming import in_names, renamed
from tests.engine.following.test_conservation import BANDS, FIRST, Act, World, acts, beginnings

OTHER, NAMES = renamed(default_policy())
TWO_YEARS = timedelta(weeks=110)

#: Quiet for two years, seen and studied, and approved: the life of the low-risk and of the step-down rows.
QUIET = History(
    FIRST - TWO_YEARS,
    (Primary("prostate", "hormone_sensitive"),),
    lines=(TherapyLine("endocrine", FIRST - TWO_YEARS),),
    responses=(ResponseEntry(FIRST - TWO_YEARS, "stable"), ResponseEntry(FIRST, "stable")),
    lesions=(LesionHistory("T8", FIRST - TWO_YEARS, (LesionAssessment(FIRST, "0", BANDS[0]),)),),
    studies=(Study(FIRST - timedelta(30), "mri", "whole_spine"),),
    visits=(FIRST - timedelta(30),),
)


@dataclass
class Life(World):
    """A life followed by `decide` under one policy; everything that it says is kept."""

    rules: Rulebook = field(default_factory=lambda: Rulebook.of(default_policy()))
    plan: PlanState | None = None
    reasons: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    tasks: set[str] = field(default_factory=set)
    told: list[Any] = field(default_factory=list)

    def pass_a_night(self) -> None:
        standing = Standing(
            {stream: Followed(row, self.reasons[stream]) for stream, row in self.rows.items()},
            self.plan,
            sorted(self.tasks),
        )
        decision = decide(self.history, standing, self.rules, self.today, facts_on)
        self.rows = apply(decision.changes, self.rows)
        self.reasons = {stream: decision.reasons[stream] for stream in self.rows}
        self.plan = decision.state
        self.tasks = (self.tasks | set(decision.raised)) - set(decision.ended)
        self.history = with_its_facts(self.history, decision, on=self.today)
        self.told += [decision, self.reminded(), self.counted(decision)]
        self.today += timedelta(1)

    def reminded(self) -> list[Any]:
        """What the ladder asks for on the day and a year on."""
        return [
            reminders_due(row, self.rules.ladder, (), self.today + timedelta(days))
            for row in self.rows.values()
            for days in (0, 365)
        ]

    def counted(self, decision: Decision) -> list[str]:
        return [
            state_of(stream, decision.plan, self.rows.get(stream), self.today, self.rules.reconcile)
            for stream in Stream
        ]


def life(policy: Policy, beginning: History, happened: list[tuple[int, Act]]) -> Life:
    world = Life(FIRST, beginning, rules=Rulebook.of(policy))
    world.pass_a_night()
    for nights, act in happened:
        for _ in range(min(nights, 3)):
            world.pass_a_night()
        world.today += timedelta(max(nights - 3, 0))
        act(world)
        world.pass_a_night()
    return world


def check_same(beginning: History, happened: list[tuple[int, Act]]) -> tuple[Life, Life]:
    one, other = life(default_policy(), beginning, happened), life(OTHER, beginning, happened)
    for mine, theirs in zip(one.told, other.told, strict=True):
        assert in_names(mine, NAMES) == in_names(theirs, {})
    return one, other


def approve(world: World) -> None:
    world.record(approvals=StepDownApproval(world.today))


def own_window(world: World) -> None:
    day = world.today
    asked = Override("imaging", day, day + timedelta(5), day + timedelta(9), day, day + timedelta(60), True)
    world.record(overrides=asked)


more = st.sampled_from([approve, own_window])


@given(
    st.one_of(beginnings, st.just(QUIET)),
    acts,
    st.lists(st.tuples(st.sampled_from([0, 1, 3, 9]), more), max_size=3),
)
def test_only_names_change_when_every_row_is_renamed(
    beginning: History, happened: list[tuple[int, Act]], beside: list[tuple[int, Act]]
) -> None:
    check_same(beginning, [*beside, *happened])


def died(world: World) -> None:
    world.record(statuses=StatusChange(world.today, "deceased"))


def pain(world: World) -> None:
    world.record(symptoms=SymptomEpisode("pain_suggestive", world.today))


def weak(world: World) -> None:
    world.record(symptoms=SymptomEpisode("neuro", world.today))


def closed(world: World) -> None:
    symptoms = tuple(replace(one, closed_on=world.today) for one in world.history.symptoms)
    world.history = replace(world.history, symptoms=symptoms)


def booked(world: World) -> None:
    for stream in Stream:
        world.act(stream, {"open"}, state="booked", booked_on=world.today + timedelta(20))


def unbooked(world: World) -> None:
    for stream in Stream:
        world.act(stream, {"booked"}, state="open", booked_on=None)


def test_a_life_that_meets_every_mark() -> None:
    """Low risk, an approval, pain that ends it, a booking that an emergency overrules, a window of one's own, death."""
    happened: list[tuple[int, Act]] = [
        *((3, act) for act in (approve, own_window, pain, closed, booked, weak, closed, unbooked)),
        (9, died),
    ]
    _, other = check_same(QUIET, happened)
    decisions = [told for told in other.told if isinstance(told, Decision)]
    assert any(one.left_low_risk for one in decisions)
    assert {one.ended_by for one in decisions} >= {NAMES["E2"]}
    withdrawn = [change for one in decisions for change in one.changes if type(change).__name__ == "Withdraw"]
    assert {change.outcome for change in withdrawn} >= {"died"}
    assert any(row.state == "booked" and row.row == NAMES["E1"] for row in rows_of(decisions))
    steps = {due.step for told in other.told if isinstance(told, list) for made in told for due in _dues(made)}
    assert {"urgent_nurse", "opens_patient"} <= steps


def rows_of(decisions: list[Decision]) -> list[OpenFollowUp]:
    return [change.after for one in decisions for change in one.changes if hasattr(change, "after")]


def _dues(made: Any) -> tuple[Any, ...]:
    return made if isinstance(made, tuple) else ()
