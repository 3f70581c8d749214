"""The windows of a row as closures: the day to count from, which window stands, and the item they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from scheduling.engine.periods import Offset
from scheduling.engine.plans import PlannedItem, new_item
from scheduling.engine.policy.anchors import Anchor
from scheduling.engine.policy.choosing import WINDOW_BY
from scheduling.engine.policy.questions.question import Test
from scheduling.engine.policy.rows import ItemRule, Row, StreamRule
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.view import OF_PERSON, Find, LesionView, View

#: Adds the item of one rule to a list, where it has one.
Add = Callable[[View, LesionView, list[PlannedItem]], None]


class _Spans(NamedTuple):
    """A window as spans after its day, with a note on the appointment."""

    earliest: timedelta
    due: timedelta
    latest: timedelta
    note: str


_Windows = tuple[_Spans, ...]
#: The windows that may stand, in order.
_Choose = Callable[[View, LesionView], _Windows]


def window_rules(row: Row, names: Names) -> tuple[Add, ...]:
    """What adds the items of a row, in the order of the document."""
    return tuple(_rule(row, rule, item, names) for rule in row.streams for item in rule.items)


def first_day(anchors: tuple[Anchor, ...], names: Names) -> Callable[[View, LesionView], tuple[str, date] | None]:
    """The first of these days that exists, with its name."""
    finds = tuple((anchor.key, anchor.find(names)) for anchor in anchors)

    def first(v: View, x: LesionView) -> tuple[str, date] | None:
        for key, find in finds:
            on = find(v, x)
            if on is not None:
                return key, on
        return None

    return first


def _rule(row: Row, rule: StreamRule, item: ItemRule, names: Names) -> Add:
    add = _plain(row, rule, item, names) if _is_plain(item) else _chosen(row, rule, item, names)
    if not item.only_if.parts:
        return add
    holds: Test = item.only_if.test(names)

    def add_if(v: View, x: LesionView, items: list[PlannedItem]) -> None:
        if holds(v, x):
            add(v, x, items)

    return add_if


def _is_plain(item: ItemRule) -> bool:
    """One day, one window that nothing closes, caps or chooses: most are."""
    return len(item.count_from) == 1 and len(item.windows) == 1 and not item.closed_by and item.cap is None


def _plain(row: Row, rule: StreamRule, item: ItemRule, names: Names) -> Add:
    (anchor,), (window,) = item.count_from, item.windows
    key, find = anchor.key, anchor.find(names)
    earliest, due, latest, note = _spans(window.window, window.note)
    stream, counted_by, row_id = rule.stream, rule.counted_by, row.id

    def add(v: View, x: LesionView, items: list[PlannedItem]) -> None:
        on = find(v, x)
        if on is not None:
            of = None if x is OF_PERSON else x.index
            window = on + earliest, on + due, on + latest
            items.append(new_item((stream, row_id, *window, key, on, counted_by, of, note)))

    return add


def _chosen(row: Row, rule: StreamRule, item: ItemRule, names: Names) -> Add:
    first, choose, closed = first_day(item.count_from, names), _choose(item, names), _closed(item.closed_by)
    stream, counted_by, row_id = rule.stream, rule.counted_by, row.id

    def add(v: View, x: LesionView, items: list[PlannedItem]) -> None:
        found = first(v, x)
        if found is None:
            return
        key, on = found
        done = closed(v, x)
        for earliest, due, latest, note in choose(v, x):
            opens = on + earliest
            if done is None or done < opens:
                of = None if x is OF_PERSON else x.index
                window = opens, on + due, on + latest
                items.append(new_item((stream, row_id, *window, key, on, counted_by, of, note)))
                return

    return add


def _closed(closed_by: str) -> Find:
    """The newest day that closes a window when it lies on or after its earliest day; None closes nothing."""
    if not closed_by:
        return lambda v, x: None
    if closed_by == "visit":
        return lambda v, x: v.last_visit
    return lambda v, x: v.newest.get(closed_by)


def _choose(item: ItemRule, names: Names) -> _Choose:
    """The windows of an item; the smaller ones while its cap holds (modifier M1)."""
    plain = _uncapped(item, None)
    if item.cap is None:
        return plain
    capped, holds = _uncapped(item, item.cap.window), item.cap.only_if.test(names)
    return lambda v, x: capped(v, x) if holds(v, x) else plain(v, x)


def _uncapped(item: ItemRule, cap: Offset | None) -> _Choose:
    if not item.by:
        series = tuple(_spans(_smaller(one.window, cap), one.note) for one in item.windows)
        return lambda v, x: series
    table: Mapping[str, _Windows] = {
        value: () if window is None else (_spans(_smaller(window, cap), ""),) for value, window in item.windows_by
    }
    value_of = WINDOW_BY[item.by].of
    return lambda v, x: table[value_of(v)]


def _smaller(window: Offset, cap: Offset | None) -> Offset:
    return window if cap is None else window.capped(cap)


def _spans(window: Offset, note: str) -> _Spans:
    return _Spans(timedelta(window.earliest), timedelta(window.due), timedelta(window.latest), note)
