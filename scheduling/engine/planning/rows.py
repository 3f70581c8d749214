"""Rows as closures, made once per policy version: each asks the view and gives itself with what it asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scheduling.engine.planning.replacing import Fired, note_replaced, still_asks
from scheduling.engine.planning.windows import window_rules
from scheduling.engine.plans import FactRead, PlannedItem, new_fact
from scheduling.engine.policy.questions.combining import AllOf
from scheduling.engine.policy.questions.question import Test
from scheduling.engine.policy.rows import Replacement, Row
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.view import OF_PERSON, View, active_overrides
from scheduling.engine.vocabulary import URGENCY_RANK

#: Adds a row to those that are listed.
Ask = Callable[[View, list[Fired]], None]


def holds_for(when: AllOf, for_each: str, names: Names) -> Test:
    """Whether the conditions hold for the person, or for any lesion where they are asked of each."""
    holds = when.holds(names)
    if for_each == "lesion":
        return lambda v, x: any(holds(v, lesion) for lesion in v.lesions)
    return holds


class RowRule(NamedTuple):
    """A row as what is asked of the person first, and what lists it then, where it asks for anything."""

    first: Test
    ask: Ask


def rule_of(row: Row, names: Names, *, in_any_case: bool) -> RowRule:
    """The row as closures; `in_any_case` it is listed whether or not it holds or asks for anything."""
    if row.for_each == "override":
        return RowRule(lambda v, x: bool(v.facts.overrides), _of_overrides(row, names))
    if row.for_each == "lesion":
        return RowRule(lambda v, x: in_any_case or bool(v.lesions), _of_lesions(row, names, in_any_case))
    holds = row.when.holds(names)
    return RowRule((lambda v, x: True) if in_any_case else holds, _of_person(row, names, in_any_case))


def _of_person(row: Row, names: Names, in_any_case: bool) -> Ask:
    """The row, once it is known to hold."""
    row_id, rank, replace = row.id, URGENCY_RANK[row.urgency], _replacement(row, names)
    read, rules = row.when.reader(names), window_rules(row, names)

    def ask(v: View, fired: list[Fired]) -> None:
        items: list[PlannedItem] = []
        for add in rules:
            add(v, OF_PERSON, items)
        if items or in_any_case:
            fired.append((row_id, rank, read(v, OF_PERSON), items))
            if replace is not None:
                replace(v, items)

    return ask


def _of_lesions(row: Row, names: Names, in_any_case: bool) -> Ask:
    """Of each lesion for which it holds and has an item: where that lesion is, and what was read of it."""
    row_id, rank, replace = row.id, URGENCY_RANK[row.urgency], _replacement(row, names)
    holds, read, rules = row.when.holds(names), row.when.reader(names), window_rules(row, names)

    def ask(v: View, fired: list[Fired]) -> None:
        facts: tuple[FactRead, ...] = ()
        items: list[PlannedItem] = []
        for x in v.lesions:
            if holds(v, x):
                count = len(items)
                for add in rules:
                    add(v, x, items)
                if len(items) > count:
                    facts += (new_fact(("level", x.level or "unknown level", x.found)), *read(v, x))
        if items or in_any_case:
            fired.append((row_id, rank, facts, items))
            if replace is not None:
                replace(v, items)

    return ask


def _replacement(row: Row, names: Names) -> Callable[[View, list[PlannedItem]], None] | None:
    """Notes what the row replaces while it has items that nothing replaced, None where it replaces nothing."""
    replaces: Replacement | None = row.replaces
    if replaces is None:
        return None
    rows, streams = frozenset(replaces.rows), replaces.streams
    holds, row_id = holds_for(replaces.only_if, row.for_each, names), row.id

    def replace(v: View, items: list[PlannedItem]) -> None:
        if still_asks(v, row_id, items) and holds(v, OF_PERSON):
            note_replaced(v, streams, rows)

    return replace


def _of_overrides(row: Row, names: Names) -> Ask:
    """The clinicians' own windows of today; each replaces others in its own stream."""
    row_id, rank, holds = row.id, URGENCY_RANK[row.urgency], holds_for(row.when, row.for_each, names)
    counted_by = {rule.stream: rule.counted_by for rule in row.streams}
    rows = frozenset() if row.replaces is None else frozenset(row.replaces.rows)
    replaces = None if row.replaces is None else holds_for(row.replaces.only_if, row.for_each, names)

    def ask(v: View, fired: list[Fired]) -> None:
        items: list[PlannedItem] = []
        facts: list[FactRead] = []
        for own in active_overrides(v.facts, v.today):
            v.override = own
            if not holds(v, OF_PERSON):
                continue
            dates = own.earliest, own.due, own.latest
            completed_by = counted_by[own.stream]
            items.append(PlannedItem(own.stream, row_id, *dates, "override", own.starts_on, completed_by))
            facts.append(FactRead("override", own.stream, own.starts_on))
            facts.append(FactRead("override_until", own.stream, own.until_on))
            if own.second_approval:
                facts.append(FactRead("second_approval", own.stream))
            if replaces is not None and replaces(v, OF_PERSON):
                note_replaced(v, (own.stream,), rows)
        v.override = None
        if items:
            fired.append((row_id, rank, tuple(facts), items))

    return ask
