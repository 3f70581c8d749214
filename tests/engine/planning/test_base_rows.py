"""Base rows, step-down and tempo (clinical dossier 3.3 to 3.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduling.engine.record.facts import Constraints, Primary, Procedure, Response, Study, Symptom, Therapy
from tests.engine.patients import FOURTEEN, LOW, PLAIN, TEN, ago, items, lesion, patient, planned, weeks_after, windows

PAIN = Symptom("pain_suggestive", ago(2))
UNTREATED = {"procedures": (), "spine_symptomatic": False}

# Base row, step-down, A1, B0, B4, B5


def test_a1_takes_the_window_of_the_tempo_and_has_no_surgeon() -> None:
    one = planned(patient(**UNTREATED))
    assert (one.rows, one.surgeon, one.stopped_by) == (("A1",), None, "A1")
    assert windows(one, "A1", "imaging") == [weeks_after(ago(weeks=4), 10, 12, 16)]
    assert one.imaging is not None
    assert one.imaging.request == "SYSTEMIC_CT_PET"


def test_a1_without_a_study_counts_from_registration() -> None:
    one = planned(patient(**UNTREATED, studies=(Study(ago(9), "xray"),), therapy=None))
    assert one.rows == ("A1",)
    assert windows(one, "A1", "imaging") == [weeks_after(PLAIN.registered, 10, 12, 16)]


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ({"spine_symptomatic": True}, "B2"),
        ({"symptoms": (PAIN,)}, "B2"),
        ({"procedures": (Procedure("ablation", ago(900)),)}, "B2"),
        ({"lesions": ()}, "B1"),
        ({"lesions": (lesion(escc=None),)}, "B1"),
        ({"lesions": (lesion(), lesion("L1", escc="1a"))}, "B2"),
        ({"lesions": (lesion(sins=replace(LOW, pain=None)),)}, "B1"),
        ({"lesions": (lesion(sins=replace(LOW, pain=None), stabilized=True),)}, "A1"),
        ({"lesions": (lesion(sins=FOURTEEN, stabilized=True),)}, "A1"),
        ({"lesions": (lesion(sins=TEN),)}, "B2"),
        ({"response": None}, "A1"),
        ({"response": Response("mixed", ago(9))}, "B2"),
    ],
)
def test_what_a1_needs(change: dict[str, object], row: str) -> None:
    assert row in planned(patient(**UNTREATED | change)).rows


@pytest.mark.parametrize(
    ("change", "eligible"),
    [
        ({}, True),
        ({"response": Response("partial", ago(10), ago(364))}, True),
        ({"response": Response("partial", ago(10), ago(363))}, False),
        ({"response": Response("partial", ago(10))}, False),
        ({"response": Response("mixed", ago(10), ago(400))}, False),
        ({"primaries": (Primary("rcc"),), "response": Response("stable", ago(10), ago(545))}, False),
        ({"primaries": (Primary("rcc"),), "response": Response("stable", ago(10), ago(546))}, True),
        ({"therapy": Therapy("tki", ago(364))}, True),
        ({"therapy": Therapy("tki", ago(363))}, False),
        ({"therapy": Therapy("none", ago(364))}, True),
        ({"therapy": None}, False),
        ({"procedures": (Procedure("ablation", ago(546)),)}, False),
        ({"procedures": (Procedure("ablation", ago(547)),)}, True),
        ({"visits": ()}, False),
        ({"studies": ()}, False),
        ({"spine_symptomatic": True}, False),
        ({"lesions": (lesion(escc="1a"),)}, False),
        ({"lesions": (lesion(escc=None),)}, False),
    ],
)
def test_who_is_eligible_for_step_down(change: dict[str, object], eligible: bool) -> None:
    steady = {
        "spine_symptomatic": False,
        "procedures": (Procedure("cebrt", ago(800), ("L4",)),),
        "response": Response("stable", ago(10), ago(600)),
        "therapy": Therapy("chemo_adc", ago(700)),
    }
    facts = patient(**steady | change)
    assert ("step_down_proposed" in planned(facts).tasks) is eligible
    approved = planned(replace(facts, step_down_approved=True))
    assert ("D1" in approved.rows) is eligible
    assert "step_down_proposed" not in approved.tasks


def test_d1_windows_by_tempo() -> None:
    steady = patient(
        spine_symptomatic=False,
        response=Response("stable", ago(10), ago(600)),
        therapy=Therapy("chemo_adc", ago(700)),
        procedures=(Procedure("cebrt", ago(800)),),
        step_down_approved=True,
    )
    study, visit = ago(weeks=4), ago(weeks=5)
    assert windows(planned(steady), "D1", "imaging") == [weeks_after(study, 20, 24, 28)]
    assert windows(planned(steady), "D1", "surgeon") == [weeks_after(visit, 40, 48, 56)]
    fast = planned(replace(steady, primaries=(Primary("rcc"),)))
    assert windows(fast, "D1", "imaging") == [weeks_after(study, 12, 16, 20)]


def test_b1_for_an_unknown_score_keeps_the_patients_own_tempo() -> None:
    one = planned(patient(lesions=(lesion(sins=replace(LOW, collapse=None)),)))
    assert (one.rows, one.tempo, one.tasks) == (("B1",), "intermediate", {"score_missing"})


def test_b0_counts_from_the_end_of_a1_and_any_visit_ends_it() -> None:
    never = patient(visits=())
    assert windows(planned(never), "B0", "surgeon") == [weeks_after(PLAIN.registered, 0, 4, 8)]
    left = replace(never, left_low_risk_on=ago(11))
    assert windows(planned(left), "B0", "surgeon") == [weeks_after(ago(11), 0, 4, 8)]
    assert "B0" not in planned(replace(left, visits=(ago(weeks=50),))).rows
    assert "B0" not in planned(replace(never, **UNTREATED)).rows


def test_b4_is_a_baseline_and_an_x_ray_is_no_study() -> None:
    one = planned(patient(studies=(Study(ago(3), "xray", "whole_spine"),), therapy=None))
    assert one.rows == ("B2", "B4")
    assert windows(one, "B4", "imaging") == [weeks_after(PLAIN.registered, 0, 2, 4)]
    assert items(one, "B2", "imaging") == []


def test_b5_counts_from_the_day_a_lesion_was_first_found_and_n1_never_replaces_it() -> None:
    found = ago(10)
    one = planned(
        patient(
            lesions=(lesion("L1", found, escc=None, stabilized=True, escc_found_on=ago(2)),),
            therapy=Therapy("tki", ago(7)),
        )
    )
    assert windows(one, "B5", "imaging") == [weeks_after(found, 0, 4, 6)]
    assert {"N1", "B1", "B5"} <= set(one.rows)
    seen = planned(patient(lesions=(lesion("L1", found, escc=None),), studies=(Study(found, "ct_myelogram"),)))
    assert "B5" not in seen.rows
    assert "score_missing" in seen.tasks
    unsafe = patient(
        lesions=(lesion("L1", found, escc=None),),
        studies=(Study(found, "ct_spine"),),
        constraints=Constraints(mri="unsafe_device"),
    )
    assert "B5" not in planned(unsafe).rows
    assert "B5" in planned(replace(unsafe, constraints=Constraints(mri="unknown"))).rows


# Tempo


@pytest.mark.parametrize(
    ("primaries", "tempo"),
    [
        ((Primary("nsclc", None, (), "driver_on_matched_therapy"),), "intermediate"),
        ((Primary("nsclc", None, ("EGFR",), None),), "fast"),
        ((Primary("nsclc", None, (), "no_driver"),), "fast"),
        ((Primary("breast"),), "fast"),
        ((Primary("breast", "hr_pos_her2_neg"),), "slow"),
        ((Primary("breast", "tnbc"),), "fast"),
        ((Primary("prostate", "hormone_sensitive"),), "slow"),
        ((Primary("prostate", "mcrpc"),), "intermediate"),
        ((Primary("prostate", "neuroendocrine"),), "fast"),
        ((Primary("thyroid", "medullary"),), "intermediate"),
        ((Primary("thyroid", "differentiated"),), "slow"),
        ((Primary("thyroid", "anaplastic"),), "fast"),
        ((Primary("unknown"),), "fast"),
        ((Primary("other", "sarcoma"),), "fast"),
        ((Primary("melanoma"),), "fast"),
        ((Primary("prostate", "hormone_sensitive"), Primary("rcc")), "fast"),
        ((Primary("prostate", "hormone_sensitive"), Primary("thyroid", "rai_refractory")), "intermediate"),
    ],
)
def test_tempo(primaries: tuple[Primary, ...], tempo: str) -> None:
    assert planned(patient(primaries=primaries)).tempo == tempo
