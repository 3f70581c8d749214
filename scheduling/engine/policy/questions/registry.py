"""Every question that a policy may ask, by its name, and how one is read from a document and written back.

A question is one class: its name, parameters, reader, meaning (the docstring) and sentence come from it. The classes
stand by subject in `patient_conditions`, `care_conditions` and `lesion_conditions`; here stand those about the
imaging request and about what was planned so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from scheduling.engine.plans import FactRead
from scheduling.engine.policy.parameters import (
    Code,
    Codes,
    Flag,
    Number,
    RowIds,
    SetName,
    param,
    read_parameters,
    write_parameters,
)
from scheduling.engine.policy.questions.care import CARE_QUESTIONS, ProcedureEver
from scheduling.engine.policy.questions.lesions import LESION_QUESTIONS
from scheduling.engine.policy.questions.patient import PATIENT_QUESTIONS
from scheduling.engine.policy.questions.question import AllOf, AnyOf, Condition, Named, Not, Settled, Test
from scheduling.engine.policy.reading import WRONG, Path, Reading, Wrong
from scheduling.engine.policy.source import Names, Source
from scheduling.engine.record.view import LesionView, View
from scheduling.engine.vocabulary import Hardware, MriSafety, Stream


@dataclass(frozen=True)
class MriDecision(Condition):
    """The radiology decision on MRI safety is one of these; unknown where it is unknown or not recorded."""

    name = "mri_safety"
    facet = "standing"
    may_be_unknown = True
    decisions: tuple[str, ...] = param(Codes(MriSafety))

    def test(self, names: Names) -> Test:
        decisions = frozenset(self.decisions)

        def decided(v: View, lesion: LesionView | None) -> bool | None:
            mri = v.facts.constraints.mri
            if mri in decisions:
                return True
            return None if mri is None or mri == MriSafety.UNKNOWN else False

        return decided

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        return (FactRead("mri_safety", view.facts.constraints.mri or MriSafety.UNKNOWN.value),)


@dataclass(frozen=True)
class GadoliniumAllergy(Condition):
    """Whether an allergy to gadolinium is recorded; absent is none."""

    name = "gadolinium_allergy"
    facet = "standing"
    wanted: bool = param(Flag())

    def test(self, names: Names) -> Test:
        wanted = self.wanted
        return lambda v, lesion: bool(v.facts.constraints.gadolinium_allergy) is wanted


@dataclass(frozen=True)
class EgfrBelow(Condition):
    """The eGFR, in mL/min/1.73 m2, is below this; unknown where it is not recorded."""

    name = "egfr_below"
    may_be_unknown = True
    limit: float = param(Number())

    def test(self, names: Names) -> Test:
        limit = self.limit
        return lambda v, lesion: (
            None if v.facts.constraints.egfr is None else v.facts.constraints.egfr < limit
        )


@dataclass(frozen=True)
class HardwareOn(Condition):
    """One of these implant materials is recorded on a procedure of this set."""

    name = "hardware_on"
    procedures: str = param(SetName("procedures"))
    materials: tuple[str, ...] = param(Codes(Hardware))

    def needs(self) -> tuple[Condition, ...]:
        return (ProcedureEver(self.procedures),)

    def test(self, names: Names) -> Test:
        kinds, materials = names.procedures[self.procedures], frozenset(self.materials)
        return lambda v, lesion: any(
            procedure.hardware in materials and procedure.kind in kinds for procedure in v.facts.procedures
        )


@dataclass(frozen=True)
class Chosen(Condition):
    """The one base row that was chosen is one of these."""

    name = "chosen"
    rows: tuple[str, ...] = param(RowIds())

    def text(self, source: Source) -> str:
        return f"(v.chosen in {source.constant(frozenset(self.rows))})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (f"{source.fact}(('base_row', v.chosen, None))",)


@dataclass(frozen=True)
class Listed(Condition):
    """One of these rows is listed."""

    name = "listed"
    after_rows = True
    rows: tuple[str, ...] = param(RowIds())

    def text(self, source: Source) -> str:
        return f"(not {source.constant(frozenset(self.rows))}.isdisjoint(v.listed))"


@dataclass(frozen=True)
class Winner(Condition):
    """The row that gives the dates of a stream is one of these."""

    name = "winner"
    after_rows = True
    stream: str = param(Code(Stream))
    rows: tuple[str, ...] = param(RowIds())

    def text(self, source: Source) -> str:
        return f"(v.winners.get({source.word(self.stream)}) in {source.constant(frozenset(self.rows))})"


@dataclass(frozen=True)
class SecondApproval(Condition):
    """Whether a second clinician approved the clinician's own window."""

    name = "second_approval"
    per_override = True
    wanted: bool = param(Flag())

    def test(self, names: Names) -> Test:
        wanted = self.wanted
        return lambda v, lesion: v.override is not None and v.override.second_approval is wanted


