"""Facts → the case format: one patient as a mapping, and mappings as YAML that reads back as the same facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import IO

from scheduling.cases.reading import (
    CONSTRAINTS,
    LESION,
    OVERRIDE,
    PATIENT,
    PRIMARY,
    PROCEDURE,
    RESPONSE,
    SINS,
    STUDY,
    SYMPTOM,
    THERAPY,
    mistakes_of,
)
from scheduling.cases.shapes import Shape
from scheduling.engine.record.facts import Facts, Primary
from scheduling.safe_yaml.scalars import flow, scalar

CaseMapping = dict[str, object]


class NotACase(ValueError):
    """The case format has no words for this patient; the message says which fact."""


def case_to_mapping(
    facts: Facts,
    id: str,  # noqa: A002 - the word of the format
    as_of: date,
    title: str | None = None,
    leading: Callable[[tuple[Primary, ...]], Primary] | None = None,
) -> CaseMapping:
    """One patient in the words of the case format, without identity; what is not recorded is left out.

    Raises NotACase for a lesion of unknown level, for a kind that the format has no key for, and for whatever would not
    be read again, such as somebody registered after `as_of`. The format holds one primary: of several `leading`
    chooses (the one with the fastest tempo gives the same plan); without it several raise NotACase.
    """
    unplaced = sum(lesion.level is None for lesion in facts.lesions)
    if unplaced:
        raise NotACase(f"{unplaced} of {len(facts.lesions)} lesions have no known level; the case format needs one")
    if facts.others:
        kinds = sorted({type(fact).__name__ for fact in facts.others})
        raise NotACase(f"the case format has no key for {', '.join(kinds)}")
    primaries = facts.primaries
    if len(primaries) != 1 and (leading is None or not primaries):
        raise NotACase(f"{len(primaries)} primaries are recorded; the case format holds one")
    primary = primaries[0] if len(primaries) == 1 or leading is None else leading(primaries)
    named = {"id": id, "as_of": as_of} if title is None else {"id": id, "title": title, "as_of": as_of}
    written = {**named, **_mapping(PATIENT, _said_once(facts)), "primary": _mapping(PRIMARY, primary)}
    wrong = [f"{one.path}: {one.given}; a case needs {one.expected}" for one in mistakes_of(written, as_of)]
    if wrong:
        raise NotACase("; ".join(wrong))
    return written


def _said_once(facts: Facts) -> Facts:
    """The facts without a run of responses that `since` and `date` say already."""
    response = facts.response
    if response is None or not set(response.run) <= {response.since, response.on}:
        return facts
    return replace(facts, response=replace(response, run=()))


_SHAPES = {
    shape.fact: shape
    for shape in (THERAPY, RESPONSE, PROCEDURE, SYMPTOM, STUDY, LESION, SINS, CONSTRAINTS, OVERRIDE, PRIMARY)
}


def _mapping(shape: Shape, fact: object) -> CaseMapping:
    return {key: _written(value) for key, value in shape.held(fact)}


def _written(value: object) -> object:
    """A value of a fact in the words of the case format."""
    if isinstance(value, tuple):
        return [_written(entry) for entry in value]
    shape = _SHAPES.get(type(value))
    return value if shape is None else _mapping(shape, value)


def write_cases(
    cases: Iterable[Mapping[str, object]],
    stream: IO[str],
    policy_version: str = "default-0.2",
    name: str = "patients",
) -> int:
    """Write a file of cases; `cases` are mappings as `case_to_mapping` gives them. Returns how many."""
    stream.write(f"policy_version: {scalar(policy_version)}\n{name}:")
    count = 0
    for count, case in enumerate(cases, start=1):  # noqa: B007 - the count is the answer
        stream.write("\n" + _block(case))
    stream.write("\n" if count else " []\n")
    return count


def _block(case: Mapping[str, object]) -> str:
    lines = []
    for key, value in case.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            lines.append(f"{key}:")
            lines += [f"- {flow(item)}" for item in value]
        else:
            lines.append(f"{key}: {flow(value)}")
    return "- " + "\n  ".join(lines)
