"""Items that give way to those of other rows; the rows stay listed, so that no fired row is hidden."""

from __future__ import annotations

from collections.abc import Iterable

from scheduling.engine.plans import FactRead, PlannedItem
from scheduling.engine.record.view import View

#: A row that is listed: its id, the rank of its urgency, what it read and what it asks for.
Fired = tuple[str, int, tuple[FactRead, ...], list[PlannedItem]]


def note_replaced(view: View, streams: Iterable[str], rows: frozenset[str]) -> None:
    """Note that the items of these rows give way in these streams."""
    if view.replaced is None:
        view.replaced = {}
    for stream in streams:
        view.replaced.setdefault(stream, set()).update(rows)


def still_asks(view: View, row_id: str, items: Iterable[PlannedItem]) -> bool:
    """Whether any of the row's items was not replaced by a row before it."""
    before = view.replaced or {}
    return any(row_id not in before.get(item.stream, ()) for item in items)


def without(fired: list[Fired], replaced: dict[str, set[str]]) -> list[Fired]:
    """The rows after replacement."""
    return [
        (row_id, rank, facts, [item for item in items if row_id not in replaced.get(item.stream, ())])
        for row_id, rank, facts, items in fired
    ]
