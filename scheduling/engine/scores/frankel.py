"""Frankel grade of spinal cord function, A to E; not interchangeable with the ASIA impairment scale."""

from __future__ import annotations

from enum import StrEnum

from scheduling.engine.scores.base import Direction, Item, Option, Score, ScoreKind


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
    items=(
        Item("grade", "Grade", tuple(Option(grade, 0, f"{grade}: {MEANINGS[grade]}") for grade in Frankel)),
    ),
    limits=("Letters run from A, the worst, to E; not interchangeable with the ASIA impairment scale.",),
)
