"""Every question gives its four things: the answer, the facts it reads, words for a page and the phrase of a reason."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields
from itertools import product
from typing import Any

import pytest

from scheduling.engine.day import Day
from scheduling.engine.planning.prepared import prepared
from scheduling.engine.policy.anchors import ANCHORS, LastVisit, LesionFoundOn
from scheduling.engine.policy.parameters import parameters
from scheduling.engine.policy.questions.combining import leaves
from scheduling.engine.policy.questions.question import Condition
from scheduling.engine.policy.questions.registry import QUESTIONS
from scheduling.engine.record.facts import Primary, Therapy
from scheduling.engine.record.view import View, look
from scheduling.policies import default_policy
from tests.engine.patients import PLAIN, TODAY, lesion, patient
from tests.engine.strategies import Choices

POLICY = default_policy()
NAMES = POLICY.names
FOUR = ("test", "reader", "words", "phrase")


def values(kind: Any) -> tuple[Any, ...]:
    """Some values of a kind of parameter, as a question keeps them."""
    match type(kind).__name__:
        case "Codes":
            words = tuple(member.value for member in kind.kind)
            return words[:1], words[1:], words
        case "Code":
            return tuple(member.value for member in kind.kind)
        case "Flag":
            return True, False
        case "Number":
            return 0, 2, min(kind.highest, 50)
        case "Period":
            return 0, 70
        case "PeriodByTempo":
            return (70, 70, 70), (70, 77, 84)
        case "SetName":
            studies = tuple(name for name, _ in POLICY.studies)
            return {
                "studies": studies,
                "procedures": tuple(NAMES.procedures),
                "therapies": tuple(NAMES.therapies),
            }[kind.family]
        case "RowIds":
            return ("B1",), ("A1", "B2")
        case "Texts":
            return ("mcrpc",), ("tnbc", "EGFR")
        case "DayName":
            return LastVisit(), LesionFoundOn()
    raise AssertionError(f"no values of {kind}: a new kind of parameter needs some here")


def made(question: type[Condition]) -> Iterator[Condition]:
    """The question with every combination of some values."""
    asked = parameters(question)
    assert len(asked) == len(fields(question)), "every field of a question stands in a document"
    for chosen in product(*(values(one.metadata["kind"]) for one in asked)):
        yield question(**{one.name: value for one, value in zip(asked, chosen, strict=True)})


def views() -> list[View]:
    chance = random.Random(3)
    people = [
        PLAIN,
        patient(lesions=(lesion(escc=None),)),
        patient(primaries=(Primary("nsclc", None, ("EGFR",)),), therapy=Therapy("tki", TODAY, line=1)),
        patient(primaries=(Primary("nsclc", None, ("ALK",)),), therapy=Therapy("tki", TODAY, line=3)),
        *(Choices(chance.randbytes(150)).patient(anything=True, least_lesions=1) for _ in range(40)),
    ]
    seen = [look(facts, TODAY, prepared(POLICY).sets) for facts in people]
    for number, view in enumerate(seen):
        view.chosen = ("B1", "A1", "D1")[number % 3]
        view.listed = (view.chosen,)
        view.winners = {"imaging": view.chosen} if number % 2 else {}
        view.override = next(iter(view.facts.overrides), None)
    return seen


VIEWS = views()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_gives_all_four_itself(name: str) -> None:
    question = QUESTIONS[name]
    assert [one for one in FOUR if getattr(question, one) is getattr(Condition, one)] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_words_of_a_question_are_words_and_say_yes_and_no_apart(name: str) -> None:
    for one in made(QUESTIONS[name]):
        yes, no = one.words(NAMES), one.words(NAMES, holds=False)
        assert yes != no
        for said in (yes, no):
            plain = said.removeprefix("not open: ").removeprefix("open: ")
            assert said.strip() == said
            assert not set("_:[]{}'\"<>") & set(plain.replace("patient's", "").replace("lesion's", "")), said
            assert "  " not in said


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_facts_and_the_phrase_agree_with_the_answer(name: str) -> None:
    """What was read is enough to say the answer again, long after the plan."""
    question = QUESTIONS[name]
    answers = set()
    for one in made(question):
        test, reader = one.test(NAMES), one.reader(NAMES)
        for view in VIEWS:
            of = view.lesions[0]
            answer, facts = test(view, of), reader(view, of)
            view.today = Day(TODAY)
            assert test(view, of) is answer, "the day is only compared"
            view.today = TODAY
            answers.add(answer)
            assert facts or question.name.startswith("primary"), "a question reads something"
            assert all(isinstance(part, str) for fact in facts for part in (fact.name, fact.value))
            reads = {fact.name: fact for fact in reversed(facts)}
            for holds in (True, False):
                phrase = one.phrase(reads, holds)
                assert phrase is None or "_" not in phrase
            if answer is not None:
                assert one.phrase(reads, answer) is not None, (one, facts)
    assert {True, False} <= answers, "the patients here show both answers"
    assert (None in answers) == question.may_be_unknown


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_parameter_says_what_it_takes_and_what_it_is_called(name: str) -> None:
    for one in parameters(QUESTIONS[name]):
        assert one.metadata["kind"].expected
        assert one.metadata["words"]
        assert "_" not in one.metadata["words"]


@pytest.mark.parametrize("name", ANCHORS)
def test_a_named_day_has_words(name: str) -> None:
    anchor = ANCHORS[name]
    for chosen in product(*(values(one.metadata["kind"]) for one in parameters(anchor))):
        said = anchor(*chosen).words(NAMES)
        assert said
        assert "_" not in said


def said(row: str) -> tuple[str, ...]:
    return POLICY.row(row).when.lines(NAMES)


def test_some_rows_read_as_a_clinician_says_them() -> None:
    assert said("C1") == ("SINS of the lesion 7 to 12", "the lesion is not stabilised")
    assert said("E1") == ("open: new neurology",)
    assert said("P1") == ("SBRT within the last 78 weeks",)
    assert said("S5") == ("the patient was discharged",)
    assert said("R3b")[1] == "the therapy is not immunotherapy (not known counts as yes)"
    assert said("A1")[2] == "no treatment of the spine at any time"
    assert dict(POLICY.named)["step_down_eligible"].lines(NAMES)[1] == (
        "the response has lasted 78 weeks (fast tempo), 52 weeks (intermediate tempo), 52 weeks (slow tempo) "
        "(not known counts as no)"
    )


def test_every_set_that_the_default_policy_asks_for_is_said_in_words() -> None:
    asked = {
        getattr(leaf, one.name)
        for row in POLICY.rows
        for leaf in leaves(row.when)
        for one in parameters(type(leaf))
        if type(one.metadata["kind"]).__name__ == "SetName"
    }
    assert asked
    assert [name for name in asked if "_" in NAMES.said(name)] == []
