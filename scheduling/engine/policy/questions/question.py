"""What every question of a policy has: three answers, its parameters, what it read and how it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, cast

from scheduling.engine.plans import FactRead
from scheduling.engine.policy.source import Names, Source
from scheduling.engine.record.view import LesionView, View


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

    def text(self, source: Source) -> str:
        """The answer (True, False or None) as an expression over the view `v` and the lesion `x`.

        A class gives either this or `test`; each follows from the other.
        """
        return f"{source.constant(self.test(source.names))}(v, x)"

    def test(self, names: Names) -> Test:
        """The question as a function of a view."""
        source = Source(names)
        text = self.text(source)
        return cast(Test, source.expression("v, x", text))

    def ask(self, view: View, names: Names, lesion: LesionView | None = None) -> Verdict:
        """The answer for one view."""
        return _VERDICTS[self.test(names)(view, lesion)]

    def facts(self, source: Source) -> tuple[str, ...]:
        """The facts it reads, as expressions over `v` and `x`; their values change only with a fact.

        A class gives either this or `read`; each follows from the other.
        """
        return (f"*{source.constant(self.read)}(v, x, {source.constant(source.names)})",)

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        """The facts it reads of one view."""
        if type(self).facts is Condition.facts:
            return ()
        return self.reader(names)(view, lesion)

    def reader(self, names: Names) -> Reader:
        """`read` as one function."""
        source = Source(names)
        facts = "".join(f"{fact}, " for fact in self.facts(source))
        return cast(Reader, source.expression("v, x", f"({facts})"))

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

    def text(self, source: Source) -> str:
        texts = [part.text(source) for part in self.parts]
        if len(texts) < 2:
            return texts[0] if texts else "True"
        if self.unknown_possible():
            return f"{source.constant(all_of_three)}({', '.join(texts)})"
        return f"({' and '.join(texts)})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fact for part in self.parts for fact in part.facts(source)))

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        if not holds:
            return AnyOf(tuple(Not(part) for part in self.parts)).phrase(reads, True)
        phrases = [part.phrase(reads, True) for part in self.parts]
        return None if None in phrases else join(phrases)


def all_of_three(*answers: bool | None) -> bool | None:
    """No as soon as one is no, else unknown as soon as one is unknown."""
    if False in answers:
        return False
    return None if None in answers else True


def any_of_three(*answers: bool | None) -> bool | None:
    """Yes as soon as one is yes, else unknown as soon as one is unknown."""
    if True in answers:
        return True
    return None if None in answers else False


def not_of_three(answer: bool | None) -> bool | None:
    """The opposite; unknown stays unknown."""
    return None if answer is None else not answer


@dataclass(frozen=True)
class AnyOf(Condition):
    """Yes as soon as one part is yes; no when every part is no."""

    name = "any"
    parts: tuple[Condition, ...]

    def unknown_possible(self) -> bool:
        return any(part.unknown_possible() for part in self.parts)

    def text(self, source: Source) -> str:
        texts = [part.text(source) for part in self.parts]
        if self.unknown_possible():
            return f"{source.constant(any_of_three)}({', '.join(texts)})"
        return f"({' or '.join(texts)})"

    def facts(self, source: Source) -> tuple[str, ...]:
        """What the parts read that are not no."""
        return tuple(
            f"*(({', '.join(facts)},) if {part.text(source)}{' is not False' * part.unknown_possible()} else ())"
            for part in self.parts
            if (facts := part.facts(source))
        )

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

    def text(self, source: Source) -> str:
        text = self.part.text(source)
        return f"{source.constant(not_of_three)}({text})" if self.unknown_possible() else f"(not {text})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return self.part.facts(source)

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

    def text(self, source: Source) -> str:
        return self.meaning.text(source)

    def facts(self, source: Source) -> tuple[str, ...]:
        return self.meaning.facts(source)

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

    def text(self, source: Source) -> str:
        return f"({self.part.text(source)} {'is not False' if self.holds else 'is True'})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return self.part.facts(source)

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


def yes_or_no(name: str) -> tuple[FactRead, FactRead]:
    """A mark as a fact, by false and true."""
    return FactRead(name, "no"), FactRead(name, "yes")


def join(phrases: Sequence[str | None]) -> str:
    """Phrases after one another: commas, and `and` before the last."""
    *first, last = [phrase for phrase in phrases if phrase] or [""]
    return f"{', '.join(first)} and {last}" if first else last
