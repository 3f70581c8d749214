"""The case format in and out: synthetic or stored patients without identity, as YAML, read strictly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import IO, NamedTuple

from scheduling.cases.answers import answer, compare, lesion_answers, printed
from scheduling.cases.expectations import Difference, Expectation, LesionAnswer, LesionExpectation
from scheduling.cases.reading import Case, read_patient
from scheduling.cases.shapes import place
from scheduling.cases.writing import NotACase, case_to_mapping, write_cases
from scheduling.engine.policy.reading import Notes
from scheduling.safe_yaml.documents import Part, Unreadable, read_parts, read_text
from scheduling.safe_yaml.scalars import flow

__all__ = [
    "LIMIT_BYTES",
    "Case",
    "CaseErrors",
    "CaseFile",
    "Difference",
    "Expectation",
    "LesionAnswer",
    "LesionExpectation",
    "NotACase",
    "Problem",
    "answer",
    "case_to_mapping",
    "compare",
    "flow",
    "lesion_answers",
    "printed",
    "read_cases",
    "write_cases",
]


#: Bytes of one file of cases; 25,000 patients take about half of it.
LIMIT_BYTES = 64 * 1024 * 1024


class Problem(NamedTuple):
    """One mistake in a file of cases: whose, where, what stands there and what was expected."""

    patient: str
    path: str
    given: str
    expected: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.patient} (line {self.line})" if self.line else self.patient
        return f"{where}: {self.path}: given {self.given}; expected {self.expected}"


class CaseErrors(ValueError):
    """Every mistake of one file of cases, in the order of the file."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class CaseFile:
    """The cases of one file, in its order, and the policy version it was written for."""

    __slots__ = ("cases", "policy_version")

    def __init__(self, policy_version: str, cases: tuple[Case, ...]) -> None:
        self.policy_version = policy_version
        self.cases = cases

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)

    def __len__(self) -> int:
        return len(self.cases)


def read_cases(
    source: IO[bytes] | IO[str] | bytes | str, as_of: date | None = None, limit: int = LIMIT_BYTES
) -> CaseFile:
    """The patients of a file in the case format; `as_of` wins over the day that stands with each.

    Raises CaseErrors with every mistake at once. A file that is not YAML, too large (`limit` bytes), nested too
    deeply, or that uses aliases or tags is one mistake, and nothing of it is read further.
    """
    reading = _Reading(as_of)
    try:
        for part in read_parts(read_text(source, limit)):
            reading.take(part)
    except Unreadable as error:
        raise CaseErrors([*reading.problems, Problem("file", *error.mistake)]) from None
    return reading.done()


class _Reading:
    """One pass over a file."""

    def __init__(self, as_of: date | None) -> None:
        self.as_of = as_of
        self.problems: list[Problem] = []
        self.cases: list[Case] = []
        self.version: object = None
        self.keys: set[object] = set()
        self.ids: dict[str, str] = {}

    def take(self, part: Part) -> None:
        """What stands under a key of the file, or the next patient of a list."""
        key, *place_in_list = part.at
        self.keys.add(key)
        if place_in_list:
            if key != "policy_version":
                self._patient(part)
            return
        notes = Notes(part.lines())
        if key != "policy_version":
            notes.entries(part.value, part.at, "patients")
        elif isinstance(part.value, list):
            notes.fault(part.at, "a list", "text such as default-0.2")
        else:
            self.version = notes.text(part.value, part.at)
        self._add("file", notes)

    def _patient(self, part: Part) -> None:
        case, notes = read_patient(part, self.as_of)
        here = place(part.at)
        if notes.patient != here:
            first = self.ids.setdefault(notes.patient, here)
            if first != here:
                expected = f"an id that no other patient of the file has ({first} has it)"
                notes.wrong((*part.at, "id"), notes.patient, expected)
                case = None
        self._add(notes.patient, notes)
        if case is not None:
            self.cases.append(case)

    def _add(self, whose: str, notes: Notes) -> None:
        self.problems += [Problem(whose, *mistake) for mistake in notes.errors]

    def done(self) -> CaseFile:
        """The cases, when nothing was wrong."""
        notes = Notes()
        if "policy_version" not in self.keys:
            notes.wrong(("policy_version",), None, "a value: this key is required")
        if not self.keys - {"policy_version"}:
            notes.fault((), "no list of patients", "at least one list of patients, under any name")
        self._add("file", notes)
        if self.problems:
            raise CaseErrors(self.problems)
        return CaseFile(str(self.version), tuple(self.cases))
