"""M6 and M7 of the clinical dossier: what is said, of whom, for how long, and that no date changes by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduling.cautions import cautions
from scheduling.engine.record.facts import Facts, Procedure, Therapy
from tests.engine.patients import LOW, TODAY, ago, lesion, patient

LYTIC = replace(LOW, bone_lesion="lytic")
BROKEN = replace(LOW, collapse="under_50")
SINGLE = Procedure("sbrt", ago(30), ("T8",), dose_gy=20.0, fractions=1)


def kinds(facts: Facts) -> list[str]:
    return [one.kind for one in cautions(facts, TODAY)]


def irradiated(procedure: Procedure = SINGLE, **values: object) -> Facts:
    return patient(procedures=(procedure,), lesions=(lesion(**{"sins": LYTIC} | values),))


def treated(*drugs: str, therapy_class: str = "tki") -> Facts:
    return patient(procedures=(), therapy=Therapy(therapy_class, ago(90), drugs))


def test_a_large_single_fraction_at_a_lytic_or_fractured_level_is_told() -> None:
    (said,) = cautions(irradiated(), TODAY)
    assert said.kind == "information"
    assert said.text == (
        "Single-fraction SBRT of 20 Gy on 2 May 2026 at T8, lytic or already fractured: most vertebral fractures "
        "after it occur within 4 months."
    )
    assert [(one.source, one.tag) for one in said.sources] == [("Sahgal 2013, JCO 31:3426", "V")]
    assert kinds(irradiated(sins=BROKEN)) == ["information"]
    assert kinds(irradiated(replace(SINGLE, levels=()))) == ["information"]
    assert kinds(irradiated(level=None)) == ["information"]


@pytest.mark.parametrize(
    "facts",
    [
        irradiated(replace(SINGLE, dose_gy=19.9)),
        irradiated(replace(SINGLE, dose_gy=None)),
        irradiated(replace(SINGLE, fractions=3, dose_gy=27.0)),
        irradiated(replace(SINGLE, fractions=None)),
        irradiated(replace(SINGLE, kind="cebrt")),
        irradiated(replace(SINGLE, levels=("L1",))),
        irradiated(replace(SINGLE, on=ago(weeks=18, days=1))),
        irradiated(replace(SINGLE, on=TODAY + timedelta(1))),
        irradiated(sins=LOW),
        replace(irradiated(), status="deceased"),
    ],
)
def test_nothing_else_is_told_of_a_fracture(facts: Facts) -> None:
    assert kinds(facts) == []


@pytest.mark.parametrize(
    "drug", ["cabozantinib", "Cabometyx 60 mg", "sunitinib", "lenvatinib", "sorafenib", "axitinib"]
)
def test_a_vegfr_inhibitor_is_on_the_checklist_before_an_operation(drug: str) -> None:
    (said,) = cautions(treated(drug), TODAY)
    assert said.kind == "checklist"
    assert said.text.startswith("If an operation is planned: ask the oncologist about holding ")
    assert "Check the current label" in said.text
    contradicting = "cabozantinib" in said.text
    assert ("contradict" in said.text) is contradicting
    sources = ["a 2021 review, PMC8339966, table 3", "US label"] if contradicting else []
    assert [one.source for one in said.sources] == sources


def test_a_braf_or_mek_inhibitor_is_on_the_checklist_before_radiotherapy() -> None:
    (said,) = cautions(treated("dabrafenib", "trametinib"), TODAY)
    assert said.text == (
        "If radiotherapy is planned: ask the oncologist about holding dabrafenib and trametinib around it."
    )
    assert [(one.source, one.tag) for one in said.sources] == [
        ("ECOG, IJROBP 2016;95:632", "V"),
        ("consensus, from knowledge", "K hi"),
    ]


def test_other_drugs_and_stopped_ones_are_on_no_checklist() -> None:
    assert kinds(treated("osimertinib")) == []
    assert kinds(treated("cabozantinib", therapy_class="none")) == []
    assert kinds(patient(procedures=(), therapy=None)) == []
    assert kinds(replace(treated("cabozantinib"), status="deceased")) == []
