"""What is found while one patient is read: values refused or left out, questions; nothing leaves without a word."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from string import Formatter
from typing import ClassVar, Generic, NamedTuple, TypeVar
from zoneinfo import available_timezones

from tracker.interop.days import Day
from tracker.interop.drafts import Draft
from tracker.interop.records import PatientRecord, Problem, Proposal, QuestionDraft, Reading, Severity, proposal

#: What a value stands in, a row or a resource, and which part of it: a column, an element.
At = TypeVar("At")
Part = TypeVar("Part")

TIME_ZONES = frozenset(available_timezones())


class Wording(NamedTuple):
    """What a question says, what was expected instead, and what it shows as the value where that is not the cell.

    Names in braces are filled in the order in which they first stand in the text, then in `expected`.
    """

    text: str
    expected: str
    value: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names to be filled, each once."""
        parts = Formatter().parse(self.text + self.expected)
        return tuple(dict.fromkeys(name for _, name, _, _ in parts if name))

    def filled(self, said: tuple[object, ...]) -> Wording:
        """The wording with its names filled."""
        words = dict(zip(self.names, said, strict=True))
        return Wording(*(part.format_map(words) for part in self))


def wordings_of(source: str) -> dict[str, Wording]:
    """What a reader can ask, by kind: its own questions, and those that every reader asks in the same words."""
    here = Path(__file__).parent
    texts = [(folder / "questions.toml").read_text("utf-8") for folder in (here, here / source)]
    return {kind: Wording(**wording) for text in texts for kind, wording in tomllib.loads(text).items()}


@dataclass(slots=True)
class Findings(Generic[At, Part]):
    """The findings of one patient. `wrong` says that the patient cannot be taken."""

    #: Opens the keys of what is read; and what can be asked, by kind (after a stroke, which of several of one kind).
    source: ClassVar[str]
    wordings: ClassVar[Mapping[str, Wording]]

    name: str
    as_of: date
    number: str = ""
    birth: Day | None = None
    wrong: bool = False
    problems: list[Problem] = field(default_factory=list)
    questions: list[QuestionDraft] = field(default_factory=list)

    @property
    def whose(self) -> str:
        """The number where it is known, else the source's name."""
        return self.number or self.name

    @property
    def in_time(self) -> str:
        """What is expected of a day that lies ahead."""
        return f"a day on or before the reference day {self.as_of}; left out"

    def spot(self, at: At, part: Part) -> tuple[str, str]:
        """Where a value stands, and the value, as messages show them."""
        raise NotImplementedError

    def key_of(self, at: At) -> str:
        """The key of a fact that a question is about, where neither the caller nor a draft names one."""
        raise NotImplementedError

    def add_problem(self, severity: Severity, place: str, value: str, kind: str, expected: str) -> None:
        """Add one problem."""
        self.problems.append(Problem(place, value[:200], expected, severity, kind, self.whose))
        self.wrong = self.wrong or severity is Severity.ERROR

    def say(self, severity: Severity, at: At, part: Part, kind: str, expected: str, value: str = "") -> None:
        """Add one problem of a value, or of `value` where that says more."""
        place, shown = self.spot(at, part)
        self.add_problem(severity, place, value or shown, kind, expected)

    def error(self, at: At, part: Part, kind: str, expected: str, value: str = "") -> None:
        """The patient cannot be taken."""
        self.say(Severity.ERROR, at, part, kind, expected, value)

    def skip(self, at: At, part: Part, kind: str, expected: str, value: str = "") -> None:
        """The fact is left out."""
        self.say(Severity.SKIPPED, at, part, kind, expected, value)

    def remark(self, at: At, part: Part, kind: str, expected: str, value: str = "") -> None:
        """The value was read, and how."""
        self.say(Severity.NOTE, at, part, kind, expected, value)

    def unused(self, at: At, part: Part, kind: str, expected: str, value: str = "") -> None:
        """Understood, and nothing here needs it."""
        self.say(Severity.UNUSED, at, part, kind, expected, value)

    def after_birth(self, at: At, part: Part, found: Day) -> Day | None:
        """The day, where it does not end before birth: else it may belong to somebody else, which is an error."""
        if self.birth is not None and found.last < self.birth.on:
            self.error(at, part, "before_birth", f"a day on or after birth ({self.birth.on})")
            return None
        return found

    def ask(
        self,
        at: At,
        part: Part,
        asked: str,
        *said: object,
        fact: str = "",
        draft: Draft | None = None,
        offer: Proposal | None = None,
        value: str = "",
    ) -> None:
        """A question about one fact: `asked` names its wording, `said` fills it.

        `draft` or `offer` is what would be recorded if it is accepted; `fact` is the fact's key where they have none.
        """
        place, shown = self.spot(at, part)
        offered = offer if draft is None else proposal(draft)
        key = fact or (self.key_of(at) if offered is None else str(offered.fields["source_key"]))
        self.add_question(asked, said, key, place, value or shown, offered)

    def add_question(
        self, asked: str, said: tuple[object, ...], fact: str, place: str, value: str, offer: Proposal | None
    ) -> None:
        """Add one question about a fact."""
        words = self.wordings[asked].filled(said)
        kind = asked.partition("/")[0]
        question = QuestionDraft(
            kind=kind,
            source_key=f"{self.source}:{self.name}:{fact}#{kind}"[:300],
            place=place,
            text=words.text,
            value=(words.value or value)[:200],
            expected=words.expected,
            proposal=offer,
            patient=self.whose,
        )
        self.questions.append(question)

    def whose_number(self, place: str, count: int, names: str) -> QuestionDraft:
        """The question whose number it is that several patients of the source have."""
        kind = "two_patients_one_number"
        words = self.wordings[kind].filled((count, names))
        key = f"{self.source}:number:{self.number}"
        return QuestionDraft(
            kind=kind,
            source_key=key,
            place=place,
            text=words.text,
            value=self.number,
            expected=words.expected,
        )

    def reading(self, record: PatientRecord | None, shared: tuple[QuestionDraft, ...] = ()) -> Reading:
        """The patient with what was found; `shared` are questions about several patients.

        Questions about the facts of somebody who is not taken have nothing to be about: they are reported.
        """
        if record is not None and not self.wrong:
            return Reading(record, self.name, tuple(self.problems), tuple(self.questions))
        unasked = (
            Problem(one.place, one.value, one.expected, Severity.SKIPPED, one.kind, one.patient)
            for one in self.questions
        )
        return Reading(None, self.name, (*self.problems, *unasked), shared)


def is_address(email: str) -> bool:
    """Whether this can be an e-mail address."""
    return email.count("@") == 1 and len(email) <= 254 and " " not in email
