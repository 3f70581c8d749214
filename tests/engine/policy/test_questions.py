"""The questions of a policy: three answers, what unknown counts as, what was read and how it is said."""

from __future__ import annotations

import inspect
from datetime import date
from typing import Any

import pytest

from scheduling.engine.planning.prepared import prepared
from scheduling.engine.policy.parameters import parameters
from scheduling.engine.policy.questions.combining import AllOf, AnyOf, Not, Settled
from scheduling.engine.policy.questions.question import Condition, Test, Verdict
from scheduling.engine.policy.questions.registry import QUESTIONS, read_condition, read_conditions, write_condition
from scheduling.engine.policy.reading import Reading
from scheduling.engine.record.facts import Constraints, Facts, Primary, Response, Symptom, Therapy
from scheduling.engine.record.view import OF_PERSON, View, look
from scheduling.policies import default_policy
from tests.engine.patients import PLAIN, TEN, TODAY, ago, lesion, patient

POLICY = default_policy()
YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN


class Fixed(Condition):
    """Always answers the same."""

    name = "fixed"

    def __init__(self, answer: bool | None) -> None:
        object.__setattr__(self, "answer", answer)

    def unknown_possible(self) -> bool:
        return self.answer is None  # type: ignore[attr-defined,no-any-return]

    def test(self, names: Any) -> Test:
        return lambda v, lesion: self.answer  # type: ignore[attr-defined,no-any-return]


def view(facts: Facts = PLAIN) -> View:
    return look(facts, TODAY, prepared(POLICY).sets)


def condition(given: Any, per_lesion: bool = False) -> Condition:
    reading = Reading()
    reading.names = {
        "studies": tuple(name for name, _ in POLICY.studies),
        "procedures": tuple(POLICY.names.procedures),
        "therapies": tuple(POLICY.names.therapies),
    }
    reading.rows = tuple(row.id for row in POLICY.rows)
    reading.per_lesion = per_lesion
    read = read_condition(reading, given, ("when",))
    assert reading.errors == []
    assert isinstance(read, Condition)
    return read


def verdict(given: Any, facts: Facts = PLAIN, per_lesion: bool = False) -> Verdict:
    one = view(facts).lesions[0] if per_lesion else OF_PERSON
    return condition(given, per_lesion).ask(view(facts), POLICY.names, one)


ANSWERS = {True: YES, False: NO, None: UNKNOWN}


@pytest.mark.parametrize("first", [True, False, None])
@pytest.mark.parametrize("second", [True, False, None])
def test_combined_answers_are_kleene_s(first: bool | None, second: bool | None) -> None:
    parts = (Fixed(first), Fixed(second))
    both = NO if False in (first, second) else UNKNOWN if None in (first, second) else YES
    either = YES if True in (first, second) else UNKNOWN if None in (first, second) else NO
    assert AllOf(parts).ask(view(), POLICY.names) == both
    assert AnyOf(parts).ask(view(), POLICY.names) == either
    three = (*parts, Fixed(True))
    assert AllOf(three).ask(view(), POLICY.names) == both


@pytest.mark.parametrize("answer", [True, False, None])
def test_not_and_if_unknown(answer: bool | None) -> None:
    one = Fixed(answer)
    assert Not(one).ask(view(), POLICY.names) == {True: NO, False: YES, None: UNKNOWN}[answer]
    assert Settled(one, True).ask(view(), POLICY.names) == (NO if answer is False else YES)
    assert Settled(one, False).ask(view(), POLICY.names) == (YES if answer else NO)


