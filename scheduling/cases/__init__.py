"""The case format in and out: synthetic or stored patients without identity, as YAML, read strictly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import IO

from scheduling.cases.answers import answer, compare, lesion_answers, printed
from scheduling.cases.documents import LIMIT_BYTES, DocumentError, Entry, read_entries, read_text
from scheduling.cases.expectations import Difference, Expectation, LesionAnswer, LesionExpectation
from scheduling.cases.reading import Case, read_patient
from scheduling.cases.shapes import Problem, shown
from scheduling.cases.writing import NotACase, case_to_mapping, flow, write_cases

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
        for entry in read_entries(read_text(source, limit)):
            reading.take(entry)
    except DocumentError as error:
        raise CaseErrors(
            [*reading.problems, Problem("file", "document", "what stands there", str(error))]
        ) from None
    return reading.done()


class _Reading:
    """One pass over a file."""

    def __init__(self, as_of: date | None) -> None:
        self.as_of = as_of
        self.problems: list[Problem] = []
        self.cases: list[Case] = []
        self.version: str | None = None
        self.ids: dict[str, str] = {}
        self.keys: dict[str, int] = {}

    def take(self, entry: Entry) -> None:
        """The next entry of the top mapping, or the next patient of a list."""
        if entry.place is None or entry.place <= 0:
            if entry.key in self.keys:
                self._wrong(
                    entry.key,
                    "this key twice",
                    f"every key once (first in line {self.keys[entry.key]})",
                    entry.line,
                )
            self.keys[entry.key] = entry.line
        if entry.key == "policy_version":
            if isinstance(entry.value, str) and entry.value.strip():
                self.version = entry.value
            else:
                self._wrong(entry.key, shown(entry.value), "text such as default-0.2", entry.line)
        elif entry.place is None:
            self._wrong(entry.key, shown(entry.value), "a list of patients", entry.line)
        elif entry.place >= 0:
            self._patient(entry, f"{entry.key}[{entry.place}]")

    def _patient(self, entry: Entry, name: str) -> None:
        case, notes = read_patient(entry.value, name, entry.line, self.as_of)
        if notes.patient != name:
            first = self.ids.setdefault(notes.patient, name)
            if first != name:
                notes.wrong(
                    "id", notes.patient, f"an id that no other patient of the file has ({first} has it)"
                )
                case = None
        self.problems += notes.problems
        if case is not None:
            self.cases.append(case)

    def _wrong(self, path: str, given: str, expected: str, line: int | None = None) -> None:
        self.problems.append(Problem("file", path, given, expected, line))

    def done(self) -> CaseFile:
        """The cases, when nothing was wrong."""
        if "policy_version" not in self.keys:
            self._wrong("policy_version", "nothing", "a value: this key is required")
        if not self.keys.keys() - {"policy_version"}:
            self._wrong("document", "no list of patients", "at least one list of patients, under any name")
        if self.problems or self.version is None:
            raise CaseErrors(self.problems)
        return CaseFile(self.version, tuple(self.cases))
