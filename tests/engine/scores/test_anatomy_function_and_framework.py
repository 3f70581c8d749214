"""ESCC labels, function scales and the NOMS summary."""

from __future__ import annotations

import pytest

from scheduling.engine.scores import ecog, escc, karnofsky, noms
from scheduling.engine.scores.asia import ASIA, Ais
from scheduling.engine.scores.frankel import FRANKEL, Frankel
from scheduling.engine.vocabulary import Escc, SinsBand, Site


def test_escc_worst_level_counts_and_no_grade_is_unknown() -> None:
    assert escc.worst(["1b", "2"]) is Escc.G2
    assert escc.worst(["1c", None, "1a"]) is Escc.G1C
    assert escc.worst(["0"]) is Escc.G0
    assert escc.worst([None, None]) is None
    assert escc.worst([]) is None
    with pytest.raises(ValueError, match="4"):
        escc.worst(["4"])


def test_escc_tiers_keep_1c_apart() -> None:
    assert [escc.TIERS[grade] for grade in Escc] == ["low", "low", "low", "low, own tier", "high", "high"]
    assert {grade for grade, tier in escc.TIERS.items() if tier == "high"} == escc.HIGH_GRADE


def test_escc_is_not_validated_below_the_conus() -> None:
    assert escc.validated_at("T7")
    assert escc.validated_at("L1")
    assert not escc.validated_at("L4")
    assert not escc.validated_at("S1")


def test_escc_has_no_total() -> None:
    assert (escc.ESCC.lowest, escc.ESCC.highest, escc.ESCC.calculate) == (None, None, None)
    assert all(option.points == 0 for option in escc.ESCC.items[0].options)


@pytest.mark.parametrize(
    ("status", "kps"), [(0, (100, 90)), (1, (80, 70)), (2, (60, 50)), (3, (40, 30)), (4, (20, 10)), (5, (0,))]
)
def test_ecog_and_karnofsky_are_shown_beside_each_other_in_words(status: int, kps: tuple[int, ...]) -> None:
    for value in kps:
        assert str(value) in ecog.equivalent_text(status)
        assert karnofsky.equivalent_text(value) == f"about ECOG {status}"


def test_every_karnofsky_value_has_one_equivalent() -> None:
    assert [karnofsky.equivalent_text(value)[-1] for value in range(0, 101, 10)] == list("54433221100")


@pytest.mark.parametrize("value", [-1, 6, 9, 80, "1", 1.0, True])
def test_ecog_refuses_anything_else(value: object) -> None:
    with pytest.raises(ValueError, match="0 to 5"):
        ecog.check(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [-10, 85, 110, 1, "80", False])
def test_karnofsky_refuses_anything_else(value: object) -> None:
    with pytest.raises(ValueError, match="0 to 100 in tens"):
        karnofsky.check(value)  # type: ignore[arg-type]


def test_frankel_and_asia_share_letters_but_not_meanings() -> None:
    assert [*Frankel] == [*Ais]
    assert FRANKEL.items[0].options[4].label == "E: normal"
    assert ASIA.items[0].options[4].label == "E: normal after an earlier deficit"


def _noms(
    site: Site,
    grade: str | None,
    band: SinsBand | None,
    systemic: str | None,
    *,
    myelopathy: bool | None = False,
) -> noms.NomsSummary:
    return noms.summarise(
        escc=grade,
        myelopathy=myelopathy,
        radiosensitivity=noms.RADIOSENSITIVITY_OF_SITE.get(site),
        sins_band=band,
        systemic=systemic,
    )


def test_noms_worked_examples() -> None:
    stable, unstable = SinsBand.STABLE, SinsBand.UNSTABLE
    assert _noms(Site.RCC, "0", stable, None).plans == ("stereotactic radiotherapy (SBRT)",)
    assert _noms(Site.RCC, "3", SinsBand.POTENTIALLY_UNSTABLE, "fit").plans == (
        "decompress and stabilise (separation surgery), then SBRT",
    )
    assert _noms(Site.BREAST, "3", stable, None).plans == ("conventional radiotherapy",)
    assert _noms(Site.BREAST, "1a", unstable, "fit").plans == ("stabilise, then conventional radiotherapy",)
    assert _noms(Site.MELANOMA, "2", stable, "not_fit").plans == ("conventional radiotherapy",)
    incomplete = _noms(Site.NSCLC, None, stable, "fit")
    assert incomplete.plans == ()
    assert incomplete.incomplete == ("ESCC is unknown: MRI needed",)


def test_noms_shows_every_plan_that_is_still_possible() -> None:
    undecided = _noms(Site.RCC, "2", SinsBand.STABLE, None)
    assert len(undecided.plans) == 2
    assert undecided.incomplete == ("fitness for a procedure is not recorded",)
    wide = _noms(Site.RCC, "1a", SinsBand.POTENTIALLY_UNSTABLE, "fit")
    assert wide.plans == ("stereotactic radiotherapy (SBRT)", "stabilise, then SBRT")


def test_noms_infers_nothing_and_has_no_number() -> None:
    unknown = noms.summarise(escc=None, myelopathy=None, radiosensitivity=None, sins_band=None, systemic=None)
    assert unknown.plans == ()
    assert (unknown.oncologic, unknown.mechanical, unknown.systemic) == ("unknown", "unknown", "unknown")
    assert _noms(Site.BREAST, "1a", SinsBand.STABLE, "fit", myelopathy=True).plans == ()
    assert _noms(Site.BREAST, "1a", SinsBand.STABLE, "fit", myelopathy=None).incomplete == (
        "myelopathy is not recorded",
    )
    assert Site.OTHER not in noms.RADIOSENSITIVITY_OF_SITE
    assert noms.NOMS.calculate is None


def test_noms_refuses_codes_outside_its_sets() -> None:
    with pytest.raises(ValueError, match="frail"):
        _noms(Site.RCC, "0", SinsBand.STABLE, "frail")
