"""A policy as functions: conditions, anchors and windows are resolved once, so that a plan only calls them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from scheduling.engine.anchors import Anchor, Find, Names
from scheduling.engine.periods import Offset
from scheduling.engine.plans import FactRead, PlannedItem
from scheduling.engine.policy import ItemRule, Policy, Row, StreamRule
from scheduling.engine.questions import AllOf, Condition, Test
from scheduling.engine.view import LesionView, Sets, View
from scheduling.engine.vocabulary import URGENCY_RANK, Stream

#: Appends the item it asks for, if any, to the list.
Ask = Callable[[View, LesionView | None, list[PlannedItem]], None]
Read = Callable[[View, LesionView | None], tuple[FactRead, ...]]
_Spans = tuple[timedelta, timedelta, timedelta]


class CompiledRow(NamedTuple):
    """One row ready to run. `dates` are the item functions; `kept` is None where the row suspends nothing."""

    id: str
    rank: int
    for_each: str
    test: Test | None
    read: Read
    dates: tuple[Ask, ...]
    kept: frozenset[str] | None
    keep_dates: bool
    replaces: frozenset[str]
    replaces_in: frozenset[str]
    replaces_if: Test | None
    counted_by: dict[str, str]


class CompiledTask(NamedTuple):
    """One task ready to run; `day` gives the date in its name."""

    task: str
    test: Test | None
    for_each: str
    day: Callable[[View], date | None] | None


class Compiled(NamedTuple):
    """What planning runs."""

    sets: Sets
    suspending: tuple[CompiledRow, ...]
    rows: tuple[CompiledRow, ...]
    choice: tuple[tuple[str, Test], ...]
    otherwise: str
    choosable: frozenset[str]
    requests: tuple[tuple[str, Test | None], ...]
    tasks: dict[str, tuple[CompiledTask, ...]]
    gaps: tuple[tuple[str, str, Test | None], ...]
    asks_nothing: dict[str, str]


def compile_policy(policy: Policy) -> Compiled:
    """The functions of a policy."""
    names = policy.names
    tests = {row.id: _test(row.when, names) for row in policy.rows}
    rows = tuple(_row(row, tests[row.id], names) for row in policy.rows)
    tasks: dict[str, tuple[CompiledTask, ...]] = {}
    for rule in policy.tasks:
        day = None if rule.on is None else _day(rule.on.count_from, rule.on.after, names)
        task = CompiledTask(rule.task, _test(rule.when, names), rule.for_each, day)
        tasks[rule.under] = (*tasks.get(rule.under, ()), task)
    return Compiled(
        sets=Sets(dict(policy.studies), policy.tempo_lines, policy.tempo_otherwise),
        suspending=tuple(row for row in rows if row.kept is not None),
        rows=tuple(row for row in rows if row.kept is None),
        choice=tuple((row_id, tests[row_id] or _always) for row_id in policy.choice.first_of),
        otherwise=policy.choice.otherwise,
        choosable=frozenset(policy.choice.first_of),
        requests=tuple((rule.request, _test(rule.when, names)) for rule in policy.requests),
        tasks=tasks,
        gaps=tuple((rule.gap, rule.for_each, _test(rule.when, names)) for rule in policy.gaps),
        asks_nothing={row.id: "".join(row.asks_nothing_in) for row in policy.rows if row.asks_nothing_in},
    )


def _always(view: View, lesion: LesionView | None) -> bool:
    return True


def _test(when: AllOf, names: Names) -> Test | None:
    return when.test(names) if when.parts else None


def _row(row: Row, test: Test | None, names: Names) -> CompiledRow:
    suspends, replaces = row.suspends, row.replaces
    return CompiledRow(
        id=row.id,
        rank=URGENCY_RANK[row.urgency],
        for_each=row.for_each,
        test=test,
        read=_read(row.when, names),
        dates=tuple(_ask(row, rule, item, names) for rule in row.streams for item in rule.items),
        kept=None if suspends is None else frozenset(suspends.keep_rows),
        keep_dates=suspends is not None and suspends.keep_dates,
        replaces=frozenset() if replaces is None else frozenset(replaces.rows),
        replaces_in=frozenset() if replaces is None else frozenset(replaces.streams),
        replaces_if=None if replaces is None else _test(replaces.only_if, names),
        counted_by={rule.stream: rule.counted_by for rule in row.streams},
    )


def _read(when: AllOf, names: Names) -> Read:
    """The facts that the conditions of a row read, each once, with where the lesion is before those of a lesion."""
    parts: tuple[Condition, ...] = when.parts

    def read(view: View, lesion: LesionView | None) -> tuple[FactRead, ...]:
        facts: list[FactRead] = []
        if lesion is not None:
            facts.append(FactRead("level", lesion.level or "unknown level", lesion.found))
        for part in parts:
            for fact in part.read(view, lesion, names):
                if fact not in facts:
                    facts.append(fact)
        return tuple(facts)

    return read


def _day(anchors: tuple[Anchor, ...], after: int, names: Names) -> Callable[[View], date | None]:
    finds = tuple(anchor.find(names) for anchor in anchors)
    span = timedelta(after)

    def day(view: View) -> date | None:
        for find in finds:
            found = find(view, None)
            if found is not None:
                return found + span
        return None

    return day


def _spans(window: Offset) -> _Spans:
    return timedelta(window.earliest), timedelta(window.due), timedelta(window.latest)


def _ask(row: Row, rule: StreamRule, item: ItemRule, names: Names) -> Ask:
    """The function of one item: guard, first anchor that exists, window, and whether something closed it."""
    guard = _test(item.only_if, names)
    stream, row_id, counted_by = rule.stream, row.id, rule.counted_by
    finds = tuple((anchor.key, anchor.find(names)) for anchor in item.count_from)
    windows = _windows(item, names)
    closed = _closed(item.closed_by)
    simple = len(item.windows) == 1 and closed is None and item.cap is None
    if simple and len(finds) == 1:
        key, find = finds[0]
        earliest, due, latest = _spans(item.windows[0].window)
        note = item.windows[0].note

        def ask_simply(view: View, lesion: LesionView | None, items: list[PlannedItem]) -> None:
            if guard is not None and not guard(view, lesion):
                return
            on = find(view, lesion)
            if on is not None:
                items.append(
                    PlannedItem(
                        stream, row_id, on + earliest, on + due, on + latest, key, on, counted_by,
                        None if lesion is None else lesion.index, note,
                    )  # fmt: skip
                )

        return ask_simply

    def ask(view: View, lesion: LesionView | None, items: list[PlannedItem]) -> None:
        if guard is not None and not guard(view, lesion):
            return
        for key, find in finds:
            on = find(view, lesion)
            if on is not None:
                break
        else:
            return
        done = None if closed is None else closed(view)
        for (earliest, due, latest), note in windows(view):
            opens = on + earliest
            if done is None or done < opens:
                items.append(
                    PlannedItem(
                        stream, row_id, opens, on + due, on + latest, key, on, counted_by,
                        None if lesion is None else lesion.index, note,
                    )  # fmt: skip
                )
                return

    return ask


def _closed(closed_by: str) -> Callable[[View], date | None] | None:
    """The newest day of what closes a window."""
    if not closed_by:
        return None
    if closed_by == "visit":
        return lambda view: view.last_visit
    return lambda view: view.newest.get(closed_by)


def _windows(item: ItemRule, names: Names) -> Callable[[View], tuple[tuple[_Spans, str], ...]]:
    """The windows of an item for one person: fixed, by tempo or by therapy class, the smaller under a cap."""
    plain = tuple((_spans(one.window), one.note) for one in item.windows)
    chosen = {
        value: () if window is None else ((_spans(window), ""),) for value, window in item.windows_by
    }  # fmt: skip
    pick = _PICKS.get(item.by)

    def windows(view: View) -> tuple[tuple[_Spans, str], ...]:
        return plain if pick is None else chosen[pick(view)]

    if item.cap is None:
        return windows
    cap, holds = item.cap.window, _test(item.cap.only_if, names) or _always
    capped_plain = tuple((_spans(one.window.capped(cap)), one.note) for one in item.windows)
    capped_chosen = {
        value: () if window is None else ((_spans(window.capped(cap)), ""),) for value, window in item.windows_by
    }

    def capped(view: View) -> tuple[tuple[_Spans, str], ...]:
        if not holds(view, None):
            return windows(view)
        return capped_plain if pick is None else capped_chosen[pick(view)]

    return capped


def _therapy_class(view: View) -> str:
    return "none" if view.therapy is None else view.therapy.therapy_class


#: The closed sets by whose value a window may differ.
_PICKS: dict[str, Callable[[View], str]] = {"tempo": lambda view: view.tempo, "therapy_class": _therapy_class}

IMAGING, SURGEON = Stream.IMAGING.value, Stream.SURGEON.value
__all__ = ["IMAGING", "SURGEON", "Compiled", "CompiledRow", "Find", "compile_policy"]
