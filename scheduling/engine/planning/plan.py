"""The decider: facts, a policy and a day give the plan.

Six steps, as the clinical dossier describes them (3.4 and 3.6): rows that suspend; every other row with its items; the
one base row; replacements; the winner per stream; imaging request, urgency, tasks and gaps. The policy's part of them
stands ready as closures (`prepared`); here they are joined.
"""

from __future__ import annotations

from datetime import date

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
_Winner = tuple[PlannedItem, date, int]


def plan(facts: Facts, policy: Policy, today: date) -> Plan:
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
        view.winners[_SURGEON] = surgeon[0].row
    if imaging is not None:
        view.winners[_IMAGING] = imaging[0].row
    return Plan(
        policy.version,
        listed,
        None if governing else view.tempo,
        None if imaging is None else _stream(_IMAGING, imaging, _request(view, rules)),
        None if surgeon is None else _stream(_SURGEON, surgeon, None),
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
    for holds_if, ask in rules.rows[view.chosen]:
        if holds_if is None or holds_if(view, OF_PERSON):
            ask(view, fired)
    return fired if view.replaced is None else without(fired, view.replaced)


def _request(view: View, rules: Prepared) -> str | None:
    for request, holds in rules.requests:
        if holds(view, OF_PERSON):
            return request
    return None


def _gaps(view: View, rules: Prepared) -> tuple[Gap, ...]:
    found: list[Gap] = []
    for find in rules.gaps:
        find(view, found)
    return tuple(found)


def _winners(fired: list[Fired]) -> tuple[_Winner | None, _Winner | None, int]:
    """Per stream the item with the smallest due, the smallest latest of all and the most urgent row with an item.

    Then the most urgent listed row. Rows come in table order, so on a tie of rows the first stays; within a row the
    smaller earliest, then the smaller latest.
    """
    imaging: _Winner | None = None
    surgeon: _Winner | None = None
    most_urgent = _LEAST if not fired else len(_URGENCIES)
    for row_id, rank, _, items in fired:
        if rank < most_urgent:
            most_urgent = rank
        for item in items:
            stream, _, earliest, due, latest, _, _, _, _, _ = item
            best = imaging if stream == _IMAGING else surgeon
            if best is None:
                best = (item, latest, rank)
            else:
                winner, smallest, most = best
                if due < winner.due or (
                    due == winner.due
                    and row_id == winner.row
                    and (earliest, latest) < (winner.earliest, winner.latest)
                ):
                    winner = item
                best = (winner, latest if latest < smallest else smallest, rank if rank < most else most)
            if stream == _IMAGING:
                imaging = best
            else:
                surgeon = best
    return imaging, surgeon, most_urgent


def _stream(stream: str, winner: _Winner, request: str | None) -> StreamPlan:
    item, latest, rank = winner
    return StreamPlan(
        stream, item.row, item.earliest, item.due, latest, _URGENCIES[rank], item.counted_by, request
    )
