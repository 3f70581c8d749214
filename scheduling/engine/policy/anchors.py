"""The named days that windows and questions count from; each may be absent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from scheduling.engine.policy.parameters import Codes, SetName, param
from scheduling.engine.policy.sets import Names, without_article
from scheduling.engine.record.view import Find, LesionView, View, newest_of
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


class Bare(Anchor):
    """A named day that is asked of nothing; `said` are its words where the name alone would not say it."""

    said: ClassVar[str] = ""
    day: ClassVar[staticmethod[[View, LesionView], date | None]]

    def find(self, names: Names) -> Find:
        return self.day

    def words(self, names: Names) -> str:
        return self.said or super().words(names)


class Registered(Bare):
    """The day the person was registered; never absent."""

    name = "registered"
    day = staticmethod(lambda v, x: v.facts.registered)


class LeftLowRiskOn(Bare):
    """The day a plan without the low-risk row followed a plan with it."""

    name = "left_low_risk_on"
    day = staticmethod(lambda v, x: v.facts.left_low_risk_on)


class DeclinedOn(Bare):
    """The day the person declined surveillance."""

    name = "declined_on"
    day = staticmethod(lambda v, x: v.facts.declined_on)


class TherapyStart(Bare):
    """The start of the current systemic therapy, or the day it stopped."""

    name = "therapy_start"
    said = "the therapy began"
    day = staticmethod(lambda v, x: None if v.therapy is None else v.therapy.start)


class ResponseDate(Bare):
    """The day of the newest spine response."""

    name = "response_date"
    said = "the response"
    day = staticmethod(lambda v, x: None if v.spine is None else v.spine.on)


class ResponseStart(Bare):
    """The first day of the unbroken run of responses; the response date where it is not recorded."""

    name = "response_start"
    said = "the run of responses began"
    day = staticmethod(lambda v, x: None if v.spine is None else v.spine.since or v.spine.on)


class FirstUnvisitedResponse(Bare):
    """The first assessment of the run of responses that no visit has followed; absent once a visit followed all."""

    name = "first_unvisited_response"
    day = staticmethod(lambda v, x: v.first_unvisited_response())


class LastVisit(Bare):
    """The newest visit to the spine surgeon."""

    name = "last_visit"
    day = staticmethod(lambda v, x: v.last_visit)


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


class LesionFoundOn(Bare):
    """The day the lesion was first found."""

    name = "lesion_found_on"
    per_lesion = True
    said = "the lesion was found"
    day = staticmethod(lambda v, x: x.found)


class LesionEsccFoundOn(Bare):
    """Since when the lesion's present ESCC grade or worse has stood."""

    name = "lesion_escc_found_on"
    per_lesion = True
    said = "its ESCC grade was found"
    day = staticmethod(lambda v, x: x.escc_found)


class LesionSinsFoundOn(Bare):
    """Since when the lesion's present SINS band has stood."""

    name = "lesion_sins_found_on"
    per_lesion = True
    said = "its SINS band was found"
    day = staticmethod(lambda v, x: x.sins_found)
