"""Windows that a clinician sets for one patient: what they shorten, lengthen and never replace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduling.engine.record.facts import Override, Procedure, Response, Symptom, Therapy
from tests.engine.patients import TEN, ago, ahead, items, lesion, patient, planned

NEURO = Symptom("neuro", ago(3))
PAIN = Symptom("pain_suggestive", ago(2))
UNTREATED = {"procedures": (), "spine_symptomatic": False}

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


@pytest.mark.parametrize(("starts", "until", "asked"), [(-5, 0, True), (0, 5, True), (-9, -1, False), (1, 5, False)])
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
