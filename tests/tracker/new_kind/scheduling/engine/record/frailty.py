"""How frail a person is, as a policy may ask it."""

from __future__ import annotations

from dataclasses import dataclass

from scheduling.engine.record.facts import DatedFact


@dataclass(frozen=True, slots=True)
class Frailty(DatedFact):
    """A grade, 1 (fit) to 9."""

    grade: int
