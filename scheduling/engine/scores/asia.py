"""ASIA impairment scale (AIS), A to E; not interchangeable with the Frankel grade."""

from __future__ import annotations

from enum import StrEnum

from scheduling.engine.scores.base import Direction, Item, Option, Score, ScoreKind


class Ais(StrEnum):
    """ASIA impairment grades, worst first. E presumes an earlier deficit, which Frankel E does not."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


MEANINGS: dict[Ais, str] = {
    Ais.A: "complete",
    Ais.B: "sensory incomplete",
    Ais.C: "motor incomplete, fewer than half of the key muscles at 3/5 or better",
    Ais.D: "motor incomplete, at least half of the key muscles at 3/5 or better",
    Ais.E: "normal after an earlier deficit",
}

ASIA = Score(
    code="asia",
    name="ASIA impairment scale",
    kind=ScoreKind.FUNCTION,
    direction=Direction.HIGHER_IS_BETTER,
    lowest=None,
    highest=None,
    source="American Spinal Injury Association, International Standards for Neurological Classification",
    year=1992,
    items=(Item("grade", "Grade", tuple(Option(grade, 0, f"{grade}: {MEANINGS[grade]}") for grade in Ais)),),
    limits=("Letters run from A, the worst, to E; not interchangeable with the Frankel grade.",),
)
