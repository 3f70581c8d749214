"""The cancers of origin the policy tells apart, with their subtypes."""

from __future__ import annotations

from typing import NamedTuple

from scheduling.catalog.sources import DOSSIER
from scheduling.engine.vocabulary import Site


class Subtype(NamedTuple):
    """A subtype's code and its name on pages."""

    code: str
    name: str


class Primary(NamedTuple):
    """A cancer of origin. `closed` sites take only their listed subtypes, the others any text."""

    site: Site
    name: str
    subtypes: tuple[Subtype, ...]
    closed: bool
    notes: tuple[str, ...] = ()
    source: str = DOSSIER


PRIMARIES: tuple[Primary, ...] = (
    Primary(
        Site.NSCLC,
        "Non-small-cell lung cancer",
        (
            Subtype("adenocarcinoma", "adenocarcinoma"),
            Subtype("squamous", "squamous cell carcinoma"),
            Subtype("large_cell", "large cell carcinoma"),
            Subtype("adenosquamous", "adenosquamous carcinoma"),
        ),
        closed=False,
        notes=("New sclerotic lesions early on osimertinib can be a healing reaction.",),
    ),
    Primary(
        Site.BREAST,
        "Breast cancer",
        (
            Subtype("hr_pos_her2_neg", "hormone receptor positive, HER2 negative"),
            Subtype("her2_pos", "HER2 positive"),
            Subtype("tnbc", "triple negative"),
        ),
        closed=True,
        notes=("Flare in the first months of endocrine therapy confounds bone scans.",),
    ),
    Primary(
        Site.MELANOMA,
        "Melanoma",
        (
            Subtype("cutaneous", "cutaneous"),
            Subtype("uveal", "uveal"),
            Subtype("mucosal", "mucosal"),
        ),
        closed=False,
    ),
    Primary(
        Site.RCC,
        "Renal cell carcinoma",
        (
            Subtype("clear_cell", "clear cell"),
            Subtype("papillary", "papillary"),
            Subtype("chromophobe", "chromophobe"),
        ),
        closed=False,
        notes=(
            "Vascular: embolisation before surgery.",
            "No marker selects a drug; VEGFR, AXL and MET are drug targets.",
        ),
    ),
    Primary(
        Site.PROSTATE,
        "Prostate cancer",
        (
            Subtype("hormone_sensitive", "hormone-sensitive"),
            Subtype("mcrpc", "metastatic castration-resistant"),
            Subtype("neuroendocrine", "neuroendocrine"),
        ),
        closed=True,
        notes=("PARP inhibitors for repair-gene disease are approved for castration-resistant cancer.",),
    ),
    Primary(
        Site.THYROID,
        "Thyroid cancer",
        (
            Subtype("differentiated", "differentiated"),
            Subtype("rai_refractory", "differentiated, radioiodine refractory"),
            Subtype("medullary", "medullary"),
            Subtype("anaplastic", "anaplastic"),
        ),
        closed=True,
        notes=("Vascular: embolisation before surgery.",),
    ),
    Primary(
        Site.OTHER,
        "Other cancer",
        (
            Subtype("small_cell_lung", "small-cell lung cancer"),
            Subtype("primary_bone", "primary bone tumour"),
        ),
        closed=False,
    ),
    Primary(Site.UNKNOWN, "Unknown primary", (), closed=False),
)
