"""A policy as planning runs it: its rows, tasks, gaps and requests as closures, made once per version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from scheduling.engine.planning.rows import Ask, RowRule, holds_for, rule_of
from scheduling.engine.planning.windows import first_day
from scheduling.engine.plans import Gap
from scheduling.engine.policy.questions.question import Test
from scheduling.engine.policy.rows import GapRule, Policy, TaskRule
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.sets import Sets
from scheduling.engine.record.view import OF_PERSON, View


class Suspending(NamedTuple):
    """A row that suspends others: which rows it still lets ask, and whether their windows stand."""

    row: str
    holds: Test
    ask: Ask
    kept: frozenset[str]
    keep_dates: bool


#: The task that is raised, None where it is not.
Raise = Callable[[View], str | None]
#: Adds the gaps that are found.
Find = Callable[[View, list[Gap]], None]


class Prepared(NamedTuple):
    """What planning runs. `rows` are the rows that suspend nothing, by the chosen one, in table order.

    `tasks` are by the suspending row beside which they are raised; under "" those beside none.
    """

    policy: Policy
    sets: Sets
    suspending: tuple[Suspending, ...]
    choice: tuple[tuple[str, Test], ...]
    rows: dict[str, tuple[RowRule, ...]]
    tasks: dict[str, tuple[Raise, ...]]
    gaps: tuple[Find, ...]
    requests: tuple[tuple[str, Test], ...]
    asks_nothing: frozenset[str]


_prepared: dict[int, Prepared] = {}
_MOST = 64


def prepared(policy: Policy) -> Prepared:
    """The policy as closures, made when it is first asked for and kept by the policy's identity.

    What is kept holds the policy, so that no other can have the same identity meanwhile.
    """
    found = _prepared.get(id(policy))
    if found is None:
        if len(_prepared) >= _MOST:
            _prepared.clear()
        found = _prepared[id(policy)] = prepare(policy)
    return found


def prepare(policy: Policy) -> Prepared:
    """The closures of a policy."""
    names, choice = policy.names, policy.choice
    return Prepared(
        policy,
        sets=Sets(dict(policy.studies), policy.tempo_lines, policy.tempo_otherwise),
        suspending=tuple(
            Suspending(
                row.id,
                holds_for(row.when, row.for_each, names),
                rule_of(row, names, in_any_case=True).ask,
                frozenset(row.suspends.keep_rows),
                row.suspends.keep_dates,
            )
            for row in policy.rows
            if row.suspends is not None
        ),
        choice=tuple((row.id, holds_for(row.when, row.for_each, names)) for row in map(policy.row, choice.first_of)),
        rows={chosen: _rows(policy, chosen) for chosen in (*choice.first_of, choice.otherwise)},
        tasks={
            under: tuple(_task(rule, names) for rule in policy.tasks if rule.under == under)
            for under in {rule.under for rule in policy.tasks}
        },
        gaps=tuple(_gap(rule, names) for rule in policy.gaps),
        requests=tuple((rule.request, holds_for(rule.when, "", names)) for rule in policy.requests),
        asks_nothing=frozenset(row.id for row in policy.rows if row.asks_nothing_in),
    )


def _rows(policy: Policy, chosen: str) -> tuple[RowRule, ...]:
    """The rows to ask when this one was chosen: it is listed in any case, the others of the choice never."""
    return tuple(
        rule_of(row, policy.names, in_any_case=row.id == chosen)
        for row in policy.rows
        if row.suspends is None and (row.id == chosen or row.id not in policy.choice.first_of)
    )


def _task(rule: TaskRule, names: Names) -> Raise:
    holds, task = holds_for(rule.when, rule.for_each, names), rule.task
    if rule.on is None:
        return lambda v: task if holds(v, OF_PERSON) else None
    first, after = first_day(rule.on.count_from, names), timedelta(rule.on.after)

    def dated(v: View) -> str | None:
        if not holds(v, OF_PERSON):
            return None
        found = first(v, OF_PERSON)
        return task if found is None else f"{task}:{(found[1] + after).isoformat()}"

    return dated


def _gap(rule: GapRule, names: Names) -> Find:
    name, holds, of_lesions = rule.gap, rule.when.holds(names), rule.for_each == "lesion"
    of_person = Gap(name)

    def find(v: View, found: list[Gap]) -> None:
        if not of_lesions:
            if holds(v, OF_PERSON):
                found.append(of_person)
            return
        for x in v.lesions:
            if holds(v, x):
                found.append(Gap(name, x.index))

    return find
