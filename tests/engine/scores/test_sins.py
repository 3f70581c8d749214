"""SINS: every combination, the worked table of the instrument, and the faults of public calculators."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path

import pytest

from scheduling.engine.record.facts import Sins
from scheduling.engine.scores import sins
from scheduling.engine.scores.base import ScoreInputError
from scheduling.engine.vocabulary import LEVELS, SINS_ITEMS, SinsBand, SinsLocation

WORKED = [
    # location by level, pain, bone lesion, alignment, collapse, posterolateral, total, band
    ("S3", "pain_free", "blastic", "normal", "none", "none", 0, "stable"),
    (
        "T8",
        "occasional_non_mechanical",
        "mixed",
        "normal",
        "no_collapse_over_50_involved",
        "unilateral",
        5,
        "stable",
    ),
    (
        "L3",
        "occasional_non_mechanical",
        "lytic",
        "normal",
        "no_collapse_over_50_involved",
        "none",
        6,
        "stable",
    ),
    (
        "L3",
        "occasional_non_mechanical",
        "lytic",
        "normal",
        "no_collapse_over_50_involved",
        "unilateral",
        7,
        "potentially_unstable",
    ),
    ("T12", "mechanical", "lytic", "normal", "under_50", "unilateral", 11, "potentially_unstable"),
    ("T12", "mechanical", "lytic", "normal", "over_50", "unilateral", 12, "potentially_unstable"),
    ("T12", "mechanical", "lytic", "normal", "under_50", "bilateral", 13, "unstable"),
    ("C7", "mechanical", "lytic", "subluxation", "over_50", "bilateral", 18, "unstable"),
    ("T5", "mechanical", "blastic", "normal", "none", "none", 4, "stable"),
    ("L5", "pain_free", "lytic", "deformity", "under_50", "none", 9, "potentially_unstable"),
]


@pytest.mark.parametrize(("level", "pain", "bone", "alignment", "collapse", "posterolateral", "total", "band"), WORKED)
def test_worked_table(
    level: str,
    pain: str,
    bone: str,
    alignment: str,
    collapse: str,
    posterolateral: str,
    total: int,
    band: str,
) -> None:
    result = sins.calculate(sins.location_of(level), pain, bone, alignment, collapse, posterolateral)
    assert (result.total, result.band, result.missing) == (total, band, ())
    assert result.text == str(total)


def test_every_combination(shared: Path) -> None:
    with (shared / "interop/scores/sins_all_1296.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 1296
    for row in rows:
        items = {item: row[item] for item in SINS_ITEMS}
        result = sins.calculate(**items)
        assert (str(result.total), result.band) == (row["total"], row["band"]), items
        consultation = result.total is not None and result.total >= sins.CONSULTATION_FROM
        assert consultation is (row["surgical_consultation"] == "1")


def test_lowest_total_is_a_stable_lesion_not_an_invalid_score() -> None:
    result = sins.calculate("rigid", "pain_free", "blastic", "normal", "none", "none")
    assert result.total == 0
    assert result.band == SinsBand.STABLE


def test_every_level_has_a_location_class_lower_lumbar_mobile_too() -> None:
    expected = {
        "C1 C2 C7 T1 T2 T11 T12 L1 L5 S1": SinsLocation.JUNCTIONAL,
        "C3 C4 C5 C6 L2 L3 L4": SinsLocation.MOBILE,
        "T3 T4 T5 T6 T7 T8 T9 T10": SinsLocation.SEMIRIGID,
        "S2 S3 S4 S5": SinsLocation.RIGID,
    }
    classes = {level: location for levels, location in expected.items() for level in levels.split()}
    assert set(classes) == set(LEVELS)
    assert {level: sins.location_of(level) for level in LEVELS} == classes


def test_level_map_agrees_with_the_terminology(shared: Path) -> None:
    with (shared / "interop/terminology/vertebra_levels.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            assert sins.location_of(row["level"]) == row["sins_location"]


def test_missing_item_is_not_a_number() -> None:
    result = sins.calculate("junctional", "occasional_non_mechanical", "lytic", None, "none", "none")
    assert result.total is None
    assert result.band is None
    assert (result.known_points, result.lowest, result.highest) == (6, 6, 10)
    assert result.missing == ("alignment",)
    assert result.text == "6 to 10, undetermined"


def test_missing_item_gives_the_range_of_all_its_answers() -> None:
    """With any set of items missing the range is exactly that of the complete scores it can become."""
    complete = ("junctional", "mechanical", "mixed", "deformity", "under_50", "unilateral")
    for mask in product((True, False), repeat=6):
        given = [value if keep else None for value, keep in zip(complete, mask, strict=True)]
        choices = [
            [value] if value is not None else list(kind) for value, kind in zip(given, SINS_ITEMS.values(), strict=True)
        ]
        totals = [sins.calculate(*choice).total for choice in product(*choices)]
        result = sins.calculate(*given)
        assert (result.lowest, result.highest) == (min(totals), max(totals))
        assert (result.total is None) is (not all(mask))


def test_object_and_arguments_give_the_same_score() -> None:
    lesion = Sins(location="mobile", pain="mechanical", bone_lesion="lytic", collapse="over_50")
    assert sins.score(lesion) == sins.calculate("mobile", "mechanical", "lytic", None, "over_50", None)
    assert sins.score(lesion) is sins.score(lesion)


def test_wrong_answers_are_refused_all_at_once() -> None:
    with pytest.raises(ScoreInputError) as refused:
        sins.calculate("middle", "sore", "lytic", "normal", "50", "none")
    assert len(refused.value.problems) == 3
    assert "sins.pain: 'sore'" in refused.value.problems[1]
    assert "mechanical, occasional_non_mechanical, pain_free" in refused.value.problems[1]


@pytest.mark.parametrize("level", ["", "C8", "T13", "L6", "S6", "Th8", "T5-T7"])
def test_no_location_for_what_is_not_one_level(level: str) -> None:
    with pytest.raises(ValueError, match="is not a level"):
        sins.location_of(level)


def test_pain_points_are_three_one_nothing() -> None:
    assert [option.points for option in sins.ITEMS[1].options] == [3, 1, 0]