@pytest.mark.parametrize(
    ("given", "facts", "expected"),
    [
        ({"therapy_in": "immunotherapy"}, patient(therapy=None), UNKNOWN),
        ({"therapy_in": "immunotherapy"}, patient(therapy=Therapy("ici_tki", ago(9))), YES),
        ({"therapy_in": "immunotherapy"}, patient(therapy=Therapy("none", ago(9))), NO),
        ({"therapy_lasts": "52 w"}, patient(therapy=None), UNKNOWN),
        ({"therapy_reason": ["first_line"]}, patient(therapy=Therapy("tki", ago(9))), UNKNOWN),
        ({"therapy_reason": ["first_line"]}, patient(therapy=Therapy("tki", ago(9), (), "other")), NO),
        ({"therapy_line_at_least": 2}, PLAIN, UNKNOWN),
        ({"therapy_line_at_least": 2}, patient(therapy=Therapy("tki", ago(9), (), None, 2)), YES),
        ({"therapy_line_at_least": 2}, patient(therapy=Therapy("tki", ago(9), (), None, 1)), NO),
        ({"therapy_after_response": "running"}, patient(therapy=None), UNKNOWN),
        ({"therapy_after_response": "running"}, patient(response=None), NO),
        ({"response_lasts": "8 w"}, patient(response=Response("stable", ago(9))), UNKNOWN),
        ({"response_lasts": "8 w"}, patient(response=Response("stable", ago(9), ago(56))), YES),
        ({"response_lasts": "8 w"}, patient(response=Response("stable", ago(9), ago(55))), NO),
        ({"response": ["not_assessed"]}, patient(response=None), YES),
        ({"escc_at_most": "0"}, patient(lesions=()), UNKNOWN),
        ({"escc_at_most": "0"}, patient(lesions=(lesion(escc=None), lesion(escc="1a"))), NO),
        ({"escc_at_most": "1c"}, patient(lesions=(lesion(escc=None), lesion(escc="1a"))), UNKNOWN),
        ({"escc_at_least": "1b"}, patient(lesions=(lesion(escc=None), lesion(escc="2"))), YES),
        ({"escc_at_least": "1b"}, patient(lesions=(lesion(escc=None), lesion(escc="1a"))), UNKNOWN),
        ({"escc_at_least": "1b"}, patient(lesions=(lesion(escc="1a"),)), NO),
        ({"sins_at_most": 6}, patient(lesions=()), YES),
        ({"sins_at_most": 6}, patient(lesions=(lesion(sins=TEN, stabilized=True),)), YES),
        ({"sins_at_most": 6}, patient(lesions=(lesion(sins=TEN),)), NO),
        ({"mri_safety": ["unsafe_device"]}, PLAIN, UNKNOWN),
        ({"mri_safety": ["unsafe_device"]}, patient(constraints=Constraints(mri="unknown")), UNKNOWN),
        ({"mri_safety": ["unknown"]}, patient(constraints=Constraints(mri="unknown")), YES),
        ({"mri_safety": ["unsafe_device"]}, patient(constraints=Constraints(mri="ok")), NO),
        ({"egfr_below": 30}, PLAIN, UNKNOWN),
        ({"egfr_below": 30}, patient(constraints=Constraints(egfr=30)), NO),
        ({"marker": ["egfr l858r"]}, PLAIN, UNKNOWN),
        ({"marker": ["egfr l858r"]}, patient(primaries=(Primary("nsclc", None, ("EGFR L858R",)),)), YES),
        ({"marker": ["ALK"]}, patient(primaries=(Primary("nsclc", None, ("EGFR L858R",)),)), NO),
        ({"marker_class": ["no_driver"]}, PLAIN, UNKNOWN),
        ({"primary_subtype": ["mcrpc"]}, patient(primaries=(Primary("prostate"),)), UNKNOWN),
        ({"primary_subtype": ["mcrpc"]}, PLAIN, NO),
        ({"primary_site": ["breast"]}, PLAIN, YES),
        ({"symptom_open": ["neuro"]}, PLAIN, NO),
        ({"visit_since": {"day": "left_low_risk_on"}}, PLAIN, NO),
    ],
)
def test_missing_facts_are_unknown_and_never_no(given: Any, facts: Facts, expected: Verdict) -> None:
    assert verdict(given, facts) == expected


def test_an_ungraded_lesion_is_unknown() -> None:
    assert verdict({"lesion_escc": ["0"]}, patient(lesions=(lesion(escc=None),)), per_lesion=True) == UNKNOWN
    assert verdict({"lesion_escc_known": True}, patient(lesions=(lesion(escc=None),)), per_lesion=True) == NO


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_documents_itself(name: str) -> None:
    question = QUESTIONS[name]
    assert question.name == name
    assert inspect.getdoc(question) != inspect.getdoc(Condition)
    assert parameters(question), "a question without a parameter cannot be asked in a document"


def test_every_question_of_the_default_policy_is_written_back_as_read() -> None:
    for row in POLICY.rows:
        for part in row.when.parts:
            assert condition_with_names(write_condition(part), row.for_each == "lesion") == part


def condition_with_names(given: Any, per_lesion: bool) -> Condition:
    reading = Reading()
    reading.names = {
        "studies": tuple(name for name, _ in POLICY.studies),
        "procedures": tuple(POLICY.names.procedures),
        "therapies": tuple(POLICY.names.therapies),
    }
    reading.rows = tuple(row.id for row in POLICY.rows)
    reading.questions = dict(POLICY.named)
    reading.numbers = dict(POLICY.numbers)
    reading.per_lesion = per_lesion
    read = read_conditions(reading, [given], ("when",))
    assert reading.errors == []
    assert isinstance(read, AllOf)
    return read.parts[0]


def test_what_is_read_keeps_its_day() -> None:
    asked = condition({"symptom_open": ["pain_suggestive"]})
    facts = patient(symptoms=(Symptom("pain_suggestive", date(2026, 5, 20)),))
    (read,) = asked.read(view(facts), POLICY.names)
    assert (read.name, read.value, read.on) == ("symptom", "pain_suggestive", date(2026, 5, 20))
    assert asked.phrase({"symptom": read}, True) == "suggestive pain open since 20 May 2026"
    assert asked.phrase({"symptom": read}, False) is None
