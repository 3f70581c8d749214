"""Items that give way: a clinician's own window, and rows that replace others while they have items of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduling.engine.plans import FactRead, PlannedItem
from scheduling.engine.view import View, active_overrides

if TYPE_CHECKING:
    from scheduling.engine.compiled import CompiledRow, Fired
    from scheduling.engine.questions import Test

#: Per stream the rows whose items are dropped.
Replaced = dict[str, set[str]]


def own_windows(
    view: View,
    row: CompiledRow,
    test: Test | None,
    replaces_if: Test | None,
    fired: list[Fired],
    replaced: Replaced | None,
) -> Replaced | None:
    """List the clinicians' own windows of today, and note what they replace, each in its own stream."""
    items: list[PlannedItem] = []
    facts: list[FactRead] = []
    for own in active_overrides(view.facts, view.today):
        view.override = own
        if test is not None and not test(view, None):
            continue
        counted_by = row.counted_by[own.stream]
        items.append(
            PlannedItem(
                own.stream, row.id, own.earliest, own.due, own.latest, "override", own.starts_on, counted_by
            )  # fmt: skip
        )
        facts.append(FactRead("override", own.stream, own.starts_on))
        facts.append(FactRead("override_until", own.stream, own.until_on))
        if own.second_approval:
            facts.append(FactRead("second_approval", own.stream))
        if row.replaces and (replaces_if is None or replaces_if(view, None)):
            replaced = replaced or {}
            replaced.setdefault(own.stream, set()).update(row.replaces)
    view.override = None
    if items:
        fired.append((row, tuple(facts), items))
    return replaced


def replaced_by(row: CompiledRow, items: list[PlannedItem], replaced: Replaced | None) -> Replaced | None:
    """Note what a row with items replaces, unless all of them were replaced themselves."""
    before = replaced or {}
    if all(row.id in before.get(item.stream, ()) for item in items):
        return replaced
    for stream in row.replaces_in:
        before.setdefault(stream, set()).update(row.replaces)
    return before


def without(fired: list[Fired], replaced: Replaced, chosen: str) -> list[Fired]:
    """The rows after replacement: one that lost every item is no longer listed, unless it is the chosen one."""
    left: list[Fired] = []
    for row, facts, items in fired:
        kept = [item for item in items if row.id not in replaced.get(item.stream, ())]
        if kept or row.id == chosen:
            left.append((row, facts, kept))
    return left
