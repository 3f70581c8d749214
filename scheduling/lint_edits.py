"""What an edit of a policy made later, less urgent or took away."""

from __future__ import annotations

from collections.abc import Iterator

from scheduling.engine.periods import Offset
from scheduling.engine.policy.rows import ItemRule, Policy, Row
from scheduling.engine.vocabulary import URGENCY_RANK
from scheduling.findings import Finding, unsafe


def windows_of(item: ItemRule) -> Iterator[Offset]:
    yield from (one.window for one in item.windows)
    yield from (window for _, window in item.windows_by if window is not None)


def later_than(before: Policy, after: Policy) -> Iterator[Finding]:
    """What an edit made later, less urgent or took away."""
    now = {row.id: row for row in after.rows}
    for row in before.rows:
        edited = now.get(row.id)
        if edited is None:
            yield unsafe(row.id, f"was taken away ({row.title})")
            continue
        if URGENCY_RANK[edited.urgency] > URGENCY_RANK[row.urgency]:
            yield unsafe(row.id, f"urgency {row.urgency} became {edited.urgency}")
        yield from _later_windows(row, edited)


def _later_windows(row: Row, edited: Row) -> Iterator[Finding]:
    for rule in row.streams:
        other = edited.stream(rule.stream)
        if rule.items and (other is None or len(other.items) < len(rule.items)):
            yield unsafe(row.id, f"{rule.stream}: a window was taken away")
            continue
        for was, now in zip(rule.items, other.items if other else (), strict=False):
            for old, new in zip(windows_of(was), windows_of(now), strict=False):
                if new.latest > old.latest or new.due > old.due:
                    was_days = f"due {old.due} and latest {old.latest} days"
                    text = f"{rule.stream}: {was_days} became {new.due} and {new.latest}"
                    yield unsafe(row.id, text)
