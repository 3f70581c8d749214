"""Conditions of conditions: all, any, not, a name for several, and what unknown counts as."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduling.engine.plans import FactRead
from scheduling.engine.policy.questions.question import Condition, Reader, Reads, Test
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.view import LesionView, View
from scheduling.engine.words import code_words


@dataclass(frozen=True)
class Together(Condition):
    """Several conditions that are asked together."""

    parts: tuple[Condition, ...]

    def unknown_possible(self) -> bool:
        return any(part.unknown_possible() for part in self.parts)

    def price(self) -> int:
        return sum(part.price() for part in self.parts)


@dataclass(frozen=True)
class AllOf(Together):
    """Yes when every part is yes; no as soon as one is no."""

    name = "all"

    def test(self, names: Names) -> Test:
        if not self.unknown_possible():
            return _yes_or_no(self.holds(names))
        return _least_of([part.test(names) for part in self.parts])

    def holds(self, names: Names) -> Test:
        return _every([part.holds(names) for part in sorted(flat(self), key=_price)])

    def reader(self, names: Names) -> Reader:
        readers = [part.reader(names) for part in self.parts]
        if len(readers) == 1:
            return readers[0]

        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            """Each fact once, where it was read first."""
            facts: dict[FactRead, None] = {}
            for reader in readers:
                facts.update(dict.fromkeys(reader(v, x)))
            return tuple(facts)

        return read

    def lines(self, names: Names) -> tuple[str, ...]:
        """One phrase for each part; all of them have to hold."""
        return tuple(part.words(names) for part in self.parts)

    def words(self, names: Names, holds: bool = True) -> str:
        return (" and " if holds else " or ").join(part.words(names, holds) for part in self.parts)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        if not holds:
            return AnyOf(tuple(Not(part) for part in self.parts)).phrase(reads, True)
        phrases = [part.phrase(reads, True) for part in self.parts]
        return None if None in phrases else join(phrases)


@dataclass(frozen=True)
class AnyOf(Together):
    """Yes as soon as one part is yes; no when every part is no."""

    name = "any"

    def test(self, names: Names) -> Test:
        if not self.unknown_possible():
            return _yes_or_no(self.holds(names))
        return _most_of([part.test(names) for part in self.parts])

    def holds(self, names: Names) -> Test:
        return _some([part.holds(names) for part in sorted(self.parts, key=_price)])

    def reader(self, names: Names) -> Reader:
        """What the parts read that are not no."""
        parts = [(part.test(names), part.reader(names)) for part in self.parts]

        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            facts: tuple[FactRead, ...] = ()
            for test, reader in parts:
                if test(v, x) is not False:
                    facts += reader(v, x)
            return facts

        return read

    def words(self, names: Names, holds: bool = True) -> str:
        return (" or " if holds else " and ").join(part.words(names, holds) for part in self.parts)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        if not holds:
            return AllOf(tuple(Not(part) for part in self.parts)).phrase(reads, True)
        phrases = [part.phrase(reads, True) for part in self.parts]
        said = [phrase for phrase in phrases if phrase is not None]
        return join(said) if said else None


@dataclass(frozen=True)
class Around(Condition):
    """A condition about the answer to another one, which reads and says what that one does."""

    part: Condition

    def unknown_possible(self) -> bool:
        return self.part.unknown_possible()

    def price(self) -> int:
        return self.part.price()

    def test(self, names: Names) -> Test:
        return self.part.test(names)

    def holds(self, names: Names) -> Test:
        return self.part.holds(names)

    def reader(self, names: Names) -> Reader:
        return self.part.reader(names)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return self.part.phrase(reads, holds)


@dataclass(frozen=True)
class Not(Around):
    """Yes when the part is no, and no when it is yes."""

    name = "not"

    def test(self, names: Names) -> Test:
        if not self.unknown_possible():
            holds = self.part.holds(names)
            return lambda v, x: not holds(v, x)
        test = self.part.test(names)
        return lambda v, x: None if (answer := test(v, x)) is None else not answer

    def holds(self, names: Names) -> Test:
        return self.test(names)

    def words(self, names: Names, holds: bool = True) -> str:
        return self.part.words(names, not holds)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return self.part.phrase(reads, not holds)


@dataclass(frozen=True)
class Named(Around):
    """The conditions that the document declares under this name, all of them."""

    name = "is"
    question: str

    def words(self, names: Names, holds: bool = True) -> str:
        return f"“{code_words(self.question)}” {'holds' if holds else 'does not hold'}"


@dataclass(frozen=True)
class Settled(Around):
    """A question whose unknown counts as yes (`as_yes`) or as no."""

    name = "if_unknown"
    as_yes: bool

    def unknown_possible(self) -> bool:
        return False

    def test(self, names: Names) -> Test:
        test = self.part.test(names)
        if self.as_yes:
            return lambda v, x: test(v, x) is not False
        return lambda v, x: test(v, x) is True

    def holds(self, names: Names) -> Test:
        return self.test(names) if self.as_yes else self.part.holds(names)

    def words(self, names: Names, holds: bool = True) -> str:
        counts = "yes" if self.as_yes is holds else "no"
        return f"{self.part.words(names, holds)} (not known counts as {counts})"


def _yes_or_no(holds: Test) -> Test:
    """An answer that is never unknown, of what is true for yes alone."""
    return lambda v, x: bool(holds(v, x))


def _price(condition: Condition) -> int:
    return condition.price()


def _every(tests: Sequence[Test]) -> Test:
    """True where every one is; a plan asks it thousands of times, so up to three stand in one function."""
    match tests:
        case []:
            return lambda v, x: True
        case [one]:
            return one
        case [one, two]:
            return lambda v, x: one(v, x) and two(v, x)
        case [one, two, three]:
            return lambda v, x: one(v, x) and two(v, x) and three(v, x)
    one, two, others = tests[0], tests[1], _every(tests[2:])
    return lambda v, x: one(v, x) and two(v, x) and others(v, x)


def _some(tests: Sequence[Test]) -> Test:
    """True where one is."""
    match tests:
        case [one]:
            return one
        case [one, two]:
            return lambda v, x: one(v, x) or two(v, x)
    one, two, others = tests[0], tests[1], _some(tests[2:])
    return lambda v, x: one(v, x) or two(v, x) or others(v, x)


def _least_of(tests: Sequence[Test]) -> Test:
    """No as soon as one is no, else unknown where one is unknown."""

    def test(v: View, x: LesionView) -> bool | None:
        least: bool | None = True
        for one in tests:
            answer = one(v, x)
            if answer is False:
                return False
            if answer is None:
                least = None
        return least

    return test


def _most_of(tests: Sequence[Test]) -> Test:
    """Yes as soon as one is yes, else unknown where one is unknown."""

    def test(v: View, x: LesionView) -> bool | None:
        most: bool | None = False
        for one in tests:
            answer = one(v, x)
            if answer:
                return True
            if answer is None:
                most = None
        return most

    return test


def flat(when: Condition) -> Iterator[Condition]:
    """The conditions that all have to hold, through the named ones."""
    match when:
        case AllOf(parts):
            for part in parts:
                yield from flat(part)
        case Named(meaning, _):
            yield from flat(meaning)
        case _:
            yield when


def leaves(condition: Condition) -> Iterator[Condition]:
    """The questions inside a condition, whatever combines them."""
    match condition:
        case Together(parts):
            for part in parts:
                yield from leaves(part)
        case Around(part):
            yield from leaves(part)
        case _:
            yield condition


def join(phrases: Sequence[str | None]) -> str:
    """Phrases after one another: commas, and `and` before the last."""
    *first, last = [phrase for phrase in phrases if phrase] or [""]
    return f"{', '.join(first)} and {last}" if first else last
