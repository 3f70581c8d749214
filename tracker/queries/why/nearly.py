"""Rows that one worse value would have made the winner: what would have to be, and the window then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from scheduling.engine.periods import Window
from scheduling.engine.planning.plan import plan as make_plan
from scheduling.engine.plans import Plan, StreamPlan
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.facts import Facts
from scheduling.engine.vocabulary import CONTROLLED, Escc, ResponseCategory, Stream
from scheduling.engine.words import word


@dataclass(frozen=True, slots=True)
class NearlyFired:
    """A row that one other value would have made the winner: what would have to be, and the window then."""

    code: str
    change: str
    window: Window
    days_earlier: int


def asked_in(plan: Plan, stream: str) -> StreamPlan | None:
    """What a plan asks for in a stream."""
    return plan.imaging if stream == Stream.IMAGING else plan.surgeon


def nearly_fired(
    facts: Facts, policy: Policy, day: date, stream: str, asked: StreamPlan | None
) -> Iterator[NearlyFired]:
    """Rows that one worse value would have made the winner with an earlier date, the earliest first."""
    found: dict[str, NearlyFired] = {}
    for change, other in _one_worse(facts):
        then = asked_in(make_plan(other, policy, day), stream)
        if then is None or (asked is not None and then.due >= asked.due):
            continue
        earlier = (asked.due - then.due).days if asked else 0
        window = Window(then.earliest, then.due, then.latest)
        known = found.get(then.row)
        if known is None or window.due > known.window.due:
            found[then.row] = NearlyFired(then.row, change, window, earlier)
    yield from sorted(found.values(), key=lambda one: (-one.days_earlier, one.code))


def _one_worse(facts: Facts) -> Iterator[tuple[str, Facts]]:
    """The same person with one value worse: the next ESCC grade of a lesion, or progression of the spine."""
    grades = list(Escc)
    for index, lesion in enumerate(facts.lesions):
        if lesion.escc is None or lesion.escc == grades[-1]:
            continue
        grade = grades[grades.index(Escc(lesion.escc)) + 1]
        worse = (*facts.lesions[:index], replace(lesion, escc=grade), *facts.lesions[index + 1 :])
        where = f" at {lesion.level}" if lesion.level else ""
        yield f"if ESCC{where} were {grade}", replace(facts, lesions=worse)
    response = facts.response
    if response is not None and response.on is not None and response.category in CONTROLLED:
        worse_response = replace(response, category=ResponseCategory.PROGRESSIVE, since=response.on, run=(response.on,))
        premise = f"if the response were {word(ResponseCategory.PROGRESSIVE)}"
        yield premise, replace(facts, response=worse_response)
