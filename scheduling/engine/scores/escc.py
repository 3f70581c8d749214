"""ESCC, the epidural spinal cord compression scale (Bilsky 2010): six labels, never numbers."""

from __future__ import annotations

from collections.abc import Iterable

from scheduling.engine.scores.base import Direction, Item, Option, Score, ScoreKind
from scheduling.engine.vocabulary import ESCC_RANK, LEVEL_RANK, Escc

MEANINGS: dict[Escc, str] = {
    Escc.G0: "bone only",
    Escc.G1A: "epidural, thecal sac not deformed",
    Escc.G1B: "sac deformed, cord not touched",
    Escc.G1C: "sac deformed, cord touched, not compressed",
    Escc.G2: "cord compressed, CSF still visible",
    Escc.G3: "cord compressed, no CSF",
}

#: 1c is low by definition, but its treatment is debated: it is a tier of its own.
TIERS: dict[Escc, str] = {
    Escc.G0: "low",
    Escc.G1A: "low",
    Escc.G1B: "low",
    Escc.G1C: "low, own tier",
    Escc.G2: "high",
    Escc.G3: "high",
}

HIGH_GRADE = frozenset({Escc.G2, Escc.G3})

#: The conus lies at about L1 to L2: the scale was tested on cervical and thoracic cases.
_BELOW_CONUS_FROM = LEVEL_RANK["L2"]


def worst(grades: Iterable[str | None]) -> Escc | None:
    """The worst recorded grade of several levels; None when none is recorded. Unknown is never grade 0."""
    known = [Escc(grade) for grade in grades if grade is not None]
    return max(known, key=lambda grade: ESCC_RANK[grade]) if known else None


def validated_at(level: str) -> bool:
    """Whether the scale was tested at this level; below the conus a grade is recorded with a note."""
    return LEVEL_RANK[level] < _BELOW_CONUS_FROM


ESCC = Score(
    code="escc",
    name="Epidural spinal cord compression scale (Bilsky)",
    kind=ScoreKind.ANATOMY,
    direction=Direction.HIGHER_IS_WORSE,
    lowest=None,
    highest=None,
    source="Bilsky MH et al., J Neurosurg Spine 2010;13:324-8, PMID 20809724",
    year=2010,
    items=(Item("grade", "Grade", tuple(Option(grade, 0, f"{grade}: {MEANINGS[grade]}") for grade in Escc)),),
    limits=(
        "Axial T2 MRI at the worst level; CT cannot grade it.",
        "Labels: never added, averaged or read as numbers.",
        "Grades anatomy, not function; not validated below the conus.",
    ),
)
