"""Where each fact that a row read comes from: the stored rows behind it, who recorded them, from which source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from tracker.models import (
    Fact,
    ImagingSafety,
    Lesion,
    LesionAssessment,
    LowRiskExit,
    Marker,
    Override,
    PrimaryCancer,
    Procedure,
    Response,
    StatusEvent,
    StepDownApproval,
    Study,
    Symptom,
    TherapyLine,
    Visit,
)
from tracker.queries.patient.stored_facts import StoredFacts


@dataclass(frozen=True, slots=True)
class FactSource:
    """One stored row behind a fact: `source` is a code of `Source`, or ``registration``."""

    source: str
    by: str
    recorded_at: datetime
    on: date


@dataclass(frozen=True, slots=True)
class Origin:
    """The rows behind a fact, the newest first; `derived` says from what it is worked out where it is no row's own."""

    sources: tuple[FactSource, ...] = ()
    derived: str = ""


class _From(NamedTuple):
    """Which kinds of row a fact comes from, which column holds its value, and from what it is worked out."""

    models: tuple[type[Fact], ...]
    column: str = ""
    derived: str = ""


_LOOK = (LesionAssessment,)
_SCORES = "the newest scores of every lesion"
_TEMPO = "the cancer, its markers and the running therapy"
#: Names of facts and of the days that windows count from.
_ORIGINS: dict[str, _From] = {
    "level": _From((Lesion,), "level"),
    "lesion_found_on": _From((Lesion,)),
    "escc": _From(_LOOK, "escc"),
    "lesion_escc_found_on": _From(_LOOK, "", "since when this grade, or worse, has stood"),
    "escc_known": _From(_LOOK, "", "whether a grade of this lesion stands"),
    "worst_escc": _From(_LOOK, "escc", _SCORES),
    "sins": _From(_LOOK, "", "the six items of the score"),
    "sins_lowest": _From(_LOOK, "", "the items that are known"),
    "lesion_sins_found_on": _From(_LOOK, "", "since when this band, or worse, has stood"),
    "sins_known": _From(_LOOK, "", "whether every item of this lesion is known"),
    "sins_complete": _From(_LOOK, "", "whether every item of this lesion is known"),
    "highest_sins": _From(_LOOK, "", _SCORES),
    "stabilized": _From((Procedure,), "", "the procedures at this level"),
    "treated": _From((Procedure,), "kind"),
    "procedure": _From((Procedure,), "kind"),
    "therapy": _From((TherapyLine,), "therapy_class"),
    "therapy_start": _From((TherapyLine,)),
    "therapy_reason": _From((TherapyLine,), "reason"),
    "therapy_line": _From((TherapyLine,), "", "the number of lines so far"),
    "response": _From((Response,), "spine"),
    "response_date": _From((Response,)),
    "response_since": _From((Response,), "", "the first of the run of responses"),
    "response_start": _From((Response,), "", "the first of the run of responses"),
    "first_unvisited_response": _From((Response,)),
    "symptom": _From((Symptom,), "kind"),
    "spine_symptomatic": _From((Symptom,), "", "symptoms known before"),
    "last_study": _From((Study,)),
    "last_canal_study": _From((Study,)),
    "last_visit": _From((Visit,)),
    "tempo": _From((PrimaryCancer, Marker, TherapyLine), "", _TEMPO),
    "tempo_known": _From((PrimaryCancer, Marker), "", _TEMPO),
    "base_row": _From((PrimaryCancer, Marker, TherapyLine), "", _TEMPO),
    "primary": _From((PrimaryCancer,), "site"),
    "subtype": _From((PrimaryCancer,), "subtype"),
    "markers": _From((Marker,)),
    "marker_class": _From((PrimaryCancer, Marker), "", "the markers"),
    "status": _From((StatusEvent,), "status"),
    "declined_on": _From((StatusEvent,)),
    "transfer_accepted": _From((StatusEvent,)),
    "left_low_risk_on": _From((LowRiskExit,)),
    "step_down_approved": _From((StepDownApproval,)),
    "mri_safety": _From((ImagingSafety,), "mri"),
    "override": _From((Override,), "stream"),
    "override_until": _From((Override,)),
    "second_approval": _From((Override,)),
}
#: Days named after a kind: ``newest_sbrt``, ``earliest_neuro``.
_BY_KIND: dict[str, _From] = {"newest": _From((Procedure,), "kind"), "earliest": _From((Symptom,), "kind")}
#: Facts whose own day is not the day of the row that holds them.
_OTHER_DAY = frozenset({"override_until"})
#: Facts that belong to one lesion, so that its level is said with them.
OF_A_LESION = frozenset(
    {
        "lesion_found_on",
        "escc",
        "escc_known",
        "sins",
        "sins_lowest",
        "sins_known",
        "sins_complete",
        "stabilized",
        "treated",
    }
)
#: Values of a fact that nobody recorded.
_ABSENT = frozenset({"none", "unknown"})


class Origins:
    """Where the facts of one patient come from, as known at `known_at` (now where None)."""

    def __init__(self, stored: StoredFacts, known_at: datetime | None = None) -> None:
        self._registered = stored.patient
        self._rows = stored.known_at(known_at)

    def of(self, name: str, value: str, on: date | None, level: str = "") -> Origin:
        """The origin of a fact that was read, or of a day that a window counts from."""
        if name == "registered":
            who = self._registered
            return Origin(
                (FactSource("registration", str(who.created_by), who.created_at, who.registered_on),)
            )
        known = _ORIGINS.get(name)
        if known is None:
            lead, _, value = name.partition("_")
            known = _BY_KIND.get(lead, _From(()))
        if value in _ABSENT and not known.derived:
            return Origin()
        day = None if name in _OTHER_DAY else on
        rows = [row for model in known.models for row in self._behind(model, known.column, value, day, level)]
        return Origin(tuple(dict.fromkeys(_source(row) for row in rows)), known.derived)

    def _behind(
        self, model: type[Fact], column: str, value: str, on: date | None, level: str
    ) -> Iterable[Fact]:
        """The rows of one kind that hold it: of its day, else the newest before it; with its value where one has."""
        rows = [row for row in self._rows if isinstance(row, model) and _at(row, level)]
        if on is not None:
            rows = [row for row in rows if row.occurred_on == on] or [
                row for row in rows if row.occurred_on <= on
            ][:1]
        exact = [row for row in rows if column and getattr(row, column) == value]
        rows = exact or rows
        return rows if on is not None and exact else rows[:1]


def _at(row: Fact, level: str) -> bool:
    """Whether a row of a lesion is about this level; other kinds are about the person."""
    if not level or not isinstance(row, Lesion | LesionAssessment):
        return True
    return (row.lesion.level if isinstance(row, LesionAssessment) else row.level) == level


def _source(row: Fact) -> FactSource:
    return FactSource(row.source, str(row.recorded_by), row.recorded_at, row.occurred_on)


def with_levels(facts: Iterable[tuple[str, str, date | None]]) -> Iterator[tuple[str, str, date | None, str]]:
    """The facts of a reason, each with the level it is about: a level leads the facts of its lesion."""
    level = ""
    for name, value, on in facts:
        level = value if name == "level" else level
        yield name, value, on, level
