"""Until when a decision stands with nothing recorded: asked of the one code path that decides.

The day is given in the form that remembers its comparisons (`scheduling.engine.day`). It passes through everything:
the record's derivation, the plan, reconciling, tasks, holds, own windows, approvals. Where an open follow-up stands
against its window is no part of a decision: it is asked of the rows on every day.
"""

from __future__ import annotations

from datetime import date

from scheduling.engine.day import Day
from scheduling.engine.following.decide import Decision, Derive, Standing, decide
from scheduling.engine.following.rulebook import Rulebook
from scheduling.engine.record.history import History


def decide_until(
    history: History, standing: Standing, rules: Rulebook, on: date, derive: Derive
) -> tuple[Decision, date | None]:
    """What to write for one person `on` a day, and the first day on which what then stands could change by itself.

    Nothing changes before that day unless something is recorded or done; None where nothing ever does. It holds for the
    rows as the decision leaves them: reconciling them again compares no other day.
    """
    today = Day(on)
    decision = decide(history, standing, rules, on, derive, asked=today)
    return decision, today.stands_until
