"""A plan against what is open: what to open, move, restate, complete, withdraw, and where people disagree.

Nothing here closes anything by itself that a person has not acted on: completion needs a recorded study or visit,
a withdrawal a recorded fact that made the plan ask for nothing. Every change that leaves a row open carries the
whole row as it should stand afterwards (`after`), so storing a plan is copying fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduling.engine.day import Today
from scheduling.engine.following.changes import Change, Complete, Keep, OpenFollowUp, Stays, Withdraw
from scheduling.engine.following.one_stream import OneStream
from scheduling.engine.following.rules import ReconcileRules
from scheduling.engine.plans import Plan
from scheduling.engine.record.facts import Facts
from scheduling.engine.vocabulary import Stream


def reconcile(
    plan: Plan,
    open_rows: Mapping[str, OpenFollowUp],
    facts: Facts,
    today: Today,
    rules: ReconcileRules,
) -> tuple[Change, ...]:
    """What to write so that the open follow-ups of one person follow `plan`; imaging first, then surgeon.

    A stream gives one change, or a `Complete` followed by an `Open`. `open_rows` holds at most one row per stream,
    keyed by it. Applying the changes and reconciling again with the same arguments gives `Keep` alone (law h).
    """
    changes: list[Change] = []
    for stream in Stream:
        changes.extend(OneStream(plan, stream, facts, today, rules).reconcile(open_rows.get(stream)))
    return tuple(changes)


def apply(changes: Iterable[Change], open_rows: Mapping[str, OpenFollowUp]) -> dict[str, OpenFollowUp]:
    """The open rows after `changes`: what a service's writing must amount to."""
    after = dict(open_rows)
    for change in changes:
        match change:
            case Complete(stream=stream) | Withdraw(stream=stream):
                del after[stream]
            case Stays(after=row):
                after[row.stream] = row
            case Keep():
                pass
    return after
