"""From a policy to its functions: every rule becomes one function of a text that is compiled once per version.

What the index leaves open of a rule stands in its function as one expression, and every window as one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from scheduling.engine.periods import Offset
from scheduling.engine.planning.compiled import Compiled, CompiledRow, Placed
from scheduling.engine.planning.index import Index, Rule, make_rule
from scheduling.engine.planning.replacing import own_windows, replaced_by
from scheduling.engine.policy.anchors import Anchor
from scheduling.engine.policy.questions.question import AllOf, Not
from scheduling.engine.policy.rows import GapRule, ItemRule, Policy, Row, TaskRule
from scheduling.engine.policy.source import Names, Source, new_gap, new_item
from scheduling.engine.record.view import Sets
from scheduling.engine.vocabulary import URGENCY_RANK

_Spans = tuple[timedelta, timedelta, timedelta]


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
        by_id = {row.id: row for row in rows}
        self.suspend_function(rows)
        for row, compiled in zip(policy.rows, rows, strict=True):
            if compiled.kept is None:
                self.row_function(row, compiled, self.source.constant(compiled))
        choice = [
            (self.holds_function(by_id[row_id].place, by_id[row_id].rule), row_id)
            for row_id in policy.choice.first_of
        ]
        tasks = [(rule.under or None, self.task_function(rule), rule.task) for rule in policy.tasks]
        gaps = [(self.gap_function(rule), rule.gap) for rule in policy.gaps]
        requests = [(self.holds_function(*self.place(rule.when)), rule.request) for rule in policy.requests]
        functions = self.source.functions()

        def placed(place_and_function: tuple[int, str], name: str) -> Placed:
            place, function = place_and_function
            return Placed(place, name, functions[function] if function else None)

        return Compiled(
            sets=Sets(dict(policy.studies), policy.tempo_lines, policy.tempo_otherwise),
            index=Index(tuple(self.rules), self.of_lesion, self.names),
            rows=rows,
            suspend=functions["suspend"],
            asks=tuple(placed((row.place, f"row_{row.place}"), row.id) for row in rows if row.kept is None),
            choice=tuple(placed(at, name) for at, name in choice),
            otherwise=policy.choice.otherwise,
            tasks=tuple((under, placed(at, name)) for under, at, name in tasks),
            gaps=tuple(placed(at, name) for at, name in gaps),
            requests=tuple(placed(at, name) for at, name in requests),
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

    def holds_function(self, place: int, rule: Rule) -> tuple[int, str]:
        """A function for what the bit leaves open; no name where it leaves nothing."""
        if rule.rest is None:
            return place, ""
        self.source.add(
            0, f"def holds_{place}(v):", "    x = None", f"    return {rule.rest.text(self.source)}"
        )
        return place, f"holds_{place}"

    def rest(self, rule: Rule) -> str:
        """What the bit leaves open, as an expression."""
        return "True" if rule.rest is None else rule.rest.text(self.source)

    def of_each(self, place: int, rule: Rule) -> str:
        """The expression that says whether a rule holds for the lesion `x`."""
        bit = f"x.possible & {1 << place}"
        return bit if rule.rest is None else f"{bit} and {rule.rest.text(self.source)}"

    def suspend_function(self, rows: Sequence[CompiledRow]) -> None:
        """Rows that suspend others, in table order: what holds, and the last of them, which governs the tasks."""
        add = self.source.add
        add(0, "def suspend(v, mask):", "    fired, kept, dates, governing, x = [], None, True, None, None")
        for row, compiled in zip(self.policy.rows, rows, strict=True):
            if compiled.kept is None:
                continue
            kept = self.source.constant(compiled.kept)
            bit = f"mask & {1 << compiled.place} and {self.rest(compiled.rule)}"
            add(1, f"if (kept is None or {row.id!r} in kept) and {bit}:")
            add(2, "items = []", "if dates:", "    pass")
            self.windows(3, row)
            add(2, f"fired.append(({row.id!r}, {compiled.rank}, {self.read(row)}, items))")
            add(2, f"kept = {kept} if kept is None else kept & {kept}", f"governing = {row.id!r}")
            if not compiled.keep_dates:
                add(2, "dates = False")
        add(1, "return fired, governing")

    def row_function(self, row: Row, compiled: CompiledRow, name: str) -> None:
        """One row: what it asks for, and what it read where it asks for anything; the chosen one in any case."""
        add, replaces = self.source.add, row.replaces
        add(0, f"def row_{compiled.place}(v, fired):", "    x, items = None, []")
        listed = f"fired.append(({row.id!r}, {compiled.rank}, {self.read(row)}, items))"
        if row.for_each == "override":
            test = self.source.constant(None if not row.when.parts else row.when.test(self.names))
            seconded = self.source.constant(replaces.only_if.test(self.names) if replaces else None)
            add(1, f"{self.source.constant(own_windows)}(v, {name}, {test}, {seconded}, fired)")
            return
        if row.for_each == "lesion":
            add(
                1,
                "facts = ()",
                "for x in v.lesions:",
                f"    if {self.of_each(compiled.place, compiled.rule)}:",
            )
            add(3, "count = len(items)")
            self.windows(3, row)
            add(3, "if len(items) > count:", f"    facts += {self.read(row)}")
            listed = f"fired.append(({row.id!r}, {compiled.rank}, facts, items))"
        else:
            if row.id in self.policy.choice.first_of:
                add(1, "if True:")
            else:
                add(1, f"if {self.rest(compiled.rule)}:")
            self.windows(2, row)
            add(2, "pass")
        if row.id in self.policy.choice.first_of:
            add(1, listed)
            return
        add(1, "if items:", f"    {listed}")
        if replaces is not None:
            add(2, f"if {replaces.only_if.text(self.source)}:")
            add(3, f"{self.source.constant(replaced_by)}(v, {name}, items)")

    def windows(self, depth: int, row: Row) -> None:
        """The lines of a row's items: guard, the first day that exists, and the window that nothing has closed."""
        for rule in row.streams:
            before: ItemRule | None = None
            for item in rule.items:
                inner = depth
                if item.only_if.parts:
                    inner += 1
                    if before is not None and _opposite(before.only_if, item.only_if):
                        self.source.add(depth, "else:")
                    else:
                        self.source.add(depth, f"if {item.only_if.text(self.source)}:")
                self.window(inner, row, rule.stream, rule.counted_by, item)
                before = item

    def window(self, depth: int, row: Row, stream: str, counted_by: str, item: ItemRule) -> None:
        source = self.source
        add = source.add
        key = self.anchor(depth, item.count_from)
        if not any(anchor.certain for anchor in item.count_from):
            add(depth, "if a is not None:")
            depth += 1
        lesion = "x.index" if row.for_each == "lesion" else "None"
        ends = f"{key}, a, {source.word(counted_by)}, {lesion}"
        head = f"items.append({self.item}(({source.word(stream)}, {source.word(row.id)}"
        if len(item.windows) == 1 and not item.closed_by and item.cap is None:
            (one,) = item.windows
            days = ", ".join(self.after("a", span) for span in _spans(one.window))
            add(depth, f"{head}, {days}, {ends}, {source.word(one.note)})))")
            return
        self.choice_of_windows(depth, item)
        done = "v.last_visit" if item.closed_by == "visit" else f"v.newest.get({source.word(item.closed_by)})"
        if item.closed_by:
            add(depth, f"done = {done}")
        add(depth, "for (e, d, l), note in windows:", "    opens = a + e")
        closed = "if done is None or done < opens:" if item.closed_by else "if True:"
        add(depth + 1, closed, f"    {head}, opens, a + d, a + l, {ends}, note)))", "    break")

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

    def task_function(self, rule: TaskRule) -> tuple[int, str]:
        """A function that raises a task; no name where the bit alone raises it."""
        place, asked = self.place(rule.when, rule.for_each)
        if not rule.for_each and asked.rest is None and rule.on is None:
            return place, ""
        add, name = self.source.add, self.source.word(rule.task)
        add(0, f"def task_{place}(v, raised):", "    x = None")
        if rule.for_each:
            add(1, "for x in v.lesions:", f"    if {self.of_each(place, asked)}:")
            add(3, f"raised.append({name})", "return")
            return place, f"task_{place}"
        add(1, f"if {self.rest(asked)}:")
        if rule.on is None:
            add(2, f"raised.append({name})")
        else:
            self.anchor(2, rule.on.count_from)
            dated = f"{name} + ':' + ({self.after('a', timedelta(rule.on.after))}).isoformat()"
            add(2, f"raised.append({name} if a is None else {dated})")
        return place, f"task_{place}"

    def gap_function(self, rule: GapRule) -> tuple[int, str]:
        """A function that finds a gap; no name where the bit alone says so."""
        place, asked = self.place(rule.when, rule.for_each)
        if not rule.for_each and asked.rest is None:
            return place, ""
        add, name, make = self.source.add, self.source.word(rule.gap), self.source.constant(new_gap)
        add(0, f"def gap_{place}(v, found):", "    x = None")
        if rule.for_each:
            add(1, "for x in v.lesions:", f"    if {self.of_each(place, asked)}:")
            add(3, f"found.append({make}(({name}, x.index)))")
        else:
            add(1, f"if {self.rest(asked)}:", f"    found.append({make}(({name}, None)))")
        return place, f"gap_{place}"


#: The closed sets by whose value a window may differ, as the text reads them.
_PICKS = {"tempo": "v.tempo", "therapy_class": "('none' if v.therapy is None else v.therapy.therapy_class)"}


def _opposite(first: AllOf, second: AllOf) -> bool:
    """Whether one of two guards is the other denied, so that exactly one of them holds."""
    if len(first.parts) != 1 or len(second.parts) != 1:
        return False
    one, other = first.parts[0], second.parts[0]
    return one == Not(other) or other == Not(one)


def _capped(window: Offset, cap: Offset | None) -> Offset:
    return window if cap is None else window.capped(cap)


def _spans(window: Offset) -> _Spans:
    return timedelta(window.earliest), timedelta(window.due), timedelta(window.latest)
