"""One person's record and plan against what stands: everything that has to be written, as values.

A plan can bring facts about: leaving the low-risk row, and the end of an approved step-down. They count from the day of
the plan, so the person is planned again with them, and what is written agrees with the record at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from scheduling.engine.day import Today
from scheduling.engine.following.changes import Change, Keep, OpenFollowUp
from scheduling.engine.following.conservation import is_active
from scheduling.engine.following.reconcile import apply, reconcile
from scheduling.engine.following.rulebook import Rulebook
from scheduling.engine.following.rules import stopped_by
from scheduling.engine.following.sentences import Reasons, reasons_in
from scheduling.engine.planning.plan import plan as make_plan
from scheduling.engine.plans import Plan
from scheduling.engine.record.facts import Facts
from scheduling.engine.record.history import History, HistoryRules
from scheduling.engine.vocabulary import Stream

#: How a record becomes the facts of a day.
Derive = Callable[[History, Today, HistoryRules], Facts]


class Followed(NamedTuple):
    """An open follow-up with the reasons kept of it; `same_version`: by the policy version that decides now."""

    row: OpenFollowUp
    reasons: Reasons
    same_version: bool = True


class PlanState(NamedTuple):
    """What is kept of a plan, as plain values.

    `gaps` say the fact that is missing, and the level of the lesion where one lesion lacks it; the two `not_asked` name
    the row behind a stream without a window. `low_risk`: the last plan that suspended nothing listed a low-risk row.
    `active`: the person is counted by night.
    """

    rows: list[str]
    tempo: str
    urgency: str
    tasks: list[str]
    gaps: list[dict[str, object]]
    imaging_not_asked: str
    surgeon_not_asked: str
    low_risk: bool
    active: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for one person: open follow-ups by stream, the last plan, and the plan's open tasks by their word."""

    follow_ups: Mapping[str, Followed]
    plan: PlanState | None
    tasks: Collection[str] = ()
    same_version: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write for one person.

    `changes` are without `Keep`; `explained` are the streams whose row stays while its reasons or version change.
    `left_low_risk` and `ended_by` (the row that ends a step-down) are facts that the plan itself brings about, on the
    day of the plan; `raised` and `ended` are the words of its tasks.
    """

    plan: Plan
    facts: Facts
    changes: tuple[Change, ...]
    reasons: Mapping[str, Reasons]
    explained: tuple[str, ...]
    state: PlanState
    state_changed: bool
    left_low_risk: bool
    ended_by: str | None
    raised: tuple[str, ...]
    ended: tuple[str, ...]

    @property
    def brings_facts(self) -> bool:
        """Whether the plan brings about a fact, so that the person has to be planned again with it."""
        return self.left_low_risk or self.ended_by is not None

    @property
    def nothing(self) -> bool:
        """Whether everything stands already as it should."""
        return not (
            self.changes or self.explained or self.state_changed or self.brings_facts or self.raised or self.ended
        )


def decide(
    history: History,
    standing: Standing,
    rules: Rulebook,
    on: date,
    derive: Derive,
    *,
    asked: Today | None = None,
) -> Decision:
    """Plan one person `on` a day, with the facts that the plan brings about, and compare with what stands.

    `asked` is that day in the form that is compared, where it is to remember until when its answers hold.
    """
    today = on if asked is None else asked
    decision = decide_once(history, derive(history, today, rules.history), standing, rules, today)
    if not decision.brings_facts:
        return decision
    history = with_its_facts(history, decision, on=on)
    again = decide_once(history, derive(history, today, rules.history), standing, rules, today)
    return replace(again, left_low_risk=decision.left_low_risk, ended_by=decision.ended_by)


def with_its_facts(history: History, decision: Decision, *, on: date) -> History:
    """The record with what a decision brings about, dated on the day of its plan."""
    ends = decision.ended_by is not None
    return replace(
        history,
        left_low_risk=(*history.left_low_risk, on) if decision.left_low_risk else history.left_low_risk,
        approvals=tuple(
            replace(one, ended_on=on) if ends and one.on <= on and one.ended_on is None else one
            for one in history.approvals
        ),
    )


def decide_once(history: History, facts: Facts, standing: Standing, rules: Rulebook, today: Today) -> Decision:
    """What one plan of these facts has to change; the day is only compared, and nothing is dated with it."""
    plan = make_plan(facts, rules.policy, today)
    state = _state(plan, facts, standing.plan, rules)
    rows = {stream: one.row for stream, one in standing.follow_ups.items()}
    changes = tuple(
        change for change in reconcile(plan, rows, facts, today, rules.reconcile) if not isinstance(change, Keep)
    )
    reasons = _reasons(plan, apply(changes, rows), standing.follow_ups)
    known = {*standing.tasks, *(standing.plan.tasks if standing.plan else ())}
    return Decision(
        plan=plan,
        facts=facts,
        changes=changes,
        reasons=reasons,
        explained=_explained(changes, reasons, standing.follow_ups),
        state=state,
        state_changed=not standing.same_version or state != standing.plan,
        left_low_risk=_left_low_risk(plan, facts, standing.plan, rules, today),
        ended_by=_ends_step_down(plan, history, rules, today),
        raised=tuple(sorted(plan.tasks - known)),
        ended=tuple(word for word in standing.tasks if word not in plan.tasks),
    )


def _ordinary(plan: Plan) -> bool:
    """Whether nothing is suspended: beside a row that suspends a plan has no tempo, and says nothing of low risk."""
    return plan.tempo is not None


def _left_low_risk(plan: Plan, facts: Facts, last: PlanState | None, rules: Rulebook, today: Today) -> bool:
    """Whether this plan is the first without a low-risk row after one with it, and none of today says so already."""
    if last is None or not last.low_risk or not _ordinary(plan):
        return False
    left_on = facts.left_low_risk_on
    return rules.low_risk.isdisjoint(plan.rows) and (left_on is None or left_on < today)


def _ends_step_down(plan: Plan, history: History, rules: Rulebook, today: Today) -> str | None:
    """The first listed row that ends a step-down, where an approval is there to be ended."""
    if not any(approval.on <= today and approval.ended_on is None for approval in history.approvals):
        return None
    return next((row for row in plan.rows if row in rules.ends_step_down), None)


def _state(plan: Plan, facts: Facts, last: PlanState | None, rules: Rulebook) -> PlanState:
    low_risk = not rules.low_risk.isdisjoint(plan.rows)
    return PlanState(
        rows=list(plan.rows),
        tempo=plan.tempo or "",
        urgency=plan.urgency,
        tasks=sorted(plan.tasks),
        gaps=_gaps(plan, facts),
        imaging_not_asked=stopped_by(plan, Stream.IMAGING, rules.reconcile) or "",
        surgeon_not_asked=stopped_by(plan, Stream.SURGEON, rules.reconcile) or "",
        low_risk=low_risk if _ordinary(plan) else last is not None and last.low_risk,
        active=is_active(facts),
    )


def _gaps(plan: Plan, facts: Facts) -> list[dict[str, Any]]:
    gaps = [
        {
            "name": gap.name,
            "level": "" if gap.lesion is None else facts.lesions[gap.lesion].level or "unknown",
        }
        for gap in plan.gaps
    ]
    return sorted(gaps, key=lambda gap: (gap["name"], gap["level"]))


def _reasons(plan: Plan, after: Mapping[str, OpenFollowUp], before: Mapping[str, Followed]) -> dict[str, Reasons]:
    """Per stream the reasons of the plan, and behind them, marked, the row that gave the dates where it fires no more.

    Dates that a person arranged stand while the plan asks for others, or for nothing: both are explained.
    """
    found: dict[str, Reasons] = {}
    for stream in Stream:
        reasons = found[stream.value] = reasons_in(plan, stream)
        row, known = after.get(stream), before.get(stream)
        if row is None or known is None or any(reason["row"] == row.row for reason in reasons):
            continue
        kept = next((reason for reason in known.reasons if reason["row"] == row.row), None)
        if kept is not None:
            reasons.append({**kept, "was": True})
    return found


def _explained(
    changes: Collection[Change], reasons: Mapping[str, Reasons], before: Mapping[str, Followed]
) -> tuple[str, ...]:
    written = {change.stream for change in changes}
    return tuple(
        stream
        for stream, known in before.items()
        if stream not in written and not (known.same_version and known.reasons == reasons[stream])
    )
