"""SINS, the Spinal Instability Neoplastic Score of one lesion (Fisher 2010)."""

from __future__ import annotations

from typing import Protocol

from scheduling.engine.scores.base import Band, Direction, Item, Option, Score, ScoreKind, ScoreResult, add_up
from scheduling.engine.vocabulary import (
    LEVELS,
    SinsAlignment,
    SinsBand,
    SinsBoneLesion,
    SinsCollapse,
    SinsLocation,
    SinsPain,
    SinsPosterolateral,
)

SinsScore = ScoreResult

ITEMS = (
    Item(
        "location",
        "Location",
        (
            Option(SinsLocation.JUNCTIONAL, 3, "junctional: occiput to C2, C7 to T2, T11 to L1, L5 to S1"),
            Option(SinsLocation.MOBILE, 2, "mobile: C3 to C6, L2 to L4"),
            Option(SinsLocation.SEMIRIGID, 1, "semirigid: T3 to T10"),
            Option(SinsLocation.RIGID, 0, "rigid: S2 to S5"),
        ),
    ),
    Item(
        "pain",
        "Pain",
        (
            Option(SinsPain.MECHANICAL, 3, "mechanical: worse with movement or loading, relieved lying"),
            Option(SinsPain.OCCASIONAL_NON_MECHANICAL, 1, "occasional, not mechanical"),
            Option(SinsPain.PAIN_FREE, 0, "pain-free lesion"),
        ),
    ),
    Item(
        "bone_lesion",
        "Bone lesion",
        (
            Option(SinsBoneLesion.LYTIC, 2, "lytic"),
            Option(SinsBoneLesion.MIXED, 1, "mixed"),
            Option(SinsBoneLesion.BLASTIC, 0, "blastic"),
        ),
    ),
    Item(
        "alignment",
        "Alignment",
        (
            Option(SinsAlignment.SUBLUXATION, 4, "subluxation or translation"),
            Option(SinsAlignment.DEFORMITY, 2, "de novo kyphosis or scoliosis"),
            Option(SinsAlignment.NORMAL, 0, "normal"),
        ),
    ),
    Item(
        "collapse",
        "Vertebral body collapse",
        (
            Option(SinsCollapse.OVER_50, 3, "over 50 %"),
            Option(SinsCollapse.UNDER_50, 2, "under 50 %"),
            Option(SinsCollapse.NO_COLLAPSE_OVER_50_INVOLVED, 1, "no collapse, over 50 % of the body involved"),
            Option(SinsCollapse.NONE, 0, "none"),
        ),
    ),
    Item(
        "posterolateral",
        "Posterolateral involvement",
        (
            Option(SinsPosterolateral.BILATERAL, 3, "bilateral"),
            Option(SinsPosterolateral.UNILATERAL, 1, "unilateral"),
            Option(SinsPosterolateral.NONE, 0, "none"),
        ),
    ),
)

BANDS = (
    Band(SinsBand.STABLE, 0, 6, "stable"),
    Band(SinsBand.POTENTIALLY_UNSTABLE, 7, 12, "potentially unstable: surgical consultation advised"),
    Band(SinsBand.UNSTABLE, 13, 18, "unstable: surgical consultation advised"),
)

#: The highest total of the instrument.
HIGHEST_TOTAL = BANDS[-1].highest

#: The published total from which a surgical consultation is advised; a policy states its own thresholds.
CONSULTATION_FROM = 7


def band_name(lowest: int, highest: int) -> str:
    """The published name of the band that holds every total of a range; empty where it spans two."""
    for band in BANDS:
        if band.lowest <= lowest and highest <= band.highest:
            return band.meaning.partition(":")[0]
    return ""


class SinsItems(Protocol):
    """Anything that carries the six items by name; None is "not recorded"."""

    @property
    def location(self) -> str | None: ...
    @property
    def pain(self) -> str | None: ...
    @property
    def bone_lesion(self) -> str | None: ...
    @property
    def alignment(self) -> str | None: ...
    @property
    def collapse(self) -> str | None: ...
    @property
    def posterolateral(self) -> str | None: ...


# Planning asks this for every lesion of everybody and there are 6,400 answers, "not recorded" included: each is
# worked out once. A StrEnum member hashes and compares as its own string, so either finds its entry.
_ANSWERS: dict[tuple[str | None, ...], SinsScore] = {}


def calculate(
    location: str | None = None,
    pain: str | None = None,
    bone_lesion: str | None = None,
    alignment: str | None = None,
    collapse: str | None = None,
    posterolateral: str | None = None,
) -> SinsScore:
    """The score of one lesion from its six items; raises ScoreInputError naming every wrong item."""
    key = (location, pain, bone_lesion, alignment, collapse, posterolateral)
    answer = add_up("sins", ITEMS, BANDS, dict(zip((item.code for item in ITEMS), key, strict=True)))
    return _ANSWERS.setdefault(key, answer)


def score(items: SinsItems) -> SinsScore:
    """As `calculate`, for an object that carries the items: one dictionary look-up a lesion."""
    key = (
        items.location,
        items.pain,
        items.bone_lesion,
        items.alignment,
        items.collapse,
        items.posterolateral,
    )
    return _ANSWERS.get(key) or calculate(*key)


_JUNCTIONAL = frozenset({"C1", "C2", "C7", "T1", "T2", "T11", "T12", "L1", "L5", "S1"})
_BETWEEN = {
    "C": SinsLocation.MOBILE,
    "T": SinsLocation.SEMIRIGID,
    "L": SinsLocation.MOBILE,
    "S": SinsLocation.RIGID,
}

#: SINS location class of each vertebral level.
LOCATION_OF_LEVEL: dict[str, SinsLocation] = {
    level: SinsLocation.JUNCTIONAL if level in _JUNCTIONAL else _BETWEEN[level[0]] for level in LEVELS
}


def location_of(level: str) -> SinsLocation:
    """Location class of a level; raises ValueError for anything but C1 to C7, T1 to T12, L1 to L5, S1 to S5."""
    try:
        return LOCATION_OF_LEVEL[level]
    except KeyError:
        raise ValueError(f"{level!r} is not a level; expected C1 to C7, T1 to T12, L1 to L5 or S1 to S5") from None


SINS = Score(
    code="sins",
    name="Spinal Instability Neoplastic Score",
    kind=ScoreKind.ANATOMY,
    direction=Direction.HIGHER_IS_WORSE,
    lowest=0,
    highest=HIGHEST_TOTAL,
    source="Fisher CG et al., Spine 2010;35:E1221-9, PMID 20562730",
    year=2010,
    items=ITEMS,
    bands=BANDS,
    limits=(
        "One lesion at a time; not valid for an instrumented or cemented level.",
        "Exactly 50 % collapse is not defined: choose one, the higher is the safer.",
        "7 to 12 is wide: a reason to refer, not to operate.",
        "Measures stability, not survival; raters agree least on bone quality, alignment and collapse.",
    ),
    calculate=calculate,
)
