"""One stream's share of a reconciliation: what becomes of the row that is open in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scheduling.engine.day import Today
from scheduling.engine.following.changes import (
    OVERTAKEN,
    STANDING,
    Asked,
    Change,
    Complete,
    Conflict,
    ConflictKind,
    Keep,
    Move,
    Open,
    OpenFollowUp,
    OpenState,
    Own,
    Reopen,
    Restate,
    Withdraw,
)
from scheduling.engine.following.rules import ReconcileRules, stopped_by
from scheduling.engine.plans import Plan, StreamPlan
from scheduling.engine.record.facts import Facts
from scheduling.engine.vocabulary import Stream, Urgency


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
        if asked is not None and asked.row in self.rules.in_place:
            return self._follows(row, self._taken_over(row, asked))
        done = self._done_with(row)
        if done is not None:
            return self._completed(done)
        standing = self._back_to_own(row, row.own) if row.own is not None else row
        if standing.row in self.rules.in_place:
            standing = self._relabelled(standing)
        if asked is None and standing.state == OpenState.OPEN:
            behind = stopped_by(self.plan, self.stream, self.rules)
            return (Withdraw(self.stream, behind, self.rules.outcomes.get(behind or "", OVERTAKEN)),)
        return self._follows(row, self._asked_of(standing))

    def _done_with(self, row: OpenFollowUp) -> date | None:
        """The day that ends the row: in the emergency's window where nobody arranged anything, or in its own."""
        if row.own is not None and row.state not in STANDING:
            done = self._done(row.counted_by, row.opens_on)
            if done:
                return done
        own = self._back_to_own(row, row.own) if row.own is not None else row
        done = self._done(own.counted_by, own.opens_on)
        return done if done and not self._still_asks(own) else None

    def _asked_of(self, row: OpenFollowUp) -> OpenFollowUp:
        """A row that stays, as the plan wants it, each state in its way."""
        asked = self.asked
        if asked is None:
            return self._nothing_asked(row)
        if row.state == OpenState.OPEN:
            return _planned(row, asked)
        return self._held(row, asked) if row.state == OpenState.CANCELLED else _committed(row, asked)

    def _follows(self, before: OpenFollowUp, after: OpenFollowUp) -> tuple[Change, ...]:
        asked = self.asked
        if asked is not None and after.state != OpenState.CANCELLED:
            after = replace(after, awaiting_closure_on=self._awaits(asked))
        return (_change(before, _woken(before, after)),)

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
            awaiting_closure_on=self._awaits(asked),
        )

    def _completed(self, done: date) -> tuple[Change, ...]:
        ended = Complete(self.stream, done)
        return (ended, Open(self._opened(self.asked))) if self.asked else (ended,)

    def _back_to_own(self, row: OpenFollowUp, own: Own) -> OpenFollowUp:
        """Own dates again; the row, what counts and the request are those of the plan that follows the emergency."""
        back = replace(
            row,
            opens_on=own[0],
            due_on=own[1],
            closes_on=own[2],
            own=None,
            awaiting_closure_on=None,
            conflict=None,
        )
        return self._relabelled(back)

    def _relabelled(self, row: OpenFollowUp) -> OpenFollowUp:
        """A row that an emergency named, once that is over: it is kept for what the plan asks now."""
        if self.asked is None:
            return replace(row, row=stopped_by(self.plan, self.stream, self.rules) or row.row)
        return replace(row, row=self.asked.row, counted_by=self.asked.counted_by, request=self.asked.request)

    def _nothing_asked(self, row: OpenFollowUp) -> OpenFollowUp:
        """What a person ordered, booked or marked missed waits for a person; a cancelled row stays cancelled."""
        if row.state == OpenState.CANCELLED:
            return row
        urgency = Urgency.STOP if self.plan.urgency == Urgency.STOP else row.urgency
        return replace(row, urgency=urgency, conflict=Conflict(self.stream, ConflictKind.CANCEL_BOOKING, None))

    def _taken_over(self, row: OpenFollowUp, asked: StreamPlan) -> OpenFollowUp:
        """The emergency takes the dates in place, whatever the state; what the row was is kept."""
        own = row.own
        if own is None and row.row not in self.rules.in_place:
            own = Own(row.opens_on, row.due_on, row.closes_on)
        # What a person arranged during the emergency is no conflict with it; only what stood before is.
        disagrees = row.conflict is not None if row.row in self.rules.in_place else row.state in STANDING
        return replace(
            _planned(row, asked),
            state=OpenState.OPEN if row.state == OpenState.CANCELLED else row.state,
            own=own,
            hold_until=None,
            snoozed_until=None,
            conflict=Conflict(self.stream, ConflictKind.EMERGENCY, _asked(asked)) if disagrees else None,
        )

    def _held(self, row: OpenFollowUp, asked: StreamPlan) -> OpenFollowUp:
        """A cancelled row holds while the plan gives the window it gave when a person cancelled it."""
        known = row.conflict.asked if row.conflict else None
        window = known[:3] if known else _dates(row)
        if window == _asked(asked)[:3] and row.hold_until is not None and self.today <= row.hold_until:
            return row
        return replace(_planned(row, asked), state=OpenState.OPEN, hold_until=None, booked_on=None)

    def _awaits(self, asked: StreamPlan) -> date | None:
        """The day it was done, where only a clinician ends it."""
        return self._done(asked.counted_by, asked.earliest) if asked.row in self.rules.until_closed else None

    def _still_asks(self, row: OpenFollowUp) -> bool:
        """Whether any row of the plan, winning or not, asks for this row's window."""
        window = (row.opens_on, row.due_on)
        return any(
            item.stream == self.stream and (item.earliest, item.due) == window
            for fired in self.plan.fired
            for item in fired.items
        )

    def _done(self, counted_by: str, since: date) -> date | None:
        """The first day from `since` to today with a study or visit that counts."""
        if self.stream is Stream.SURGEON:
            days = [on for on in self.facts.visits if since <= on <= self.today]
        else:
            counts = self.rules.studies[counted_by].counts
            mri = self.facts.constraints.mri
            days = [s.on for s in self.facts.studies if since <= s.on <= self.today and counts(s.kind, s.coverage, mri)]
        return min(days, default=None)


