"""The decider: facts, a policy and a day give the plan.

Six steps, as the default policy's dossier describes them (3.4 and 3.6): rows that suspend; every other row with its
items; the one base row; replacements; the winner per stream; imaging request, urgency, tasks and gaps.
"""

from __future__ import annotations

from datetime import date

from scheduling.engine.compiled import IMAGING, SURGEON, Compiled, CompiledRow
from scheduling.engine.facts import Facts
from scheduling.engine.plans import FactRead, FiredRow, Gap, Plan, PlannedItem, StreamPlan
from scheduling.engine.policy import Policy
from scheduling.engine.view import View, active_overrides, look
from scheduling.engine.vocabulary import Urgency

_URGENCIES: tuple[str, ...] = tuple(urgency.value for urgency in Urgency)
_LEAST = _URGENCIES.index(Urgency.EXTENDED)


def plan(facts: Facts, policy: Policy, today: date) -> Plan:
    """What should happen for one person on `today` under one policy version, with every fired row as a reason.

    Facts dated after `today` are not seen.
    """
    compiled = policy.compiled
    view = look(facts, today, compiled.sets)
    fired, governing = _suspended(view, compiled)
    tempo: str | None = None
    if governing is None:
        tempo = view.tempo
        fired = _asked(view, compiled)
    view.listed = tuple(row.id for row, _, _ in fired)
    ranks = [row.rank for row, _, _ in fired]
    imaging, surgeon = _winners(fired)
    if imaging is not None:
        view.winners[IMAGING] = imaging[0].row
    if surgeon is not None:
        view.winners[SURGEON] = surgeon[0].row
    return Plan(
        policy_version=policy.version,
        today=today,
        rows=view.listed,
        tempo=tempo,
        imaging=None if imaging is None else _stream(IMAGING, imaging, _request(view, compiled)),
        surgeon=None if surgeon is None else _stream(SURGEON, surgeon, None),
        urgency=_URGENCIES[min(ranks) if ranks else _LEAST],
        tasks=_tasks(view, compiled, governing),
        gaps=_gaps(view, compiled) if governing is None else (),
        fired=tuple([FiredRow(row.id, facts_read, tuple(items)) for row, facts_read, items in fired]),
        stopped_by=_stopped_by(compiled, view.listed) if imaging is None or surgeon is None else None,
    )


_Fired = list[tuple[CompiledRow, tuple[FactRead, ...], list[PlannedItem]]]
_Winner = tuple[PlannedItem, date, int]


def _suspended(view: View, compiled: Compiled) -> tuple[_Fired, str | None]:
    """The suspending rows that hold, and the last of them: it says which tasks are raised."""
    fired: _Fired = []
    kept: frozenset[str] | None = None
    dates = True
    governing: str | None = None
    for row in compiled.suspending:
        if kept is not None and row.id not in kept:
            continue
        if row.test is None or row.test(view, None):
            items: list[PlannedItem] = []
            if dates:
                for ask in row.dates:
                    ask(view, None, items)
            fired.append((row, row.read(view, None), items))
            kept = row.kept if kept is None else kept & (row.kept or frozenset())
            dates = dates and row.keep_dates
            governing = row.id
    return fired, governing


def _asked(view: View, compiled: Compiled) -> _Fired:
    """Every other row that holds and has an item, and the chosen one in any case."""
    for row_id, test in compiled.choice:
        if test(view, None):
            view.chosen = row_id
            break
    else:
        view.chosen = compiled.otherwise
    chosen, choosable, lesions = view.chosen, compiled.choosable, view.lesions
    fired: _Fired = []
    replaced: dict[str, set[str]] = {}
    for row in compiled.rows:
        test = row.test
        items: list[PlannedItem] = []
        if row.for_each:
            if row.for_each == "lesion":
                facts_read: tuple[FactRead, ...] = ()
                for lesion in lesions:
                    if test is None or test(view, lesion):
                        before = len(items)
                        for ask in row.dates:
                            ask(view, lesion, items)
                        if len(items) > before:
                            facts_read += row.read(view, lesion)
            else:
                facts_read = _own_windows(view, row, items, replaced)
        elif row.id in choosable:
            if row.id != chosen:
                continue
            for ask in row.dates:
                ask(view, None, items)
            fired.append((row, row.read(view, None), items))
            continue
        elif test is None or test(view, None):
            for ask in row.dates:
                ask(view, None, items)
            if items:
                facts_read = row.read(view, None)
        if items:
            if (
                row.replaces_in
                and any(row.id not in replaced.get(item.stream, ()) for item in items)
                and (row.replaces_if is None or row.replaces_if(view, None))
            ):
                for stream in row.replaces_in:
                    replaced.setdefault(stream, set()).update(row.replaces)
            fired.append((row, facts_read, items))
    return _without(fired, replaced, compiled) if replaced else fired


