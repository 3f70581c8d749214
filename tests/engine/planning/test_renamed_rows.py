"""Rows may be called anything: under other names the same people get the same plans."""

from __future__ import annotations

from hypothesis import given

from scheduling.engine.planning.plan import plan
from scheduling.engine.plans import FactRead, FiredRow, Plan, PlannedItem, StreamPlan
from scheduling.engine.record.facts import Facts
from scheduling.policies import default_policy
from tests.engine.following.renaming import renamed
from tests.engine.strategies import TODAY, anybody, planned

OTHER, NAMES = renamed(default_policy())


def told_in_other_names(one: Plan) -> Plan:
    """The plan with every row's name exchanged, and nothing else: a level may be called C1 too."""
    return one._replace(
        rows=tuple(NAMES[row] for row in one.rows),
        imaging=stream(one.imaging),
        surgeon=stream(one.surgeon),
        fired=tuple(
            FiredRow(NAMES[row.row], tuple(map(fact, row.facts)), tuple(map(item, row.items))) for row in one.fired
        ),
        stopped_by=one.stopped_by and NAMES[one.stopped_by],
    )


def stream(asked: StreamPlan | None) -> StreamPlan | None:
    return asked and asked._replace(row=NAMES[asked.row])


def item(one: PlannedItem) -> PlannedItem:
    return one._replace(row=NAMES[one.row])


def fact(one: FactRead) -> FactRead:
    return one._replace(value=NAMES[one.value]) if one.name == "base_row" else one


@given(anybody | planned)
def test_under_other_names_a_plan_is_the_same(facts: Facts) -> None:
    before = plan(facts, default_policy(), TODAY)
    assert before.rows
    assert plan(facts, OTHER, TODAY) == told_in_other_names(before)


def test_every_row_has_another_name_and_says_what_it_said() -> None:
    assert set(NAMES).isdisjoint(NAMES.values())
    for row, other in zip(default_policy().rows, OTHER.rows, strict=True):
        assert other.id == NAMES[row.id]
        assert (other.title, other.urgency, len(other.streams)) == (row.title, row.urgency, len(row.streams))
