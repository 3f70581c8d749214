"""Dated facts about one person, without identity: all that a policy may read.

Codes are the strings of `vocabulary` (an enum member or its equal string). Dates are days. `None` is "not
recorded", never normal. `seen_on` hides what lies after the evaluation day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class DatedFact:
    """A fact of a kind that has a class of its own in this room and no field in `Facts`; it holds from `on`."""

    on: date


Dated = TypeVar("Dated", bound=DatedFact)


@dataclass(frozen=True, slots=True)
class Primary:
    """A cancer of origin. `marker_class` is given by the record, never derived here."""

    site: str
    subtype: str | None = None
    markers: tuple[str, ...] = ()
    marker_class: str | None = None


@dataclass(frozen=True, slots=True)
class Therapy:
    """The current systemic therapy; for class `none` `start` is the day it stopped.

    `line` counts the lines of systemic therapy, 1 for the first; None where the record does not say.
    """

    therapy_class: str
    start: date
    drugs: tuple[str, ...] = ()
    reason: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """The newest spine response that is not `not_assessed`.

    `since` is the first day of the unbroken run (controlled or not controlled), never after `on`. `run` holds
    the days of every assessment of that run, oldest first; where the run is not known in full it is
    (`since`, `on`) or (`on`,).
    """

    category: str
    on: date | None = None
    since: date | None = None
    run: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """A local treatment; `levels` as written (``T8``, ``T5-T7``), empty when not recorded."""

    kind: str
    on: date
    levels: tuple[str, ...] = ()
    hardware: str | None = None
    dose_gy: float | None = None
    fractions: int | None = None


@dataclass(frozen=True, slots=True)
class Symptom:
    """An open symptom: it stays here until a clinician closes it."""

    kind: str
    on: date
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Study:
    """One imaging examination that was performed."""

    on: date
    kind: str
    coverage: str | None = None


@dataclass(frozen=True, slots=True)
class Sins:
    """The six items of one lesion's score; `None` is not recorded."""

    location: str | None = None
    pain: str | None = None
    bone_lesion: str | None = None
    alignment: str | None = None
    collapse: str | None = None
    posterolateral: str | None = None
    location_overridden: bool = False


@dataclass(frozen=True, slots=True)
class Lesion:
    """One spinal deposit with the score values that stand on the evaluation day.

    `escc_found_on` and `sins_found_on` say since when the present ESCC grade and SINS band have stood
    (clinical dossier 3.6); absent, `finding_date` stands for them. `graded_on` is the newest ESCC assessment.
    `level` None: spine, level unknown (never in a case file).
    """

    level: str | None
    finding_date: date
    escc: str | None = None
    sins: Sins = Sins()
    escc_found_on: date | None = None
    sins_found_on: date | None = None
    graded_on: date | None = None
    stabilized: bool = False


@dataclass(frozen=True, slots=True)
class Constraints:
    """What limits imaging: the radiology decision, contrast allergy, kidney function (eGFR, mL/min/1.73 m2)."""

    mri: str | None = None
    gadolinium_allergy: bool | None = None
    egfr: float | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A clinician's own window for one stream, asked between `starts_on` and `until_on`, both included."""

    stream: str
    earliest: date
    due: date
    latest: date
    starts_on: date
    until_on: date
    second_approval: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known about one person that a policy may read. The order inside a list has no meaning."""

    registered: date
    primaries: tuple[Primary, ...]
    status: str = "active"
    declined_on: date | None = None
    transfer_accepted: bool = False
    left_low_risk_on: date | None = None
    therapy: Therapy | None = None
    response: Response | None = None
    procedures: tuple[Procedure, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    studies: tuple[Study, ...] = ()
    visits: tuple[date, ...] = ()
    lesions: tuple[Lesion, ...] = ()
    spine_symptomatic: bool = False
    constraints: Constraints = field(default_factory=Constraints)
    step_down_approved: bool = False
    overrides: tuple[Override, ...] = ()
    others: tuple[DatedFact, ...] = ()
    contact_failures: int = 0

    def of(self, kind: type[Dated]) -> tuple[Dated, ...]:
        """The facts of one kind that stand among `others`, in the order of the record."""
        return tuple(fact for fact in self.others if isinstance(fact, kind))
