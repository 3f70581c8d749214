"""Items that give way: a clinician's own window, and rows that replace others while they have items of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduling.engine.plans import FactRead, PlannedItem
from scheduling.engine.record.view import View, active_overrides

if TYPE_CHECKING:
    from scheduling.engine.planning.compiled import CompiledRow, Fired
    from scheduling.engine.policy.questions.question import Test


def own_windows(
    view: View, row: CompiledRow, test: Test | None, replaces_if: Test | None, fired: list[Fired]
) -> None:
    """List the clinicians' own windows of today, and note what they replace, each in its own stream."""
    if not view.facts.overrides:
        return
    items: list[PlannedItem] = []
    facts: list[FactRead] = []
    for own in active_overrides(view.facts, view.today):
        view.override = own
        if test is not None and not test(view, None):
            continue
        counted_by = row.counted_by[own.stream]
        dates = own.earliest, own.due, own.latest
        items.append(PlannedItem(own.stream, row.id, *dates, "override", own.starts_on, counted_by))
        facts.append(FactRead("override", own.stream, own.starts_on))
        facts.append(FactRead("override_until", own.stream, own.until_on))
        if own.second_approval:
            facts.append(FactRead("second_approval", own.stream))
        if row.replaces and (replaces_if is None or replaces_if(view, None)):
            _note(view, own.stream, row.replaces)
    view.override = None
    if items:
        fired.append((row.id, row.rank, tuple(facts), items))


def replaced_by(view: View, row: CompiledRow, items: list[PlannedItem]) -> None:
    """Note what a row with items replaces, unless all of them were replaced themselves."""
    before = view.replaced or {}
    if any(row.id not in before.get(item.stream, ()) for item in items):
        for stream in row.replaces_in:
            _note(view, stream, row.replaces)


def _note(view: View, stream: str, rows: frozenset[str]) -> None:
    replaced = view.replaced = view.replaced or {}
    replaced.setdefault(stream, set()).update(rows)


def without(fired: list[Fired], replaced: dict[str, set[str]]) -> list[Fired]:
    """The rows after replacement: items give way, rows stay listed, so that no fired row is hidden."""
    return [
        (row_id, rank, facts, [item for item in items if row_id not in replaced.get(item.stream, ())])
        for row_id, rank, facts, items in fired
    ]
