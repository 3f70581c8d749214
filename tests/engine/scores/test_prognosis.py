"""Survival scores: every combination, the worked tables, their directions and their refusals."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from scheduling.engine.scores import bauer, nesms, tokuhashi, tomita
from scheduling.engine.scores.asia import Ais
from scheduling.engine.scores.base import CAUTION, Direction, ScoreInputError, ScoreKind, caution_for
from scheduling.engine.scores.frankel import Frankel
from scheduling.engine.scores.registry import SCORES, score_named
from scheduling.engine.scores.sorg import SORG, SorgValue
from scheduling.engine.vocabulary import Site


@pytest.mark.parametrize(
    ("kps", "extraspinal", "vertebral", "organ", "primary", "frankel", "total", "band"),
    [
        (30, ">=3", ">=3", "unremovable", "lung", "A", 0, "0-8"),
        (90, "0", "2", "none", "lung", "E", 9, "9-11"),
        (80, ">=3", ">=3", "unremovable", "lung", "E", 4, "0-8"),
        (80, "1-2", ">=3", "none", "breast", "D", 11, "9-11"),
        (80, "1-2", ">=3", "none", "breast", "E", 12, "12-15"),
        (50, ">=3", ">=3", "none", "prostate", "B", 8, "0-8"),
        (50, ">=3", ">=3", "none", "prostate", "C", 9, "9-11"),
        (70, "0", "1", "removable", "kidney", "E", 11, "9-11"),
        (90, "0", "1", "none", "thyroid", "E", 15, "12-15"),
        (90, "0", "1", "none", "other", "E", 12, "12-15"),
    ],
)
def test_tokuhashi_worked_table(
    kps: int, extraspinal: str, vertebral: str, organ: str, primary: str, frankel: str, total: int, band: str
) -> None:
    result = tokuhashi.calculate(kps, extraspinal, vertebral, organ, primary, frankel)
    assert (result.total, result.band) == (total, band)


_CONDITIONS = {
    "poor_10_40": (10, 20, 30, 40),
    "moderate_50_70": (50, 60, 70),
    "good_80_100": (80, 90, 100),
}
_BANDS = {"<6 months": "0-8", ">=6 months": "9-11", ">=1 year": "12-15"}


def test_tokuhashi_every_combination(shared: Path) -> None:
    with (shared / "interop/scores/tokuhashi_revised_all_1458.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 1458
    primaries = set()
    for row in rows:
        for kps in _CONDITIONS[row["kps"]]:
            for primary in row["primary"].replace("esophagus", "oesophagus").split("/"):
                primaries.add(primary)
                for frankel in row["palsy"].removeprefix("frankel_").split("_"):
                    result = tokuhashi.calculate(
                        kps, row["extraspinal_bone"], row["vertebral"], row["organ"], primary, frankel
                    )
                    assert (str(result.total), result.band) == (row["total"], _BANDS[row["band"]]), row
    assert primaries == {option.code for item in tokuhashi.ITEMS if item.code == "primary" for option in item.options}


def test_tokuhashi_vertebral_item_is_three_two_one() -> None:
    """Published copies conflict; a spine lesion exists by definition, so "0" is no answer."""
    vertebral = next(item for item in tokuhashi.ITEMS if item.code == "vertebral")
    assert [(option.code, option.points) for option in vertebral.options] == [(">=3", 0), ("2", 1), ("1", 2)]
    with pytest.raises(ScoreInputError, match=r"tokuhashi\.vertebral"):
        tokuhashi.calculate(90, "0", "1-2", "none", "breast", "E")


def test_tokuhashi_survival_signs_are_not_inverted() -> None:
    meanings = [band.meaning for band in tokuhashi.BANDS]
    assert meanings[0].startswith("less than 6 months")
    assert meanings[1].startswith("6 months or more")
    assert meanings[2].startswith("1 year or more")


def test_tokuhashi_missing_items_give_a_range() -> None:
    result = tokuhashi.calculate(kps=80, organ="none", primary="breast", frankel=None)
    assert (result.total, result.band) == (None, None)
    assert (result.lowest, result.highest) == (9, 15)
    assert result.missing == ("extraspinal_bone", "vertebral", "frankel")


@pytest.mark.parametrize("kps", [0, 5, 85, 110, 80.0, "80", True])
def test_tokuhashi_refuses_what_is_not_a_karnofsky_value(kps: object) -> None:
    with pytest.raises(ScoreInputError, match="10 to 100 in tens"):
        tokuhashi.calculate(kps)  # type: ignore[arg-type]


def test_tokuhashi_refuses_an_asia_grade_in_the_place_of_frankel() -> None:
    assert tokuhashi.calculate(90, "0", "1", "none", "breast", Frankel.E).total == 15
    with pytest.raises(ScoreInputError, match="ASIA impairment grade"):
        tokuhashi.calculate(90, "0", "1", "none", "breast", Ais.E)


def test_tokuhashi_names_every_wrong_answer_at_once() -> None:
    with pytest.raises(ScoreInputError) as refused:
        tokuhashi.calculate(85, "many", "1", "none", "skin", Ais.E)
    assert len(refused.value.problems) == 4


def test_melanoma_counts_as_other() -> None:
    assert tokuhashi.PRIMARY_OF_SITE[Site.MELANOMA] == "other"
    assert Site.OTHER not in tokuhashi.PRIMARY_OF_SITE


@pytest.mark.parametrize(
    ("growth", "visceral", "bone", "total", "band"),
    [
        ("slow", "none", "solitary", 2, "2-3"),
        ("moderate", "none", "solitary", 3, "2-3"),
        ("moderate", "none", "multiple", 4, "4-5"),
        ("slow", "treatable", "multiple", 5, "4-5"),
        ("rapid", "none", "multiple", 6, "6-7"),
        ("slow", "untreatable", "multiple", 7, "6-7"),
        ("moderate", "untreatable", "multiple", 8, "8-10"),
        ("rapid", "untreatable", "multiple", 10, "8-10"),
    ],
)
def test_tomita_worked_table(growth: str, visceral: str, bone: str, total: int, band: str) -> None:
    result = tomita.calculate(growth, visceral, bone)
    assert (result.total, result.band) == (total, band)


def test_tomita_every_combination(shared: Path) -> None:
    with (shared / "interop/scores/tomita_all_18.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 18
    for row in rows:
        result = tomita.calculate(row["primary"], row["visceral"], row["bone"])
        assert (str(result.total), result.band) == (row["total"], row["strategy"].split()[0])


def test_tomita_rapid_growth_is_four_points() -> None:
    assert tomita.calculate("rapid", "none", "solitary").total == 5
    assert tomita.TOMITA.highest == tomita.calculate("rapid", "untreatable", "multiple").total


@pytest.mark.parametrize(
    ("no_visceral", "solitary", "not_lung", "favourable", "total", "band"),
    [
        (False, False, False, False, 0, "0-1"),
        (False, False, True, False, 1, "0-1"),
        (True, True, False, False, 2, "2"),
        (True, False, True, False, 2, "2"),
        (False, False, True, True, 2, "2"),
        (True, False, True, True, 3, "3-4"),
        (True, True, True, True, 4, "3-4"),
    ],
)
def test_bauer_worked_table(
    no_visceral: bool, solitary: bool, not_lung: bool, favourable: bool, total: int, band: str
) -> None:
    result = bauer.calculate(no_visceral, solitary, not_lung, favourable)
    assert (result.total, result.band) == (total, band)


def test_bauer_missing_and_wrong_answers() -> None:
    result = bauer.calculate(no_visceral=True, not_lung=True, favourable_primary=False)
    assert (result.total, result.lowest, result.highest, result.missing) == (None, 2, 3, ("solitary",))
    with pytest.raises(ScoreInputError, match="expected true or false"):
        bauer.calculate(no_visceral=1)  # type: ignore[arg-type]
    assert Site.PROSTATE not in bauer.FAVOURABLE_SITES


@pytest.mark.parametrize(
    ("modified_bauer", "ambulatory", "albumin", "total"),
    [
        (1, "not_walking", 2.9, 0),
        (2, "with_help", 4.0, 1),
        (3, "independent", 3.4, 2),
        (2, "independent", 4.1, 2),
        (4, "not_walking", 3.5, 2),
        (3, "independent", 3.5, 3),
    ],
)
def test_nesms_worked_table(modified_bauer: int, ambulatory: str, albumin: float, total: int) -> None:
    result = nesms.calculate(modified_bauer, ambulatory, albumin)
    assert (result.total, result.band) == (total, None)


def test_nesms_without_albumin_is_two_to_three() -> None:
    result = nesms.calculate(3, "independent", None)
    assert (result.total, result.lowest, result.highest, result.missing) == (None, 2, 3, ("albumin_g_dl",))


@pytest.mark.parametrize("albumin", [35, 6.1, 28.0])
def test_nesms_refuses_albumin_in_grams_a_litre(albumin: float) -> None:
    with pytest.raises(ScoreInputError, match="looks like g/L"):
        nesms.calculate(3, "independent", albumin)


@pytest.mark.parametrize("albumin", [0, -3.5, float("nan"), "3.5", True])
def test_nesms_refuses_what_is_not_an_albumin(albumin: object) -> None:
    with pytest.raises(ScoreInputError, match="expected a number above 0"):
        nesms.calculate(3, "independent", albumin)  # type: ignore[arg-type]


def test_nesms_accepts_the_highest_albumin_and_names_every_wrong_value() -> None:
    assert nesms.calculate(3, "independent", 6.0).total == 3
    with pytest.raises(ScoreInputError) as refused:
        nesms.calculate(5, "hops", 35)
    assert len(refused.value.problems) == 3


def test_directions_differ_and_stand_beside_every_score() -> None:
    better = {score.code for score in SCORES if score.direction is Direction.HIGHER_IS_BETTER}
    assert {"tokuhashi", "modified_bauer", "nesms"} <= better
    assert score_named("tomita").direction is Direction.HIGHER_IS_WORSE
    assert all(score.direction.arrow and score.source for score in SCORES)


def test_survival_scores_say_how_old_their_patients_are() -> None:
    survival = [score for score in SCORES if score.kind is ScoreKind.PROGNOSIS]
    assert {score.code for score in survival} == {"tokuhashi", "tomita", "modified_bauer", "nesms", "sorg"}
    assert all(score.provenance.endswith(str(score.derived_before)) for score in survival)
    assert score_named("sins").provenance == ""


@pytest.mark.parametrize("score", SCORES, ids=lambda score: score.code)
@pytest.mark.parametrize(("targeted", "marker"), [(True, False), (False, True), (False, False)])
def test_caution_stands_on_survival_scores_alone(score, targeted: bool, marker: bool) -> None:  # type: ignore[no-untyped-def]
    shown = caution_for(score, targeted_therapy=targeted, actionable_marker=marker)
    expected = CAUTION if score.kind is ScoreKind.PROGNOSIS and (targeted or marker) else None
    assert shown == expected


def test_caution_is_the_fixed_sentence() -> None:
    assert CAUTION == (
        "This score predates this patient's therapy. It must not be used alone to exclude surgery or follow-up."
    )


def test_bands_cover_every_total_once() -> None:
    for score in SCORES:
        if score.bands and score.lowest is not None and score.highest is not None:
            for total in range(score.lowest, score.highest + 1):
                assert sum(band.lowest <= total <= band.highest for band in score.bands) == 1, score.code
            assert score.band_of(score.highest + 1) is None


def test_unknown_score_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="expected one of sins, escc"):
        score_named("osri")


_DAY = date(2026, 5, 1)


def test_sorg_is_stored_never_computed() -> None:
    assert SORG.calculate is None
    value = SorgValue(_DAY, "SORG-ML", "2019", "https://sorg-apps.example", ninety_days=0.2, one_year=0.55)
    assert (value.ninety_days, value.one_year, value.six_weeks) == (0.2, 0.55, None)


@pytest.mark.parametrize("probability", [-0.01, 1.01, 55, float("nan"), "0.5", True])
def test_sorg_refuses_what_is_not_a_probability(probability: object) -> None:
    with pytest.raises(ScoreInputError, match="expected a number from 0 to 1"):
        SorgValue(_DAY, "SORG-ML", "2019", "", one_year=probability)  # type: ignore[arg-type]


def test_sorg_refuses_an_impossible_order_and_a_nameless_model() -> None:
    with pytest.raises(ScoreInputError, match="longer horizon"):
        SorgValue(_DAY, "SORG-ML", "2019", "", ninety_days=0.6, one_year=0.5)
    with pytest.raises(ScoreInputError) as refused:
        SorgValue(_DAY, " ", "", "")
    assert len(refused.value.problems) == 3
