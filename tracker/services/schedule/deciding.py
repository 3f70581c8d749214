"""One patient's record, plan and open rows against each other: what has to be written, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from scheduling.deriving import facts_of
from scheduling.engine.following.reconcile import Change, Keep, OpenFollowUp, apply, reconcile, stopped_by
from scheduling.engine.following.sentences import reason_to_json
from scheduling.engine.planning.plan import plan as make_plan
from scheduling.engine.plans import Plan
from scheduling.engine.record.facts import Facts
from scheduling.engine.record.history import History
from scheduling.engine.vocabulary import Mark, Stream
from scheduling.publishing import Rulebook

Reasons = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Stored:
    """A current follow-up as it stands in the database.

    `snooze` is its reason and who asked for it, `booking` the moment and place: a plan only ever clears them.
    """

    pk: int
    revision: int
    reasons: Reasons
    policy_version_id: int
    changed_at: datetime
    row: OpenFollowUp
    snooze: tuple[str, int | None]
    booking: tuple[datetime | None, str]


class Planned(NamedTuple):
    """The columns of a patient's last plan."""

    policy_version_id: int
    rows: list[str]
    tempo: str
    urgency: str
    tasks: list[str]
    gaps: list[dict[str, Any]]
    imaging_not_asked: str
    surgeon_not_asked: str
    low_risk: bool


@dataclass(frozen=True, slots=True)
class Before:
    """What stands for one patient: current follow-ups by stream, last plan, open tasks of the plan by their word."""

    follow_ups: Mapping[str, Stored]
    plan: Planned | None
    tasks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write for one patient.

    `changes` are without `Keep`; `explained` are the streams whose row stays while its reasons or version change.
    `left_low_risk` and `ended_by` are facts that the plan itself brings about; `plan` is made with them.
    """

    plan: Plan
    facts: Facts
    changes: tuple[Change, ...]
    reasons: Mapping[str, Reasons]
    explained: tuple[str, ...]
    planned: Planned
    planned_changed: bool
    left_low_risk: bool
    ended_by: str | None
    raised: tuple[str, ...]
    ended: tuple[int, ...]

    @property
    def nothing(self) -> bool:
        """Whether everything stands already as it should."""
        return not (
            self.changes
            or self.explained
            or self.planned_changed
            or self.left_low_risk
            or self.ended_by
            or self.raised
            or self.ended
        )


def decide(
    history: History, before: Before, rules: Rulebook, policy_version_id: int, today: date
) -> Decision:
    """Plan one patient on `today` and compare with what stands.

    Leaving the low-risk state and the end of a step-down approval are facts: where a plan brings them about, the
    patient is planned again with them, so that what is written agrees with the record at once.
    """
    last = before.plan
    facts = facts_of(history, today, rules.history)
    plan = make_plan(facts, rules.policy, today)
    low_risk_rows, ends_step_down = (
        rules.policy.marked(mark) for mark in (Mark.LOW_RISK, Mark.ENDS_STEP_DOWN)
    )
    left = last is not None and last.low_risk and _asks(plan) and low_risk_rows.isdisjoint(plan.rows)
    left = left and today not in history.left_low_risk
    ended_by = next((row for row in plan.rows if row in ends_step_down), None)
    if not any(approval.on <= today and approval.ended_on is None for approval in history.approvals):
        ended_by = None
    if left or ended_by:
        history = replace(
            history,
            left_low_risk=(*history.left_low_risk, today) if left else history.left_low_risk,
            approvals=tuple(
                replace(one, ended_on=today) if ended_by and one.on <= today and one.ended_on is None else one
                for one in history.approvals
            ),
        )
        facts = facts_of(history, today, rules.history)
        plan = make_plan(facts, rules.policy, today)
    low_risk = not low_risk_rows.isdisjoint(plan.rows) if _asks(plan) else last is not None and last.low_risk
    planned = Planned(
        policy_version_id,
        list(plan.rows),
        plan.tempo or "",
        plan.urgency,
        sorted(plan.tasks),
        _gaps(plan, facts),
        stopped_by(plan, Stream.IMAGING, rules.reconcile) or "",
        stopped_by(plan, Stream.SURGEON, rules.reconcile) or "",
        low_risk,
    )
    rows = {stream: stored.row for stream, stored in before.follow_ups.items()}
    changes = reconcile(plan, rows, facts, today, rules.reconcile)
    after = apply(changes, rows)
    reasons = {
        stream.value: _with_what_gave_the_dates(
            reasons_in(plan, stream), after.get(stream), before.follow_ups.get(stream)
        )
        for stream in Stream
    }
    written = {change.stream for change in changes if not isinstance(change, Keep)}
    asked_before = set(last.tasks) if last else set()
    return Decision(
        plan=plan,
        facts=facts,
        changes=tuple(change for change in changes if not isinstance(change, Keep)),
        reasons=reasons,
        explained=tuple(
            stream
            for stream, stored in before.follow_ups.items()
            if stream not in written
            and (stored.reasons, stored.policy_version_id) != (reasons[stream], policy_version_id)
        ),
        planned=planned,
        planned_changed=planned != last,
        left_low_risk=left,
        ended_by=ended_by,
        raised=tuple(sorted(plan.tasks - asked_before - set(before.tasks))),
        ended=tuple(pk for word, pk in before.tasks.items() if word not in plan.tasks),
    )


def _asks(plan: Plan) -> bool:
    """Whether the plan is an ordinary one: beside a row that suspends it says nothing of low risk, and has no tempo."""
    return plan.tempo is not None


def reasons_in(plan: Plan, stream: str) -> Reasons:
    """Every fired row with a window in the stream, or with a say and no window at all, as stored."""
    return [
        reason_to_json(fired, stream)
        for fired in plan.fired
        if not fired.items or any(item.stream == stream for item in fired.items)
    ]


def _with_what_gave_the_dates(reasons: Reasons, row: OpenFollowUp | None, stored: Stored | None) -> Reasons:
    """The reasons of a row, and behind them, marked, the row that gave its dates where it no longer fires.

    Dates that a person arranged stand while the plan asks for others, or for nothing: both are explained.
    """
    if row is None or stored is None or any(reason["row"] == row.row for reason in reasons):
        return reasons
    kept = next((reason for reason in stored.reasons if reason["row"] == row.row), None)
    return reasons if kept is None else [*reasons, {**kept, "was": True}]


def _gaps(plan: Plan, facts: Facts) -> list[dict[str, Any]]:
    """Gaps as stored: the name, and the level of the lesion where one lesion lacks it."""
    gaps = [
        {
            "name": gap.name,
            "level": "" if gap.lesion is None else facts.lesions[gap.lesion].level or "unknown",
        }
        for gap in plan.gaps
    ]
    return sorted(gaps, key=lambda gap: (gap["name"], gap["level"]))
