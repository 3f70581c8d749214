"""The named days that windows and questions count from; each may be absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from scheduling.engine.policy.parameters import (
    Codes,
    SetName,
    param,
    parameters,
    read_parameters,
    write_parameters,
)
from scheduling.engine.policy.reading import WRONG, Path, Reading, Wrong
from scheduling.engine.policy.sets import Names, without_article
from scheduling.engine.record.view import Find, newest_of
from scheduling.engine.vocabulary import SymptomKind
from scheduling.engine.words import anchor_words, listed, word


@dataclass(frozen=True)
class Anchor:
    """A named day."""

    name: ClassVar[str]
    per_lesion: ClassVar[bool] = False

    @property
    def key(self) -> str:
        """The name that an item keeps."""
        return self.name

    def find(self, names: Names) -> Find:
        """A function that gives the day, or None where it does not exist."""
        raise NotImplementedError

    def words(self, names: Names) -> str:
        """The day as it stands behind `since` on the policy's page."""
        return anchor_words(self.key)


@dataclass(frozen=True)
class Registered(Anchor):
    """The day the person was registered; never absent."""

    name = "registered"

    def find(self, names: Names) -> Find:
        return lambda v, x: v.facts.registered


@dataclass(frozen=True)
class LeftLowRiskOn(Anchor):
    """The day a plan without the low-risk row followed a plan with it."""

    name = "left_low_risk_on"

    def find(self, names: Names) -> Find:
        return lambda v, x: v.facts.left_low_risk_on


@dataclass(frozen=True)
class DeclinedOn(Anchor):
    """The day the person declined surveillance."""

    name = "declined_on"

    def find(self, names: Names) -> Find:
        return lambda v, x: v.facts.declined_on


@dataclass(frozen=True)
class TherapyStart(Anchor):
    """The start of the current systemic therapy, or the day it stopped."""

    name = "therapy_start"

    def find(self, names: Names) -> Find:
        return lambda v, x: None if v.therapy is None else v.therapy.start

    def words(self, names: Names) -> str:
        return "the therapy began"


@dataclass(frozen=True)
class ResponseDate(Anchor):
    """The day of the newest spine response."""

    name = "response_date"

    def find(self, names: Names) -> Find:
        return lambda v, x: None if v.spine is None else v.spine.on

    def words(self, names: Names) -> str:
        return "the response"


@dataclass(frozen=True)
class ResponseStart(Anchor):
    """The first day of the unbroken run of responses; the response date where it is not recorded."""

    name = "response_start"

    def find(self, names: Names) -> Find:
        return lambda v, x: None if v.spine is None else v.spine.since or v.spine.on

    def words(self, names: Names) -> str:
        return "the run of responses began"


@dataclass(frozen=True)
class FirstUnvisitedResponse(Anchor):
    """The first assessment of the run of responses that no visit has followed; absent once a visit followed all."""

    name = "first_unvisited_response"

    def find(self, names: Names) -> Find:
        return lambda v, x: v.first_unvisited_response()


@dataclass(frozen=True)
class LastVisit(Anchor):
    """The newest visit to the spine surgeon."""

    name = "last_visit"

    def find(self, names: Names) -> Find:
        return lambda v, x: v.last_visit


@dataclass(frozen=True)
class Last(Anchor):
    """The newest examination of a set of studies."""

    name = "last"
    studies: str = param(SetName("studies"), "set of studies")

    @property
    def key(self) -> str:
        return f"last_{self.studies}"

    def find(self, names: Names) -> Find:
        studies = self.studies
        return lambda v, x: v.newest.get(studies)

    def words(self, names: Names) -> str:
        return f"the last {without_article(names.said(self.studies))}"


@dataclass(frozen=True)
class Newest(Anchor):
    """The newest procedure of a set of procedures."""

    name = "newest"
    procedures: str = param(SetName("procedures"), "set of procedures")

    @property
    def key(self) -> str:
        return f"newest_{self.procedures}"

    def find(self, names: Names) -> Find:
        newest = newest_of(names.procedures[self.procedures])
        return lambda v, x: newest(v)

    def words(self, names: Names) -> str:
        return f"the newest {without_article(names.said(self.procedures))}"


