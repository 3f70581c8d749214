"""One person on one day as the questions of a policy see them: newest days, worst grades, lowest totals.

Everything here is worked out once per plan. Which kinds count as a study, which procedures belong together and how
tempo follows from a primary are the document's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import attrgetter
from typing import cast

from scheduling.engine.day import Today
from scheduling.engine.record.facts import Facts, Lesion, Override
from scheduling.engine.record.seen import seen_on
from scheduling.engine.record.sets import Sets
from scheduling.engine.scores.sins import score
from scheduling.engine.vocabulary import ESCC_RANK, LEVEL_RANK, ResponseCategory, span_levels

UNKNOWN_RANK = -1


#: The places of the two views, which a plan makes and reads more than anything else.
_OF_LESION = "escc escc_found found graded index level lowest rank sins_found stabilized total"
_OF_VIEW = (
    "chosen escc_known facts last_visit lesions listed newest override procedures rank replaced response "
    "sins_highest sins_known spine symptoms tempo tempo_known therapy today winners"
)


class LesionView:
    """One lesion on the day: `rank` is the ESCC grade's order, `lowest` the lowest SINS total still possible."""

    __slots__ = tuple(_OF_LESION.split())

    def __init__(self, index: int, lesion: Lesion) -> None:
        found = lesion.finding_date
        self.index = index
        self.level = lesion.level
        self.found = found
        self.escc = lesion.escc
        self.rank = UNKNOWN_RANK if lesion.escc is None else ESCC_RANK[lesion.escc]
        self.escc_found = lesion.escc_found_on or found
        self.sins_found = lesion.sins_found_on or found
        self.graded = lesion.graded_on or self.escc_found
        self.stabilized = lesion.stabilized
        result = score(lesion.sins)
        self.total = result.total
        self.lowest = result.lowest

    @property
    def order(self) -> tuple[int, date, int, int, date, date]:
        """A fixed order among the lesions of one person, whatever order the record gives."""
        level = LEVEL_RANK[self.level] if self.level is not None else UNKNOWN_RANK
        return level, self.found, self.rank, self.lowest, self.escc_found, self.sins_found


#: Stands where a question is asked of the person; the reader lets no question of a lesion get it.
OF_PERSON = cast(LesionView, None)


