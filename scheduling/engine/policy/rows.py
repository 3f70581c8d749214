"""A policy as values: rows in table order, and the lists that are read after them. A policy is immutable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from scheduling.engine.periods import Offset
from scheduling.engine.policy.anchors import Anchor
from scheduling.engine.policy.questions.combining import AllOf
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.history import HistoryRules
from scheduling.engine.record.sets import StudySet, TempoLine


@dataclass(frozen=True)
class GradeFor:
    """The evidence grade for some primaries; an empty `subtypes` asks nothing of the subtype."""

    sites: tuple[str, ...]
    grade: str
    subtypes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """Why the dates of one stream of a row are what they are; `expert_default` is a local default."""

    grade: str
    citation: str
    rationale: str
    by_primary: tuple[GradeFor, ...] = ()
    #: Said beside the grade for every primary that `by_primary` does not name.
    note_elsewhere: str = ""


@dataclass(frozen=True)
class Cap:
    """The smaller of the two windows in each place, where the conditions hold (modifier M1)."""

    window: Offset
    only_if: AllOf


@dataclass(frozen=True)
class SeriesWindow:
    """One window of a series, with a note on the appointment."""

    window: Offset
    note: str = ""


@dataclass(frozen=True)
class ItemRule:
    """One window that a row asks for: of `count_from` the first day that exists.

    `windows` are a series: the first that is not closed. `by` names a closed set (`therapy_class` or `tempo`) whose
    value picks the window from `windows_by`; a value with None omits the item. `closed_by` (a set of studies, or
    `visit`) closes a window when dated on or after its earliest day.
    """

    count_from: tuple[Anchor, ...]
    windows: tuple[SeriesWindow, ...] = ()
    by: str = ""
    windows_by: tuple[tuple[str, Offset | None], ...] = ()
    only_if: AllOf = AllOf(())
    closed_by: str = ""
    cap: Cap | None = None


@dataclass(frozen=True)
class StreamRule:
    """What a row asks for in one stream, what completes it, and the evidence behind its dates."""

    stream: str
    evidence: Evidence
    counted_by: str = ""
    items: tuple[ItemRule, ...] = ()


@dataclass(frozen=True)
class Suspension:
    """Every later row, date and task waits, except the rows kept; `keep_dates` keeps their windows too."""

    keep_rows: tuple[str, ...]
    keep_dates: bool = True


@dataclass(frozen=True)
class Replacement:
    """Items of these rows are dropped while this row has items of its own and the conditions hold.

    `streams` are those in which it happens; a row asked for each override replaces in the override's own stream.
    """

    rows: tuple[str, ...]
    streams: tuple[str, ...] = ()
    only_if: AllOf = AllOf(())


@dataclass(frozen=True)
class Row:
    """One line of the policy.

    `for_each`: empty, `lesion` or `override`. `until_closed`: only a clinician ends it, also after what it asks for
    was done. `asks_nothing_in` names the streams that stay empty because of this row, and `outcome` what became of what
    was open in them. `marks` are words of `Mark`; `group` is the heading under which rows that follow each other stand.
    """

    id: str
    title: str
    urgency: str
    when: AllOf
    for_each: str = ""
    suspends: Suspension | None = None
    replaces: Replacement | None = None
    asks_nothing_in: tuple[str, ...] = ()
    until_closed: bool = False
    marks: tuple[str, ...] = ()
    outcome: str = ""
    group: str = ""
    streams: tuple[StreamRule, ...] = ()

    def stream(self, stream: str) -> StreamRule | None:
        """What the row says about one stream."""
        return next((rule for rule in self.streams if rule.stream == stream), None)


@dataclass(frozen=True)
class Choice:
    """Exactly one of these rows, the first that holds; `otherwise` where none does."""

    first_of: tuple[str, ...]
    otherwise: str


@dataclass(frozen=True)
class RequestRule:
    """An imaging request and when it is asked for."""

    request: str
    when: AllOf


@dataclass(frozen=True)
class TaskDay:
    """A day that a task carries in its name: the first day that exists, plus a period in days."""

    count_from: tuple[Anchor, ...]
    after: int


@dataclass(frozen=True)
class TaskRule:
    """A task for a clinician. `under` names the suspending row beside which alone it is raised."""

    task: str
    when: AllOf = AllOf(())
    for_each: str = ""
    under: str = ""
    on: TaskDay | None = None


@dataclass(frozen=True)
class GapRule:
    """A fact that the policy needs and the record lacks."""

    gap: str
    when: AllOf
    for_each: str = ""


@dataclass(frozen=True)
class About:
    """Where a policy version comes from and who stands behind it."""

    title: str
    state: str
    source: str
    author: str
    checked_by: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    next_review_on: date | None = None


@dataclass(frozen=True)
class RecordRules:
    """How the dated record becomes the facts of a day (clinical dossier 3.6).

    The first two name sets of procedures, `own_window_spent_by` a set of studies. `sins_bands` are the lowest totals of
    the second and third band. `worst_response_first` and `therapy_class_first` decide between equals of one day.
    A stated progression makes a switch where no response lies within `stated_reason_days` before the start.
    """

    escc_begins_anew_after: str
    stabilised_by: str
    sins_bands: tuple[int, int]
    worst_response_first: tuple[str, ...]
    switch_after: tuple[str, ...]
    stated_reason_days: int
    therapy_class_first: tuple[str, ...]
    own_window_spent_by: str


@dataclass(frozen=True)
class Policy:
    """A versioned set of rows in table order."""

    version: str
    about: About
    studies: tuple[tuple[str, StudySet], ...]
    names: Names
    record: RecordRules
    tempo_lines: tuple[TempoLine, ...]
    tempo_otherwise: str
    named: tuple[tuple[str, AllOf], ...]
    choice: Choice
    rows: tuple[Row, ...]
    requests: tuple[RequestRule, ...]
    tasks: tuple[TaskRule, ...]
    gaps: tuple[GapRule, ...]
    #: Numbers, periods in days and windows that several places share, by name.
    numbers: tuple[tuple[str, int | Offset], ...] = ()

    @property
    def approved(self) -> bool:
        """Whether a clinical lead approved it; without that its dates are a draft, not for clinical use."""
        return bool(self.about.approved_by) and self.about.approved_on is not None

    def row(self, row_id: str) -> Row:
        """The row with this id; raises KeyError with the ids that exist."""
        try:
            return self._by_id[row_id]
        except KeyError:
            raise KeyError(f"{self.version} has no row {row_id!r}; its rows are {', '.join(self._by_id)}") from None

    def asks_nothing_in(self, stream: str) -> tuple[str, ...]:
        """The rows that leave this stream empty."""
        return tuple(row.id for row in self.rows if stream in row.asks_nothing_in)

    def marked(self, mark: str) -> frozenset[str]:
        """The rows that carry a mark."""
        return frozenset(row.id for row in self.rows if mark in row.marks)

    @cached_property
    def own_windows(self) -> frozenset[str]:
        """The rows that ask for clinicians' own windows."""
        return frozenset(row.id for row in self.rows if row.for_each == "override")

    @cached_property
    def history_rules(self) -> HistoryRules:
        """How this version reads a dated record: the section `record` with the sets it names."""
        record, procedures = self.record, self.names.procedures
        return HistoryRules(
            definitive=frozenset(procedures[record.escc_begins_anew_after]),
            stabilising=frozenset(procedures[record.stabilised_by]),
            sins_bands=record.sins_bands,
            worst_first=record.worst_response_first,
            spine_progression=frozenset(record.switch_after),
            progression_days=record.stated_reason_days,
            class_order=record.therapy_class_first,
            counted_studies=frozenset(dict(self.studies)[record.own_window_spent_by].kinds),
        )

    @cached_property
    def _by_id(self) -> dict[str, Row]:
        return {row.id: row for row in self.rows}
