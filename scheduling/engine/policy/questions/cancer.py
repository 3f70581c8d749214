"""Questions about the cancer: its tempo, sites, subtypes and markers, and the response of the spine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from scheduling.engine.plans import FactRead, new_fact
from scheduling.engine.policy.parameters import Codes, Flag, PeriodByTempo, Texts, param
from scheduling.engine.policy.questions.question import UNKNOWN, Condition, Flagged, Reader, Reads, Test, known_word
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.sets import TEMPOS
from scheduling.engine.record.view import LesionView, View
from scheduling.engine.vocabulary import MarkerClass, ResponseCategory, Site, Tempo
from scheduling.engine.words import day_text, listed, period, word


@dataclass(frozen=True)
class Response(Condition):
    """The newest spine response is one of these; absent is not_assessed."""

    name = "response"
    categories: tuple[str, ...] = param(Codes(ResponseCategory), "responses")

    def test(self, names: Names) -> Test:
        categories = frozenset(self.categories)
        return lambda v, x: v.response in categories

    def reader(self, names: Names) -> Reader:
        return lambda v, x: (new_fact(("response", v.response, None if v.spine is None else v.spine.on)),)

    def words(self, names: Names, holds: bool = True) -> str:
        shows = "shows" if holds else "does not show"
        return f"the spine {shows} {listed(word(one) for one in self.categories)}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("response")
        if fact is None or (fact.value in self.categories) is not holds:
            return None
        return f"{word(fact.value)} on {day_text(fact.on)}" if fact.on else word(fact.value)


@dataclass(frozen=True)
class ResponseLasts(Condition):
    """The run of the present response began at least so long ago; unknown where its first day is not recorded."""

    name = "response_lasts"
    cost = 3
    may_be_unknown = True
    at_least: tuple[int, ...] = param(PeriodByTempo(), "at least so long")

    def test(self, names: Names) -> Test:
        spans = {tempo: timedelta(days) for tempo, days in zip(TEMPOS, self.at_least, strict=True)}

        def lasts(v: View, x: LesionView) -> bool | None:
            response = v.facts.response
            if response is None or response.since is None:
                return None
            return v.today - response.since >= spans[v.tempo]

        return lasts

    def reader(self, names: Names) -> Reader:
        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            response = v.facts.response
            since = None if response is None else response.since
            return (FactRead("response_since", UNKNOWN if since is None else "recorded", since),)

        return read

    def words(self, names: Names, holds: bool = True) -> str:
        if len(set(self.at_least)) == 1:
            lasted = period(self.at_least[0])
        else:
            spans = zip(TEMPOS, self.at_least, strict=True)
            lasted = ", ".join(f"{period(days)} ({tempo} tempo)" for tempo, days in spans)
        return f"the response has {'' if holds else 'not '}lasted {lasted}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("response_since")
        return f"since {day_text(fact.on)}" if fact is not None and fact.on else ""


@dataclass(frozen=True)
class TempoIs(Condition):
    """The tempo of the cancer, by the map of the document, is one of these."""

    name = "tempo"
    tempos: tuple[str, ...] = param(Codes(Tempo), "tempo")

    def test(self, names: Names) -> Test:
        tempos = frozenset(self.tempos)
        return lambda v, x: v.tempo in tempos

    def reader(self, names: Names) -> Reader:
        facts = {tempo: (FactRead("tempo", tempo),) for tempo in TEMPOS}
        return lambda v, x: facts[v.tempo]

    def words(self, names: Names, holds: bool = True) -> str:
        return f"the tempo is {'' if holds else 'not '}{listed(self.tempos)}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("tempo")
        return None if fact is None or (fact.value in self.tempos) is not holds else f"{fact.value} tempo"


@dataclass(frozen=True)
class TempoKnown(Flagged):
    """Whether the document's tempo map speaks of every primary, instead of falling to its default."""

    name = "tempo_known"
    wanted: bool = param(Flag(), "the tempo is known")
    page = (
        "the detail of the cancer that gives its tempo is known",
        "the detail of the cancer that gives its tempo is not known",
    )
    reason = ("cancer detail known", "cancer detail not recorded")

    @staticmethod
    def stands(v: View, x: LesionView) -> bool:
        return v.tempo_known


