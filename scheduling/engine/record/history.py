"""One person's dated record: every assessment, line and act as it was recorded, and the rules by which it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from scheduling.engine.record.facts import Constraints, DatedFact, Override, Primary, Procedure, Sins, Study


@dataclass(frozen=True, slots=True)
class StatusChange:
    """The patient's status from `on` until the next change."""

    on: date
    status: str
    transfer_accepted: bool = False


@dataclass(frozen=True, slots=True)
class LesionAssessment:
    """One look at one lesion on a day. `escc` None: not graded at this look; `sins` None: not scored.

    `sins.location` may be absent: it is read from the level unless overridden.
    """

    on: date
    escc: str | None = None
    sins: Sins | None = None


@dataclass(frozen=True, slots=True)
class LesionHistory:
    """A lesion with every assessment it ever had. `level` None: spine, level unknown."""

    level: str | None
    finding_date: date
    assessments: tuple[LesionAssessment, ...] = ()


@dataclass(frozen=True, slots=True)
class TherapyLine:
    """A line of systemic treatment; `reason` is why it began, in the record's words.

    `reason`: first_line, progression, toxicity, other, none or None (unknown).
    """

    therapy_class: str
    start: date
    stop: date | None = None
    drugs: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ResponseEntry:
    """One assessment of the spine on a day; `counts` False for an entry a person set aside when two disagreed."""

    on: date
    category: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class SymptomEpisode:
    """A symptom from its day until a clinician closed it.

    `on` is the day the episode counts from. `confirmed` False: imported and still to be confirmed by a person;
    such an episode fires nothing.
    """

    kind: str
    on: date
    closed_on: date | None = None
    detail: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class StepDownApproval:
    """A dated approval of the step-down; `ended_on` is the day a plan listed a row that ends it.

    `key` tells two approvals of one record apart where plans are made again; None where nobody has to.
    """

    on: date
    ended_on: date | None = None
    key: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class History:
    """One person's dated record without identity, as rows or an import give it."""

    registered: date
    primaries: tuple[Primary, ...]
    statuses: tuple[StatusChange, ...] = ()
    left_low_risk: tuple[date, ...] = ()
    lines: tuple[TherapyLine, ...] = ()
    responses: tuple[ResponseEntry, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    symptoms: tuple[SymptomEpisode, ...] = ()
    studies: tuple[Study, ...] = ()
    visits: tuple[date, ...] = ()
    lesions: tuple[LesionHistory, ...] = ()
    spine_symptomatic: bool = False
    constraints: Constraints = field(default_factory=Constraints)
    approvals: tuple[StepDownApproval, ...] = ()
    overrides: tuple[Override, ...] = ()
    others: tuple[DatedFact, ...] = ()
    contact_failures: int = 0


@dataclass(frozen=True, slots=True)
class HistoryRules:
    """The sets and thresholds that the derivation reads; a policy says them (clinical dossier 3.6).

    `definitive` procedures begin an ESCC run anew, `stabilising` ones mark a lesion stabilised and begin a SINS run
    anew; `sins_bands` are the lowest totals of the second and third band; `worst_first` decides between two response
    categories of one day; `spine_progression` and `progression_days` decide the reason of a switch; `class_order`
    decides between lines begun on one day; `counted_studies` are the study kinds that spend an override.
    """

    definitive: frozenset[str]
    stabilising: frozenset[str]
    sins_bands: tuple[int, int]
    worst_first: tuple[str, ...]
    spine_progression: frozenset[str]
    progression_days: int
    class_order: tuple[str, ...]
    counted_studies: frozenset[str]
