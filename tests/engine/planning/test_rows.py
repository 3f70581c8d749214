"""The rows E3 to R3 of the default policy: which items each asks for (clinical dossier 3.3 and 3.6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduling.engine.record.facts import Constraints, Procedure, Response, Study, Therapy
from tests.engine.patients import (
    FOURTEEN,
    LOW,
    PLAIN,
    TEN,
    ago,
    days_after,
    items,
    lesion,
    patient,
    planned,
    weeks_after,
    windows,
    windows_of,
)

# E3


FOUND = ago(30)
HIGH = lesion("T8", FOUND, escc="2")


def test_e3_without_study_or_visit_since_asks_at_once_and_keeps_the_safety_net() -> None:
    study = ago(weeks=6)
    facts = patient(lesions=(HIGH,), studies=(Study(study, "mri", "whole_spine"),), visits=(ago(31),))
    assert windows_of(facts, "E3") == (
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
        first = [window for window in windows_of(facts, "E3")[0] if window == days_after(FOUND, 0, 0, 1)]  # type: ignore
        assert bool(first) is not imaged, kind
    unsafe = patient(
        lesions=(HIGH,),
        studies=(Study(FOUND, "ct_spine", "whole_spine"),),
        constraints=Constraints(mri="unsafe_device"),
    )
    assert windows_of(unsafe, "E3")[0] == [weeks_after(FOUND, 2, 4, 6)]


def test_e3_without_any_canal_study_omits_the_safety_net() -> None:
    facts = patient(lesions=(HIGH,), studies=(Study(ago(2), "pet_ct"),))
    assert windows_of(facts, "E3")[0] == [days_after(FOUND, 0, 0, 1)]


def test_e3_once_seen_counts_from_the_newest_visit() -> None:
    facts = patient(lesions=(HIGH,), visits=(FOUND, ago(9)))
    assert windows_of(facts, "E3")[1] == [weeks_after(ago(9), 1, 2, 4)]


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
    assert windows_of(patient(lesions=(unstable,)), "E4") == (
        [days_after(found, 0, 3, 7), weeks_after(study, 4, 6, 8)],
        [days_after(found, 0, 3, 7)],
    )
    for kind, is_ct in [("ct_spine", True), ("ct_systemic", True), ("ct_myelogram", True), ("pet_ct", False)]:
        facts = patient(lesions=(unstable,), studies=(Study(found, kind),), visits=(found,))
        imaging = [weeks_after(found, 4, 6, 8)]
        assert windows_of(facts, "E4") == (
            imaging if is_ct else [days_after(found, 0, 3, 7), *imaging],
            [weeks_after(found, 4, 6, 8)],
        )
    assert windows_of(patient(lesions=(unstable,), studies=()), "E4")[0] == [days_after(found, 0, 3, 7)]


def test_c1_counts_from_the_last_study_or_else_from_the_finding() -> None:
    found = ago(10)
    facts = patient(lesions=(lesion("L1", ago(40), sins=TEN, sins_found_on=found),))
    assert windows_of(facts, "C1") == ([weeks_after(ago(weeks=4), 8, 12, 13)], [days_after(found, 0, 14, 28)])
    blank = replace(facts, studies=(), visits=(found,))
    assert windows_of(blank, "C1") == ([weeks_after(found, 8, 12, 13)], [weeks_after(found, 8, 12, 14)])


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
        facts = patient(lesions=(lesion("T8", found, escc=escc),), studies=(*PLAIN.studies, Study(ago(1), "pet_ct")))
        assert windows_of(facts, row) == ([weeks_after(ago(weeks=4), *imaging)], [days_after(found, *first)])
        unseen = replace(facts, studies=(Study(ago(1), "bone_scan"),), visits=(ago(2), ago(50)))
        assert windows_of(unseen, row) == ([weeks_after(found, *imaging)], [weeks_after(ago(2), *then)])


def test_the_first_contact_of_c2_counts_from_before_the_treatment_as_given() -> None:
    facts = patient(lesions=(HIGH,), procedures=(Procedure("sbrt", ago(5), ("T8",)),), visits=(ago(40),))
    assert windows_of(facts, "C2")[1] == [days_after(FOUND, 0, 7, 14)]


# R rows


def test_r1_imaging_from_the_date_and_contact_from_the_first_unvisited_day() -> None:
    facts = patient(response=Response("progressive", ago(20), ago(90)), visits=(ago(95),))
    assert windows_of(facts, "R1") == ([weeks_after(ago(20), 4, 6, 8)], [days_after(ago(90), 0, 7, 14)])
    between = replace(facts, visits=(ago(90),))
    assert windows_of(between, "R1")[1] == [days_after(ago(20), 0, 7, 14), weeks_after(ago(90), 4, 6, 8)]
    after = replace(facts, visits=(ago(20),))
    assert windows_of(after, "R1")[1] == [weeks_after(ago(20), 4, 6, 8)]


def test_the_run_holds_every_assessment_of_the_record() -> None:
    days = (ago(90), ago(60), ago(20))
    facts = patient(response=Response("progressive", ago(20), ago(90), days), visits=(ago(70),))
    assert windows_of(facts, "R1")[1] == [days_after(ago(60), 0, 7, 14), weeks_after(ago(70), 4, 6, 8)]


def test_without_since_the_date_alone_counts() -> None:
    facts = patient(response=Response("mixed", ago(20)), visits=(ago(20),))
    assert windows_of(facts, "R2") == ([weeks_after(ago(20), 4, 6, 8)], [weeks_after(ago(20), 10, 12, 16)])
    assert windows_of(replace(facts, visits=(ago(21),)), "R2")[1] == [days_after(ago(20), 0, 14, 28)]


def test_a_newer_therapy_leaves_only_the_first_contact() -> None:
    facts = patient(response=Response("progressive", ago(40)), visits=(ago(60),), therapy=Therapy("tki", ago(39)))
    assert windows_of(facts, "R1") == ([], [days_after(ago(40), 0, 7, 14)])
    seen = replace(facts, visits=(ago(40),))
    assert "R1" not in planned(seen).rows
    same_day = replace(seen, therapy=Therapy("tki", ago(40)))
    assert windows_of(same_day, "R1")[0] == [weeks_after(ago(40), 4, 6, 8)]
    stopped = replace(seen, therapy=Therapy("none", ago(30)))
    assert windows_of(stopped, "R1") == ([weeks_after(ago(40), 4, 6, 8)], [weeks_after(ago(40), 4, 6, 8)])
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
    facts = patient(response=Response("pseudoprogression_suspected", ago(20)), therapy=therapy, visits=(ago(21),))
    assert windows_of(facts, row) == ([weeks_after(ago(20), *imaging)], [weeks_after(ago(20), 2, 4, 6)])
    seen = replace(facts, visits=(ago(1),), therapy=therapy and replace(therapy, start=ago(2)))
    assert windows_of(seen, row) == ([weeks_after(ago(20), *imaging)], [])
