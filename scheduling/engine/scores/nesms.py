"""NESMS, the New England Spinal Metastasis Score (Ghori 2015); higher is better."""

from __future__ import annotations

from scheduling.engine.scores.base import Direction, Item, Option, Score, ScoreKind, ScoreResult, add_up

#: Above this an albumin is not in g/dL: somebody entered g/L.
HIGHEST_ALBUMIN_G_DL = 6.0
_ALBUMIN_LIMIT_G_DL = 3.5
_BAUER_LIMIT = 3

ITEMS = (
    Item("modified_bauer", "Modified Bauer score", (Option("high", 1, "3 or 4"), Option("low", 0, "0 to 2"))),
    Item(
        "ambulatory",
        "Walking",
        (
            Option("independent", 1, "walks independently"),
            # How walking with help counts is open in the literature: only independent walking scores.
            Option("with_help", 0, "walks with help"),
            Option("not_walking", 0, "does not walk"),
        ),
    ),
    Item(
        "albumin_g_dl",
        "Serum albumin",
        (Option("high", 1, "3.5 g/dL (35 g/L) or more"), Option("low", 0, "under 3.5 g/dL")),
    ),
)


def calculate(
    modified_bauer: int | None = None, ambulatory: str | None = None, albumin_g_dl: float | None = None
) -> ScoreResult:
    """Total 0 to 3, without bands. Albumin in g/dL: above 6 it is a unit error and refused, never divided by ten.

    Raises ScoreInputError naming every value that is not what was expected.
    """
    problems = []
    if modified_bauer is not None and (type(modified_bauer) is not int or not 0 <= modified_bauer <= 4):
        problems.append(f"nesms.modified_bauer: {modified_bauer!r} is not a total; expected a whole number 0 to 4")
    if albumin_g_dl is not None:
        if type(albumin_g_dl) not in (int, float) or not albumin_g_dl > 0:
            problems.append(f"nesms.albumin_g_dl: {albumin_g_dl!r} is not a value; expected a number above 0, in g/dL")
        elif albumin_g_dl > HIGHEST_ALBUMIN_G_DL:
            problems.append(
                f"nesms.albumin_g_dl: {albumin_g_dl!r} is above {HIGHEST_ALBUMIN_G_DL:g} g/dL, which looks like g/L;"
                " enter g/dL (35 g/L is 3.5 g/dL)"
            )
    bauer = albumin = None
    if not problems:
        if modified_bauer is not None:
            bauer = "high" if modified_bauer >= _BAUER_LIMIT else "low"
        if albumin_g_dl is not None:
            albumin = "high" if albumin_g_dl >= _ALBUMIN_LIMIT_G_DL else "low"
    values = {"modified_bauer": bauer, "ambulatory": ambulatory, "albumin_g_dl": albumin}
    return add_up("nesms", ITEMS, (), values, problems)


NESMS = Score(
    code="nesms",
    name="New England Spinal Metastasis Score",
    kind=ScoreKind.PROGNOSIS,
    direction=Direction.HIGHER_IS_BETTER,
    lowest=0,
    highest=3,
    source="Ghori AK et al., Spine J 2015;15:1804; Schoenfeld AJ et al., Spine J 2016;16:482, "
    "DOI 10.1016/j.spinee.2015.09.043",
    year=2015,
    derived_before=2015,
    items=ITEMS,
    limits=("Misses molecular data: EGFR status improved it in 85 operated patients (J Clin Med 2021;10:1119).",),
    calculate=calculate,
)