_ALL: tuple[type[Condition], ...] = (
    *PATIENT_QUESTIONS,
    *CARE_QUESTIONS,
    *LESION_QUESTIONS,
    MriDecision,
    GadoliniumAllergy,
    EgfrBelow,
    HardwareOn,
    Chosen,
    Listed,
    Winner,
    SecondApproval,
)
#: Every question by the word that a document uses.
QUESTIONS: dict[str, type[Condition]] = {question.name: question for question in _ALL}
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
    if not isinstance(given, Mapping):
        return reading.wrong(at, given, "a condition such as {response: [progressive]}")
    names = [key for key in given if key != "if_unknown"]
    if len(names) != 1 or not isinstance(names[0], str):
        return reading.wrong(
            at, given, "exactly one question, with if_unknown beside it where a fact may be missing"
        )
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
        return reading.wrong(
            (*at, "if_unknown"), counts, f"no if_unknown: {name} is always answered yes or no"
        )
    return Settled(condition, _UNKNOWN_COUNTS[counts])


def _read_named(reading: Reading, name: str, given: object, at: Path, around: Path) -> Condition | Wrong:
    if name in ("all", "any"):
        entries = reading.entries(given, at, "conditions")
        read = [read_condition(reading, entry, (*at, index)) for index, entry in enumerate(entries)]
        parts = tuple(part for part in read if isinstance(part, Condition))
        if not entries or len(parts) < len(read):
            return (
                WRONG
                if entries or not isinstance(given, (list, tuple))
                else reading.wrong(at, given, "conditions")
            )
        return AllOf(parts) if name == "all" else AnyOf(parts)
    if name == "not":
        part = read_condition(reading, given, at)
        return Not(part) if isinstance(part, Condition) else WRONG
    if name == "is":
        meaning = reading.questions.get(given) if isinstance(given, str) else None
        if not isinstance(meaning, Condition):
            known = ", ".join(reading.questions) or "none so far"
            return reading.wrong(at, given, f"a name declared above under named: {known}")
        if needs_lesion(meaning) and not reading.per_lesion:
            return reading.wrong(at, given, "a question of the person: this one is asked of a lesion")
        return Named(str(given), meaning)
    question = QUESTIONS.get(name)
    if question is None:
        near = get_close_matches(name, (*QUESTIONS, *_COMBINERS), 1)
        hint = f"; did you mean {near[0]}?" if near else f": {', '.join((*QUESTIONS, *_COMBINERS))}"
        return reading.wrong(around, f"unknown condition {name}", f"one of the questions of the engine{hint}")
    if question.per_lesion and not reading.per_lesion:
        return reading.wrong(
            around, name, "a question of the person: this one stands only under for_each: lesion"
        )
    if question.per_override and not reading.per_override:
        return reading.wrong(
            around, name, "a question of the person: this one stands only under for_each: override"
        )
    if question.after_rows and not reading.after_rows:
        return reading.wrong(
            around, name, "a question of the facts: this one stands only in requests, tasks and gaps"
        )
    condition = read_parameters(question, reading, given, at)
    return condition if isinstance(condition, Condition) else WRONG


def needs_lesion(condition: Condition) -> bool:
    """Whether any part of the condition is asked of a lesion."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return any(needs_lesion(part) for part in parts)
        case Not(part) | Settled(part, _):
            return needs_lesion(part)
        case Named(_, meaning):
            return needs_lesion(meaning)
    day = getattr(condition, "day", None)
    return condition.per_lesion or (day is not None and day.per_lesion)


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
        case Settled(part, holds):
            return write_condition(part) | {"if_unknown": "holds" if holds else "fails"}
        case Named(question, _):
            return {"is": question}
    return {condition.name: write_parameters(condition)}
