"""What every question of a policy has: three answers, its parameters, what it read and how it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from scheduling.engine.anchors import Names
from scheduling.engine.plans import FactRead
from scheduling.engine.view import LesionView, View


class Verdict(StrEnum):
    """The answer to a question. `unknown` is never `no`: the document says what it counts as."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


#: A compiled question: True yes, False no, None unknown.
Test = Callable[[View, LesionView | None], bool | None]
Reader = Callable[[View, LesionView | None], tuple[FactRead, ...]]
Reads = Mapping[str, FactRead]
#: The value of a fact that is not recorded.
UNKNOWN = "unknown"
_VERDICTS = {True: Verdict.YES, False: Verdict.NO, None: Verdict.UNKNOWN}


@dataclass(frozen=True)
class Condition:
    """A question that a row asks of a person, of a lesion, or of what was planned so far."""

    name: ClassVar[str]
    #: Whether it is asked of one lesion, one override, or after the rows are listed.
    per_lesion: ClassVar[bool] = False
    per_override: ClassVar[bool] = False
    after_rows: ClassVar[bool] = False
    #: The facet of `index` that alone answers it; None where it reads days, or more than one facet.
    facet: ClassVar[str | None] = None
    #: Whether a fact it reads may be missing, so that the document must say what unknown counts as.
    may_be_unknown: ClassVar[bool] = False

    def unknown_possible(self) -> bool:
        """Whether the answer may be unknown."""
        return self.may_be_unknown

    def needs(self) -> tuple[Condition, ...]:
        """Conditions, each answered by one facet, without which this one is never yes."""
        return ()

    def test(self, names: Names) -> Test:
        """The question as a function of a view, compiled once per policy."""
        raise NotImplementedError

    def ask(self, view: View, names: Names, lesion: LesionView | None = None) -> Verdict:
        """The answer for one view."""
        return _VERDICTS[self.test(names)(view, lesion)]

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        """The facts it reads; their values do not change while no fact changes."""
        return ()

    def reader(self, names: Names) -> Reader:
        """`read`, compiled once per policy."""
        return lambda view, lesion: self.read(view, lesion, names)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        """What those facts say, where the answer is yes (`holds`) or no; None where they say the opposite.

        An empty text agrees silently.
        """
        return ""


@dataclass(frozen=True)
class AllOf(Condition):
    """Yes when every part is yes; no as soon as one is no."""

    name = "all"
    parts: tuple[Condition, ...]

    def unknown_possible(self) -> bool:
        return any(part.unknown_possible() for part in self.parts)

    def test(self, names: Names) -> Test:
        tests = tuple(part.test(names) for part in self.parts)
        if len(tests) == 1:
            return tests[0]
        if self.unknown_possible():
            return _all_of_three(tests)
        if len(tests) == 2:
            first, second = tests
            return lambda v, lesion: first(v, lesion) and second(v, lesion)

        def every(v: View, lesion: LesionView | None) -> bool:
            for test in tests:
                if not test(v, lesion):
                    return False
            return True

        return every

    def reader(self, names: Names) -> Reader:
        readers = tuple(part.reader(names) for part in self.parts)
        if len(readers) == 1:
            return readers[0]

        def read(view: View, lesion: LesionView | None) -> tuple[FactRead, ...]:
            facts: tuple[FactRead, ...] = ()
            for reader in readers:
                facts += reader(view, lesion)
            return facts

        return read

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        if not holds:
            return AnyOf(tuple(Not(part) for part in self.parts)).phrase(reads, True)
        phrases = [part.phrase(reads, True) for part in self.parts]
        return None if None in phrases else join(phrases)


def _all_of_three(tests: tuple[Test, ...]) -> Test:
    def every(v: View, lesion: LesionView | None) -> bool | None:
        answer: bool | None = True
        for test in tests:
            part = test(v, lesion)
            if part is False:
                return False
            if part is None:
                answer = None
        return answer

    return every


@dataclass(frozen=True)
class AnyOf(Condition):
    """Yes as soon as one part is yes; no when every part is no."""

    name = "any"
    parts: tuple[Condition, ...]

    def unknown_possible(self) -> bool:
        return any(part.unknown_possible() for part in self.parts)

    def test(self, names: Names) -> Test:
        tests = tuple(part.test(names) for part in self.parts)

        def some(v: View, lesion: LesionView | None) -> bool | None:
            answer: bool | None = False
            for test in tests:
                part = test(v, lesion)
                if part:
                    return True
                if part is None:
                    answer = None
            return answer

        return some

    def reader(self, names: Names) -> Reader:
        """What the parts read that are not no."""
        asked = tuple((part.test(names), part.reader(names)) for part in self.parts)

        def read(view: View, lesion: LesionView | None) -> tuple[FactRead, ...]:
            facts: tuple[FactRead, ...] = ()
            for test, reader in asked:
                if test(view, lesion) is not False:
                    facts += reader(view, lesion)
            return facts

        return read

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        if not holds:
            return AllOf(tuple(Not(part) for part in self.parts)).phrase(reads, True)
        phrases = [part.phrase(reads, True) for part in self.parts]
        said = [phrase for phrase in phrases if phrase is not None]
        return join(said) if said else None


@dataclass(frozen=True)
class Not(Condition):
    """Yes when the part is no, and no when it is yes."""

    name = "not"
    part: Condition

    def unknown_possible(self) -> bool:
        return self.part.unknown_possible()

    def test(self, names: Names) -> Test:
        test = self.part.test(names)
        if not self.unknown_possible():
            return lambda v, lesion: not test(v, lesion)

        def opposite(v: View, lesion: LesionView | None) -> bool | None:
            answer = test(v, lesion)
            return None if answer is None else not answer

        return opposite

    def reader(self, names: Names) -> Reader:
        return self.part.reader(names)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return self.part.phrase(reads, not holds)


@dataclass(frozen=True)
class Named(Condition):
    """The conditions that the document declares under this name, all of them."""

    name = "is"
    question: str
    meaning: Condition

    def unknown_possible(self) -> bool:
        return self.meaning.unknown_possible()

    def test(self, names: Names) -> Test:
        return self.meaning.test(names)

    def reader(self, names: Names) -> Reader:
        return self.meaning.reader(names)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        inner = self.meaning.phrase(reads, holds)
        return None if inner is None else inner


@dataclass(frozen=True)
class Settled(Condition):
    """A question whose unknown counts as yes (`holds`) or as no."""

    name = "if_unknown"
    part: Condition
    holds: bool

    def unknown_possible(self) -> bool:
        return False

    def needs(self) -> tuple[Condition, ...]:
        return () if self.holds else self.part.needs()

    def test(self, names: Names) -> Test:
        test, holds = self.part.test(names), self.holds

        def settled(v: View, lesion: LesionView | None) -> bool:
            answer = test(v, lesion)
            return holds if answer is None else answer

        return settled

    def reader(self, names: Names) -> Reader:
        return self.part.reader(names)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return self.part.phrase(reads, holds)


def flat(when: AllOf) -> Iterator[Condition]:
    """The conditions that all have to hold, through the named ones."""
    for part in when.parts:
        match part:
            case AllOf() as inner:
                yield from flat(inner)
            case Named(_, AllOf() as meaning):
                yield from flat(meaning)
            case _:
                yield part


def join(phrases: list[str | None]) -> str:
    """Phrases after one another: commas, and `and` before the last."""
    *first, last = [phrase for phrase in phrases if phrase] or [""]
    return f"{', '.join(first)} and {last}" if first else last
