"""What a patient's page shows: the facts that stand, as they are stored, and what is worked out beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduling.cautions import Caution
from scheduling.engine.scores.base import Score, ScoreResult
from tracker.models import (
    FollowUpEvent,
    Function,
    Lesion,
    LesionAssessment,
    Marker,
    Override,
    Patient,
    PrimaryCancer,
    Procedure,
    Prognosis,
    Response,
    Study,
    Symptom,
    TherapyLine,
    Visit,
)
from tracker.queries.leaving import Leaving
from tracker.queries.patient.plans import DueCard
from tracker.queries.patient.sections import Section
from tracker.queries.patient.stands import Stands
from tracker.queries.patient.timeline import WrongFact
from tracker.queries.queues.rows import TaskRow


@dataclass(frozen=True, slots=True)
class SafetyLine:
    """One thing that limits imaging: its newest known value in words, "" where nobody recorded one."""

    name: str
    value: str
    on: date | None
    note: str


@dataclass(frozen=True, slots=True)
class LesionLine:
    """A lesion with what stands today, and the looks behind it, newest first.

    `escc` "" is not known, never grade 0; `graded_on` is the day of the newest ESCC. `sins` None: never scored.
    `escc_before` and `sins_before` are those of the look before the newest. `treated` are the treatments of its level.
    """

    lesion: Lesion
    escc: str
    graded_on: date | None
    escc_before: str
    sins: ScoreResult | None
    sins_before: int | None
    stabilized: bool
    treated: tuple[str, ...]
    looks: tuple[LesionAssessment, ...]

    @property
    def level(self) -> str:
        """Its vertebra, "" where it is not known."""
        return self.lesion.level

    @property
    def sins_total(self) -> int | None:
        """The total of a complete score."""
        return self.sins.total if self.sins else None


@dataclass(frozen=True, slots=True)
class TherapyRow:
    """A line of systemic treatment with its number from the first; `running` on the day of the page."""

    line: TherapyLine
    number: int
    running: bool


@dataclass(frozen=True, slots=True)
class PrognosisRow:
    """A survival score as entered, with its instrument: direction, year and caution; no date depends on it.

    Without a total it shows what it can still be, and what is missing. `meaning` is that of its band.
    """

    fact: Prognosis
    instrument: Score
    lowest: int | None
    highest: int | None
    missing: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class PatientPage:
    """Everything a patient's page shows on one day.

    `leaving` says that the patient has died or left. `functions` holds the newest value of each scale. `caution` is the
    fixed sentence above the survival scores, "" where it does not apply. A list that is empty means "not recorded",
    never "none".
    """

    patient: Patient
    age: int | None
    leaving: Leaving | None
    today: date
    safety: tuple[SafetyLine, ...]
    primaries: tuple[PrimaryCancer, ...]
    markers: tuple[Marker, ...]
    functions: tuple[Function, ...]
    cards: tuple[DueCard, ...]
    stands: Stands | None
    tempo: str
    gaps: tuple[str, ...]
    cautions: tuple[Caution, ...]
    lesions: tuple[LesionLine, ...]
    therapies: tuple[TherapyRow, ...]
    procedures: tuple[Procedure, ...]
    studies: tuple[Study, ...]
    visits: tuple[Visit, ...]
    responses: tuple[Response, ...]
    symptoms: tuple[Symptom, ...]
    overrides: tuple[Override, ...]
    tasks: tuple[TaskRow, ...]
    questions: tuple[TaskRow, ...]
    prognosis: tuple[PrognosisRow, ...]
    caution: str
    contacts: tuple[FollowUpEvent, ...]
    sections: tuple[Section, ...]
    wrong_facts: tuple[WrongFact, ...]


@dataclass(frozen=True, slots=True)
class FoundPatient:
    """One patient of a search, with what is next; `to_cancel`: something stands arranged that nobody asks for."""

    patient: Patient
    age: int | None
    leaving: Leaving | None
    to_cancel: bool
    urgency: str
    next_imaging_on: date | None
    next_visit_on: date | None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """One page of a search: `total` is all that were found."""

    text: str
    rows: tuple[FoundPatient, ...]
    total: int
    page: int
    pages: int