@dataclass(frozen=True)
class EarliestSymptom(Anchor):
    """The earliest open symptom of these kinds."""

    name = "earliest_symptom"
    kinds: tuple[str, ...] = param(Codes(SymptomKind), "kinds of symptom")

    @property
    def key(self) -> str:
        return f"earliest_{'_or_'.join(self.kinds)}"

    def find(self, names: Names) -> Find:
        kinds = self.kinds
        return lambda v, x: v.earliest_symptom(kinds)

    def words(self, names: Names) -> str:
        return f"the first {listed(map(word, self.kinds))}"


@dataclass(frozen=True)
class LesionFoundOn(Anchor):
    """The day the lesion was first found."""

    name = "lesion_found_on"
    per_lesion = True

    def find(self, names: Names) -> Find:
        return lambda v, x: x.found

    def words(self, names: Names) -> str:
        return "the lesion was found"


@dataclass(frozen=True)
class LesionEsccFoundOn(Anchor):
    """Since when the lesion's present ESCC grade or worse has stood."""

    name = "lesion_escc_found_on"
    per_lesion = True

    def find(self, names: Names) -> Find:
        return lambda v, x: x.escc_found

    def words(self, names: Names) -> str:
        return "its ESCC grade was found"


@dataclass(frozen=True)
class LesionSinsFoundOn(Anchor):
    """Since when the lesion's present SINS band has stood."""

    name = "lesion_sins_found_on"
    per_lesion = True

    def find(self, names: Names) -> Find:
        return lambda v, x: x.sins_found

    def words(self, names: Names) -> str:
        return "its SINS band was found"


#: Every named day by the word that a document uses.
ANCHORS: dict[str, type[Anchor]] = {
    anchor.name: anchor
    for anchor in (
        Registered,
        LeftLowRiskOn,
        DeclinedOn,
        TherapyStart,
        ResponseDate,
        ResponseStart,
        FirstUnvisitedResponse,
        LastVisit,
        Last,
        Newest,
        EarliestSymptom,
        LesionFoundOn,
        LesionEsccFoundOn,
        LesionSinsFoundOn,
    )
}
_BARE = tuple(name for name, anchor in ANCHORS.items() if not parameters(anchor))
_WITH = tuple(name for name in ANCHORS if name not in _BARE)
EXPECTED = f"a named day: {', '.join(_BARE)}, or one of {', '.join(f'{name}: ...' for name in _WITH)}"


def read_anchor(reading: Reading, given: object, at: Path) -> Anchor | Wrong:
    """A named day: a word, or a word with what it is asked of."""
    name: object = given
    parameter: object = None
    if isinstance(given, Mapping) and len(given) == 1:
        ((name, parameter),) = given.items()
    if not isinstance(name, str) or name not in (_BARE if name is given else _WITH):
        return reading.wrong(at, given, EXPECTED)
    kind = ANCHORS[name]
    if kind.per_lesion and not reading.per_lesion:
        return reading.wrong(
            at, given, "a day of the person: a lesion's day stands only in a row with for_each: lesion"
        )
    anchor = kind() if name is given else read_parameters(kind, reading, parameter, (*at, name))
    return anchor if isinstance(anchor, Anchor) else WRONG


def write_anchor(anchor: Anchor) -> object:
    """A named day as it stands in a document."""
    return {anchor.name: write_parameters(anchor)} if parameters(type(anchor)) else anchor.name


@dataclass(frozen=True)
class DayName:
    """A named day, as the parameter of a question."""

    expected: str = EXPECTED

    def read(self, reading: Reading, given: object, at: Path) -> object | Wrong:
        return read_anchor(reading, given, at)

    def write(self, value: Anchor) -> object:
        return write_anchor(value)