def _own_windows(
    view: View, row: CompiledRow, items: list[PlannedItem], replaced: dict[str, set[str]]
) -> tuple[FactRead, ...]:
    """The clinicians' own windows of today, and what they replace in their stream."""
    if not view.facts.overrides:
        return ()
    facts_read: list[FactRead] = []
    for own in active_overrides(view.facts, view.today):
        view.override = own
        if row.test is not None and not row.test(view, None):
            continue
        items.append(
            PlannedItem(
                own.stream, row.id, own.earliest, own.due, own.latest, "override", own.starts_on,
                row.counted_by[own.stream],
            )  # fmt: skip
        )
        facts_read.append(FactRead("override", own.stream, own.starts_on))
        facts_read.append(FactRead("override_until", own.stream, own.until_on))
        if own.second_approval:
            facts_read.append(FactRead("second_approval", own.stream))
        if row.replaces and (row.replaces_if is None or row.replaces_if(view, None)):
            replaced.setdefault(own.stream, set()).update(row.replaces)
    view.override = None
    return tuple(facts_read)


def _without(fired: _Fired, replaced: dict[str, set[str]], compiled: Compiled) -> _Fired:
    """The rows after replacement: one that lost every item is no longer listed, unless it is the chosen one."""
    left: _Fired = []
    for row, facts_read, items in fired:
        kept = [item for item in items if row.id not in replaced.get(item.stream, ())]
        if kept or row.id in compiled.choosable:
            left.append((row, facts_read, kept))
    return left


def _winners(fired: _Fired) -> tuple[_Winner | None, _Winner | None]:
    """Per stream the item with the smallest due, the smallest latest of all, and the most urgent row's rank.

    Rows come in table order, so on a tie of rows the first stays; within a row the smaller earliest, then latest.
    """
    imaging: _Winner | None = None
    surgeon: _Winner | None = None
    for row, _, items in fired:
        rank = row.rank
        for item in items:
            best = imaging if item.stream == IMAGING else surgeon
            if best is None:
                best = (item, item.latest, rank)
            else:
                winner, latest, most = best
                if item.due < winner.due or (
                    item.due == winner.due
                    and item.row == winner.row
                    and (item.earliest, item.latest) < (winner.earliest, winner.latest)
                ):
                    winner = item
                best = (winner, item.latest if item.latest < latest else latest, rank if rank < most else most)
            if item.stream == IMAGING:
                imaging = best
            else:
                surgeon = best
    return imaging, surgeon


def _stream(stream: str, winner: _Winner, request: str | None) -> StreamPlan:
    item, latest, rank = winner
    return StreamPlan(
        stream, item.row, item.earliest, item.due, latest, _URGENCIES[rank], item.counted_by, request
    )


def _request(view: View, compiled: Compiled) -> str | None:
    for request, test in compiled.requests:
        if test is None or test(view, None):
            return request
    return None


def _tasks(view: View, compiled: Compiled, governing: str | None) -> frozenset[str]:
    tasks: list[str] = []
    for rule in compiled.tasks.get(governing or "", ()):
        if rule.for_each:
            if not any(rule.test is None or rule.test(view, lesion) for lesion in view.lesions):
                continue
        elif rule.test is not None and not rule.test(view, None):
            continue
        day = None if rule.day is None else rule.day(view)
        tasks.append(rule.task if day is None else f"{rule.task}:{day.isoformat()}")
    return frozenset(tasks)


def _gaps(view: View, compiled: Compiled) -> tuple[Gap, ...]:
    gaps: list[Gap] = []
    for gap, for_each, test in compiled.gaps:
        if for_each:
            gaps += [Gap(gap, one.index) for one in view.lesions if test is None or test(view, one)]
        elif test is None or test(view, None):
            gaps.append(Gap(gap))
    return tuple(gaps)


def _stopped_by(compiled: Compiled, listed: tuple[str, ...]) -> str | None:
    return next((row for row in listed if row in compiled.asks_nothing), None)
