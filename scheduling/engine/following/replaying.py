"""Plans made once more, one after another, on the days on which they were made: what would stand with another record.

What a plan brings about (the end of the low-risk plan, the end of a step-down, a follow-up opened or closed, a task)
follows from the plans before it. Where a fact behind them falls, they are made again without it, and what does not
follow any more falls with it. A cause can be compound, and two facts can each suffice: making the plans again needs to
know neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from scheduling.engine.following.changes import Change, OpenFollowUp
from scheduling.engine.following.decide import Decision, Derive, Followed, Standing
from scheduling.engine.following.reconcile import apply
from scheduling.engine.following.rulebook import Rulebook
from scheduling.engine.following.stands_until import decide_until
from scheduling.engine.record.history import History

Rows = Mapping[str, OpenFollowUp]


@dataclass(frozen=True, slots=True)
class Look:
    """One occasion on which a person was planned: its day and the record as it was known then.

    `by_night`: a round that plans only whose day has come. `act` is what a person did with the open follow-ups just
    before. What the plans bring about themselves is not read from `history`, but from the plans that are made again.
    """

    on: date
    history: Callable[[], History]
    by_night: bool = False
    act: Callable[[Rows], Rows] | None = None


@dataclass(slots=True)
class Consequences:
    """What plans brought about: the days on which low risk was left, and by approval the day and row of its end.

    `asked_since` names, for each task of the last plan, the place of the look that began to ask for it without a break.
    """

    left_low_risk: tuple[date, ...] = ()
    ended: dict[int | None, tuple[date, str]] = field(default_factory=dict)
    asked_since: dict[str, int] = field(default_factory=dict)

    def added_to(self, history: History) -> History:
        """The record with what the plans before brought about, and with nothing else of the kind."""
        return replace(
            history,
            left_low_risk=self.left_low_risk,
            approvals=tuple(
                replace(one, ended_on=self.ended[one.key][0] if one.key in self.ended else None)
                for one in history.approvals
            ),
        )

    def follow(self, place: int, on: date, history: History, decision: Decision) -> None:
        """Take in what one plan brings about."""
        if decision.left_low_risk:
            self.left_low_risk = (*self.left_low_risk, on)
        if decision.ended_by is not None:
            for one in history.approvals:
                if one.on <= on:
                    self.ended.setdefault(one.key, (on, decision.ended_by))
        tasks = decision.state.tasks
        self.asked_since = {word: self.asked_since.get(word, place) for word in tasks}


@dataclass(frozen=True, slots=True)
class Made:
    """A plan that was made again: the place of its look, what it changed, and what stood after it."""

    place: int
    changes: tuple[Change, ...]
    standing: Standing


def replay(
    looks: Iterable[Look],
    standing: Standing,
    known: Consequences,
    rules: Callable[[date], Rulebook],
    derive: Derive,
) -> Iterator[Made]:
    """Make the plans of `looks` again, from what stood before the first of them; `known` follows them.

    `rules` are those in force on a day. A night passes over a person whose plan stands: it says so itself.
    """
    until: date | None = None
    last: Rulebook | None = None
    for place, look in enumerate(looks):
        ruling = rules(look.on)
        stands = last is ruling and (until is None or look.on < until)
        if look.by_night and stands and standing.plan is not None:
            continue
        if look.act is not None:
            standing = acted(standing, look.act)
        history = known.added_to(look.history())
        decision, until = decide_until(history, standing, ruling, look.on, derive)
        known.follow(place, look.on, history, decision)
        standing, last = written(decision, standing), ruling
        yield Made(place, decision.changes, standing)


def acted(standing: Standing, act: Callable[[Rows], Rows]) -> Standing:
    """What stands once a person has acted on the open follow-ups."""
    before = standing.follow_ups
    rows = act({stream: one.row for stream, one in before.items()})
    return replace(
        standing,
        follow_ups={
            stream: before[stream]._replace(row=row) if stream in before else Followed(row, [])
            for stream, row in rows.items()
        },
    )


def written(decision: Decision, standing: Standing) -> Standing:
    """What stands once a decision is written."""
    rows = apply(decision.changes, {stream: one.row for stream, one in standing.follow_ups.items()})
    tasks = {*standing.tasks, *decision.raised} - set(decision.ended)
    return Standing(
        {stream: Followed(row, decision.reasons[stream]) for stream, row in rows.items()},
        decision.state,
        sorted(tasks),
    )
