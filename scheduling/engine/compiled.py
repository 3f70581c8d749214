"""A policy as functions: its rows, tasks, gaps and requests become one text that is compiled once per version.

The index (`index`) says with bits which rules can still hold for a person; what it leaves open stands in the text as
one expression a rule, and every window as one line. `planning` runs these functions and joins what they give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from scheduling.engine.anchors import Anchor
from scheduling.engine.index import Index, Rule, make_rule
from scheduling.engine.periods import Offset
from scheduling.engine.plans import FactRead, Gap, PlannedItem
from scheduling.engine.policy import ItemRule, Policy, Row
from scheduling.engine.questions import AllOf
from scheduling.engine.replacing import own_windows, replaced_by, without
from scheduling.engine.source import Names, Source, new_gap, new_item
from scheduling.engine.view import Sets, View
from scheduling.engine.vocabulary import URGENCY_RANK

_Spans = tuple[timedelta, timedelta, timedelta]


class CompiledRow(NamedTuple):
    """What planning keeps of a row beside the text. `rule` is what the index knows and leaves open.

    `place` is the row's bit; `kept` is None where the row suspends nothing.
    """

    id: str
    rank: int
    place: int
    rule: Rule
    kept: frozenset[str] | None
    keep_dates: bool
    replaces: frozenset[str]
    replaces_in: frozenset[str]
    counted_by: dict[str, str]


#: A row that is listed, what it read and what it asks for.
Fired = tuple[CompiledRow, tuple[FactRead, ...], list[PlannedItem]]


@dataclass(frozen=True)
class Compiled:
    """What planning runs."""

    sets: Sets
    index: Index
    rows: tuple[CompiledRow, ...]
    #: The bits of the rows that suspend others.
    suspending: int
    suspend: Callable[[View, int], tuple[list[Fired], str | None]]
    ask: Callable[[View, int], list[Fired]]
    request: Callable[[View, int], str | None]
    tasks: Callable[[View, int, str | None], list[str]]
    gaps: Callable[[View, int], tuple[Gap, ...]]
    asks_nothing: frozenset[str]


def compile_policy(policy: Policy) -> Compiled:
    """The functions of a policy."""
    return _Compiler(policy).compiled()


class _Compiler:
    """Writes the text of one policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.names: Names = policy.names
        self.source = Source(self.names)
        self.rules: list[Rule] = []
        self.of_lesion = 0
        self.item = self.source.constant(new_item)

    def compiled(self) -> Compiled:
        policy = self.policy
        rows = tuple(self.row(row) for row in policy.rows)
        self.suspend_function(rows)
        self.ask_function(rows)
        self.task_function()
        self.gap_function()
        self.request_function()
        functions = self.source.functions()
        return Compiled(
            sets=Sets(dict(policy.studies), policy.tempo_lines, policy.tempo_otherwise),
            index=Index(tuple(self.rules), self.of_lesion, self.names),
            rows=rows,
            suspending=sum(1 << row.place for row in rows if row.kept is not None),
            suspend=functions["suspend"],
            ask=functions["ask"],
            request=functions["request"],
            tasks=functions["tasks"],
            gaps=functions["gaps"],
            asks_nothing=frozenset(row.id for row in policy.rows if row.asks_nothing_in),
        )

    def place(self, when: AllOf, for_each: str = "") -> tuple[int, Rule]:
        """The bit of a new rule in the index."""
        rule = make_rule(when, self.names)
        if for_each == "lesion":
            self.of_lesion |= 1 << len(self.rules)
        self.rules.append(rule)
        return len(self.rules) - 1, rule

    def row(self, row: Row) -> CompiledRow:
        suspends, replaces = row.suspends, row.replaces
        place, rule = self.place(row.when, row.for_each)
        return CompiledRow(
            id=row.id,
            rank=URGENCY_RANK[row.urgency],
            place=place,
            rule=rule,
            kept=None if suspends is None else frozenset(suspends.keep_rows),
            keep_dates=suspends is not None and suspends.keep_dates,
            replaces=frozenset() if replaces is None else frozenset(replaces.rows),
            replaces_in=frozenset() if replaces is None else frozenset(replaces.streams),
            counted_by={one.stream: one.counted_by for one in row.streams},
        )

    def holds(self, place: int, rule: Rule, of: str = "mask") -> str:
        """The expression that says whether a rule holds."""
        bit = f"{of} & {1 << place}"
        return bit if rule.rest is None else f"{bit} and {rule.rest.text(self.source)}"

    def suspend_function(self, rows: Sequence[CompiledRow]) -> None:
        """Rows that suspend others, in table order: what holds, and the last of them, which governs the tasks."""
        add = self.source.add
        add(0, "def suspend(v, mask):", "    fired, kept, dates, governing, x = [], None, True, None, None")
        for row, compiled in zip(self.policy.rows, rows, strict=True):
            if compiled.kept is None:
                continue
            kept = self.source.constant(compiled.kept)
            add(
                1, f"if (kept is None or {row.id!r} in kept) and {self.holds(compiled.place, compiled.rule)}:"
            )
            add(2, "items = []", "if dates:", "    pass")
            self.windows(3, row)
            add(2, f"fired.append(({self.source.constant(compiled)}, {self.read(row)}, items))")
            add(2, f"kept = {kept} if kept is None else kept & {kept}", f"governing = {row.id!r}")
            if not compiled.keep_dates:
                add(2, "dates = False")
        add(1, "return fired, governing")

    def ask_function(self, rows: Sequence[CompiledRow]) -> None:
        """Every other row that holds and has an item, and the chosen one in any case."""
        source, choice = self.source, self.policy.choice
        add = source.add
        add(0, "def ask(v, mask):", "    fired, replaced, x, lesions = [], None, None, v.lesions")
        by_id = {row.id: row for row in rows}
        for number, row_id in enumerate(choice.first_of):
            compiled = by_id[row_id]
            add(
                1,
                f"{'el' if number else ''}if {self.holds(compiled.place, compiled.rule)}:",
                f"    chosen = {row_id!r}",
            )
        add(1, "else:", f"    chosen = {choice.otherwise!r}", "v.chosen = chosen")
        for row, compiled in zip(self.policy.rows, rows, strict=True):
            if compiled.kept is None:
                self.ask_row(row, compiled, source.constant(compiled))
        add(1, f"return {source.constant(without)}(fired, replaced, chosen) if replaced else fired")

    def ask_row(self, row: Row, compiled: CompiledRow, name: str) -> None:
        add = self.source.add
        if row.id in self.policy.choice.first_of:
            add(1, f"if chosen == {row.id!r}:", "    items = []")
            self.windows(2, row)
            add(2, f"fired.append(({name}, {self.read(row)}, items))")
            return
        if row.for_each == "override":
            test = self.source.constant(None if not row.when.parts else row.when.test(self.names))
            seconded = row.replaces.only_if.test(self.names) if row.replaces else None
            add(1, "if v.facts.overrides:")
            arguments = f"v, {name}, {test}, {self.source.constant(seconded)}, fired, replaced"
            add(2, f"replaced = {self.source.constant(own_windows)}({arguments})")
            return
        if row.for_each == "lesion":
            add(1, f"if mask & {1 << compiled.place}:", "    items, facts = [], ()", "    for x in lesions:")
            add(3, f"if {self.holds(compiled.place, compiled.rule, 'x.possible')}:", "    count = len(items)")
            self.windows(4, row)
            add(4, "if len(items) > count:", f"    facts += {self.read(row)}")
            add(2, "x = None", "if items:", f"    fired.append(({name}, facts, items))")
        else:
            add(1, f"if {self.holds(compiled.place, compiled.rule)}:", "    items = []")
            self.windows(2, row)
            add(2, "if items:", f"    fired.append(({name}, {self.read(row)}, items))")
        if row.replaces is not None:
            only_if = row.replaces.only_if.text(self.source)
            add(
                3,
                f"if {only_if}:",
                f"    replaced = {self.source.constant(replaced_by)}({name}, items, replaced)",
            )

    def windows(self, depth: int, row: Row) -> None:
        """The lines of a row's items: guard, the first day that exists, and the window that nothing has closed."""
        for rule in row.streams:
            for item in rule.items:
                self.window(depth, row, rule.stream, rule.counted_by, item)

    def window(self, depth: int, row: Row, stream: str, counted_by: str, item: ItemRule) -> None:
        source = self.source
        add = source.add
        if item.only_if.parts:
            add(depth, f"if {item.only_if.text(source)}:")
            depth += 1
        key = self.anchor(depth, item.count_from)
        add(depth, "if a is not None:")
        lesion = "x.index" if row.for_each == "lesion" else "None"
        ends = f"{key}, a, {source.word(counted_by)}, {lesion}"
        head = f"items.append({self.item}(({source.word(stream)}, {source.word(row.id)}"
        if len(item.windows) == 1 and not item.closed_by and item.cap is None:
            (one,) = item.windows
            days = ", ".join(self.after("a", span) for span in _spans(one.window))
            add(depth + 1, f"{head}, {days}, {ends}, {source.word(one.note)})))")
            return
        self.choice_of_windows(depth + 1, item)
        done = "v.last_visit" if item.closed_by == "visit" else f"v.newest.get({source.word(item.closed_by)})"
        if item.closed_by:
            add(depth + 1, f"done = {done}")
        add(depth + 1, "for (e, d, l), note in windows:", "    opens = a + e")
        closed = "if done is None or done < opens:" if item.closed_by else "if True:"
        add(depth + 2, closed, f"    {head}, opens, a + d, a + l, {ends}, note)))", "    break")

    def after(self, day: str, span: timedelta) -> str:
        return f"{day} + {self.source.constant(span)}" if span else day

    def anchor(self, depth: int, anchors: Sequence[Anchor]) -> str:
        """Lines that set `a` to the first day that exists, and the text of its name."""
        source = self.source
        first, *others = anchors
        source.add(depth, f"a = {first.text(source)}")
        if not others:
            return source.word(first.key)
        source.add(depth, f"key = {source.word(first.key)}")
        for number, other in enumerate(others):
            inner = depth + number
            source.add(inner, "if a is None:", f"    a, key = {other.text(source)}, {source.word(other.key)}")
        return "key"

    def choice_of_windows(self, depth: int, item: ItemRule) -> None:
        """Lines that set `windows`: fixed, by tempo or therapy class, the smaller ones under a cap."""
        source = self.source

        def text(cap: Offset | None) -> str:
            if not item.by:
                return source.constant(
                    tuple((_spans(_capped(one.window, cap)), one.note) for one in item.windows)
                )
            table = {
                value: () if window is None else ((_spans(_capped(window, cap)), ""),)
                for value, window in item.windows_by
            }
            return f"{source.constant(table)}[{_PICKS[item.by]}]"

        windows = text(None)
        if item.cap is not None:
            windows = f"{text(item.cap.window)} if {item.cap.only_if.text(source)} else {windows}"
        source.add(depth, f"windows = {windows}")

    def read(self, row: Row) -> str:
        """The facts that the conditions of a row read, each once, after where the lesion is."""
        facts = row.when.facts(self.source)
        if row.for_each == "lesion":
            facts = (f"{self.source.fact}(('level', x.level or 'unknown level', x.found))", *facts)
        return f"({''.join(f'{fact}, ' for fact in facts)})"

    def task_function(self) -> None:
        """Tasks under the row that governs, or the ordinary ones."""
        add = self.source.add
        add(0, "def tasks(v, mask, governing):", "    raised, x = [], None")
        unders = tuple(dict.fromkeys(rule.under for rule in self.policy.tasks))
        for number, under in enumerate(unders):
            add(
                1,
                f"{'el' if number else ''}if governing {'== ' + repr(under) if under else 'is None'}:",
                "    pass",
            )
            for rule in self.policy.tasks:
                if rule.under != under:
                    continue
                place, asked = self.place(rule.when, rule.for_each)
                name = self.source.word(rule.task)
                if rule.for_each:
                    holds = self.holds(place, asked, "x.possible")
                    add(2, f"if mask & {1 << place}:", "    for x in v.lesions:", f"        if {holds}:")
                    add(5, f"raised.append({name})", "break")
                    continue
                add(2, f"if {self.holds(place, asked)}:")
                if rule.on is None:
                    add(3, f"raised.append({name})")
                    continue
                self.anchor(3, rule.on.count_from)
                dated = f"{name} + ':' + ({self.after('a', timedelta(rule.on.after))}).isoformat()"
                add(3, f"raised.append({name} if a is None else {dated})")
        add(1, "return raised")

    def gap_function(self) -> None:
        add, make = self.source.add, self.source.constant(new_gap)
        add(0, "def gaps(v, mask):", "    found, x = [], None")
        for rule in self.policy.gaps:
            place, asked = self.place(rule.when, rule.for_each)
            name = self.source.word(rule.gap)
            if rule.for_each:
                holds = self.holds(place, asked, "x.possible")
                add(1, f"if mask & {1 << place}:", "    for x in v.lesions:", f"        if {holds}:")
                add(4, f"found.append({make}(({name}, x.index)))")
            else:
                whole = self.source.constant(Gap(rule.gap))
                add(1, f"if {self.holds(place, asked)}:", f"    found.append({whole})")
        add(1, "return tuple(found)")

    def request_function(self) -> None:
        self.source.add(0, "def request(v, mask):", "    x = None")
        for rule in self.policy.requests:
            place, asked = self.place(rule.when)
            holds = self.holds(place, asked)
            self.source.add(1, f"if {holds}:", f"    return {self.source.word(rule.request)}")
        self.source.add(1, "return None")


#: The closed sets by whose value a window may differ, as the text reads them.
_PICKS = {"tempo": "v.tempo", "therapy_class": "('none' if v.therapy is None else v.therapy.therapy_class)"}


def _capped(window: Offset, cap: Offset | None) -> Offset:
    return window if cap is None else window.capped(cap)


def _spans(window: Offset) -> _Spans:
    return timedelta(window.earliest), timedelta(window.due), timedelta(window.latest)
