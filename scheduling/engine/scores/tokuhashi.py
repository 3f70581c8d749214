"""Revised Tokuhashi score (2005): expected survival before surgery; higher is better."""

from __future__ import annotations

from scheduling.engine.scores.asia import Ais
from scheduling.engine.scores.base import Band, Direction, Item, Option, Score, ScoreKind, ScoreResult, add_up
from scheduling.engine.scores.frankel import Frankel
from scheduling.engine.vocabulary import Site

_POOR, _MODERATE, _GOOD = "10-40", "50-70", "80-100"

ITEMS = (
    Item(
        "kps",
        "General condition (Karnofsky)",
        (Option(_POOR, 0, "10 to 40"), Option(_MODERATE, 1, "50 to 70"), Option(_GOOD, 2, "80 to 100")),
    ),
    Item(
        "extraspinal_bone",
        "Extraspinal bone metastases",
        (Option(">=3", 0, "3 or more"), Option("1-2", 1, "1 or 2"), Option("0", 2, "none")),
    ),
    Item(
        # Published copies conflict (>=3 / 1-2 / 0). A spine lesion exists by definition, so "0 vertebral
        # metastases" says nothing: >=3 / 2 / 1 is used.
        "vertebral",
        "Metastases in the vertebral body",
        (Option(">=3", 0, "3 or more"), Option("2", 1, "2"), Option("1", 2, "1")),
    ),
    Item(
        "organ",
        "Metastases to major internal organs",
        (
            Option("unremovable", 0, "unremovable"),
            Option("removable", 1, "removable"),
            Option("none", 2, "none"),
        ),
    ),
    Item(
        "primary",
        "Primary site",
        (
            *(
                Option(site, 0, site)
                for site in ("lung", "osteosarcoma", "stomach", "bladder", "oesophagus", "pancreas")
            ),
            *(Option(site, 1, site) for site in ("liver", "gallbladder", "unidentified")),
            Option("other", 2, "others (melanoma is not listed and counts here)"),
            *(Option(site, 3, site) for site in ("kidney", "uterus")),
            Option("rectum", 4, "rectum"),
            *(Option(site, 5, site) for site in ("thyroid", "breast", "prostate", "carcinoid")),
        ),
    ),
    Item(
        "frankel",
        "Palsy (Frankel)",
        (
            Option(Frankel.A, 0, "A: complete"),
            Option(Frankel.B, 0, "B: sensory only"),
            Option(Frankel.C, 1, "C: motor useless"),
            Option(Frankel.D, 1, "D: motor useful"),
            Option(Frankel.E, 2, "E: normal"),
        ),
    ),
)

BANDS = (
    Band("0-8", 0, 8, "less than 6 months; conservative treatment in 2005"),
    Band("9-11", 9, 11, "6 months or more; palliative surgery, exceptionally excision, in 2005"),
    Band("12-15", 12, 15, "1 year or more; excision in 2005"),
)

#: The primary item for our sites; sites that are not here must be asked for.
PRIMARY_OF_SITE: dict[Site, str] = {
    Site.NSCLC: "lung",
    Site.BREAST: "breast",
    Site.MELANOMA: "other",
    Site.RCC: "kidney",
    Site.PROSTATE: "prostate",
    Site.THYROID: "thyroid",
    Site.UNKNOWN: "unidentified",
}


def _condition(kps: int) -> str:
    if kps <= 40:
        return _POOR
    return _MODERATE if kps <= 70 else _GOOD


def calculate(
    kps: int | None = None,
    extraspinal_bone: str | None = None,
    vertebral: str | None = None,
    organ: str | None = None,
    primary: str | None = None,
    frankel: str | None = None,
) -> ScoreResult:
    """Total 0 to 15; `kps` is the Karnofsky value, 10 to 100 in tens, and `frankel` a Frankel grade.

    Raises ScoreInputError for an answer outside its set, and for an ASIA impairment grade in the place of
    Frankel: the two scales share letters and mean different things.
    """
    problems = []
    if kps is not None and (type(kps) is not int or kps not in range(10, 101, 10)):
        problems.append(f"tokuhashi.kps: {kps!r} is not a Karnofsky value; expected 10 to 100 in tens")
    if isinstance(frankel, Ais):
        problems.append(
            f"tokuhashi.frankel: {frankel.value!r} is an ASIA impairment grade; expected a Frankel grade, A to E"
        )
    values = {
        "kps": None if kps is None or problems else _condition(kps),
        "extraspinal_bone": extraspinal_bone,
        "vertebral": vertebral,
        "organ": organ,
        "primary": primary,
        "frankel": frankel,
    }
    return add_up("tokuhashi", ITEMS, BANDS, values, problems)


TOKUHASHI = Score(
    code="tokuhashi",
    name="Revised Tokuhashi score",
    kind=ScoreKind.PROGNOSIS,
    direction=Direction.HIGHER_IS_BETTER,
    lowest=0,
    highest=15,
    source="Tokuhashi Y et al., Spine 2005;30:2186-91, DOI 10.1097/01.brs.0000180401.06919.a5",
    year=2005,
    derived_before=2005,
    items=ITEMS,
    bands=BANDS,
    limits=(
        "63 % accurate over 10 studies and 1,686 patients, falling over time (Zoccali 2016).",
        "Knows no marker and no targeted therapy.",
    ),
    calculate=calculate,
)
