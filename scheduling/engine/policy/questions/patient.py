"""Questions about the person: status, symptoms, the cancer, the response and the step-down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from scheduling.engine.plans import FactRead
from scheduling.engine.policy.parameters import Codes, Flag, PeriodByTempo, Texts, param
from scheduling.engine.policy.questions.question import UNKNOWN, Condition, Reads, Test, yes_or_no
from scheduling.engine.policy.source import Names, Source
from scheduling.engine.record.view import TEMPOS, LesionView, View
from scheduling.engine.vocabulary import (
    MarkerClass,
    PatientStatus,
    ResponseCategory,
    Site,
    SymptomKind,
    Tempo,
)
from scheduling.engine.words import day, word


@dataclass(frozen=True)
class Status(Condition):
    """The patient's status is one of these."""

    name = "status"
    facet = "standing"
    statuses: tuple[str, ...] = param(Codes(PatientStatus))

    def text(self, source: Source) -> str:
        return f"(v.facts.status in {source.constant(frozenset(self.statuses))})"

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        status = view.facts.status
        return (
            FactRead("status", status, view.facts.declined_on if status == PatientStatus.DECLINED else None),
        )

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("status")
        if fact is None or (fact.value in self.statuses) is not holds:
            return None
        return f"status {word(fact.value)}" + (f" on {day(fact.on)}" if fact.on else "")


