"""The decider: facts, a policy and a day give the plan.

Six steps, as the clinical dossier describes them (3.4 and 3.6): rows that suspend; every other row with its items; the
one base row; replacements; the winner per stream; imaging request, urgency, tasks and gaps. The policy's part of them
stands ready as closures (`prepared`); here they are joined.
"""

from __future__ import annotations

from datetime import date

from scheduling.engine.day import Today
from scheduling.engine.planning.prepared import Prepared, prepared
from scheduling.engine.planning.replacing import Fired, without
from scheduling.engine.plans import FiredRow, Gap, Plan, PlannedItem, StreamPlan
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.facts import Facts
from scheduling.engine.record.view import OF_PERSON, View, look
from scheduling.engine.vocabulary import Stream, Urgency

_IMAGING, _SURGEON = Stream.IMAGING.value, Stream.SURGEON.value
_URGENCIES: tuple[str, ...] = tuple(urgency.value for urgency in Urgency)
_LEAST = _URGENCIES.index(Urgency.EXTENDED)
#: An item in the order of winning: due, the row's place, earliest, latest; then the rank of its urgency.
_Entry = tuple[date, int, date, date, int, PlannedItem]


def plan(facts: Facts, policy: Policy, today: Today) -> Plan:
    """What should happen for one person on `today` under one policy version, with every fired row as a reason.

    Facts dated after `today` are not seen.
    """
    rules = prepared(policy)
    view = look(facts, today, rules.sets)
    fired, governing = _suspended(view, rules)
    if not governing:
        fired = _asked(view, rules)
    listed = view.listed = tuple([row_id for row_id, _, _, _ in fired])
    imaging, surgeon, most_urgent = _winners(fired)
    if surgeon is not None:
        view.winners[_SURGEON] = surgeon.row
    if imaging is not None:
        view.winners[_IMAGING] = imaging.row
    return Plan(
        policy.version,
        listed,
        None if governing else view.tempo,
        _with_request(imaging, view, rules),
        surgeon,
        _URGENCIES[most_urgent],
        frozenset([task for ask in rules.tasks.get(governing, ()) if (task := ask(view))]),
        () if governing else _gaps(view, rules),
        tuple([FiredRow(row_id, read, tuple(items)) for row_id, _, read, items in fired]),
        None
        if imaging is not None and surgeon is not None
        else next((row for row in listed if row in rules.asks_nothing), None),
    )


def _suspended(view: View, rules: Prepared) -> tuple[list[Fired], str]:
    """Rows that suspend others, in table order: what holds, and the last of them, which governs the tasks."""
    fired: list[Fired] = []
    kept: frozenset[str] | None = None
    dates, governing = True, ""
    for row, holds, ask, keeps, keep_dates in rules.suspending:
        if (kept is None or row in kept) and holds(view, OF_PERSON):
            ask(view, fired)
            if not dates:
                fired[-1][3].clear()
            kept = keeps if kept is None else kept & keeps
            dates, governing = dates and keep_dates, row
    return fired, governing


def _asked(view: View, rules: Prepared) -> list[Fired]:
    """The chosen row and every other that holds and has an item, in table order, after replacement."""
    view.chosen = rules.policy.choice.otherwise
    for row_id, holds in rules.choice:
        if holds(view, OF_PERSON):
            view.chosen = row_id
            break
    fired: list[Fired] = []
    for ask in [rule.ask for rule in rules.rows[view.chosen] if rule.first(view, OF_PERSON)]:
        ask(view, fired)
    return fired if view.replaced is None else without(fired, view.replaced)


def _gaps(view: View, rules: Prepared) -> tuple[Gap, ...]:
    found: list[Gap] = []
    for find in rules.gaps:
        find(view, found)
    return tuple(found)


def _winners(fired: list[Fired]) -> tuple[StreamPlan | None, StreamPlan | None, int]:
    """Per stream what is asked for, and the most urgent of the listed rows."""
    imaging: list[_Entry] = []
    surgeon: list[_Entry] = []
    most_urgent = _LEAST if not fired else len(_URGENCIES)
    for place, (_, rank, _, items) in enumerate(fired):
        if rank < most_urgent:
            most_urgent = rank
        for item in items:
            entry = item.due, place, item.earliest, item.latest, rank, item
            (imaging if item.stream == _IMAGING else surgeon).append(entry)
    return _winner(_IMAGING, imaging), _winner(_SURGEON, surgeon), most_urgent


def _winner(stream: str, entries: list[_Entry]) -> StreamPlan | None:
    """The item with the smallest due, the smallest latest of all, and the most urgent row with an item.

    Rows come in table order, so on a tie of rows the first wins; within a row the smaller earliest, then latest.
    """
    if not entries:
        return None
    due, _, earliest, _, _, item = min(entries)
    latest = min([entry[3] for entry in entries])
    urgency = _URGENCIES[min([entry[4] for entry in entries])]
    return StreamPlan(stream, item.row, earliest, due, latest, urgency, item.counted_by)


def _with_request(asked: StreamPlan | None, view: View, rules: Prepared) -> StreamPlan | None:
    """The imaging stream with what the scanner is asked for: the first request that holds."""
    if asked is not None:
        for request, holds in rules.requests:
            if holds(view, OF_PERSON):
                return asked._replace(request=request)
    return asked
