"""Reasons as people read them."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given

from scheduling.engine.following.sentences import (
    SHORT,
    fact_lines,
    full_reason,
    grade_of,
    item_arithmetic,
    reason_to_json,
    short_reason,
)
from scheduling.engine.planning.plan import plan
from scheduling.engine.plans import FiredRow
from scheduling.engine.record.facts import Facts, Override, Primary, Procedure, Response, Therapy
from scheduling.policies import default_policy
from tests.engine.patients import FOURTEEN, LOW, TEN, TODAY, ahead, lesion, patient, planned
from tests.engine.strategies import anybody
from tests.engine.strategies import planned as plannable

POLICY = default_policy()


def fired(facts: Facts, row: str) -> FiredRow:
    return next(one for one in planned(facts).fired if one.row == row)


@pytest.mark.parametrize(
    ("facts", "row", "sentence", "short"),
    [
        (
            patient(lesions=(lesion("T12", sins=TEN),)),
            "C1",
            "SINS 10 at T12, potentially unstable (7 to 12) and not stabilised.",
            "SINS 10 at T12, not stabilised",
        ),
        (
            patient(lesions=(lesion("T12", sins=FOURTEEN),)),
            "E4",
            "SINS 14 at T12, unstable (13 to 18) and not stabilised.",
            "SINS 14 at T12, not stabilised",
        ),
        (
            patient(lesions=(lesion("L2", escc="2"), lesion("C4", escc="3"))),
            "E3",
            "ESCC 3 at C4 and not treated at its level. ESCC 2 at L2 and not treated at its level.",
            "ESCC 3 at C4, not treated at its level (+1)",
        ),
        (patient(lesions=(lesion(escc=None),)), "B1", "ESCC unknown.", "ESCC unknown"),
        (
            patient(response=Response("mixed", date(2026, 4, 27))),
            "R2",
            "Mixed response on 27 Apr 2026.",
            "Mixed response on 27 Apr 2026",
        ),
        (
            patient(procedures=(Procedure("cebrt", date(2026, 4, 27)),)),
            "P5",
            "Conventional radiotherapy on 27 Apr 2026, within 26 weeks.",
            "Conventional radiotherapy on 27 Apr 2026",
        ),
        (
            patient(therapy=Therapy("tki", date(2026, 5, 11))),
            "N1",
            "TKI since 11 May 2026.",
            "TKI since 11 May 2026",
        ),
        (
            patient(overrides=(Override("imaging", TODAY, TODAY, TODAY, TODAY, ahead(9), True),)),
            "OV",
            "A clinician's own window until 10 Jun 2026 and second approval.",
            "A clinician's own window until 10 Jun 2026",
        ),
    ],
)
def test_reasons(facts: Facts, row: str, sentence: str, short: str) -> None:
    one = fired(facts, row)
    stored = json.loads(json.dumps(reason_to_json(one)))
    assert full_reason(POLICY, stored) == sentence
    assert short_reason(POLICY, stored) == short


def test_an_incomplete_score_is_never_shown_as_a_total() -> None:
    facts = patient(lesions=(lesion("T12", sins=TEN.__class__("junctional", "mechanical", "lytic")),))
    assert full_reason(POLICY, reason_to_json(fired(facts, "C1"))).startswith("SINS at least 8 (items missing) at T12")


def test_arithmetic() -> None:
    facts = patient(lesions=(lesion("T12", date(2026, 5, 20), sins=TEN),), visits=())
    items = {item.stream: item for item in fired(facts, "C1").items}
    assert item_arithmetic(items["surgeon"]) == "SINS band found 20 May 2026 + 0, 2 and 4 weeks"
    assert item_arithmetic(items["imaging"]) == "last study 4 May 2026 + 8, 12 and 13 weeks"
    (stored, *_) = reason_to_json(fired(facts, "C1"), "imaging")["items"]
    assert item_arithmetic(stored) == item_arithmetic(items["imaging"])


def test_fact_lines_are_words_with_their_days() -> None:
    lines = fact_lines(reason_to_json(fired(patient(response=Response("mixed", date(2026, 4, 27))), "R2")))
    assert lines == (("response", "mixed response", date(2026, 4, 27)),)


def test_grades_by_stream_and_by_primary() -> None:
    breast, mcrpc = Primary("breast", "tnbc"), Primary("prostate", "mcrpc")
    assert grade_of(POLICY, "E1", "imaging", breast) == ("guideline", "")
    assert grade_of(POLICY, "P1", "imaging", breast) == ("consensus", "")
    assert grade_of(POLICY, "P1", "surgeon", breast) == ("expert_default", "")
    assert grade_of(POLICY, "A1", "imaging", mcrpc) == ("trial", "")
    assert grade_of(POLICY, "A1", "imaging", breast) == ("expert_default", "extrapolated from mCRPC")
    assert grade_of(POLICY, "A1", "imaging", Primary("prostate")) == (
        "expert_default",
        "extrapolated from mCRPC",
    )
    assert grade_of(POLICY, "A1", "surgeon", (mcrpc, breast)) == ("expert_default", "extrapolated from mCRPC")
    assert grade_of(POLICY, "P2", "surgeon", breast) == ("", "")
    with pytest.raises(KeyError, match="has no row 'Z9'"):
        grade_of(POLICY, "Z9", "imaging", breast)


def test_a_reason_of_another_version_is_still_said() -> None:
    stored = {"row": "Q7", "facts": [["escc", "2", "2026-05-01"], ["level", "T8", None]], "items": []}
    assert full_reason(POLICY, stored) == "Escc 2. Level T8."
    assert short_reason(POLICY, {"row": "Q7", "facts": [], "items": []}) == "Reason not recorded"


@given(anybody | plannable)
def test_every_reason_of_everybody_can_be_said(facts: Facts) -> None:
    for one in plan(facts, POLICY, TODAY).fired:
        stored = json.loads(json.dumps(reason_to_json(one)))
        assert 2 < len(short_reason(POLICY, stored)) <= SHORT
        sentence = full_reason(POLICY, stored)
        assert sentence.endswith(".")
        assert "None" not in sentence
        assert "_" not in sentence
        for item in one.items:
            assert item_arithmetic(item)


def test_low_scores_are_said_first_for_a1() -> None:
    facts = patient(procedures=(), spine_symptomatic=False, lesions=(lesion(sins=LOW),))
    assert short_reason(POLICY, reason_to_json(fired(facts, "A1"))).startswith("ESCC 0, SINS 1, no open symptom")
