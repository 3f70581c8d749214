"""The law of decision: nothing is decided otherwise on any day before the one until which a decision stands."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

import scheduling.engine
from scheduling.deriving import facts_of
from scheduling.engine.following.decide import Decision, Followed, Standing, decide, with_its_facts
from scheduling.engine.following.reconcile import apply
from scheduling.engine.following.rulebook import Rulebook
from scheduling.engine.following.stands_until import decide_until
from scheduling.engine.record.facts import Override, Primary, Study
from scheduling.engine.record.history import History, LesionAssessment, LesionHistory, SymptomEpisode
from scheduling.policies import default_policy
from tests.engine.histories import RecordChoices, records
from tests.engine.patients import LOW, ago, ahead
from tests.engine.strategies import TODAY

RULES = Rulebook.of(default_policy())
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
#: A decision that no day changes is followed for so long.
FOLLOWED = timedelta(weeks=80)
NOBODY = Standing({}, None)


def decided(history: History, standing: Standing, on: date) -> Decision:
    return decide(history, standing, RULES, on, facts_of)


def until(history: History, standing: Standing, on: date = TODAY) -> tuple[Decision, date | None]:
    return decide_until(history, standing, RULES, on, facts_of)


def written(history: History, standing: Standing, decision: Decision, on: date) -> tuple[History, Standing]:
    """Record and schedule after a decision was written."""
    rows = apply(decision.changes, {stream: one.row for stream, one in standing.follow_ups.items()})
    kept = {stream: Followed(row, decision.reasons[stream]) for stream, row in rows.items()}
    tasks = {*standing.tasks, *decision.raised} - {*decision.ended}
    return with_its_facts(history, decision, on=on), Standing(kept, decision.state, tasks)


def acted(choices: RecordChoices) -> tuple[History, Standing]:
    """A record that was planned on `TODAY`, after a person did something with its follow-ups."""
    history = choices.record()
    history, standing = written(history, NOBODY, decided(history, NOBODY, TODAY), TODAY)
    rows = {stream: one._replace(row=choices.arranged(one.row)) for stream, one in standing.follow_ups.items()}
    assert standing.plan is not None
    plan = standing.plan._replace(low_risk=choices.yes() or standing.plan.low_risk)
    return history, replace(standing, follow_ups=rows, plan=plan)


def settled(choices: RecordChoices) -> tuple[History, Standing]:
    """As `acted`, and the plan followed."""
    history, standing = acted(choices)
    return written(history, standing, decided(history, standing, TODAY), TODAY)


def days_before(end: date | None) -> Iterator[date]:
    """Every day after `TODAY` and before `end` in the thorough run; else the next, the last and some between."""
    last = min(end or date.max, TODAY + FOLLOWED) - timedelta(1)
    count = (last - TODAY).days
    steps = range(1, count + 1) if THOROUGH else sorted({1, count // 3, count // 2, count - 1, count})
    return (TODAY + timedelta(step) for step in steps if 1 <= step <= count)


@settings(max_examples=2000 if THOROUGH else 150)
@given(records)
def test_the_whole_decision_is_the_same_on_every_day_before(choices: RecordChoices) -> None:
    history, standing = settled(choices)
    decision, end = until(history, standing)
    assert decision.nothing, "what was just written is looked at and written again"
    assert decision == decided(history, standing, TODAY), "a day that remembers decides as a plain one"
    assert end is None or end > TODAY
    for day in days_before(end):
        assert decided(history, standing, day) == decision, (day, end)


@given(records)
def test_what_a_decision_writes_stands_as_long_as_it_says(choices: RecordChoices) -> None:
    """Also where the decision opens, moves or ends something: the day covers the rows as they are afterwards."""
    history, standing = acted(choices)
    decision, end = until(history, standing)
    history, standing = written(history, standing, decision, TODAY)
    for day in days_before(end):
        assert decided(history, standing, day).nothing, (day, end)


#: A stable lesion, examined a week ago: nothing is due for long.
QUIET = History(
    ago(weeks=30),
    (Primary("prostate", "hormone_sensitive"),),
    lesions=(LesionHistory("T8", ago(weeks=30), (LesionAssessment(ago(weeks=30), "0", LOW),)),),
    studies=(Study(ago(7), "mri", "whole_spine"),),
    visits=(ago(7),),
)


def stands_until(history: History, **rows: object) -> date | None:
    """Until when the settled decision of a record stands, its imaging row changed by a person."""
    standing = NOBODY
    for changes in (rows, {}):
        history, standing = written(history, standing, decided(history, standing, TODAY), TODAY)
        imaging = standing.follow_ups["imaging"]
        kept = {**standing.follow_ups, "imaging": imaging._replace(row=replace(imaging.row, **changes))}  # type: ignore[arg-type]
        standing = replace(standing, follow_ups=kept)
    return until(history, standing)[1]


@pytest.mark.parametrize(
    ("more", "end"),
    [
        pytest.param({"studies": (*QUIET.studies, Study(ahead(20), "ct_spine"))}, ahead(20), id="a study ahead"),
        pytest.param(
            {"symptoms": (SymptomEpisode("pain_suggestive", ago(3), closed_on=ahead(4)),)},
            ahead(4),
            id="a closing",
        ),
        pytest.param(
            {"overrides": (Override("surgeon", ahead(3), ahead(5), ahead(9), ahead(2), ahead(30)),)},
            ahead(2),
            id="an own window that begins",
        ),
        pytest.param(
            {"overrides": (Override("surgeon", ahead(3), ahead(5), ahead(9), ago(2), ahead(6)),)},
            ahead(7),
            id="an own window after its last day",
        ),
    ],
)
def test_the_day_is_that_of_what_turns(more: dict[str, object], end: date) -> None:
    assert stands_until(replace(QUIET, **more)) == end  # type: ignore[arg-type]


def test_a_hold_ends_the_day_after_its_last_and_a_snooze_or_a_booking_changes_no_decision() -> None:
    alone = stands_until(QUIET)
    assert alone is None or alone > ahead(60)
    assert stands_until(QUIET, state="cancelled", hold_until=ahead(9)) == ahead(10)
    assert stands_until(QUIET, snoozed_until=ahead(9)) == alone
    assert stands_until(QUIET, state="booked", booked_on=ahead(9)) == alone


def test_nothing_in_the_engine_turns_the_day_back_into_a_date() -> None:
    """The day's own fields are read in its module alone, and it is made in the one place that asks it."""
    engine = Path(scheduling.engine.__path__[0])
    for file in sorted(engine.rglob("*.py")):
        if file.name == "day.py":
            continue
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("_on", "_until", "_day", "_start"), f"{file.name}:{node.lineno}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Day":
                assert file.name == "stands_until.py", f"{file.name}:{node.lineno}"