@dataclass(frozen=True)
class PrimarySite(Condition):
    """Any primary is of one of these sites."""

    name = "primary_site"
    cost = 4
    sites: tuple[str, ...] = param(Codes(Site), "sites")

    def test(self, names: Names) -> Test:
        sites = frozenset(self.sites)
        return lambda v, x: any(primary.site in sites for primary in v.facts.primaries)

    def reader(self, names: Names) -> Reader:
        return lambda v, x: tuple(FactRead("primary", primary.site) for primary in v.facts.primaries)

    def words(self, names: Names, holds: bool = True) -> str:
        return f"the primary is {'' if holds else 'not '}{listed(map(word, self.sites))}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return known_word(reads, "primary")


@dataclass(frozen=True)
class PrimarySubtype(Condition):
    """Any primary is of one of these subtypes; unknown where none is recorded."""

    name = "primary_subtype"
    cost = 5
    may_be_unknown = True
    subtypes: tuple[str, ...] = param(Texts(), "subtypes")

    def test(self, names: Names) -> Test:
        subtypes = frozenset(self.subtypes)

        def of_these(v: View, x: LesionView) -> bool | None:
            recorded = [primary.subtype for primary in v.facts.primaries if primary.subtype is not None]
            if any(subtype in subtypes for subtype in recorded):
                return True
            return False if recorded and len(recorded) == len(v.facts.primaries) else None

        return of_these

    def reader(self, names: Names) -> Reader:
        return lambda v, x: tuple(FactRead("subtype", primary.subtype or UNKNOWN) for primary in v.facts.primaries)

    def words(self, names: Names, holds: bool = True) -> str:
        return f"the subtype of the primary is {'' if holds else 'not '}{listed(map(word, self.subtypes))}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return known_word(reads, "subtype")


@dataclass(frozen=True)
class Marker(Condition):
    """A marker with one of these names is recorded; unknown where no marker is recorded at all."""

    name = "marker"
    cost = 6
    may_be_unknown = True
    markers: tuple[str, ...] = param(Texts(), "markers")

    def test(self, names: Names) -> Test:
        wanted = frozenset(marker.casefold() for marker in self.markers)

        def recorded(v: View, x: LesionView) -> bool | None:
            markers = [marker.casefold() for primary in v.facts.primaries for marker in primary.markers]
            return any(marker in wanted for marker in markers) if markers else None

        return recorded

    def reader(self, names: Names) -> Reader:
        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            markers = [marker for primary in v.facts.primaries for marker in primary.markers]
            return (FactRead("markers", ", ".join(sorted(markers)) or UNKNOWN),)

        return read

    def words(self, names: Names, holds: bool = True) -> str:
        return f"{'the' if holds else 'no'} marker {listed(self.markers)} is recorded"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("markers")
        return fact.value if fact is not None and fact.value != UNKNOWN else ""


@dataclass(frozen=True)
class MarkerClassIs(Condition):
    """Any primary's marker class is one of these; unknown where it is not recorded."""

    name = "marker_class"
    cost = 5
    may_be_unknown = True
    classes: tuple[str, ...] = param(Codes(MarkerClass), "marker classes")

    def test(self, names: Names) -> Test:
        classes = frozenset(self.classes)

        def of_these(v: View, x: LesionView) -> bool | None:
            recorded = [primary.marker_class for primary in v.facts.primaries]
            if any(one in classes for one in recorded):
                return True
            return None if None in recorded or not recorded else False

        return of_these

    def reader(self, names: Names) -> Reader:
        return lambda v, x: tuple(
            FactRead("marker_class", primary.marker_class or UNKNOWN) for primary in v.facts.primaries
        )

    def words(self, names: Names, holds: bool = True) -> str:
        return f"the marker says {'' if holds else 'not '}{listed(map(word, self.classes))}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return known_word(reads, "marker_class")


CANCER_QUESTIONS: tuple[type[Condition], ...] = (
    Response,
    ResponseLasts,
    TempoIs,
    TempoKnown,
    PrimarySite,
    PrimarySubtype,
    Marker,
    MarkerClassIs,
)
