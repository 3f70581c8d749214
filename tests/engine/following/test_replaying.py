"""Plans made again without a fact bring about what a life without it brought about, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import given

from scheduling.deriving import facts_of
from scheduling.engine.following.decide import Decision, Standing, decide
from scheduling.engine.following.replaying import Consequences, Look, Made, replay, written
from scheduling.engine.following.rulebook import Rulebook
from scheduling.engine.record.history import (
    History,
    LesionAssessment,
    LesionHistory,
    ResponseEntry,
    StepDownApproval,
    SymptomEpisode,
)
from scheduling.policies import default_policy
from tests.engine.following.test_decide import CALM
from tests.engine.histories import RecordChoices, records
from tests.engine.strategies import TODAY

RULES = Rulebook.of(default_policy())
NOBODY = Standing({}, None)
#: Days after `TODAY` on which a person is looked at: the first is the day on which the record becomes known.
DAYS = (0, 1, 3, 10, 40, 130, 300)


@dataclass
class Life:
    """A record that is planned from day to day, each plan after the one before it, as the services do."""

    history: History
    standing: Standing = NOBODY
    left: tuple[int, ...] = ()
    ended: tuple[int | None, ...] = ()

    def look(self, day: int) -> Decision:
        on = TODAY + timedelta(day)
        decision = decide(self.history, self.standing, RULES, on, facts_of)
        if decision.left_low_risk:
            self.history = replace(self.history, left_low_risk=(*self.history.left_low_risk, on))
            self.left = (*self.left, day)
        if decision.ended_by is not None:
            fresh = [one.key for one in self.history.approvals if one.on <= on and one.ended_on is None]
            self.history = replace(
                self.history,
                approvals=tuple(
                    replace(one, ended_on=on) if one.key in fresh else one for one in self.history.approvals
                ),
            )
            self.ended = (*self.ended, *fresh)
        self.standing = written(decision, self.standing)
        return decision


def untouched(choices: RecordChoices) -> History:
    """A record in which no plan has brought anything about yet."""
    history = choices.record()
    near = replace(
        CALM, responses=history.responses, lesions=(*CALM.lesions, *history.lesions), symptoms=history.symptoms
    )
    history = near if choices.yes() else history
    approvals = (StepDownApproval(TODAY - timedelta(30), key=1),) if choices.yes() else ()
    return replace(history, left_low_risk=(), approvals=approvals)


def wrong(choices: RecordChoices) -> dict[str, object]:
    """Something of another patient, by field of the record."""
    on = TODAY - timedelta(choices.number(40))
    return choices.of(
        (
            {"lesions": LesionHistory("L3", on, (LesionAssessment(on, choices.of(("0", "1b", "2", None))),))},
            {"responses": ResponseEntry(on, choices.of(("progressive", "stable", "mixed")))},
            {"symptoms": SymptomEpisode(choices.of(("neuro", "pain_suggestive")), on)},
        )
    )


def with_it(history: History, more: dict[str, object]) -> History:
    return replace(history, **{name: (*getattr(history, name), one) for name, one in more.items()})


@given(records)
def test_plans_made_again_without_a_fact_are_those_of_a_life_without_it(choices: RecordChoices) -> None:
    """The wrong fact is known from the second look to the last but one; what is made again starts before it."""
    history, more = untouched(choices), wrong(choices)
    erring, other = Life(history), Life(history)
    start = erring.look(DAYS[0]), other.look(DAYS[0])
    assert start[0] == start[1]
    known = Consequences(
        left_low_risk=erring.history.left_low_risk,
        ended={one.key: (one.ended_on, "") for one in erring.history.approvals if one.ended_on},
        asked_since=dict.fromkeys(start[0].state.tasks, -1),
    )
    before = erring.standing
    erring.history = with_it(erring.history, more)
    for day in DAYS[1:]:
        erring.look(day)
        other.look(day)
    told: list[Made] = list(
        replay(
            [Look(TODAY + timedelta(day), lambda: history, by_night=True) for day in DAYS[1:]],
            before,
            known,
            lambda _: RULES,
            facts_of,
        )
    )
    assert told[-1].standing.plan == other.standing.plan
    assert told[-1].standing.follow_ups == other.standing.follow_ups
    assert set(told[-1].standing.tasks) == set(other.standing.tasks)
    assert known.left_low_risk == other.history.left_low_risk
    assert {key: on for key, (on, _) in known.ended.items()} == {
        one.key: one.ended_on for one in other.history.approvals if one.ended_on
    }
    assert set(known.asked_since) == set(other.standing.plan.tasks if other.standing.plan else ())


def test_an_error_ends_low_risk_in_one_life_only() -> None:
    erring, other = Life(CALM), Life(CALM)
    for life in (erring, other):
        life.look(0)
    erring.history = with_it(CALM, {"lesions": LesionHistory("L3", TODAY, (LesionAssessment(TODAY, "2"),))})
    for life in (erring, other):
        life.look(1)
    assert (erring.left, other.left) == ((1,), ())
