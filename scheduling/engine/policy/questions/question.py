"""What every question of a policy has: its answer, the facts it reads, its words and the phrase of a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from scheduling.engine.plans import FactRead
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.view import OF_PERSON, LesionView, View
from scheduling.engine.words import word


class Verdict(StrEnum):
    """The answer to a question. `unknown` is never `no`: the document says what it counts as."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


#: A question as a function of a view and a lesion: True yes, False no, None unknown.
Test = Callable[[View, LesionView], bool | None]
#: The facts that a question reads, as a function of a view and a lesion.
Reader = Callable[[View, LesionView], tuple[FactRead, ...]]
#: The facts of a stored reason by name.
Reads = Mapping[str, FactRead]
#: The value of a fact that is not recorded.
UNKNOWN = "unknown"
_VERDICTS = {True: Verdict.YES, False: Verdict.NO, None: Verdict.UNKNOWN}


@dataclass(frozen=True)
class Condition:
    """A question that a row asks of a person, of a lesion, or of what was planned so far.

    A class gives four things: `test` (the answer), `reader` (the facts it reads), `words` (what the policy's page
    says) and `phrase` (what a reason says). Its parameters are its fields.
    """

    name: ClassVar[str]
    #: Whether it is asked of one lesion, one override, or after the rows are listed.
    per_lesion: ClassVar[bool] = False
    per_override: ClassVar[bool] = False
    after_rows: ClassVar[bool] = False
    #: Whether a fact it reads may be missing, so that the document must say what unknown counts as.
    may_be_unknown: ClassVar[bool] = False
    #: How dear the answer is, roughly in look-ups; of several conditions the cheapest is asked first.
    cost: ClassVar[int] = 1

    def unknown_possible(self) -> bool:
        """Whether the answer may be unknown."""
        return self.may_be_unknown

    def test(self, names: Names) -> Test:
        """The question as a function; whatever it needs of the document is looked up here, once."""
        raise NotImplementedError

    def holds(self, names: Names) -> Test:
        """The question as a function that is true for yes alone; unknown is as untrue as no."""
        return self.test(names)

    def price(self) -> int:
        """Its cost, with that of its parts."""
        return self.cost

    def reader(self, names: Names) -> Reader:
        """The facts it reads, as a function; their values change only with a fact, never with the day."""
        raise NotImplementedError

    def words(self, names: Names, holds: bool = True) -> str:
        """What has to be so for the answer yes (`holds`) or no, for the policy's page."""
        raise NotImplementedError

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        """What those facts say, where the answer is yes (`holds`) or no; None where they say the opposite.

        An empty text agrees silently.
        """
        raise NotImplementedError

    def ask(self, view: View, names: Names, lesion: LesionView = OF_PERSON) -> Verdict:
        """The answer for one view."""
        return _VERDICTS[self.test(names)(view, lesion)]

    def read(self, view: View, names: Names, lesion: LesionView = OF_PERSON) -> tuple[FactRead, ...]:
        """The facts it reads of one view."""
        return self.reader(names)(view, lesion)


class LesionCondition(Condition):
    """A question asked of one lesion: it stands only in a row with `for_each: lesion`."""

    per_lesion = True


def known_word(reads: Reads, name: str) -> str:
    """The value of a fact in words; nothing where it was not read or is not known."""
    fact = reads.get(name)
    return word(fact.value) if fact is not None and fact.value != UNKNOWN else ""


class Flagged(Condition):
    """A question about one thing that is so or is not, whichever of the two is `wanted`: never unknown."""

    #: Whether the row wants it to be so; each class declares it again with its words in a form.
    wanted: bool
    #: The fact that it reads, where that is not called like the question.
    fact: ClassVar[str] = ""
    #: What the policy's page says where it is so, and where it is not; and what a reason says.
    page: ClassVar[tuple[str, str]]
    reason: ClassVar[tuple[str, str]]

    @staticmethod
    def stands(v: View, x: LesionView) -> bool:
        """Whether it is so."""
        raise NotImplementedError

    def test(self, names: Names) -> Test:
        stands = self.stands
        return stands if self.wanted else lambda v, x: not stands(v, x)

    def reader(self, names: Names) -> Reader:
        stands, fact = self.stands, self.fact or self.name
        no, yes = (FactRead(fact, "no"),), (FactRead(fact, "yes"),)
        return lambda v, x: yes if stands(v, x) else no

    def words(self, names: Names, holds: bool = True) -> str:
        return self.page[self.wanted is not holds]

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return self.reason[self.wanted is not holds]
