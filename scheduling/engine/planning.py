"""The decider: facts, a policy and a day give the plan.

Six steps, as the default policy's dossier describes them (3.4 and 3.6): rows that suspend; every other row with its
items; the one base row; replacements; the winner per stream; imaging request, urgency, tasks and gaps.
"""

from __future__ import annotations

from datetime import date

from scheduling.engine.compiled import IMAGING, SURGEON, Candidates, Compiled, CompiledRow
from scheduling.engine.facts import Facts
from scheduling.engine.plans import FactRead, FiredRow, Gap, Plan, PlannedItem, StreamPlan
from scheduling.engine.policy import Policy
from scheduling.engine.view import View, active_overrides, look
from scheduling.engine.vocabulary import Urgency

_URGENCIES: tuple[str, ...] = tuple(urgency.value for urgency in Urgency)
_LEAST = _URGENCIES.index(Urgency.EXTENDED)
_NO_TASKS: frozenset[str] = frozenset()


def plan(facts: Facts, policy: Policy, today: date) -> Plan:
    """What should happen for one person on `today` under one policy version, with every fired row as a reason.

    Facts dated after `today` are not seen.
    """
    compiled = policy.compiled
    view = look(facts, today, compiled.sets)
    left = compiled.candidates(view)
    fired, governing = _suspended(view, left) if left.suspending else ([], None)
    tempo: str | None = None
    if governing is None:
        tempo = view.tempo
        fired = _asked(view, compiled, left)
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
        imaging=None if imaging is None else _stream(IMAGING, imaging, _request(view, left)),
        surgeon=None if surgeon is None else _stream(SURGEON, surgeon, None),
        urgency=_URGENCIES[min(ranks) if ranks else _LEAST],
        tasks=_tasks(view, compiled, left, governing),
        gaps=_gaps(view, compiled, left) if governing is None else (),
        fired=tuple([FiredRow(row.id, facts_read, tuple(items)) for row, facts_read, items in fired]),
        stopped_by=_stopped_by(compiled, view.listed) if imaging is None or surgeon is None else None,
    )


_Fired = list[tuple[CompiledRow, tuple[FactRead, ...], list[PlannedItem]]]
_Winner = tuple[PlannedItem, date, int]


def _suspended(view: View, left: Candidates) -> tuple[_Fired, str | None]:
    """The suspending rows that hold, and the last of them: it says which tasks are raised."""
    fired: _Fired = []
    kept: frozenset[str] | None = None
    dates = True
    governing: str | None = None
    for row in left.suspending:
        if kept is not None and row.id not in kept:
            continue
        if row.rest is None or row.rest(view, None):
            items: list[PlannedItem] = []
            if dates:
                for ask in row.dates:
                    ask(view, None, items)
            fired.append((row, row.read(view, None), items))
            kept = row.kept if kept is None else kept & (row.kept or frozenset())
            dates = dates and row.keep_dates
            governing = row.id
    return fired, governing


def _asked(view: View, compiled: Compiled, left: Candidates) -> _Fired:
    """Every other row that holds and has an item, and the chosen one in any case."""
    chosen = compiled.otherwise
    for row_id, rest in left.choice:
        if rest is None or rest(view, None):
            chosen = row_id
            break
    view.chosen = chosen
    fired: _Fired = []
    replaced: dict[str, set[str]] = {}
    for row in left.rows[chosen]:
        rest = row.rest
        items: list[PlannedItem] = []
        if row.id == chosen:
            for ask in row.dates:
                ask(view, None, items)
            fired.append((row, row.read(view, None), items))
            continue
        if row.for_each == "lesion":
            facts_read = _of_lesions(view, compiled, row, items)
        elif row.for_each:
            facts_read = _own_windows(view, row, items, replaced)
        elif rest is None or rest(view, None):
            for ask in row.dates:
                ask(view, None, items)
            facts_read = row.read(view, None) if items else ()
        if items:
            if (
                row.replaces_in
                and any(row.id not in replaced.get(item.stream, ()) for item in items)
                and (row.replaces_if is None or row.replaces_if(view, None))
            ):
                for stream in row.replaces_in:
                    replaced.setdefault(stream, set()).update(row.replaces)
            fired.append((row, facts_read, items))
    return _without(fired, replaced, chosen) if replaced else fired


def _of_lesions(
    view: View, compiled: Compiled, row: CompiledRow, items: list[PlannedItem]
) -> tuple[FactRead, ...]:
    """The items of every lesion for which the row holds; what was read of each stands after its level."""
    facts_read: tuple[FactRead, ...] = ()
    rest, possible_of = row.rest, compiled.index.possible_of
    for lesion in view.lesions:
        if possible_of(view, lesion) >> row.place & 1 and (rest is None or rest(view, lesion)):
            before = len(items)
            for ask in row.dates:
                ask(view, lesion, items)
            if len(items) > before:
                facts_read += row.read(view, lesion)
    return facts_read


def _own_windows(
    view: View, row: CompiledRow, items: list[PlannedItem], replaced: dict[str, set[str]]
) -> tuple[FactRead, ...]:
    """The clinicians' own windows of today, and what they replace in their stream."""
    if not view.facts.overrides:
        return ()
    facts_read: list[FactRead] = []
    for own in active_overrides(view.facts, view.today):
        view.override = own
        if row.rest is not None and not row.rest(view, None):
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


def _without(fired: _Fired, replaced: dict[str, set[str]], chosen: str) -> _Fired:
    """The rows after replacement: one that lost every item is no longer listed, unless it is the chosen one."""
    left: _Fired = []
    for row, facts_read, items in fired:
        kept = [item for item in items if row.id not in replaced.get(item.stream, ())]
        if kept or row.id == chosen:
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


def _request(view: View, left: Candidates) -> str | None:
    for request, rest in left.requests:
        if rest is None or rest(view, None):
            return request
    return None


def _tasks(view: View, compiled: Compiled, left: Candidates, governing: str | None) -> frozenset[str]:
    tasks: list[str] = []
    for rule in left.tasks.get(governing or "", ()):
        rest = rule.rest
        if rule.for_each:
            possible_of = compiled.index.possible_of
            if not any(
                possible_of(view, one) >> rule.place & 1 and (rest is None or rest(view, one)) for one in view.lesions
            ):
                continue
        elif rest is not None and not rest(view, None):
            continue
        day = None if rule.day is None else rule.day(view)
        tasks.append(rule.task if day is None else f"{rule.task}:{day.isoformat()}")
    return frozenset(tasks) if tasks else _NO_TASKS


def _gaps(view: View, compiled: Compiled, left: Candidates) -> tuple[Gap, ...]:
    gaps: list[Gap] = []
    for gap, place, rest, for_each in left.gaps:
        if for_each:
            gaps += [
                Gap(gap, one.index)
                for one in view.lesions
                if compiled.index.possible_of(view, one) >> place & 1 and (rest is None or rest(view, one))
            ]
        elif rest is None or rest(view, None):
            gaps.append(Gap(gap))
    return tuple(gaps)


def _stopped_by(compiled: Compiled, listed: tuple[str, ...]) -> str | None:
    return next((row for row in listed if row in compiled.asks_nothing), None)
