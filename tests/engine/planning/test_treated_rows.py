"""The rows after a treatment and beside a new therapy, P1 to P6 and N1 (clinical dossier 3.3 and 3.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduling.engine.record.facts import Procedure, Response, Study, Therapy
from tests.engine.patients import TODAY, ago, ahead, items, patient, planned, weeks_after, windows_of

# P rows


def test_p3_imaging_until_a_canal_study_two_weeks_after() -> None:
    on = ago(weeks=5)
    facts = patient(procedures=(Procedure("decompression", on),), studies=(Study(on + timedelta(13), "mri"),))
    assert windows_of(facts, "P3")[0] == [weeks_after(on, 2, 4, 6)]
    done = on + timedelta(14)
    assert windows_of(replace(facts, studies=(Study(done, "mri"),)), "P3")[0] == [weeks_after(done, 8, 12, 13)]
    assert windows_of(replace(facts, studies=(Study(done, "ct_spine"),)), "P3")[0] == [weeks_after(on, 2, 4, 6)]


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
    two = patient(procedures=(Procedure("decompression", ago(weeks=30)), Procedure("separation_surgery", ago(weeks=3))))
    assert windows_of(two, "P3")[0] == [weeks_after(ago(weeks=3), 2, 4, 6)]
    for kind, row in [("cementoplasty", "P4"), ("cebrt", "P5"), ("ablation", "P6")]:
        blank = patient(studies=(), visits=())
        assert row in planned(replace(blank, procedures=(Procedure(kind, ago(182)),))).rows
        assert row not in planned(replace(blank, procedures=(Procedure(kind, ago(183)),))).rows


def test_p1_counts_its_own_studies_and_visits() -> None:
    on = ago(weeks=20)
    facts = patient(procedures=(Procedure("sbrt", on, ("T8",)),), studies=(), visits=(on - timedelta(1),))
    assert windows_of(facts, "P1") == ([weeks_after(on, 8, 12, 13)], [weeks_after(on, 10, 12, 16)])
    early = replace(facts, studies=(Study(on + timedelta(41), "mri"),), visits=(on,))
    assert windows_of(early, "P1")[0] == [weeks_after(on, 8, 12, 13)]
    done, seen = on + timedelta(42), on + timedelta(50)
    later = replace(facts, studies=(Study(done, "mri", "segment"),), visits=(on, seen))
    assert windows_of(later, "P1") == ([weeks_after(done, 8, 12, 13)], [weeks_after(seen, 10, 12, 16)])


def test_p1_and_p2_share_the_newest_sbrt() -> None:
    assert {"P1", "P2"} & set(planned(patient(procedures=(Procedure("sbrt", ago(546)),))).rows) == {"P1"}
    old = patient(procedures=(Procedure("sbrt", ago(547)),))
    assert windows_of(old, "P2") == ([weeks_after(ago(weeks=4), 13, 24, 26)], [])
    assert windows_of(replace(old, studies=(Study(ago(1), "pet_ct"),)), "P2")[0] == [weeks_after(ago(547), 13, 24, 26)]
    both = replace(old, procedures=(*old.procedures, Procedure("sbrt", ago(9))))
    assert "P2" not in planned(both).rows


def test_p4_has_two_visits_and_no_imaging() -> None:
    on = ago(weeks=11)
    facts = patient(procedures=(Procedure("cementoplasty", on),), visits=(on + timedelta(13),))
    assert windows_of(facts, "P4") == ([], [weeks_after(on, 2, 4, 6)])
    first = replace(facts, visits=(on + timedelta(14),))
    assert windows_of(first, "P4") == ([], [weeks_after(on, 10, 12, 14)])
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
        assert windows_of(facts, row) == ([weeks_after(on, *imaging)], [weeks_after(on, *visit)])
        imaged = replace(facts, studies=(Study(on + timedelta(until), "ct_systemic"),))
        assert windows_of(imaged, row) == ([], [weeks_after(on, *visit)])
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
def test_n1_window_by_class_and_the_smaller_after_a_spinal_switch(therapy_class: str, window: tuple[int, ...]) -> None:
    start = ago(weeks=3)
    facts = patient(therapy=Therapy(therapy_class, start))
    assert windows_of(facts, "N1") == ([weeks_after(start, *window)], [])
    switched = replace(facts, therapy=Therapy(therapy_class, start, (), "switch_after_spine_pd"))
    smaller = [min(one) for one in zip(window, (6, 8, 10), strict=True)]
    assert windows_of(switched, "N1")[0] == [weeks_after(start, *smaller)]


def test_n1_is_pending_until_a_study_after_its_capped_earliest_however_old() -> None:
    start = ago(weeks=200)
    facts = patient(therapy=Therapy("ici", start), studies=(Study(start + timedelta(weeks=7), "mri"),))
    assert windows_of(facts, "N1")[0] == [weeks_after(start, 8, 10, 12)]
    capped = replace(facts, therapy=Therapy("ici", start, (), "switch_after_spine_pd"))
    assert "N1" not in planned(capped).rows
    assert "N1" not in planned(replace(facts, studies=(Study(start + timedelta(weeks=8), "ct_systemic"),))).rows


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