@dataclass(frozen=True)
class TransferAccepted(Condition):
    """Whether the receiving centre's acceptance is recorded; absent is not accepted."""

    name = "transfer_accepted"
    facet = "standing"
    wanted: bool = param(Flag())

    def test(self, names: Names) -> Test:
        wanted = self.wanted
        return lambda v, lesion: v.facts.transfer_accepted is wanted

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        return (FactRead("transfer_accepted", "yes" if view.facts.transfer_accepted else "no"),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return "acceptance recorded" if self.wanted is holds else "acceptance not recorded"


@dataclass(frozen=True)
class SymptomOpen(Condition):
    """A symptom of one of these kinds is open; it stays so until a clinician closes it."""

    name = "symptom_open"
    facet = "symptoms"
    kinds: tuple[str, ...] = param(Codes(SymptomKind))

    def text(self, source: Source) -> str:
        return f"(not {source.constant(frozenset(self.kinds))}.isdisjoint(v.symptoms))"

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        found = tuple(
            FactRead("symptom", kind, view.symptoms[kind]) for kind in self.kinds if kind in view.symptoms
        )
        return found or (FactRead("symptom", "none"),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("symptom")
        if fact is None or (fact.value in self.kinds) is not holds:
            return None
        if not holds:
            return "no open symptom"
        return f"{word(fact.value)} open since {day(fact.on)}" if fact.on else word(fact.value)


@dataclass(frozen=True)
class SpineSymptomatic(Condition):
    """The mark of an older, known spine symptom; absent is not marked."""

    name = "spine_symptomatic"
    facet = "symptoms"
    wanted: bool = param(Flag())

    def test(self, names: Names) -> Test:
        wanted = self.wanted
        return lambda v, lesion: v.facts.spine_symptomatic is wanted

    def facts(self, source: Source) -> tuple[str, ...]:
        return (f"{source.constant(yes_or_no('spine_symptomatic'))}[v.facts.spine_symptomatic]",)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return "a known spine symptom" if self.wanted is holds else "no known spine symptom"


@dataclass(frozen=True)
class Response(Condition):
    """The newest spine response is one of these; absent is not_assessed."""

    name = "response"
    facet = "course"
    categories: tuple[str, ...] = param(Codes(ResponseCategory))

    def text(self, source: Source) -> str:
        return f"(v.response in {source.constant(frozenset(self.categories))})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (f"{source.fact}(('response', v.response, None if v.spine is None else v.spine.on))",)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("response")
        if fact is None or (fact.value in self.categories) is not holds:
            return None
        return f"{word(fact.value)} on {day(fact.on)}" if fact.on else word(fact.value)


@dataclass(frozen=True)
class ResponseLasts(Condition):
    """The run of the present response began at least so long ago; unknown where its first day is not recorded."""

    name = "response_lasts"
    may_be_unknown = True
    at_least: tuple[int, ...] = param(PeriodByTempo())

    def test(self, names: Names) -> Test:
        spans = {tempo: timedelta(days) for tempo, days in zip(TEMPOS, self.at_least, strict=True)}

        def lasts(v: View, lesion: LesionView | None) -> bool | None:
            response = v.facts.response
            if response is None or response.since is None:
                return None
            return v.today - response.since >= spans[v.tempo]

        return lasts

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        response = view.facts.response
        since = None if response is None else response.since
        return (FactRead("response_since", UNKNOWN if since is None else "recorded", since),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("response_since")
        return f"since {day(fact.on)}" if fact is not None and fact.on else ""


@dataclass(frozen=True)
class StepDownApproved(Condition):
    """Whether a clinician approved the step-down; absent is not approved."""

    name = "step_down_approved"
    facet = "standing"
    wanted: bool = param(Flag())

    def text(self, source: Source) -> str:
        return f"(v.facts.step_down_approved is {self.wanted})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (f"{source.constant(yes_or_no('step_down_approved'))}[v.facts.step_down_approved]",)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return "step-down approved" if self.wanted is holds else "step-down not approved"


@dataclass(frozen=True)
class TempoIs(Condition):
    """The tempo of the cancer, by the map of the document, is one of these."""

    name = "tempo"
    facet = "scores"
    tempos: tuple[str, ...] = param(Codes(Tempo))

    def text(self, source: Source) -> str:
        return f"(v.tempo in {source.constant(frozenset(self.tempos))})"

    def facts(self, source: Source) -> tuple[str, ...]:
        return (f"{source.constant({tempo: FactRead('tempo', tempo) for tempo in TEMPOS})}[v.tempo]",)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("tempo")
        return None if fact is None or (fact.value in self.tempos) is not holds else f"{fact.value} tempo"


@dataclass(frozen=True)
class TempoKnown(Condition):
    """Whether the document's tempo map speaks of every primary, instead of falling to its default."""

    name = "tempo_known"
    facet = "scores"
    wanted: bool = param(Flag())

    def test(self, names: Names) -> Test:
        wanted = self.wanted
        return lambda v, lesion: v.tempo_known is wanted

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        return (FactRead("tempo_known", "yes" if view.tempo_known else "no"),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        return "cancer detail known" if self.wanted is holds else "cancer detail not recorded"


@dataclass(frozen=True)
class PrimarySite(Condition):
    """Any primary is of one of these sites."""

    name = "primary_site"
    sites: tuple[str, ...] = param(Codes(Site))

    def test(self, names: Names) -> Test:
        sites = frozenset(self.sites)
        return lambda v, lesion: any(primary.site in sites for primary in v.facts.primaries)

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        return tuple(FactRead("primary", primary.site) for primary in view.facts.primaries)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("primary")
        return word(fact.value) if fact is not None else ""


@dataclass(frozen=True)
class PrimarySubtype(Condition):
    """Any primary is of one of these subtypes; unknown where none is recorded."""

    name = "primary_subtype"
    may_be_unknown = True
    subtypes: tuple[str, ...] = param(Texts())

    def test(self, names: Names) -> Test:
        subtypes = frozenset(self.subtypes)

        def of_these(v: View, lesion: LesionView | None) -> bool | None:
            recorded = [primary.subtype for primary in v.facts.primaries if primary.subtype is not None]
            if any(subtype in subtypes for subtype in recorded):
                return True
            return False if recorded and len(recorded) == len(v.facts.primaries) else None

        return of_these

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        return tuple(FactRead("subtype", primary.subtype or UNKNOWN) for primary in view.facts.primaries)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("subtype")
        return word(fact.value) if fact is not None and fact.value != UNKNOWN else ""


@dataclass(frozen=True)
class Marker(Condition):
    """A marker with one of these names is recorded; unknown where no marker is recorded at all."""

    name = "marker"
    may_be_unknown = True
    markers: tuple[str, ...] = param(Texts())

    def test(self, names: Names) -> Test:
        wanted = frozenset(marker.casefold() for marker in self.markers)

        def recorded(v: View, lesion: LesionView | None) -> bool | None:
            markers = [marker.casefold() for primary in v.facts.primaries for marker in primary.markers]
            return any(marker in wanted for marker in markers) if markers else None

        return recorded

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        markers = [marker for primary in view.facts.primaries for marker in primary.markers]
        return (FactRead("markers", ", ".join(sorted(markers)) or UNKNOWN),)

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("markers")
        return fact.value if fact is not None and fact.value != UNKNOWN else ""


@dataclass(frozen=True)
class MarkerClassIs(Condition):
    """Any primary's marker class is one of these; unknown where it is not recorded."""

    name = "marker_class"
    may_be_unknown = True
    classes: tuple[str, ...] = param(Codes(MarkerClass))

    def test(self, names: Names) -> Test:
        classes = frozenset(self.classes)

        def of_these(v: View, lesion: LesionView | None) -> bool | None:
            recorded = [primary.marker_class for primary in v.facts.primaries]
            if any(one in classes for one in recorded):
                return True
            return None if None in recorded or not recorded else False

        return of_these

    def read(self, view: View, lesion: LesionView | None, names: Names) -> tuple[FactRead, ...]:
        return tuple(
            FactRead("marker_class", primary.marker_class or UNKNOWN) for primary in view.facts.primaries
        )

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("marker_class")
        return word(fact.value) if fact is not None and fact.value != UNKNOWN else ""


PATIENT_QUESTIONS: tuple[type[Condition], ...] = (
    Status,
    TransferAccepted,
    SymptomOpen,
    SpineSymptomatic,
    Response,
    ResponseLasts,
    StepDownApproved,
    TempoIs,
    TempoKnown,
    PrimarySite,
    PrimarySubtype,
    Marker,
    MarkerClassIs,
)
