"""A policy as functions: conditions, anchors and windows are resolved once, so that a plan only calls them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple, cast

from scheduling.engine.anchors import Anchor, Names
from scheduling.engine.index import Index, Rule, make_rule
from scheduling.engine.periods import Offset
from scheduling.engine.plans import FactRead, PlannedItem
from scheduling.engine.policy import ItemRule, Policy, Row, StreamRule
from scheduling.engine.questions import AllOf, AnyOf, Named, Reader, Test
from scheduling.engine.view import LesionView, Sets, View
from scheduling.engine.vocabulary import URGENCY_RANK, Stream

#: Appends the item it asks for, if any, to the list.
Ask = Callable[[View, LesionView | None, list[PlannedItem]], None]
_Spans = tuple[timedelta, timedelta, timedelta]
#: A planned item from its values in order: what `PlannedItem(...)` gives, without a Python call in between.
_item = cast(Callable[[tuple[object, ...]], PlannedItem], partial(tuple.__new__, PlannedItem))


class CompiledRow(NamedTuple):
    """One row ready to run. `rest` is what no facet answers; `kept` is None where the row suspends nothing.

    `place` is the row's bit in the index.
    """

    id: str
    rank: int
    place: int
    for_each: str
    rest: Test | None
    read: Reader
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
    place: int
    rest: Test | None
    for_each: str
    day: Callable[[View], date | None] | None


class CompiledGap(NamedTuple):
    """One gap ready to run."""

    gap: str
    place: int
    rest: Test | None
    for_each: str


class Candidates(NamedTuple):
    """What can still hold for one bitmap. `rows` are those that suspend nothing, by the chosen row."""

    suspending: tuple[CompiledRow, ...]
    choice: tuple[tuple[str, Test | None], ...]
    rows: dict[str, tuple[CompiledRow, ...]]
    tasks: dict[str, tuple[CompiledTask, ...]]
    gaps: tuple[CompiledGap, ...]
    requests: tuple[tuple[str, Test | None], ...]


@dataclass(frozen=True)
class Compiled:
    """What planning runs: every rule once, and which of them are left for a bitmap."""

    sets: Sets
    index: Index
    rows: tuple[CompiledRow, ...]
    choice: tuple[str, ...]
    otherwise: str
    tasks: tuple[tuple[str, CompiledTask], ...]
    gaps: tuple[CompiledGap, ...]
    requests: tuple[tuple[int, str, Test | None], ...]
    asks_nothing: frozenset[str]
    of_lesion: int
    known: dict[int, Candidates] = field(default_factory=dict)

    def candidates(self, view: View) -> Candidates:
        """What can still hold for this person."""
        mask = self.index.possible(view)
        of_lesions = 0
        for lesion in view.lesions:
            of_lesions |= self.index.possible_of(view, lesion)
        mask &= of_lesions | ~self.of_lesion
        found = self.known.get(mask)
        if found is None:
            found = self.known[mask] = self._candidates(mask)
        return found

    def _candidates(self, mask: int) -> Candidates:
        left = [row for row in self.rows if mask >> row.place & 1]
        rests = {row.id: row.rest for row in left}
        choice = tuple((row_id, rests[row_id]) for row_id in self.choice if row_id in rests)
        tasks: dict[str, tuple[CompiledTask, ...]] = {}
        for under, task in self.tasks:
            if mask >> task.place & 1:
                tasks[under] = (*tasks.get(under, ()), task)
        return Candidates(
            suspending=tuple(row for row in left if row.kept is not None),
            choice=choice,
            rows={
                chosen: tuple(
                    row
                    for row in self.rows
                    if row.id == chosen or (row in left and row.kept is None and row.id not in self.choice)
                )
                for chosen in {self.otherwise, *(row_id for row_id, _ in choice)}
            },
            tasks=tasks,
            gaps=tuple(gap for gap in self.gaps if mask >> gap.place & 1),
            requests=tuple((request, rest) for place, request, rest in self.requests if mask >> place & 1),
        )


def compile_policy(policy: Policy) -> Compiled:
    """The functions of a policy."""
    names = policy.names
    rules: list[Rule] = []
    of_lesion = 0

    def place(when: AllOf, for_each: str = "") -> tuple[int, Test | None]:
        nonlocal of_lesion
        if for_each == "lesion":
            of_lesion |= 1 << len(rules)
        rule = make_rule(when, names)
        rules.append(rule)
        return len(rules) - 1, rule.rest

    rows = tuple(_row(row, place(row.when, row.for_each), names) for row in policy.rows)
    tasks = tuple(
        (
            rule.under,
            CompiledTask(
                rule.task,
                *place(rule.when, rule.for_each),
                rule.for_each,
                None if rule.on is None else _day(rule.on.count_from, rule.on.after, names),
            ),
        )
        for rule in policy.tasks
    )
    gaps = tuple(CompiledGap(rule.gap, *place(rule.when, rule.for_each), rule.for_each) for rule in policy.gaps)
    requests = tuple(_request(rule.request, *place(rule.when)) for rule in policy.requests)
    return Compiled(
        sets=Sets(dict(policy.studies), policy.tempo_lines, policy.tempo_otherwise),
        index=Index(tuple(rules)),
        rows=rows,
        choice=policy.choice.first_of,
        otherwise=policy.choice.otherwise,
        tasks=tasks,
        gaps=gaps,
        requests=requests,
        asks_nothing=frozenset(row.id for row in policy.rows if row.asks_nothing_in),
        of_lesion=of_lesion,
    )


def _request(request: str, place: int, rest: Test | None) -> tuple[int, str, Test | None]:
    return place, request, rest


def _always(view: View, lesion: LesionView | None) -> bool:
    return True


def _test(when: AllOf, names: Names) -> Test | None:
    return when.test(names) if when.parts else None


def _row(row: Row, placed: tuple[int, Test | None], names: Names) -> CompiledRow:
    suspends, replaces = row.suspends, row.replaces
    place, rest = placed
    return CompiledRow(
        id=row.id,
        rank=URGENCY_RANK[row.urgency],
        place=place,
        for_each=row.for_each,
        rest=rest,
        read=_read(row.when, names),
        dates=tuple(_ask(row, rule, item, names) for rule in row.streams for item in rule.items),
        kept=None if suspends is None else frozenset(suspends.keep_rows),
        keep_dates=suspends is not None and suspends.keep_dates,
        replaces=frozenset() if replaces is None else frozenset(replaces.rows),
        replaces_in=frozenset() if replaces is None else frozenset(replaces.streams),
        replaces_if=None if replaces is None else _test(replaces.only_if, names),
        counted_by={rule.stream: rule.counted_by for rule in row.streams},
    )


def _read(when: AllOf, names: Names) -> Reader:
    """The facts that the conditions of a row read, each once, with where the lesion is before those of a lesion."""
    readers = tuple(part.reader(names) for part in when.parts)
    alone = len(readers) == 1 and not isinstance(when.parts[0], (AllOf, AnyOf, Named))

    def read(view: View, lesion: LesionView | None) -> tuple[FactRead, ...]:
        if lesion is None:
            if alone:
                return readers[0](view, None)
            facts: list[FactRead] = []
        else:
            facts = [FactRead("level", lesion.level or "unknown level", lesion.found)]
        for reader in readers:
            for fact in reader(view, lesion):
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
                index = None if lesion is None else lesion.index
                items.append(
                    _item((stream, row_id, on + earliest, on + due, on + latest, key, on, counted_by, index, note))
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
                index = None if lesion is None else lesion.index
                items.append(
                    _item((stream, row_id, opens, on + due, on + latest, key, on, counted_by, index, note))
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
