"""A plan in the words of the case format: what `expect` and the expected SINS of the lesions are compared with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from scheduling.cases.expectations import (
    Difference,
    Expectation,
    LesionAnswer,
    LesionExpectation,
    Prognosis,
    StreamAnswer,
    computed,
    differences,
)
from scheduling.cases.reading import Case
from scheduling.engine.following.status import status_on
from scheduling.engine.plans import Plan, StreamPlan
from scheduling.engine.record.facts import Facts
from scheduling.engine.scores.sins import score

#: What stands in a printed answer: texts, numbers, dates, lists and mappings of them.
Printed = dict[str, Any]


def answer(plan: Plan, today: date, prognosis: Iterable[Prognosis] = ()) -> Expectation:
    """What the plan of `today` says, in the shape of an `expect` block; scores are computed from the inputs given."""
    return Expectation(
        rows=plan.rows,
        tempo=plan.tempo,
        imaging=_stream(plan.imaging, today),
        surgeon=_stream(plan.surgeon, today),
        urgency=plan.urgency,
        tasks=plan.tasks,
        prognosis=tuple(computed(one) for one in prognosis),
    )


def _stream(asked: StreamPlan | None, today: date) -> StreamAnswer | None:
    if asked is None:
        return None
    state = status_on(today, asked.earliest, asked.due, asked.latest)
    return StreamAnswer(asked.row, asked.earliest, asked.due, asked.latest, state, asked.request)


def lesion_answers(facts: Facts) -> tuple[LesionAnswer, ...]:
    """SINS of every lesion of `facts`, in their order; no total while an item is missing."""
    return tuple(
        LesionAnswer(lesion.level, result.total, result.band)
        for lesion in facts.lesions
        for result in (score(lesion.sins),)
    )


def compare(case: Case, given: Expectation, lesions: Iterable[tuple[int, LesionAnswer]]) -> list[Difference]:
    """Every expectation of the case that is not met; `lesions` are answers with their place in the case."""
    found = differences(case.id, case.expect, given) if case.expect else []
    seen = dict(lesions)
    for index, expected in enumerate(case.lesion_expectations):
        found += _lesion(case.id, index, expected, seen.get(index))
    return found


def _lesion(patient: str, index: int, expected: LesionExpectation, given: LesionAnswer | None) -> list[Difference]:
    came_out = {"total": given.sins_total, "band": given.sins_band} if given else {"total": None, "band": None}
    return [
        Difference(patient, f"lesions[{index}].sins_{name}", value, came_out[name])
        for name, value in expected.values.items()
        if value != came_out[name]
    ]


def printed(given: Expectation, lesions: Iterable[LesionAnswer]) -> Printed:
    """The answer with the keys of an `expect` block and `lesions`; `prognosis` only where one was asked for."""
    answered: Printed = {
        "rows": list(given.rows),
        "tempo": _word(given.tempo),
        "imaging": _printed_stream(given.imaging, imaging=True),
        "surgeon": _printed_stream(given.surgeon, imaging=False),
        "urgency": _word(given.urgency),
        "tasks": sorted(map(str, given.tasks)),
    }
    if given.prognosis:
        answered["prognosis"] = {one.score: _printed_score(one) for one in given.prognosis}
    answered["lesions"] = [
        {"level": lesion.level, "sins_total": lesion.sins_total, "sins_band": _word(lesion.sins_band)}
        for lesion in lesions
    ]
    return answered


def _word(value: str | None) -> str | None:
    return None if value is None else str(value)


def _printed_stream(stream: StreamAnswer | None, *, imaging: bool) -> Printed | None:
    if stream is None:
        return None
    answered: Printed = {
        "row": stream.row,
        "earliest": stream.earliest,
        "due": stream.due,
        "latest": stream.latest,
    }
    if imaging:
        answered["modality"] = _word(stream.modality)
    answered["state"] = str(stream.state)
    return answered


def _printed_score(one: Prognosis) -> Printed:
    answered: Printed = {"inputs": dict(one.inputs), "total": one.total}
    if one.band is not None or one.score != "nesms":
        answered["band"] = one.band
    return answered
