"""Frankel grade of spinal cord function, A to E; not interchangeable with the ASIA impairment scale."""

from __future__ import annotations

from enum import StrEnum

from scheduling.engine.scores.base import Direction, Score, ScoreKind, grades


class Frankel(StrEnum):
    """Frankel grades, worst first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


MEANINGS: dict[Frankel, str] = {
    Frankel.A: "complete: no motor, no sensory function",
    Frankel.B: "sensory only",
    Frankel.C: "motor function, useless",
    Frankel.D: "motor function, useful",
    Frankel.E: "normal",
}

FRANKEL = Score(
    code="frankel",
    name="Frankel grade",
    kind=ScoreKind.FUNCTION,
    direction=Direction.HIGHER_IS_BETTER,
    lowest=None,
    highest=None,
    source="Frankel HL et al., Paraplegia 1969;7:179-92",
    year=1969,
    items=grades(MEANINGS),
    limits=("Letters run from A, the worst, to E; not interchangeable with the ASIA impairment scale.",),
)
