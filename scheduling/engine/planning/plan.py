"""The decider: facts, a policy and a day give the plan.

Six steps, as the clinical dossier describes them (3.4 and 3.6): rows that suspend; every other row with its items; the
one base row; replacements; the winner per stream; imaging request, urgency, tasks and gaps. The first four and the
last run as the policy's compiled functions (`compiled`); here they are joined.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from scheduling.engine.day import Today
from scheduling.engine.planning.compiled import Fired, Left
from scheduling.engine.planning.replacing import without
from scheduling.engine.plans import Gap, Plan, PlannedItem, StreamPlan
from scheduling.engine.policy.rows import Policy
from scheduling.engine.policy.source import new_fired
from scheduling.engine.record.facts import Facts
from scheduling.engine.record.view import View, look
from scheduling.engine.vocabulary import Stream, Urgency

_IMAGING, _SURGEON = Stream.IMAGING.value, Stream.SURGEON.value
_URGENCIES: tuple[str, ...] = tuple(urgency.value for urgency in Urgency)
_LEAST = _URGENCIES.index(Urgency.EXTENDED)
_NOTHING: tuple[frozenset[str], tuple[Callable[[View, list[str]], None], ...]] = (frozenset(), ())
_Winner = tuple[PlannedItem, date, int]


def plan(facts: Facts, policy: Policy, today: Today) -> Plan:
    """What should happen for one person on `today` under one policy version, with every fired row as a reason.

    Facts dated after `today` are not seen.
    """
    compiled = policy.compiled
    view = look(facts, today, compiled.sets)
    mask = compiled.index.possible(view)
    left = compiled.known.get(mask) or compiled.left(mask)
    fired: list[Fired] = []
    governing: str | None = None
    if left.suspending:
        fired, governing = compiled.suspend(view, mask)
    if governing is None:
        fired = _asked(view, left, compiled.otherwise)
    listed = view.listed = tuple([row_id for row_id, _, _, _ in fired])
    imaging, surgeon, most_urgent = _winners(fired)
    if surgeon is not None:
        view.winners[_SURGEON] = surgeon[0].row
    if imaging is not None:
        view.winners[_IMAGING] = imaging[0].row
    return Plan(
        policy.version,
        listed,
        view.tempo if governing is None else None,
        None if imaging is None else _stream(_IMAGING, imaging, _request(view, left)),
        None if surgeon is None else _stream(_SURGEON, surgeon, None),
        _URGENCIES[most_urgent],
        _tasks(view, left, governing),
        _gaps(view, left) if governing is None else (),
        tuple([new_fired((row_id, read, tuple(items))) for row_id, _, read, items in fired]),
        None
        if imaging is not None and surgeon is not None
        else next((row for row in listed if row in compiled.asks_nothing), None),
    )


def _asked(view: View, left: Left, otherwise: str) -> list[Fired]:
    """The chosen row and every other that holds and has an item, in table order, after replacement."""
    for row_id, holds in left.choice:
        if holds is None or holds(view):
            chosen = row_id
            break
    else:
        chosen = otherwise
    view.chosen = chosen
    fired: list[Fired] = []
    for ask in left.rows[chosen]:
        ask(view, fired)
    return fired if view.replaced is None else without(fired, view.replaced)


def _request(view: View, left: Left) -> str | None:
    for request, holds in left.requests:
        if holds is None or holds(view):
            return request
    return None


def _tasks(view: View, left: Left, governing: str | None) -> frozenset[str]:
    ready, asked = left.tasks.get(governing, _NOTHING)
    if not asked:
        return ready
    raised: list[str] = []
    for ask in asked:
        ask(view, raised)
    return ready.union(raised) if raised else ready


def _gaps(view: View, left: Left) -> tuple[Gap, ...]:
    ready, asked = left.gaps
    if not asked:
        return ready
    found: list[Gap] = []
    for ask in asked:
        ask(view, found)
    return (*ready, *found) if found else ready


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
