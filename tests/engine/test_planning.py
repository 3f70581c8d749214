"""How a row is chosen, streams, urgency, tasks and the imaging request (clinical dossier 3.4 to 3.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduling.engine.facts import (
    Constraints,
    Override,
    Primary,
    Procedure,
    Response,
    Study,
    Symptom,
    Therapy,
)
from tests.engine.patients import (
    FOURTEEN,
    LOW,
    PLAIN,
    TEN,
    TODAY,
    ago,
    ahead,
    days_after,
    items,
    lesion,
    patient,
    planned,
    weeks_after,
    windows,
)

NEURO = Symptom("neuro", ago(3))
PAIN = Symptom("pain_suggestive", ago(2))
UNTREATED = {"procedures": (), "spine_symptomatic": False}


def test_the_plain_patient_has_the_base_row_only() -> None:
    one = planned(PLAIN)
    assert (one.rows, one.tempo, one.urgency, one.tasks) == (("B2",), "intermediate", "routine", frozenset())
    assert windows(one, "B2", "imaging") == [weeks_after(ago(weeks=4), 10, 12, 16)]
    assert windows(one, "B2", "surgeon") == [weeks_after(ago(weeks=5), 20, 24, 28)]
    assert one.policy_version == "default-0.2"
    assert one.stopped_by is None


# S rows and E1


@pytest.mark.parametrize(
    ("status", "row", "tasks"),
    [
        ("deceased", "S1", {"close_all_open_items", "suppress_all_patient_messages"}),
        ("hospice", "S2", {"clinician_confirms_stop"}),
        ("declined", "S3", {"re_offer_on:2026-10-19"}),
        ("discharged", "S5", {"discharge_letter"}),
    ],
)
def test_an_s_row_stands_alone(status: str, row: str, tasks: set[str]) -> None:
    one = planned(patient(status=status, declined_on=date(2026, 4, 20), lesions=(lesion(escc=None),)))
    assert (one.rows, one.imaging, one.surgeon, one.tempo, one.urgency) == ((row,), None, None, None, "stop")
    assert one.tasks == tasks
    assert one.stopped_by == row


def test_a_transfer_counts_once_it_is_accepted() -> None:
    waiting = planned(patient(status="transferred"))
    assert waiting.rows == ("B2",)
    assert waiting.tasks == {"transfer_acceptance_pending"}
    accepted = planned(patient(status="transferred", transfer_accepted=True, symptoms=(NEURO, PAIN)))
    assert (accepted.rows, accepted.tasks) == (("S4",), {"handover_summary"})


@pytest.mark.parametrize(
    ("status", "rows", "tasks", "dated"),
    [
        ("active", ("E1",), {"emergency_pathway_same_day"}, True),
        ("declined", ("S3", "E1"), {"emergency_pathway_same_day"}, True),
        ("discharged", ("S5", "E1"), {"emergency_pathway_same_day"}, True),
        (
            "hospice",
            ("S2", "E1"),
            {"emergency_pathway_same_day", "comfort_directed_decision_by_clinician"},
            False,
        ),
        ("deceased", ("S1",), {"close_all_open_items", "suppress_all_patient_messages"}, False),
    ],
)
def test_an_open_neurological_symptom_beside_every_status(
    status: str, rows: tuple[str, ...], tasks: set[str], dated: bool
) -> None:
    ill = patient(status=status, declined_on=ago(40), symptoms=(NEURO, Symptom("neuro", ago(9)), PAIN))
    one = planned(ill)
    assert (one.rows, one.tasks, one.tempo) == (rows, tasks, None)
    assert one.urgency == ("emergency" if "E1" in rows else "stop")
    for stream in (one.imaging, one.surgeon):
        if dated:
            assert stream is not None
            assert (stream.earliest, stream.due, stream.latest) == days_after(ago(9), 0, 0, 1)
            assert stream.urgency == "emergency"
        else:
            assert stream is None


@pytest.mark.parametrize(
    ("status", "task"),
    [
        ("declined", "clinician_call_back_pain"),
        ("discharged", "clinician_call_back_pain"),
        ("hospice", "palliative_call_back_pain"),
        ("deceased", None),
    ],
)
def test_suggestive_pain_beside_an_s_row_is_a_task_without_dates(status: str, task: str | None) -> None:
    one = planned(patient(status=status, declined_on=ago(40), symptoms=(PAIN,)))
    assert "E2" not in one.rows
    assert one.urgency == "stop"
    assert {name for name in one.tasks if name.endswith("pain")} == ({task} if task else set())


def test_a_refusal_without_a_day_is_offered_again_from_registration() -> None:
    one = planned(patient(status="declined", declined_on=None))
    assert one.tasks == {f"re_offer_on:{PLAIN.registered + timedelta(182)}"}


def test_e2_counts_from_the_earliest_pain_and_stays_beside_other_rows() -> None:
    one = planned(patient(symptoms=(PAIN, Symptom("pain_suggestive", ago(20)))))
    assert one.rows == ("E2", "B2")
    assert windows(one, "E2", "imaging") == windows(one, "E2", "surgeon") == [days_after(ago(20), 0, 7, 7)]


# Facts after the day


def test_a_score_found_later_is_not_recorded_on_the_day() -> None:
    facts = patient(lesions=(lesion(escc="3", escc_found_on=ago(10), sins=FOURTEEN, sins_found_on=ago(10)),))
    past = planned(facts, ago(20))
    assert past.rows == ("B1",)  # both scores are unknown on that day
    assert past.tasks == {"score_missing"}
    assert "E3" in planned(facts).rows


def test_later_facts_do_not_exist_yet() -> None:
    facts = patient(
        visits=(ago(weeks=5), ahead(3)),
        studies=(*PLAIN.studies, Study(ahead(3), "mri", "whole_spine")),
        symptoms=(Symptom("neuro", ahead(1)),),
        procedures=(*PLAIN.procedures, Procedure("sbrt", ahead(2), ("T8",))),
        lesions=(lesion(), lesion("L1", ahead(2), escc="3")),
    )
    assert planned(facts) == planned(PLAIN)


def test_a_later_response_or_therapy_is_none_on_record() -> None:
    facts = patient(response=Response("progressive", ahead(1)), therapy=Therapy("tki", ahead(2)))
    assert planned(facts).rows == ("B2",)


# Winner, latest, urgency


def test_a_tie_goes_to_table_order_and_latest_is_the_smallest_of_all() -> None:
    seen = ago(weeks=2)
    one = planned(patient(lesions=(lesion(found=ago(weeks=3), escc="1a", sins=TEN),), visits=(seen,)))
    assert one.rows == ("C1", "C3", "B2")
    assert one.surgeon is not None
    assert (one.surgeon.row, one.surgeon.earliest, one.surgeon.due) == ("C1", *weeks_after(seen, 8, 12))
    assert one.surgeon.latest == seen + timedelta(weeks=14)
    assert one.surgeon.urgency == "expedited"


def test_urgency_of_a_stream_is_that_of_the_rows_with_an_item_in_it() -> None:
    one = planned(
        patient(
            response=Response("progressive", ago(weeks=3)),
            therapy=Therapy("tki", ago(weeks=2)),
            visits=(ago(weeks=30),),
        )
    )
    assert one.rows == ("R1", "N1", "B2")
    assert one.imaging is not None
    assert one.surgeon is not None
    assert (one.urgency, one.imaging.urgency, one.surgeon.urgency) == ("urgent", "routine", "urgent")


def test_p2_and_d1_do_not_count_for_urgency() -> None:
    old = patient(procedures=(Procedure("sbrt", ago(547), ("T8",)),))
    assert (planned(old).rows, planned(old).urgency) == (("P2", "B2"), "routine")
    stepped = replace(
        old, step_down_approved=True, spine_symptomatic=False, response=Response("stable", ago(20), ago(400))
    )
    assert (planned(stepped).rows, planned(stepped).urgency) == (("P2", "D1"), "extended")


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
    seen = planned(
        patient(lesions=(lesion("L1", found, escc=None),), studies=(Study(found, "ct_myelogram"),))
    )
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


# Overrides


def own(stream: str = "imaging", **values: object) -> Override:
    base = Override(stream, ahead(weeks=20), ahead(weeks=22), ahead(weeks=30), ago(5), ahead(weeks=30))
    return replace(base, **values)


def test_an_own_window_shortens_freely_and_stands_after_e1_in_the_table() -> None:
    soon = own(earliest=ahead(1), due=ahead(2), latest=ahead(3))
    one = planned(patient(overrides=(soon,), symptoms=()))
    assert one.rows == ("OV", "B2")
    assert one.imaging is not None
    assert (one.imaging.row, one.imaging.due, one.imaging.latest) == ("OV", ahead(2), ahead(3))


def test_an_own_window_lengthens_only_with_a_second_clinician() -> None:
    alone = planned(patient(overrides=(own(),)))
    assert alone.imaging is not None
    assert alone.imaging.row == "B2"
    seconded = planned(patient(overrides=(own(second_approval=True),)))
    assert seconded.rows == ("OV", "B2")  # the chosen base row stays listed, its imaging is replaced
    assert seconded.imaging is not None
    assert (seconded.imaging.row, seconded.imaging.latest) == ("OV", ahead(weeks=30))
    assert seconded.surgeon is not None
    assert seconded.surgeon.row == "B2"
    assert items(seconded, "B2", "imaging") == []


def test_a_seconded_own_window_never_replaces_e_r_c_or_p_rows() -> None:
    facts = patient(
        lesions=(lesion(sins=TEN),),
        procedures=(Procedure("sbrt", ago(weeks=20), ("T8",)),),
        response=Response("mixed", ago(weeks=3)),
        therapy=Therapy("tki", ago(weeks=4)),
        symptoms=(PAIN,),
        overrides=(own(second_approval=True),),
    )
    one = planned(facts)
    assert one.rows == ("OV", "E2", "R2", "C1", "P1", "N1", "B2")  # N1 gives way and stays listed
    assert items(one, "N1", "imaging") == []
    for row in ("E2", "R2", "C1", "P1"):
        assert items(one, row, "imaging")


@pytest.mark.parametrize(
    ("starts", "until", "asked"), [(-5, 0, True), (0, 5, True), (-9, -1, False), (1, 5, False)]
)
def test_an_own_window_is_asked_between_its_days(starts: int, until: int, asked: bool) -> None:
    one = planned(patient(overrides=(own(starts_on=ahead(starts), until_on=ahead(until)),)))
    assert ("OV" in one.rows) is asked


def test_an_own_window_waits_under_e1_and_s_rows() -> None:
    assert planned(patient(overrides=(own(),), symptoms=(NEURO,))).rows == ("E1",)
    assert planned(patient(overrides=(own(),), status="hospice")).rows == ("S2",)


def test_an_own_window_in_a_stream_that_a1_leaves_empty() -> None:
    one = planned(patient(**UNTREATED, overrides=(own("surgeon"),)))
    assert one.rows == ("OV", "A1")
    assert one.surgeon is not None
    assert (one.surgeon.row, one.surgeon.urgency) == ("OV", "routine")


# Tasks


def test_score_stale_is_asked_of_a1_alone_and_counts_confirmations() -> None:
    old = lesion(found=ago(500), escc_found_on=ago(500))
    assert planned(patient(**UNTREATED, lesions=(old,))).tasks == {"score_stale"}
    assert planned(patient(lesions=(old,))).tasks == frozenset()
    confirmed = replace(old, graded_on=ago(364))
    assert planned(patient(**UNTREATED, lesions=(confirmed,))).tasks == frozenset()
    assert planned(patient(**UNTREATED, lesions=(replace(old, graded_on=ago(365)),))).tasks == {"score_stale"}


def test_procedure_level_missing() -> None:
    found = ago(20)
    high = lesion("T9", found, escc="2")

    def tasks(*procedures: Procedure, at: object = high) -> frozenset[str]:
        return planned(patient(lesions=(at,), procedures=procedures)).tasks

    assert tasks(Procedure("sbrt", ago(10))) == {"procedure_level_missing"}
    assert tasks(Procedure("sbrt", found)) == {"procedure_level_missing"}
    assert tasks(Procedure("sbrt", ago(21))) == frozenset()
    assert tasks(Procedure("cementoplasty", ago(10))) == frozenset()
    assert tasks(Procedure("sbrt", ago(10), ("L1",))) == frozenset()
    assert tasks(Procedure("sbrt", ago(10), ("T9",)), Procedure("cebrt", ago(9))) == frozenset()
    nowhere = replace(high, level=None)
    assert tasks(Procedure("sbrt", ago(10), ("T9",)), at=nowhere) == {"procedure_level_missing"}
    assert (
        "E3" in planned(patient(lesions=(nowhere,), procedures=(Procedure("sbrt", ago(10), ("T9",)),))).rows
    )


def test_score_missing_also_with_no_lesion() -> None:
    one = planned(patient(lesions=()))
    assert (one.rows, one.tasks) == (("B1",), {"score_missing"})


# Imaging request


@pytest.mark.parametrize(
    ("change", "request_code"),
    [
        ({}, "MRI_WS_GAD"),
        ({"constraints": Constraints(mri="conditional_device")}, "MRI_WS_GAD"),
        ({"constraints": Constraints(gadolinium_allergy=True)}, "MRI_WS_NOGAD"),
        ({"constraints": Constraints(egfr=29.9)}, "MRI_WS_NOGAD"),
        ({"constraints": Constraints(egfr=30)}, "MRI_WS_GAD"),
        ({"constraints": Constraints(mri="unsafe_device")}, "CT_SPINE_PLUS_PET"),
        (
            {"constraints": Constraints(mri="unsafe_device"), "lesions": (lesion(escc="1a"),)},
            "CT_SPINE_PLUS_PET",
        ),
        ({"constraints": Constraints(mri="unsafe_device"), "lesions": (lesion(escc="1b"),)}, "CT_MYELO"),
        ({"constraints": Constraints(mri="unsafe_device"), "lesions": (lesion(escc=None),)}, "CT_MYELO"),
        ({"constraints": Constraints(mri="unsafe_device"), "lesions": ()}, "CT_MYELO"),
        (
            {
                "constraints": Constraints(mri="unsafe_device"),
                "procedures": (Procedure("stabilization", ago(900)),),
            },
            "CT_MYELO",
        ),
        ({"constraints": Constraints(mri="unsafe_device"), "symptoms": (NEURO,)}, "CT_MYELO"),
        ({"lesions": (lesion(sins=FOURTEEN),)}, "CT_LEVEL_PLUS_MRI"),
        ({"lesions": (lesion(sins=FOURTEEN),), "constraints": Constraints(egfr=10)}, "CT_LEVEL_PLUS_MRI"),
        (
            {"lesions": (lesion(sins=FOURTEEN),), "constraints": Constraints(mri="unsafe_device")},
            "CT_SPINE_PLUS_PET",
        ),
        ({"procedures": (Procedure("decompression", ago(700), (), "carbon_peek"),)}, "MRI_WS_GAD_MARS"),
        ({"procedures": (Procedure("cementoplasty", ago(700), (), "titanium"),)}, "MRI_WS_GAD"),
        (
            {
                "procedures": (Procedure("decompression", ago(700), (), "titanium"),),
                "constraints": Constraints(gadolinium_allergy=True),
            },
            "MRI_WS_NOGAD",
        ),
        ({**UNTREATED, "constraints": Constraints(mri="unsafe_device")}, "SYSTEMIC_CT_PET"),
    ],
)
def test_imaging_request(change: dict[str, object], request_code: str) -> None:
    one = planned(patient(**change))
    assert one.imaging is not None
    assert one.imaging.request == request_code
    assert one.surgeon is None or one.surgeon.request is None


def test_gaps_name_what_is_missing() -> None:
    one = planned(
        patient(
            lesions=(lesion(), lesion("L1", escc=None, sins=replace(LOW, pain=None))),
            primaries=(Primary("breast"),),
            response=Response("stable", ago(3)),
        )
    )
    assert {(gap.name, gap.lesion) for gap in one.gaps} == {
        ("escc_not_graded", 1),
        ("sins_incomplete", 1),
        ("cancer_detail_missing", None),
        ("response_start_missing", None),
        ("mri_safety_not_cleared", None),
    }
    cleared = planned(patient(constraints=Constraints(mri="ok")))
    assert cleared.gaps == ()
    unsafe = planned(patient(constraints=Constraints(mri="unsafe_device")))
    assert [gap.name for gap in unsafe.gaps] == ["mri_safety_not_cleared"]


def test_contact_failures_never_change_a_plan() -> None:
    assert planned(patient(contact_failures=9)) == planned(PLAIN)


def test_every_item_says_what_completes_it() -> None:
    facts = patient(
        lesions=(lesion(escc="1a", sins=TEN), lesion("L1", ago(3), escc=None)),
        procedures=tuple(
            Procedure(kind, ago(weeks=5), ("T8",)) for kind in ("sbrt", "decompression", "cebrt", "ablation")
        ),
        therapy=Therapy("tki", TODAY),
        response=Response("mixed", ago(9)),
        symptoms=(PAIN,),
    )
    canal = {"E3", "C2", "C3", "P1", "P2", "P3", "B5"}
    one = planned(facts)
    seen = {item.row for fired in one.fired for item in fired.items}
    assert {"E2", "R2", "C1", "C3", "P3", "P1", "P5", "P6", "N1", "B5"} <= seen
    for fired in one.fired:
        for item in fired.items:
            expected = (
                "visit" if item.stream == "surgeon" else "canal_study" if item.row in canal else "study"
            )
            assert item.counted_by == expected, item