class View:
    """What the questions of one plan read. `chosen`, `listed` and `winners` are filled while planning."""

    __slots__ = tuple(_OF_VIEW.split())

    def __init__(self, facts: Facts, today: Today, sets: Sets) -> None:
        self.facts = facts
        self.today = today
        visits = facts.visits
        self.last_visit: date | None = max(visits) if visits else None
        self.newest: dict[str, date] = sets.newest(facts) if facts.studies else {}
        self.procedures: dict[str, date] = {}
        for procedure in facts.procedures:
            kind = procedure.kind
            if kind not in self.procedures or procedure.on > self.procedures[kind]:
                self.procedures[kind] = procedure.on
        self.symptoms: dict[str, date] = {}
        for symptom in facts.symptoms:
            kind = symptom.kind
            if kind not in self.symptoms or symptom.on < self.symptoms[kind]:
                self.symptoms[kind] = symptom.on
        self.therapy = facts.therapy
        self.spine = response = facts.response
        self.response: str = ResponseCategory.NOT_ASSESSED.value if response is None else response.category
        self.tempo, self.tempo_known = sets.tempo(facts.primaries)
        self.lesions = [LesionView(index, lesion) for index, lesion in enumerate(facts.lesions)]
        self._add_up_lesions()
        self.override: Override | None = None
        #: Per stream the rows whose items are dropped.
        self.replaced: dict[str, set[str]] | None = None
        self.chosen = ""
        self.listed: tuple[str, ...] = ()
        self.winners: dict[str, str] = {}

    def _add_up_lesions(self) -> None:
        """The worst grade, the highest total, and whether all of them are known."""
        if len(self.lesions) > 1:
            self.lesions.sort(key=attrgetter("order"))
        self.rank = UNKNOWN_RANK
        self.escc_known = bool(self.lesions)
        self.sins_known = True
        self.sins_highest = 0
        for lesion in self.lesions:
            if lesion.rank > self.rank:
                self.rank = lesion.rank
            elif lesion.rank == UNKNOWN_RANK:
                self.escc_known = False
            if not lesion.stabilized:
                if lesion.total is None:
                    self.sins_known = False
                if lesion.lowest > self.sins_highest:
                    self.sins_highest = lesion.lowest

    @property
    def response_days(self) -> tuple[date, ...]:
        """Days of the assessments of the present run that are known, oldest first."""
        response = self.facts.response
        if response is None or self.response == "not_assessed":
            return ()
        if response.run:
            return tuple(sorted(response.run)) if len(response.run) > 1 else response.run
        return tuple(day for day in (response.since, response.on) if day is not None)

    def first_unvisited_response(self) -> date | None:
        """The first assessment of the run that no visit has followed."""
        visit = self.last_visit
        for day in self.response_days:
            if visit is None or day > visit:
                return day
        return None

    def earliest_symptom(self, kinds: tuple[str, ...]) -> date | None:
        """The earliest open symptom of these kinds."""
        return min((self.symptoms[kind] for kind in kinds if kind in self.symptoms), default=None)

    def newest_procedure(self, kinds: tuple[str, ...]) -> tuple[date, str] | None:
        """Day and kind of the newest procedure of these kinds."""
        newest: tuple[date, str] | None = None
        if not self.procedures:
            return None
        for kind in kinds:
            on = self.procedures.get(kind)
            if on is not None and (newest is None or on > newest[0]):
                newest = on, kind
        return newest

    def treated_on(self, lesion: LesionView, kinds: tuple[str, ...], since: date) -> tuple[date, str] | None:
        """The newest of these procedures on or after `since` that covers the lesion's level."""
        newest: tuple[date, str] | None = None
        if lesion.level is not None:
            for procedure in self.facts.procedures:
                if procedure.kind in kinds and procedure.on >= since and covers(procedure.levels, lesion.level):
                    newest = max(newest or (procedure.on, procedure.kind), (procedure.on, procedure.kind))
        return newest

    def unplaced_on(self, lesion: LesionView, kinds: tuple[str, ...], since: date) -> tuple[date, str] | None:
        """The newest of these procedures since then whose place, or whose lesion's place, is not recorded."""
        newest: tuple[date, str] | None = None
        for procedure in self.facts.procedures:
            unplaced = not procedure.levels or lesion.level is None
            if unplaced and procedure.kind in kinds and procedure.on >= since:
                newest = max(newest or (procedure.on, procedure.kind), (procedure.on, procedure.kind))
        return newest


#: A function that gives a named day, or None where it does not exist.
Find = Callable[[View, LesionView], date | None]


def newest_of(kinds: tuple[str, ...]) -> Callable[[View], date | None]:
    """A function that gives the day of the newest procedure of these kinds."""
    if len(kinds) == 1:
        (kind,) = kinds
        return lambda view: view.procedures.get(kind)

    def newest(view: View) -> date | None:
        found: date | None = None
        if view.procedures:
            for kind in kinds:
                on = view.procedures.get(kind)
                if on is not None and (found is None or on > found):
                    found = on
        return found

    return newest


_SPANS: dict[str, frozenset[str]] = {}


def covers(entries: tuple[str, ...], level: str) -> bool:
    """Whether any entry of a procedure's levels, one level or a span, includes `level`."""
    for entry in entries:
        span = _SPANS.get(entry)
        if span is None:
            span = _SPANS.setdefault(entry, frozenset(span_levels(entry)))
        if level in span:
            return True
    return False


def look(facts: Facts, today: Today, sets: Sets) -> View:
    """The view of what was known on `today`."""
    return View(seen_on(facts, today), today, sets)


def active_overrides(facts: Facts, today: Today) -> tuple[Override, ...]:
    """The clinicians' own windows that are asked today, in a fixed order."""
    asked = [one for one in facts.overrides if one.starts_on <= today <= one.until_on]
    return tuple(sorted(asked, key=lambda one: (one.stream, one.due, one.earliest, one.latest, one.starts_on)))
