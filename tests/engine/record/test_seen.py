"""What was known on a day: what is dated on it is there, what is dated later is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduling.engine.record.facts import DatedFact, Facts, Procedure, Response, Study, Symptom, Therapy
from scheduling.engine.record.seen import seen_on
from tests.engine.patients import TODAY, lesion, patient

TOMORROW = TODAY + timedelta(1)
#: Everything that carries a date, on the day itself.
OF_TODAY = patient(
    left_low_risk_on=TODAY,
    therapy=Therapy("tki", TODAY),
    response=Response("stable", TODAY, TODAY, (TODAY,)),
    procedures=(Procedure("sbrt", TODAY, ("T8",)),),
    symptoms=(Symptom("pain_suggestive", TODAY),),
    studies=(Study(TODAY, "mri"),),
    visits=(TODAY,),
    lesions=(lesion(found=TODAY, escc_found_on=TODAY, sins_found_on=TODAY, graded_on=TODAY),),
    others=(DatedFact(TODAY),),
)
LATER: dict[str, object] = {
    "left_low_risk_on": TOMORROW,
    "therapy": Therapy("tki", TOMORROW),
    "response": Response("stable", TOMORROW),
    "procedures": (*OF_TODAY.procedures, Procedure("cebrt", TOMORROW)),
    "symptoms": (*OF_TODAY.symptoms, Symptom("neuro", TOMORROW)),
    "studies": (*OF_TODAY.studies, Study(TOMORROW, "mri")),
    "visits": (*OF_TODAY.visits, TOMORROW),
    "lesions": (*OF_TODAY.lesions, lesion("L1", TOMORROW)),
    "others": (*OF_TODAY.others, DatedFact(TOMORROW)),
}


def test_what_is_dated_on_the_day_is_there_and_nothing_is_made_anew() -> None:
    assert seen_on(OF_TODAY, TODAY) is OF_TODAY


@pytest.mark.parametrize("field", LATER)
def test_what_is_dated_later_is_not_there_and_the_rest_is(field: str) -> None:
    alone: Facts = replace(OF_TODAY, **{field: LATER[field]})  # type: ignore[arg-type]
    absent = None if field in ("left_low_risk_on", "therapy", "response") else getattr(OF_TODAY, field)
    assert seen_on(alone, TODAY) == replace(OF_TODAY, **{field: absent})


@pytest.mark.parametrize("score", ["escc_found_on", "sins_found_on", "graded_on"])
def test_a_score_found_later_is_not_recorded_yet(score: str) -> None:
    (known,) = OF_TODAY.lesions
    ahead = replace(OF_TODAY, lesions=(replace(known, **{score: TOMORROW}),))
    (seen,) = seen_on(ahead, TODAY).lesions
    assert getattr(seen, score) is None
    assert (seen.escc is None, seen.sins.pain is None) == (score == "escc_found_on", score == "sins_found_on")
    assert seen.graded_on == (TODAY if score == "sins_found_on" else None)
