"""NOMS, a decision framework in four lines (Laufer 2013): a summary without a number, never an order."""

from __future__ import annotations

from enum import StrEnum
from itertools import product
from typing import NamedTuple

from scheduling.engine.scores.base import Direction, Score, ScoreKind
from scheduling.engine.scores.escc import HIGH_GRADE
from scheduling.engine.vocabulary import Escc, SinsBand, Site


class Radiosensitivity(StrEnum):
    """The oncologic axis."""

    SENSITIVE = "sensitive"
    RESISTANT = "resistant"


class Mechanical(StrEnum):
    """The mechanical axis."""

    STABLE = "stable"
    UNSTABLE = "unstable"


class Systemic(StrEnum):
    """Whether the patient can tolerate a procedure, as a clinician judged it."""

    FIT = "fit"
    NOT_FIT = "not_fit"


class NomsSummary(NamedTuple):
    """Four lines and, when the axes decide, the published plan.

    `plans` holds every plan that the known axes still allow; `incomplete` names the axes that are missing.
    """

    neurologic: str
    oncologic: str
    mechanical: str
    systemic: str
    plans: tuple[str, ...]
    incomplete: tuple[str, ...]


_CONVENTIONAL = "conventional radiotherapy"
_STABILISE_CONVENTIONAL = "stabilise, then conventional radiotherapy"
_STEREOTACTIC = "stereotactic radiotherapy (SBRT)"
_SEPARATION = "decompress and stabilise (separation surgery), then SBRT"

_LOW, _HIGH = "low", "high"
_S, _R = Radiosensitivity.SENSITIVE, Radiosensitivity.RESISTANT
_STABLE, _UNSTABLE = Mechanical.STABLE, Mechanical.UNSTABLE
_FIT, _NOT_FIT = Systemic.FIT, Systemic.NOT_FIT

#: The published table; an absent combination has no published plan. Low grade means without myelopathy.
_TABLE: dict[tuple[str, Radiosensitivity, Mechanical, Systemic], str] = {
    (_LOW, _S, _STABLE, _FIT): _CONVENTIONAL,
    (_LOW, _S, _STABLE, _NOT_FIT): _CONVENTIONAL,
    (_LOW, _S, _UNSTABLE, _FIT): _STABILISE_CONVENTIONAL,
    (_LOW, _R, _STABLE, _FIT): _STEREOTACTIC,
    (_LOW, _R, _STABLE, _NOT_FIT): _STEREOTACTIC,
    (_LOW, _R, _UNSTABLE, _FIT): "stabilise, then SBRT",
    (_HIGH, _S, _STABLE, _FIT): _CONVENTIONAL,
    (_HIGH, _S, _STABLE, _NOT_FIT): _CONVENTIONAL,
    (_HIGH, _S, _UNSTABLE, _FIT): _STABILISE_CONVENTIONAL,
    (_HIGH, _R, _STABLE, _FIT): _SEPARATION,
    (_HIGH, _R, _STABLE, _NOT_FIT): _CONVENTIONAL,
    (_HIGH, _R, _UNSTABLE, _FIT): _SEPARATION,
    (_HIGH, _R, _UNSTABLE, _NOT_FIT): "stabilise (percutaneous), then conventional radiotherapy",
}

#: Usual radiosensitivity of our sites (from knowledge); other and unknown primaries must be asked for.
RADIOSENSITIVITY_OF_SITE: dict[Site, Radiosensitivity] = {
    Site.BREAST: Radiosensitivity.SENSITIVE,
    Site.PROSTATE: Radiosensitivity.SENSITIVE,
    Site.RCC: Radiosensitivity.RESISTANT,
    Site.MELANOMA: Radiosensitivity.RESISTANT,
    Site.THYROID: Radiosensitivity.RESISTANT,
    Site.NSCLC: Radiosensitivity.RESISTANT,
}

#: SINS 7 to 12 decides neither way: the surgeon judges, and the plans of both are shown.
_MECHANICAL_OF_BAND: dict[SinsBand, tuple[Mechanical, ...]] = {
    SinsBand.STABLE: (_STABLE,),
    SinsBand.POTENTIALLY_UNSTABLE: (_STABLE, _UNSTABLE),
    SinsBand.UNSTABLE: (_UNSTABLE,),
}


def summarise(
    *,
    escc: str | None,
    myelopathy: bool | None,
    radiosensitivity: str | None,
    sins_band: str | None,
    systemic: str | None,
) -> NomsSummary:
    """The four axes in words and the plans that they allow. Missing axes give no plan; nothing is inferred.

    Raises ValueError for a code outside its closed set.
    """
    grade = None if escc is None else Escc(escc)
    onco = None if radiosensitivity is None else Radiosensitivity(radiosensitivity)
    band = None if sins_band is None else SinsBand(sins_band)
    fitness = None if systemic is None else Systemic(systemic)
    axes = (
        () if grade is None else (_HIGH,) if grade in HIGH_GRADE else (_LOW,) if myelopathy is False else (),
        () if onco is None else (onco,),
        () if band is None else _MECHANICAL_OF_BAND[band],
        (_FIT, _NOT_FIT) if fitness is None else (fitness,),
    )
    plans = tuple(dict.fromkeys(_TABLE[choice] for choice in product(*axes) if choice in _TABLE))
    undecided = fitness is None and any(
        _TABLE.get((*choice, _FIT)) != _TABLE.get((*choice, _NOT_FIT)) for choice in product(*axes[:3])
    )
    low_and_silent = grade is not None and grade not in HIGH_GRADE and myelopathy is None
    lacking = {
        "ESCC is unknown: MRI needed": grade is None,
        "myelopathy is not recorded": low_and_silent,
        "radiosensitivity is not recorded": onco is None,
        "SINS is incomplete": band is None,
        "fitness for a procedure is not recorded": undecided,
    }
    cord = "myelopathy not recorded" if myelopathy is None else "myelopathy" if myelopathy else "no myelopathy"
    return NomsSummary(
        neurologic=f"ESCC {grade.value}, {cord}" if grade is not None else f"ESCC unknown, {cord}",
        oncologic="unknown" if onco is None else f"radio{onco.value}",
        mechanical="unknown" if band is None else f"SINS band {band.value.replace('_', ' ')}",
        systemic="unknown" if fitness is None else fitness.value.replace("_", " "),
        plans=plans,
        incomplete=tuple(what for what, lacks in lacking.items() if lacks),
    )


NOMS = Score(
    code="noms",
    name="NOMS framework summary",
    kind=ScoreKind.FRAMEWORK,
    direction=Direction.NO_ORDER,
    lowest=None,
    highest=None,
    source="Laufer I et al., Oncologist 2013;18:744 (full table from knowledge)",
    year=2013,
    limits=(
        "A framework, never an order; targeted therapy is not one of its axes.",
        "Low-grade compression with myelopathy is not in its table.",
    ),
)
