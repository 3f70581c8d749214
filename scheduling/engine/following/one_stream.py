"""One stream's share of a reconciliation: what becomes of the row that is open in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from scheduling.engine.day import Today
from scheduling.engine.following.changes import (
    OVERTAKEN,
    STANDING,
    Change,
    Complete,
    Keep,
    Move,
    Open,
    OpenFollowUp,
    OpenState,
    Reopen,
    Restate,
    Withdraw,
    window_of,
)
from scheduling.engine.following.rules import ReconcileRules, stopped_by
from scheduling.engine.plans import Plan, StreamPlan
from scheduling.engine.record.facts import Facts
from scheduling.engine.vocabulary import URGENCY_RANK, Stream, Urgency

#: Urgencies that wait for nobody's convenience.
_PRESSING = frozenset({Urgency.EMERGENCY, Urgency.URGENT})


class _Done(NamedTuple):
    """A study or visit that was recorded, and its name among those that were known before."""

    on: date
    name: str
    counts: bool


class OneStream:
    """One stream's share of one reconciliation."""

    def __init__(self, plan: Plan, stream: Stream, facts: Facts, today: Today, rules: ReconcileRules) -> None:
        self.plan = plan
        self.stream = stream
        self.asked = plan.imaging if stream is Stream.IMAGING else plan.surgeon
        self.facts = facts
        self.today = today
        self.rules = rules

    def reconcile(self, row: OpenFollowUp | None) -> tuple[Change, ...]:
        asked = self.asked
        if row is None:
            return (Open(self._opened(asked)),) if asked else (Keep(self.stream),)
        done = None if self._still_asks(row) else self._done(row.opens_on, row.counted_by, row.known_before)
        if done is not None:
            return self._completed(row, done)
        if asked is not None:
            return (_change(row, self._following(row, asked)),)
        if row.state in STANDING:
            return (_change(row, self._to_cancel(row)),)
        behind = stopped_by(self.plan, self.stream, self.rules)
        return (Withdraw(self.stream, behind, self.rules.outcomes.get(behind or "", OVERTAKEN)),)

    def _opened(self, asked: StreamPlan) -> OpenFollowUp:
        return OpenFollowUp(
            stream=self.stream,
            state=OpenState.OPEN,
            opens_on=asked.earliest,
            due_on=asked.due,
            closes_on=asked.latest,
            row=asked.row,
            urgency=asked.urgency,
            counted_by=asked.counted_by,
            request=asked.request,
            known_before=self._known_since(asked.earliest),
        )

    def _completed(self, row: OpenFollowUp, done: date) -> tuple[Change, ...]:
        """It is at its end; an appointment that is still ahead passes to the follow-up that opens next."""
        ended = Complete(self.stream, done)
        if self.asked is None:
            return (ended,)
        opened = self._opened(self.asked)
        if still_ahead(row, done, self.today):
            opened = replace(opened, state=row.state, booked_on=row.booked_on, arranged_as=row.arranged_as)
        return (ended, Open(opened))

    def _to_cancel(self, row: OpenFollowUp) -> OpenFollowUp:
        """Nothing is asked for: the window is history, and what was arranged waits for a person to take it back."""
        return replace(
            row,
            asked=False,
            urgency=Urgency.STOP if self.plan.urgency == Urgency.STOP else Urgency.ROUTINE,
            known_before=self._still_known(row),
            awaiting_closure_on=None,
            awaiting_response_on=None,
            answered=False,
            snoozed_until=None,
            snoozed_closes_on=None,
        )

    def _following(self, row: OpenFollowUp, asked: StreamPlan) -> OpenFollowUp:
        """The row with the plan's window, winner, urgency and request; what people arranged stands beside them."""
        known = self._still_known(row)
        if row.state == OpenState.CANCELLED:
            if self._holds(row, asked):
                return replace(row, known_before=known)
            row = replace(row, state=OpenState.OPEN, hold_until=None)
        elif row.snoozed_until and self._ends_early(
            row, asked, row.snoozed_closes_on or row.closes_on, row.snoozed_until
        ):
            row = replace(row, snoozed_until=None, snoozed_closes_on=None)
        if (row.opens_on, row.due_on) != (asked.earliest, asked.due):
            known = self._known_since(asked.earliest)
        window = (asked.earliest, asked.due, asked.latest)
        closure, response = asked.row in self.rules.until_closed, asked.row in self.rules.until_response
        done = self._done(asked.earliest, asked.counted_by, known) if closure or response else None
        return replace(
            row,
            opens_on=asked.earliest,
            due_on=asked.due,
            closes_on=asked.latest,
            row=asked.row,
            urgency=asked.urgency,
            counted_by=asked.counted_by,
            request=asked.request,
            asked=True,
            known_before=known,
            awaiting_closure_on=done if closure else None,
            awaiting_response_on=done if response else None,
            answered=row.answered and row.asked and row.request == asked.request and window_of(row) == window,
        )

    def _holds(self, row: OpenFollowUp, asked: StreamPlan) -> bool:
        """Whether a cancelled row stays so; its window and urgency are those it was cancelled with."""
        if row.hold_until is None or self.today > row.hold_until:
            return False
        return not self._ends_early(row, asked, row.closes_on, row.hold_until)

    def _ends_early(self, row: OpenFollowUp, asked: StreamPlan, closes_on: date, until: date) -> bool:
        """Whether the plan has become too pressing for what a person set aside `until` a day.

        `closes_on` is the plan's latest day when it was set aside.
        """
        if asked.row in self.rules.in_place:
            return True
        if asked.urgency in _PRESSING and URGENCY_RANK[asked.urgency] < URGENCY_RANK[row.urgency]:
            return True
        return asked.latest < min(closes_on, until)

    def _still_asks(self, row: OpenFollowUp) -> bool:
        """Whether any row of the plan, winning or not, asks for this row's window."""
        window = (row.opens_on, row.due_on)
        return any(
            item.stream == self.stream and (item.earliest, item.due) == window
            for fired in self.plan.fired
            for item in fired.items
        )

    def _done(self, since: date, counted_by: str, known: tuple[str, ...]) -> date | None:
        """The first day from `since` with a study or visit that counts, none of those known when it was given."""
        before = Counter(known)
        fresh = []
        for one in self._recorded_since(since, counted_by):
            if one.counts:
                before[one.name] -= 1
                if before[one.name] < 0:
                    fresh.append(one.on)
        return min(fresh, default=None)

    def _still_known(self, row: OpenFollowUp) -> tuple[str, ...]:
        """What was known before without what fell since: entered in error, it is as if it never had been there."""
        if not row.known_before:
            return ()
        here = Counter(self._known_since(row.opens_on))
        return tuple(sorted((here & Counter(row.known_before)).elements()))

    def _known_since(self, since: date) -> tuple[str, ...]:
        return tuple(sorted(one.name for one in self._recorded_since(since, "")))

    def _recorded_since(self, since: date, counted_by: str) -> list[_Done]:
        """Every study or visit from `since` to today; without `counted_by` whether it counts is not said."""
        if self.stream is Stream.SURGEON:
            return [_Done(on, f"{on}", True) for on in self.facts.visits if since <= on <= self.today]
        counts = self.rules.studies[counted_by].counts if counted_by else None
        mri = self.facts.constraints.mri
        return [
            _Done(
                s.on,
                f"{s.on} {s.kind} {s.coverage or ''}".strip(),
                counts is not None and counts(s.kind, s.coverage, mri),
            )
            for s in self.facts.studies
            if since <= s.on <= self.today
        ]


def still_ahead(row: OpenFollowUp, done: date, today: Today) -> bool:
    """Whether an appointment is left over when another study or visit, of the day `done`, completes a follow-up."""
    booked_on = row.booked_on
    return row.state == OpenState.BOOKED and booked_on is not None and done < booked_on and today <= booked_on


def _change(before: OpenFollowUp, after: OpenFollowUp) -> Change:
    if after == before:
        return Keep(before.stream)
    if before.state == OpenState.CANCELLED and after.state == OpenState.OPEN:
        return Reopen(after)
    if window_of(before) != window_of(after):
        return Move(after)
    return Restate(after)