def _asked(plan: StreamPlan) -> Asked:
    return Asked(plan.earliest, plan.due, plan.latest, plan.row)


def _dates(row: OpenFollowUp) -> tuple[date, date, date]:
    return row.opens_on, row.due_on, row.closes_on


def _planned(row: OpenFollowUp, asked: StreamPlan) -> OpenFollowUp:
    """The row with the window, winner, urgency and request of the plan; no conflict is left."""
    return replace(
        row,
        opens_on=asked.earliest,
        due_on=asked.due,
        closes_on=asked.latest,
        row=asked.row,
        urgency=asked.urgency,
        counted_by=asked.counted_by,
        request=asked.request,
        conflict=None,
    )


def _committed(row: OpenFollowUp, asked: StreamPlan) -> OpenFollowUp:
    """A person's dates stay; where the plan asks for others, both are shown and the urgency is the plan's."""
    if _dates(row) == _asked(asked)[:3]:
        return _planned(row, asked)
    return replace(row, urgency=asked.urgency, conflict=Conflict(row.stream, ConflictKind.DATES, _asked(asked)))


def _woken(before: OpenFollowUp, after: OpenFollowUp) -> OpenFollowUp:
    """A snooze ends where the row falls due earlier than when it was snoozed, or a new conflict stands."""
    if after.snoozed_until is None:
        return after
    earlier = after.due_on < before.due_on
    contradicted = after.conflict is not None and after.conflict != before.conflict
    return replace(after, snoozed_until=None) if earlier or contradicted else after


def _change(before: OpenFollowUp, after: OpenFollowUp) -> Change:
    if after == before:
        return Keep(before.stream)
    if before.state == OpenState.CANCELLED and after.state == OpenState.OPEN:
        return Reopen(after)
    if _dates(before) != _dates(after):
        return Move(after)
    return Restate(after)
