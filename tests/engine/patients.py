"""A plain patient under the default policy, from which each test departs, and what a plan says in short."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from scheduling.engine.planning.plan import plan
from scheduling.engine.plans import Plan, PlannedItem
from scheduling.engine.record.facts import Facts, Lesion, Primary, Procedure, Response, Sins, Study, Therapy
from scheduling.policies import default_policy

TODAY = date(2026, 6, 1)

LOW = Sins("semirigid", "pain_free", "blastic", "normal", "none", "none")  # 1
TEN = Sins("junctional", "mechanical", "lytic", "normal", "under_50", "none")  # 10
FOURTEEN = Sins("junctional", "mechanical", "lytic", "normal", "over_50", "bilateral")  # 14


def ago(days: int = 0, weeks: int = 0) -> date:
    return TODAY - timedelta(days, weeks=weeks)


def ahead(days: int = 0, weeks: int = 0) -> date:
    return TODAY + timedelta(days, weeks=weeks)


def lesion(level: str | None = "T8", found: date | None = None, **values: Any) -> Lesion:
    """A lesion with low scores, found 40 weeks ago."""
    return Lesion(level, found or ago(weeks=40), **{"escc": "0", "sins": LOW} | values)


#: HER2-positive breast, symptomatic of old, treated locally long ago: base row B2 and nothing else.
PLAIN = Facts(
    registered=ago(weeks=80),
    primaries=(Primary("breast", "her2_pos"),),
    therapy=Therapy("chemo_adc", ago(weeks=60)),
    response=Response("stable", ago(weeks=4), ago(weeks=20)),
    procedures=(Procedure("cebrt", ago(weeks=60), ("L4",)),),
    studies=(Study(ago(weeks=4), "mri", "whole_spine"),),
    visits=(ago(weeks=5),),
    lesions=(lesion(),),
    spine_symptomatic=True,
)


def patient(**values: Any) -> Facts:
    return replace(PLAIN, **values)


def planned(facts: Facts, today: date = TODAY) -> Plan:
    return plan(facts, default_policy(), today)


def items(one: Plan, row: str, stream: str) -> list[PlannedItem]:
    """The items of a row in one stream."""
    return [item for fired in one.fired if fired.row == row for item in fired.items if item.stream == stream]


def windows(one: Plan, row: str, stream: str) -> list[tuple[date, date, date]]:
    return [(item.earliest, item.due, item.latest) for item in items(one, row, stream)]


def windows_of(facts: Facts, row: str) -> tuple[object, object]:
    """The imaging and the surgeon windows of a row."""
    one = planned(facts)
    return windows(one, row, "imaging"), windows(one, row, "surgeon")


def weeks_after(anchor: date, *weeks: int) -> tuple[date, ...]:
    return tuple(anchor + timedelta(weeks=count) for count in weeks)


def days_after(anchor: date, *days: int) -> tuple[date, ...]:
    return tuple(anchor + timedelta(count) for count in days)
