"""How a row is chosen, streams, urgency, tasks and the imaging request (clinical dossier 3.4 to 3.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from scheduling.engine.planning.plan import plan
from scheduling.engine.policy.document import policy_to_mapping, read_policy
from scheduling.engine.record.facts import Constraints, Primary, Procedure, Response, Study, Symptom, Therapy
from scheduling.policies import default_policy
from tests.engine.patients import (
    FOURTEEN,
    LOW,
    PLAIN,
    TEN,
    TODAY,
    ago,
    ahead,
    days_after,
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
    assert "E3" in planned(patient(lesions=(nowhere,), procedures=(Procedure("sbrt", ago(10), ("T9",)),))).rows


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
            expected = "visit" if item.stream == "surgeon" else "canal_study" if item.row in canal else "study"
            assert item.counted_by == expected, item


# Ties and the ends of windows, which small mistakes would move


def test_of_two_windows_of_a_row_due_on_one_day_the_one_that_opens_first_wins() -> None:
    """E3: at once since the finding, and 4 weeks after the last canal study, which are the same day here."""
    found = ago(3)
    facts = patient(
        lesions=(lesion(escc="2", found=found),),
        studies=(Study(found - timedelta(weeks=4), "mri", "segment"),),
        visits=(ago(weeks=5),),
    )
    one = planned(facts)
    assert [window[1] for window in windows(one, "E3", "imaging")] == [found, found]
    assert one.imaging is not None
    opens = found - timedelta(weeks=2)
    assert (one.imaging.row, one.imaging.earliest, one.imaging.due) == ("E3", opens, found)
    assert one.imaging.latest == found + timedelta(1)


@pytest.mark.parametrize(("days", "pending"), [(41, True), (42, False), (43, False)])
def test_a_study_on_the_day_a_window_opens_closes_it(days: int, pending: bool) -> None:
    """N1 of a TKI opens 6 weeks after its start; the first visit of P3 one week after surgery."""
    start = ago(weeks=20)
    studies = (Study(start + timedelta(days), "ct_systemic", "whole_body"),)
    one = planned(patient(therapy=Therapy("tki", start), studies=studies))
    assert ("N1" in one.rows) is pending


@pytest.mark.parametrize(("days", "weeks"), [(6, 1), (7, 5), (8, 5), (34, 5), (35, 11)])
def test_a_visit_on_the_day_a_window_of_a_series_opens_closes_it(days: int, weeks: int) -> None:
    operated = ago(weeks=30)
    surgery = Procedure("decompression", operated, ("L4",))
    one = planned(patient(procedures=(surgery,), visits=(operated + timedelta(days),)))
    assert [window[0] for window in windows(one, "P3", "surgeon")] == [operated + timedelta(weeks=weeks)]


def test_of_two_primaries_the_fastest_counts_wherever_it_stands() -> None:
    slow, fast = Primary("prostate", "hormone_sensitive"), Primary("melanoma")
    middle = Primary("breast", "her2_pos")
    for primaries in ((slow, fast), (fast, slow), (slow, fast, middle), (fast, middle, slow)):
        assert planned(patient(primaries=primaries)).tempo == "fast"
    assert planned(patient(primaries=(middle, slow))).tempo == "intermediate"


def test_a_lesion_that_asks_for_nothing_is_not_read_as_a_reason() -> None:
    """A row of lesions that asks for imaging only where none followed: of two lesions one has been imaged since."""
    document: Any = policy_to_mapping(default_policy())
    row = next(one for one in document["rows"] if one["id"] == "C3")
    row["imaging"]["items"][0]["only_if"] = [
        {"not": {"study_since": {"studies": "canal_study", "day": "lesion_escc_found_on"}}}
    ]
    del row["surgeon"]
    lesions = (lesion("T8", ago(weeks=30), escc="1b"), lesion("L1", ago(weeks=1), escc="1b"))
    one = plan(patient(lesions=lesions), read_policy(document), TODAY)
    (fired,) = [each for each in one.fired if each.row == "C3"]
    assert [fact.value for fact in fired.facts if fact.name == "level"] == ["L1"]
