"""What reconciling reads from a policy, made once per version, and the row behind a stream that is not asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduling.engine.plans import Plan
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.sets import StudySet
from scheduling.engine.vocabulary import Mark, Stream


@dataclass(frozen=True, slots=True)
class ReconcileRules:
    """What reconciling reads from the policy.

    `studies` are its sets of studies by name, to which `counted_by` refers. `in_place` are the rows against which
    nothing stands that a person set aside, `until_closed` those that end only when a clinician closes the symptom,
    `until_response` those that go on asking until a response is recorded, `ask_nothing` per stream those that leave it
    without a window, and `outcomes` what became of a follow-up that is withdrawn because of one.
    """

    studies: Mapping[str, StudySet]
    in_place: frozenset[str]
    until_closed: frozenset[str]
    until_response: frozenset[str]
    ask_nothing: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[str, str]

    @classmethod
    def from_policy(cls, policy: Policy) -> ReconcileRules:
        """The rules of one policy version; make them once per version."""
        return cls(
            studies=dict(policy.studies),
            in_place=policy.marked(Mark.TAKES_DATES),
            until_closed=frozenset(row.id for row in policy.rows if row.until_closed),
            until_response=policy.marked(Mark.UNTIL_RESPONSE),
            ask_nothing={stream: policy.asks_nothing_in(stream) for stream in Stream},
            outcomes={row.id: row.outcome for row in policy.rows if row.outcome},
        )


def stopped_by(plan: Plan, stream: str, rules: ReconcileRules) -> str | None:
    """The listed row behind a stream for which nothing is asked; None where something is, or no row says so."""
    if (plan.imaging if stream == Stream.IMAGING else plan.surgeon) is not None:
        return None
    return next((row for row in rules.ask_nothing[stream] if row in plan.rows), None)
