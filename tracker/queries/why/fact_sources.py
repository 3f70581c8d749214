"""Where each fact that a row read comes from: the stored rows behind it, who recorded them, from which source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from tracker.kinds import BY_CODE
from tracker.models import Fact, Lesion, LesionAssessment, kind_of
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
    """From which kinds a fact comes, which column holds its value, and from what it is worked out."""

    kinds: tuple[str, ...]
    column: str = ""
    derived: str = ""


_LOOK = ("assessment",)
_SCORES = "the newest scores of every lesion"
_TEMPO = "the cancer, its markers and the running therapy"
#: Names of facts and of the days that windows count from; a fact named by its kind needs no line.
_ORIGINS: dict[str, _From] = {
    "level": _From(("lesion",), "level"),
    "lesion_found_on": _From(("lesion",)),
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
    "stabilized": _From(("procedure",), "", "the procedures at this level"),
    "treated": _From(("procedure",), "kind"),
    "procedure": _From(("procedure",), "kind"),
    "therapy": _From(("therapy",), "therapy_class"),
    "therapy_start": _From(("therapy",)),
    "therapy_reason": _From(("therapy",), "reason"),
    "therapy_line": _From(("therapy",), "", "the number of lines so far"),
    "response": _From(("response",), "spine"),
    "response_date": _From(("response",)),
    "response_since": _From(("response",), "", "the first of the run of responses"),
    "response_start": _From(("response",), "", "the first of the run of responses"),
    "first_unvisited_response": _From(("response",)),
    "symptom": _From(("symptom",), "kind"),
    "spine_symptomatic": _From(("symptom",), "", "symptoms known before"),
    "last_study": _From(("study",)),
    "last_canal_study": _From(("study",)),
    "last_visit": _From(("visit",)),
    "tempo": _From(("primary", "marker", "therapy"), "", _TEMPO),
    "tempo_known": _From(("primary", "marker"), "", _TEMPO),
    "base_row": _From(("primary", "marker", "therapy"), "", _TEMPO),
    "primary": _From(("primary",), "site"),
    "subtype": _From(("primary",), "subtype"),
    "markers": _From(("marker",)),
    "marker_class": _From(("primary", "marker"), "", "the markers"),
    "status": _From(("status",), "status"),
    "declined_on": _From(("status",)),
    "transfer_accepted": _From(("status",)),
    "left_low_risk_on": _From(("low_risk_exit",)),
    "step_down_approved": _From(("approval",)),
    "mri_safety": _From(("imaging_safety",), "mri"),
    "override": _From(("override",), "stream"),
    "override_until": _From(("override",)),
    "second_approval": _From(("override",)),
}
#: Days named after a kind: ``newest_sbrt``, ``earliest_neuro``.
_BY_KIND: dict[str, _From] = {
    "newest": _From(("procedure",), "kind"),
    "earliest": _From(("symptom",), "kind"),
}
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
            return Origin((FactSource("registration", str(who.created_by), who.created_at, who.registered_on),))
        known = _ORIGINS.get(name, _From((name,)) if name in BY_CODE else None)
        if known is None:
            lead, _, value = name.partition("_")
            known = _BY_KIND.get(lead, _From(()))
        if value in _ABSENT and not known.derived:
            return Origin()
        day = None if name in _OTHER_DAY else on
        rows = [row for kind in known.kinds for row in self._behind(kind, known.column, value, day, level)]
        return Origin(tuple(dict.fromkeys(_source(row) for row in rows)), known.derived)

    def _behind(self, kind: str, column: str, value: str, on: date | None, level: str) -> Iterable[Fact]:
        """The rows of one kind that hold it: of its day, else the newest before it; with its value where one has."""
        rows = [row for row in self._rows if kind_of(row).code == kind and _at(row, level)]
        if on is not None:
            rows = [row for row in rows if row.occurred_on == on] or [row for row in rows if row.occurred_on <= on][:1]
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
