"""Tomita score (2001): surgical strategy by growth, visceral and bone metastases; higher is worse."""

from __future__ import annotations

from scheduling.engine.scores.base import Band, Direction, Item, Option, Score, ScoreKind, ScoreResult, add_up
from scheduling.engine.vocabulary import Site

ITEMS = (
    Item(
        "growth",
        "Growth of the primary",
        (
            Option("slow", 1, "slow (breast, thyroid, prostate)"),
            Option("moderate", 2, "moderate (kidney, uterus)"),
            # One review table prints 3; the published range of 2 to 10 needs 4.
            Option("rapid", 4, "rapid, or unknown primary (lung, stomach)"),
        ),
    ),
    Item(
        "visceral",
        "Visceral metastases",
        (
            Option("none", 0, "none"),
            Option("treatable", 2, "treatable"),
            Option("untreatable", 4, "untreatable"),
        ),
    ),
    Item("bone", "Bone metastases", (Option("solitary", 1, "solitary"), Option("multiple", 2, "multiple"))),
)

BANDS = (
    Band("2-3", 2, 3, "wide or marginal excision in 2001"),
    Band("4-5", 4, 5, "marginal or intralesional excision in 2001"),
    Band("6-7", 6, 7, "palliative surgery in 2001"),
    Band("8-10", 8, 10, "supportive care in 2001"),
)

#: Growth for our sites; melanoma and other primaries are not in the published list and must be asked for.
GROWTH_OF_SITE: dict[Site, str] = {
    Site.NSCLC: "rapid",
    Site.BREAST: "slow",
    Site.RCC: "moderate",
    Site.PROSTATE: "slow",
    Site.THYROID: "slow",
    Site.UNKNOWN: "rapid",
}


def calculate(growth: str | None = None, visceral: str | None = None, bone: str | None = None) -> ScoreResult:
    """Total 2 to 10; raises ScoreInputError naming every answer outside its set."""
    return add_up("tomita", ITEMS, BANDS, {"growth": growth, "visceral": visceral, "bone": bone})


TOMITA = Score(
    code="tomita",
    name="Tomita score",
    kind=ScoreKind.PROGNOSIS,
    direction=Direction.HIGHER_IS_WORSE,
    lowest=2,
    highest=10,
    source="Tomita K et al., Spine 2001;26:298-306, DOI 10.1097/00007632-200102010-00016, PMID 11224867",
    year=2001,
    derived_before=2001,
    items=ITEMS,
    bands=BANDS,
    limits=("Knows no marker and no targeted therapy.",),
    calculate=calculate,
)
