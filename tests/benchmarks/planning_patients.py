"""Random patients for the benchmark of planning: as a clinic has them, and some in whom much happens at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

from scheduling.engine.record.facts import Facts, Lesion, Primary, Procedure, Response, Sins, Study, Symptom, Therapy
from tests.engine.strategies import TODAY, Choices

_CANCERS = (
    *(Primary("nsclc", None, (), "driver_on_matched_therapy"),) * 3,
    Primary("nsclc", None, (), "no_driver"),
    *(Primary("breast", "hr_pos_her2_neg"),) * 3,
    Primary("breast", "her2_pos"),
    Primary("breast", "tnbc"),
    Primary("melanoma"),
    *(Primary("rcc", "clear_cell"),) * 2,
    Primary("prostate", "hormone_sensitive"),
    *(Primary("prostate", "mcrpc"),) * 2,
    Primary("thyroid", "rai_refractory"),
)
_RESPONSES = "stable " * 9 + "partial " * 4 + "complete not_assessed not_assessed progressive progressive mixed "
_RESPONSES += "pseudoprogression_suspected"
_GRADES = ("0",) * 11 + ("1a", "1a", "1b", "1b", "1c", "2", "3", None, None)
_SCORES = (
    *(Sins("semirigid", "pain_free", "mixed", "normal", "none", "none"),) * 5,
    *(Sins("mobile", "occasional_non_mechanical", "lytic", "normal", "none", "none"),) * 3,
    *(Sins("junctional", "occasional_non_mechanical", "lytic", "normal", "under_50", "unilateral"),) * 3,
    Sins("junctional", "mechanical", "lytic", "deformity", "over_50", "unilateral"),
    Sins("junctional", "occasional_non_mechanical", "lytic", None, "none", "none"),
)


def typical(chance: random.Random) -> Facts:
    """An active patient as a clinic has them: most are stable, with one graded lesion, some studies and visits."""

    def ago(most: int, least: int = 0) -> date:
        return TODAY - timedelta(chance.randint(least, most))

    registered = ago(900, 60)
    category = chance.choice(_RESPONSES.split())
    on = ago(120)
    assessed = category != "not_assessed"
    procedures = chance.choices((0, 1, 2), (9, 9, 2))[0]
    return Facts(
        registered=registered,
        primaries=(chance.choice(_CANCERS),),
        therapy=Therapy(chance.choice(("tki", "ici", "ici_tki", "endocrine", "arpi_parp", "chemo_adc")), ago(700)),
        response=Response(
            category, on if assessed else None, on - timedelta(chance.randint(0, 400)) if assessed else None
        ),
        procedures=tuple(
            Procedure(
                chance.choice(("sbrt", "cebrt", "stabilization", "cementoplasty", "ablation")),
                ago(900),
                ("T8",),
            )
            for _ in range(procedures)
        ),
        symptoms=(Symptom("pain_suggestive", ago(9)),) if chance.random() < 0.05 else (),
        studies=(
            Study(ago(100), "mri", "whole_spine"),
            *(Study(ago(600), chance.choice(("mri", "ct_systemic", "pet_ct"))) for _ in range(chance.randint(0, 3))),
        ),
        visits=(ago(160), *(ago(700) for _ in range(chance.randint(0, 2)))),
        lesions=tuple(
            Lesion(
                level,
                ago(800),
                chance.choice(_GRADES),
                chance.choice(_SCORES),
                stabilized=chance.random() < 0.1,
            )
            for level in ("T8", "L1", "C4")[: chance.choice((1, 1, 1, 2))]
        ),
        spine_symptomatic=chance.random() < 0.5,
    )


def crowded(chance: random.Random) -> Facts:
    """A random active patient in whom much happens at once: up to three lesions, two procedures, own windows."""
    return Choices(chance.randbytes(120)).patient()


POPULATIONS: dict[str, Callable[[random.Random], Facts]] = {"typical": typical, "crowded": crowded}
