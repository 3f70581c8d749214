"""Every question that a policy may ask, by its name, and how one is read from a document and written back.

A question is one class in one of the modules beside this one; a new one joins the tuple of its subject.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from scheduling.engine.policy.anchors import Anchor
from scheduling.engine.policy.mistakes import WRONG, Path, Wrong
from scheduling.engine.policy.parameters import parameters, read_parameters, write_parameters
from scheduling.engine.policy.questions.cancer import CANCER_QUESTIONS
from scheduling.engine.policy.questions.combining import AllOf, AnyOf, Named, Not, Settled, leaves
from scheduling.engine.policy.questions.imaging import IMAGING_QUESTIONS
from scheduling.engine.policy.questions.lesions import LESION_QUESTIONS
from scheduling.engine.policy.questions.patient import PATIENT_QUESTIONS
from scheduling.engine.policy.questions.planned import PLANNED_QUESTIONS
from scheduling.engine.policy.questions.procedures import PROCEDURE_QUESTIONS
from scheduling.engine.policy.questions.question import Condition
from scheduling.engine.policy.questions.scores import SCORE_QUESTIONS
from scheduling.engine.policy.questions.seen import SEEN_QUESTIONS
from scheduling.engine.policy.questions.therapy import THERAPY_QUESTIONS
from scheduling.engine.policy.reading import Reading

#: The questions by subject, in the order in which a page lists them.
SUBJECTS: dict[str, tuple[type[Condition], ...]] = {
    "the person": PATIENT_QUESTIONS,
    "the cancer and its response": CANCER_QUESTIONS,
    "systemic therapy": THERAPY_QUESTIONS,
    "procedures": PROCEDURE_QUESTIONS,
    "studies and visits": SEEN_QUESTIONS,
    "one lesion": LESION_QUESTIONS,
    "the scores of all lesions": SCORE_QUESTIONS,
    "imaging safety": IMAGING_QUESTIONS,
    "what was planned so far": PLANNED_QUESTIONS,
}
#: Every question by the word that a document uses.
QUESTIONS: dict[str, type[Condition]] = {
    question.name: question for questions in SUBJECTS.values() for question in questions
}
#: Parts of the path of the deepest condition that is read; a person writes a dozen.
DEEPEST = 100
_COMBINERS = ("all", "any", "not", "is")
_UNKNOWN_COUNTS = {"holds": True, "fails": False}


def read_conditions(reading: Reading, given: object, at: Path) -> AllOf | Wrong:
    """A list of conditions that all have to hold; what unknown counts as must be said where it can occur."""
    entries = reading.entries(given, at, "conditions")
    read = [read_condition(reading, entry, (*at, index)) for index, entry in enumerate(entries)]
    parts = tuple(part for part in read if isinstance(part, Condition))
    if len(parts) < len(read) or not isinstance(given, (list, tuple)):
        return WRONG
    for index, part in enumerate(parts):
        if part.unknown_possible():
            reading.wrong(
                (*at, index),
                given[index],
                "if_unknown: holds or fails, because a fact that this reads may be missing",
            )
    return AllOf(parts)


def read_condition(reading: Reading, given: object, at: Path) -> Condition | Wrong:
    """One condition: a question with its parameters, or `all`, `any`, `not` or `is`; `if_unknown` may stand beside."""
    if len(at) > DEEPEST:
        return reading.wrong(at, given, "conditions that are not nested so deeply")
    if not isinstance(given, Mapping):
        return reading.wrong(at, given, "a condition such as {response: [progressive]}")
    names = [key for key in given if key != "if_unknown"]
    if len(names) != 1 or not isinstance(names[0], str):
        return reading.wrong(at, given, "exactly one question, with if_unknown beside it where a fact may be missing")
    (name,) = names
    condition = _read_named(reading, name, given[name], (*at, name), at)
    if "if_unknown" not in given:
        return condition
    counts = given["if_unknown"]
    if not isinstance(counts, str) or counts not in _UNKNOWN_COUNTS:
        return reading.wrong((*at, "if_unknown"), counts, "holds or fails")
    if condition is WRONG:
        return WRONG
    if not condition.unknown_possible():
        return reading.wrong((*at, "if_unknown"), counts, f"no if_unknown: {name} is always answered yes or no")
    return Settled(condition, _UNKNOWN_COUNTS[counts])


def _read_named(reading: Reading, name: str, given: object, at: Path, around: Path) -> Condition | Wrong:
    if name in ("all", "any"):
        entries = reading.entries(given, at, "conditions")
        read = [read_condition(reading, entry, (*at, index)) for index, entry in enumerate(entries)]
        parts = tuple(part for part in read if isinstance(part, Condition))
        if not entries or len(parts) < len(read):
            return WRONG if entries or not isinstance(given, (list, tuple)) else reading.wrong(at, given, "conditions")
        return AllOf(parts) if name == "all" else AnyOf(parts)
    if name == "not":
        part = read_condition(reading, given, at)
        return Not(part) if isinstance(part, Condition) else WRONG
    if name == "is":
        meaning = reading.questions.get(given) if isinstance(given, str) else None
        if not isinstance(meaning, AllOf):
            known = ", ".join(reading.questions) or "none so far"
            return reading.wrong(at, given, f"a name declared above under named: {known}")
        if needs_lesion(meaning) and not reading.per_lesion:
            return reading.wrong(at, given, "a question of the person: this one is asked of a lesion")
        return Named(meaning, str(given))
    return _read_question(reading, name, given, at, around)


def _read_question(reading: Reading, name: str, given: object, at: Path, around: Path) -> Condition | Wrong:
    question = QUESTIONS.get(name)
    if question is None:
        near = get_close_matches(name, (*QUESTIONS, *_COMBINERS), 1)
        hint = f"; did you mean {near[0]}?" if near else f": {', '.join((*QUESTIONS, *_COMBINERS))}"
        return reading.wrong(around, f"unknown condition {name}", f"one of the questions of the engine{hint}")
    if question.per_lesion and not reading.per_lesion:
        return reading.wrong(around, name, "a question of the person: this one stands only under for_each: lesion")
    if question.per_override and not reading.per_override:
        return reading.wrong(around, name, "a question of the person: this one stands only under for_each: override")
    if question.after_rows and not reading.after_rows:
        return reading.wrong(around, name, "a question of the facts: this one stands only in requests, tasks and gaps")
    condition = read_parameters(question, reading, given, at)
    return condition if isinstance(condition, Condition) else WRONG


def needs_lesion(condition: Condition) -> bool:
    """Whether any part of the condition is asked of a lesion."""
    return any(leaf.per_lesion or _counts_from_lesion(leaf) for leaf in leaves(condition))


def _counts_from_lesion(question: Condition) -> bool:
    values = (getattr(question, one.name) for one in parameters(type(question)))
    return any(isinstance(value, Anchor) and value.per_lesion for value in values)


def write_conditions(condition: AllOf) -> list[object]:
    """A list of conditions as it stands in a document."""
    return [write_condition(part) for part in condition.parts]


def write_condition(condition: Condition) -> dict[str, object]:
    """One condition as it stands in a document."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return {condition.name: [write_condition(part) for part in parts]}
        case Not(part):
            return {"not": write_condition(part)}
        case Settled(part, as_yes):
            return write_condition(part) | {"if_unknown": "holds" if as_yes else "fails"}
        case Named(_, question):
            return {"is": question}
    return {condition.name: write_parameters(condition)}
