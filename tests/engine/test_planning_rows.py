"""The rows E3 to N1 of the default policy: which items each asks for (clinical dossier 3.3 and 3.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduling.engine.facts import Constraints, Facts, Procedure, Response, Study, Therapy
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


def of(facts: Facts, row: str) -> tuple[object, object]:
    """The imaging and the surgeon windows of a row."""
    one = planned(facts)
    return windows(one, row, "imaging"), windows(one, row, "surgeon")


# E3


FOUND = ago(30)
HIGH = lesion("T8", FOUND, escc="2")


def test_e3_without_study_or_visit_since_asks_at_once_and_keeps_the_safety_net() -> None:
    study = ago(weeks=6)
    facts = patient(lesions=(HIGH,), studies=(Study(study, "mri", "whole_spine"),), visits=(ago(31),))
    assert of(facts, "E3") == (
        [days_after(FOUND, 0, 0, 1), weeks_after(study, 2, 4, 6)],
        [days_after(FOUND, 0, 0, 1)],
    )


def test_e3_counts_only_a_canal_study_of_the_whole_spine_as_imaged() -> None:
    for kind, coverage, imaged in [
        ("mri", "whole_spine", True),
        ("mri", "segment", False),
        ("mri", None, False),
        ("ct_spine", "whole_spine", False),
        ("pet_ct", "whole_spine", False),
        ("ct_myelogram", "whole_spine", True),
    ]:
        facts = patient(lesions=(HIGH,), studies=(Study(FOUND, kind, coverage),))
        first = [window for window in of(facts, "E3")[0] if window == days_after(FOUND, 0, 0, 1)]  # type: ignore
        assert bool(first) is not imaged, kind
    unsafe = patient(
        lesions=(HIGH,),
        studies=(Study(FOUND, "ct_spine", "whole_spine"),),
        constraints=Constraints(mri="unsafe_device"),
    )
    assert of(unsafe, "E3")[0] == [weeks_after(FOUND, 2, 4, 6)]


def test_e3_without_any_canal_study_omits_the_safety_net() -> None:
    facts = patient(lesions=(HIGH,), studies=(Study(ago(2), "pet_ct"),))
    assert of(facts, "E3")[0] == [days_after(FOUND, 0, 0, 1)]


def test_e3_once_seen_counts_from_the_newest_visit() -> None:
    facts = patient(lesions=(HIGH,), visits=(FOUND, ago(9)))
    assert of(facts, "E3")[1] == [weeks_after(ago(9), 1, 2, 4)]


@pytest.mark.parametrize(
    ("kind", "on", "levels", "row"),
    [
        ("sbrt", FOUND, ("T8",), "C2"),
        ("cebrt", ago(5), ("T6-T9",), "C2"),
        ("stabilization", ago(5), ("L1", "T8"), "C2"),
        ("decompression", ago(5), ("T5-T7",), "E3"),
        ("separation_surgery", ago(31), ("T8",), "E3"),
        ("cementoplasty", ago(5), ("T8",), "E3"),
        ("ablation", ago(5), ("T8",), "E3"),
        ("sbrt", ago(5), (), "E3"),
    ],
)
def test_what_ends_e3(kind: str, on: object, levels: tuple[str, ...], row: str) -> None:
    one = planned(patient(lesions=(HIGH,), procedures=(Procedure(kind, on, levels),)))  # type: ignore[arg-type]
    assert {"E3", "C2"} & set(one.rows) == {row}


def test_the_stabilised_mark_never_ends_e3_and_a_regrade_after_treatment_is_untreated() -> None:
    assert "E3" in planned(patient(lesions=(replace(HIGH, stabilized=True),))).rows
    again = lesion("T8", ago(200), escc="3", escc_found_on=ago(4))
    treated = (Procedure("sbrt", ago(90), ("T8",)),)
    one = planned(patient(lesions=(again,), procedures=treated))
    assert "E3" in one.rows
    assert windows(one, "E3", "surgeon") == [days_after(ago(4), 0, 0, 1)]


def test_every_lesion_is_asked_by_itself_under_one_row() -> None:
    first, second = HIGH, lesion("L1", ago(12), escc="3")
    facts = patient(lesions=(second, first), studies=(), visits=(ago(weeks=10),))
    one = planned(facts)
    (fired,) = [row for row in one.fired if row.row == "E3"]
    assert [item.lesion for item in items(one, "E3", "surgeon")] == [1, 0]
    assert [fact.value for fact in fired.facts if fact.name == "level"] == ["T8", "L1"]
    assert one.surgeon is not None
    assert one.surgeon.due == FOUND


# E4 and C1


def test_e4_asks_for_a_ct_of_the_level_and_the_last_study() -> None:
    found = ago(10)
    unstable = lesion("L1", ago(40), sins=FOURTEEN, sins_found_on=found)
    study = ago(weeks=4)
    assert of(patient(lesions=(unstable,)), "E4") == (
        [days_after(found, 0, 3, 7), weeks_after(study, 4, 6, 8)],
        [days_after(found, 0, 3, 7)],
    )
    for kind, is_ct in [("ct_spine", True), ("ct_systemic", True), ("ct_myelogram", True), ("pet_ct", False)]:
        facts = patient(lesions=(unstable,), studies=(Study(found, kind),), visits=(found,))
        imaging = [weeks_after(found, 4, 6, 8)]
        assert of(facts, "E4") == (
            imaging if is_ct else [days_after(found, 0, 3, 7), *imaging],
            [weeks_after(found, 4, 6, 8)],
        )
    assert of(patient(lesions=(unstable,), studies=()), "E4")[0] == [days_after(found, 0, 3, 7)]


def test_c1_counts_from_the_last_study_or_else_from_the_finding() -> None:
    found = ago(10)
    facts = patient(lesions=(lesion("L1", ago(40), sins=TEN, sins_found_on=found),))
    assert of(facts, "C1") == ([weeks_after(ago(weeks=4), 8, 12, 13)], [days_after(found, 0, 14, 28)])
    blank = replace(facts, studies=(), visits=(found,))
    assert of(blank, "C1") == ([weeks_after(found, 8, 12, 13)], [weeks_after(found, 8, 12, 14)])


@pytest.mark.parametrize(
    ("sins", "row"),
    [
        (replace(TEN, alignment="deformity"), "C1"),  # 12
        (replace(TEN, posterolateral="bilateral"), "E4"),  # 13
        (replace(TEN, posterolateral=None), "C1"),  # at least 10
        (replace(FOURTEEN, pain=None), "C1"),  # at least 11
        (replace(FOURTEEN, alignment=None), "E4"),  # at least 14
        (replace(LOW, alignment=None), None),  # at least 1
    ],
)
def test_an_incomplete_score_counts_by_its_lowest_possible_total(sins: object, row: str | None) -> None:
    rows = set(planned(patient(lesions=(lesion("L1", ago(40), sins=sins),))).rows)
    assert rows & {"C1", "E4"} == ({row} if row else set())
    stabilised = planned(patient(lesions=(lesion("L1", ago(40), sins=sins, stabilized=True),)))
    assert not set(stabilised.rows) & {"C1", "E4"}


# C2 and C3


def test_c2_and_c3_count_canal_studies_or_else_the_finding() -> None:
    found = ago(10)
    for escc, row, imaging, first, then in [
        ("1c", "C2", (4, 6, 8), (0, 7, 14), (4, 6, 8)),
        ("1a", "C3", (8, 12, 13), (0, 28, 56), (10, 12, 16)),
        ("1b", "C3", (8, 12, 13), (0, 28, 56), (10, 12, 16)),
    ]:
        facts = patient(
            lesions=(lesion("T8", found, escc=escc),), studies=(*PLAIN.studies, Study(ago(1), "pet_ct"))
        )
        assert of(facts, row) == ([weeks_after(ago(weeks=4), *imaging)], [days_after(found, *first)])
        unseen = replace(facts, studies=(Study(ago(1), "bone_scan"),), visits=(ago(2), ago(50)))
        assert of(unseen, row) == ([weeks_after(found, *imaging)], [weeks_after(ago(2), *then)])


def test_the_first_contact_of_c2_counts_from_before_the_treatment_as_given() -> None:
    facts = patient(lesions=(HIGH,), procedures=(Procedure("sbrt", ago(5), ("T8",)),), visits=(ago(40),))
    assert of(facts, "C2")[1] == [days_after(FOUND, 0, 7, 14)]


# R rows


def test_r1_imaging_from_the_date_and_contact_from_the_first_unvisited_day() -> None:
    facts = patient(response=Response("progressive", ago(20), ago(90)), visits=(ago(95),))
    assert of(facts, "R1") == ([weeks_after(ago(20), 4, 6, 8)], [days_after(ago(90), 0, 7, 14)])
    between = replace(facts, visits=(ago(90),))
    assert of(between, "R1")[1] == [days_after(ago(20), 0, 7, 14), weeks_after(ago(90), 4, 6, 8)]
    after = replace(facts, visits=(ago(20),))
    assert of(after, "R1")[1] == [weeks_after(ago(20), 4, 6, 8)]


def test_the_run_holds_every_assessment_of_the_record() -> None:
    days = (ago(90), ago(60), ago(20))
    facts = patient(response=Response("progressive", ago(20), ago(90), days), visits=(ago(70),))
    assert of(facts, "R1")[1] == [days_after(ago(60), 0, 7, 14), weeks_after(ago(70), 4, 6, 8)]


def test_without_since_the_date_alone_counts() -> None:
    facts = patient(response=Response("mixed", ago(20)), visits=(ago(20),))
    assert of(facts, "R2") == ([weeks_after(ago(20), 4, 6, 8)], [weeks_after(ago(20), 10, 12, 16)])
    assert of(replace(facts, visits=(ago(21),)), "R2")[1] == [days_after(ago(20), 0, 14, 28)]


def test_a_newer_therapy_leaves_only_the_first_contact() -> None:
    facts = patient(
        response=Response("progressive", ago(40)), visits=(ago(60),), therapy=Therapy("tki", ago(39))
    )
    assert of(facts, "R1") == ([], [days_after(ago(40), 0, 7, 14)])
    seen = replace(facts, visits=(ago(40),))
    assert "R1" not in planned(seen).rows
    same_day = replace(seen, therapy=Therapy("tki", ago(40)))
    assert of(same_day, "R1")[0] == [weeks_after(ago(40), 4, 6, 8)]
    stopped = replace(seen, therapy=Therapy("none", ago(30)))
    assert of(stopped, "R1") == ([weeks_after(ago(40), 4, 6, 8)], [weeks_after(ago(40), 4, 6, 8)])
    assert "N1" not in planned(stopped).rows


@pytest.mark.parametrize(
    ("therapy", "row", "imaging"),
    [
        (Therapy("ici", ago(100)), "R3a", (4, 6, 8)),
        (Therapy("ici_tki", ago(100)), "R3a", (4, 6, 8)),
        (Therapy("tki", ago(100)), "R3b", (6, 8, 12)),
        (Therapy("none", ago(100)), "R3b", (6, 8, 12)),
        (None, "R3b", (6, 8, 12)),
    ],
)
def test_pseudoprogression_on_and_off_immunotherapy(
    therapy: Therapy | None, row: str, imaging: tuple[int, ...]
) -> None:
    facts = patient(
        response=Response("pseudoprogression_suspected", ago(20)), therapy=therapy, visits=(ago(21),)
    )
    assert of(facts, row) == ([weeks_after(ago(20), *imaging)], [weeks_after(ago(20), 2, 4, 6)])
    seen = replace(facts, visits=(ago(1),), therapy=therapy and replace(therapy, start=ago(2)))
    assert of(seen, row) == ([weeks_after(ago(20), *imaging)], [])


# P rows


def test_p3_imaging_until_a_canal_study_two_weeks_after() -> None:
    on = ago(weeks=5)
    facts = patient(procedures=(Procedure("decompression", on),), studies=(Study(on + timedelta(13), "mri"),))
    assert of(facts, "P3")[0] == [weeks_after(on, 2, 4, 6)]
    done = on + timedelta(14)
    assert of(replace(facts, studies=(Study(done, "mri"),)), "P3")[0] == [weeks_after(done, 8, 12, 13)]
    assert of(replace(facts, studies=(Study(done, "ct_spine"),)), "P3")[0] == [weeks_after(on, 2, 4, 6)]


@pytest.mark.parametrize(
    ("visited_weeks", "window", "xray"),
    [
        ((), (1, 2, 3), False),
        ((0,), (1, 2, 3), False),
        ((1,), (5, 6, 8), True),
        ((4,), (5, 6, 8), True),
        ((5,), (11, 13, 15), True),
        ((2, 11), (24, 26, 28), True),
        ((24,), (48, 52, 56), True),
        ((48,), None, True),
    ],
)
def test_p3_visits_come_one_after_another(
    visited_weeks: tuple[int, ...], window: tuple[int, ...] | None, xray: bool
) -> None:
    on = ago(weeks=60)
    facts = patient(
        procedures=(Procedure("stabilization", on),),
        visits=tuple(on + timedelta(weeks=week) for week in visited_weeks),
    )
    asked = items(planned(facts), "P3", "surgeon")
    if window is None:
        assert asked == []
        return
    assert [(item.earliest, item.due, item.latest) for item in asked] == [weeks_after(on, *window)]
    assert bool(asked[0].note) is xray


def test_p_rows_count_from_the_newest_of_their_kind_and_end_with_their_day() -> None:
    assert "P3" in planned(patient(procedures=(Procedure("decompression", ago(546)),))).rows
    assert "P3" not in planned(patient(procedures=(Procedure("decompression", ago(547)),))).rows
    two = patient(
        procedures=(Procedure("decompression", ago(weeks=30)), Procedure("separation_surgery", ago(weeks=3)))
    )
    assert of(two, "P3")[0] == [weeks_after(ago(weeks=3), 2, 4, 6)]
    for kind, row in [("cementoplasty", "P4"), ("cebrt", "P5"), ("ablation", "P6")]:
        blank = patient(studies=(), visits=())
        assert row in planned(replace(blank, procedures=(Procedure(kind, ago(182)),))).rows
        assert row not in planned(replace(blank, procedures=(Procedure(kind, ago(183)),))).rows


def test_p1_counts_its_own_studies_and_visits() -> None:
    on = ago(weeks=20)
    facts = patient(procedures=(Procedure("sbrt", on, ("T8",)),), studies=(), visits=(on - timedelta(1),))
    assert of(facts, "P1") == ([weeks_after(on, 8, 12, 13)], [weeks_after(on, 10, 12, 16)])
    early = replace(facts, studies=(Study(on + timedelta(41), "mri"),), visits=(on,))
    assert of(early, "P1")[0] == [weeks_after(on, 8, 12, 13)]
    done, seen = on + timedelta(42), on + timedelta(50)
    later = replace(facts, studies=(Study(done, "mri", "segment"),), visits=(on, seen))
    assert of(later, "P1") == ([weeks_after(done, 8, 12, 13)], [weeks_after(seen, 10, 12, 16)])


def test_p1_and_p2_share_the_newest_sbrt() -> None:
    assert {"P1", "P2"} & set(planned(patient(procedures=(Procedure("sbrt", ago(546)),))).rows) == {"P1"}
    old = patient(procedures=(Procedure("sbrt", ago(547)),))
    assert of(old, "P2") == ([weeks_after(ago(weeks=4), 13, 24, 26)], [])
    assert of(replace(old, studies=(Study(ago(1), "pet_ct"),)), "P2")[0] == [
        weeks_after(ago(547), 13, 24, 26)
    ]
    both = replace(old, procedures=(*old.procedures, Procedure("sbrt", ago(9))))
    assert "P2" not in planned(both).rows


def test_p4_has_two_visits_and_no_imaging() -> None:
    on = ago(weeks=11)
    facts = patient(procedures=(Procedure("cementoplasty", on),), visits=(on + timedelta(13),))
    assert of(facts, "P4") == ([], [weeks_after(on, 2, 4, 6)])
    first = replace(facts, visits=(on + timedelta(14),))
    assert of(first, "P4") == ([], [weeks_after(on, 10, 12, 14)])
    assert {item.note for item in items(planned(first), "P4", "surgeon")} == {"standing X-ray at this visit"}
    assert "P4" not in planned(replace(facts, visits=(on + timedelta(70),))).rows


def test_p5_and_p6_end_when_their_items_are_done() -> None:
    on = ago(weeks=12)
    for kind, row, imaging, until, visit, seen_from in [
        ("cebrt", "P5", (8, 12, 16), 56, (4, 6, 8), 28),
        ("ablation", "P6", (8, 12, 13), 42, (2, 4, 6), 14),
    ]:
        facts = patient(
            procedures=(Procedure(kind, on),),
            studies=(Study(on + timedelta(until - 1), "mri"),),
            visits=(on + timedelta(seen_from - 1),),
        )
        assert of(facts, row) == ([weeks_after(on, *imaging)], [weeks_after(on, *visit)])
        imaged = replace(facts, studies=(Study(on + timedelta(until), "ct_systemic"),))
        assert of(imaged, row) == ([], [weeks_after(on, *visit)])
        done = replace(imaged, visits=(on + timedelta(seen_from),))
        assert row not in planned(done).rows


# N1


@pytest.mark.parametrize(
    ("therapy_class", "window"),
    [
        ("tki", (6, 8, 10)),
        ("ici", (8, 10, 12)),
        ("ici_tki", (8, 10, 12)),
        ("chemo_adc", (6, 9, 12)),
        ("endocrine", (8, 12, 16)),
        ("arpi_parp", (8, 12, 16)),
        ("radioligand", (8, 12, 16)),
    ],
)
def test_n1_window_by_class_and_the_smaller_after_a_spinal_switch(
    therapy_class: str, window: tuple[int, ...]
) -> None:
    start = ago(weeks=3)
    facts = patient(therapy=Therapy(therapy_class, start))
    assert of(facts, "N1") == ([weeks_after(start, *window)], [])
    switched = replace(facts, therapy=Therapy(therapy_class, start, (), "switch_after_spine_pd"))
    smaller = [min(one) for one in zip(window, (6, 8, 10), strict=True)]
    assert of(switched, "N1")[0] == [weeks_after(start, *smaller)]


def test_n1_is_pending_until_a_study_after_its_capped_earliest_however_old() -> None:
    start = ago(weeks=200)
    facts = patient(therapy=Therapy("ici", start), studies=(Study(start + timedelta(weeks=7), "mri"),))
    assert of(facts, "N1")[0] == [weeks_after(start, 8, 10, 12)]
    capped = replace(facts, therapy=Therapy("ici", start, (), "switch_after_spine_pd"))
    assert "N1" not in planned(capped).rows
    assert (
        "N1" not in planned(replace(facts, studies=(Study(start + timedelta(weeks=8), "ct_systemic"),))).rows
    )


@pytest.mark.parametrize(("before", "replaced"), [(43, False), (42, True), (0, True), (-1, True)])
def test_n1_replaces_the_base_imaging_only_after_a_valid_baseline(before: int, replaced: bool) -> None:
    start = ago(weeks=3)
    facts = patient(therapy=Therapy("tki", start), studies=(Study(start - timedelta(before), "ct_systemic"),))
    one = planned(facts)
    assert one.rows == ("N1", "B2")
    assert (items(one, "B2", "imaging") == []) is replaced
    assert items(one, "B2", "surgeon")
    untreated = replace(facts, procedures=(), spine_symptomatic=False)
    beside = planned(untreated)
    assert beside.rows == ("N1", "A1")
    assert (items(beside, "A1", "imaging") == []) is replaced
    assert beside.imaging is not None
    assert beside.imaging.request == "SYSTEMIC_CT_PET"


def test_n1_never_replaces_d1_or_b4() -> None:
    steady = patient(
        spine_symptomatic=False,
        procedures=(Procedure("cebrt", ago(800)),),
        response=Response("stable", ago(10), ago(600)),
        therapy=Therapy("ici", ago(364)),
        studies=(Study(ago(364 + 20), "mri"),),
        step_down_approved=True,
    )
    one = planned(steady)
    assert one.rows == ("N1", "D1")
    assert items(one, "D1", "imaging")
    nothing = planned(patient(therapy=Therapy("tki", TODAY), studies=()))
    assert nothing.rows == ("N1", "B2", "B4")
    assert nothing.imaging is not None
    assert nothing.imaging.row == "B4"


def test_a_therapy_that_starts_after_the_day_is_not_seen() -> None:
    assert "N1" not in planned(patient(therapy=Therapy("tki", ahead(1)))).rows
