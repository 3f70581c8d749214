"""What an import did and could not do, as values, as text for people and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from tracker.interop.records import Problem, QuestionDraft, Severity

#: Headings of the parts of a report, the gravest first.
_HEADINGS = {
    Severity.ERROR: "Not read (errors)",
    Severity.SKIPPED: "Left out",
    Severity.NOTE: "Read with a remark",
    Severity.UNUSED: "Understood, not needed",
}


_ACTS = ("created", "updated", "unchanged", "skipped")
_OF_PROBLEM = ("severity", "kind", "place", "value", "expected", "patient")
_OF_QUESTION = ("kind", "place", "value", "expected", "text", "patient")

#: What a report holds as JSON.
Json = str | int | bool | Mapping[str, int] | Mapping[str, Mapping[str, int]] | list[dict[str, str | None]]


@dataclass(slots=True)
class Report:
    """Counts are of patients in `patients` (created, updated, unchanged, skipped) and of facts in `facts`.

    `facts` is keyed by kind and act (created, unchanged, withdrawn, left_to_people). `questions` are those of this
    reading; `asked` counts the new ones among them. `planned` is what planning changed.
    """

    kind: str
    as_of: date
    dry_run: bool = False
    patients: Counter[str] = field(default_factory=Counter)
    facts: Counter[tuple[str, str]] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    questions: list[QuestionDraft] = field(default_factory=list)
    asked: int = 0
    planned: Counter[str] = field(default_factory=Counter)
    run_id: int | None = None

    @property
    def has_errors(self) -> bool:
        """Whether something of the source was not read."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def to_json(self) -> dict[str, Json]:
        """The whole report as plain values."""
        facts: dict[str, dict[str, int]] = {}
        for (kind, act), count in sorted(self.facts.items()):
            facts.setdefault(kind, {})[act] = count
        return {
            "kind": self.kind,
            "as_of": self.as_of.isoformat(),
            "dry_run": self.dry_run,
            "patients": {act: self.patients[act] for act in _ACTS},
            "facts": facts,
            "planned": dict(self.planned),
            "questions_asked": self.asked,
            "problems": [_plain(one, _OF_PROBLEM) for one in self.problems],
            "questions": [_plain(one, _OF_QUESTION) for one in self.questions],
        }

    def to_text(self) -> str:
        """For people: everything that was not read as it stands, each with its place, then the counts."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        for severity, heading in _HEADINGS.items():
            found = [problem for problem in self.problems if problem.severity is severity]
            yield from _part(heading, ((problem.kind, str(problem)) for problem in found), len(found))
        asked = ((question.kind, _asked(question)) for question in self.questions)
        yield from _part("Questions for a person", asked, len(self.questions))
        yield from self.summary()

    def summary(self) -> Iterator[str]:
        """The counts alone."""
        yield f"Reference day {self.as_of}." + (" Dry run: nothing was written." if self.dry_run else "")
        yield "Patients: " + ", ".join(f"{self.patients[act]} {act}" for act in _ACTS)
        kinds = sorted({kind for kind, _ in self.facts})
        for kind in kinds:
            acts = [
                f"{self.facts[kind, act]} {act.replace('_', ' ')}"
                for act in ("created", "unchanged", "withdrawn", "left_to_people")
                if self.facts[kind, act]
            ]
            yield f"  {kind}: {', '.join(acts)}"
        for severity, heading in _HEADINGS.items():
            counts = Counter(problem.kind for problem in self.problems if problem.severity is severity)
            if counts:
                yield f"{heading}: {_counted(counts)}"
        if self.questions:
            counts = Counter(question.kind for question in self.questions)
            yield f"Questions: {_counted(counts)}; {self.asked} new"
        if self.planned:
            yield "Schedule: " + ", ".join(f"{count} {act}" for act, count in sorted(self.planned.items()))


def _plain(one: Problem | QuestionDraft, names: Iterable[str]) -> dict[str, str | None]:
    said = ((name, getattr(one, name)) for name in names)
    return {name: None if value is None else str(value) for name, value in said}


def _counted(counts: Counter[str]) -> str:
    parts = ", ".join(f"{count} {kind or 'other'}" for kind, count in counts.most_common())
    return f"{counts.total()} ({parts})"


def _part(heading: str, lines: Iterable[tuple[str, str]], count: int) -> Iterator[str]:
    if not count:
        return
    yield f"{heading}: {count}"
    for kind, line in sorted(lines, key=lambda pair: pair[0]):
        yield f"  [{kind or 'other'}] {line}"
    yield ""


def _asked(question: QuestionDraft) -> str:
    value = f" {question.value!r}" if question.value else ""
    whose = f" (patient {question.patient})" if question.patient else ""
    return f"{question.place}:{value}{whose}: {question.text} Expected: {question.expected}"
