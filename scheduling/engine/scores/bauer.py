"""Modified Bauer score (Leithner 2008): four yes-or-no items; higher is better."""

from __future__ import annotations

from scheduling.engine.scores.base import Band, Direction, Item, Option, Score, ScoreKind, ScoreResult, add_up
from scheduling.engine.vocabulary import Site


def _yes_or_no(code: str, label: str) -> Item:
    return Item(code, label, (Option("true", 1, "yes"), Option("false", 0, "no")))


ITEMS = (
    _yes_or_no("no_visceral", "No visceral metastases"),
    _yes_or_no("solitary", "Solitary skeletal metastasis"),
    _yes_or_no("not_lung", "Not lung cancer"),
    _yes_or_no("favourable_primary", "Primary is breast, kidney, lymphoma or myeloma"),
)

BANDS = (
    Band("0-1", 0, 1, "less than 6 months; no surgery in the cohort"),
    Band("2", 2, 2, "more than 6 months; posterior surgery in the cohort"),
    Band("3-4", 3, 4, "more than 12 months; anterior and posterior surgery in the cohort"),
)

#: Our sites in the favourable list; prostate is not in it.
FAVOURABLE_SITES = frozenset({Site.BREAST, Site.RCC})


def calculate(
    no_visceral: bool | None = None,
    solitary: bool | None = None,
    not_lung: bool | None = None,
    favourable_primary: bool | None = None,
) -> ScoreResult:
    """Total 0 to 4, one point each; raises ScoreInputError for anything but true, false or not recorded."""
    given = {
        "no_visceral": no_visceral,
        "solitary": solitary,
        "not_lung": not_lung,
        "favourable_primary": favourable_primary,
    }
    problems = [
        f"modified_bauer.{code}: {value!r} is not an answer; expected true or false"
        for code, value in given.items()
        if value is not None and type(value) is not bool
    ]
    answers = {code: str(value).lower() if type(value) is bool else None for code, value in given.items()}
    return add_up("modified_bauer", ITEMS, BANDS, answers, problems)


MODIFIED_BAUER = Score(
    code="modified_bauer",
    name="Modified Bauer score",
    kind=ScoreKind.PROGNOSIS,
    direction=Direction.HIGHER_IS_BETTER,
    lowest=0,
    highest=4,
    source="Leithner A et al., Eur Spine J 2008;17:1488, DOI 10.1007/s00586-008-0763-1 (after Bauer and Wedin 1995)",
    year=2008,
    derived_before=2008,
    items=ITEMS,
    bands=BANDS,
    limits=("Histology holds 2 of the 4 points.", "Knows no marker and no targeted therapy."),
    calculate=calculate,
)
