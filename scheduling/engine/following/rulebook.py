"""What one policy version says about following a person, worked out once."""

from __future__ import annotations

from dataclasses import dataclass

from scheduling.engine.following.ladder import Ladder, ladder_of
from scheduling.engine.following.rules import ReconcileRules
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.history import HistoryRules
from scheduling.engine.vocabulary import Mark


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The policy, how it reads a record, how open follow-ups follow it, and who is reminded.

    `low_risk` and `ends_step_down` are the rows with these marks.
    """

    policy: Policy
    history: HistoryRules
    reconcile: ReconcileRules
    ladder: Ladder
    low_risk: frozenset[str]
    ends_step_down: frozenset[str]

    @classmethod
    def of(cls, policy: Policy) -> Rulebook:
        """The rules of one policy version; make them once per version."""
        return cls(
            policy=policy,
            history=policy.history_rules,
            reconcile=ReconcileRules.from_policy(policy),
            ladder=ladder_of(policy),
            low_risk=policy.marked(Mark.LOW_RISK),
            ends_step_down=policy.marked(Mark.ENDS_STEP_DOWN),
        )
