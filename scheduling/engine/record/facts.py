"""Dated facts about one person, without identity: all that a policy may read.

Codes are the strings of `vocabulary` (an enum member or its equal string). Dates are days. `None` is "not
recorded", never normal. `seen_on` hides what lies after the evaluation day.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from scheduling.engine.day import Today


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


def seen_on(facts: Facts, today: Today) -> Facts:
    """What was known on `today`: facts dated later are not there yet (clinical dossier 3.6).

    Marks, constraints, primaries, `registered` and `declined_on` carry no such date and hold on every day, and an
    override asks only between its own two days. The same object where nothing lies after `today`.
    """
    if not _anything_after(facts, today):
        return facts
    response, therapy = facts.response, facts.therapy
    return replace(
        facts,
        left_low_risk_on=_until(facts.left_low_risk_on, today),
        therapy=None if therapy is None or therapy.start > today else therapy,
        response=None if response is None or (response.on is not None and response.on > today) else response,
        procedures=tuple(procedure for procedure in facts.procedures if procedure.on <= today),
        symptoms=tuple(symptom for symptom in facts.symptoms if symptom.on <= today),
        studies=tuple(study for study in facts.studies if study.on <= today),
        visits=tuple(visit for visit in facts.visits if visit <= today),
        lesions=tuple(
            _lesion_seen(lesion, today) for lesion in facts.lesions if lesion.finding_date <= today
        ),
        others=tuple(fact for fact in facts.others if fact.on <= today),
    )


def _until(day: date | None, today: Today) -> date | None:
    return None if day is None or day > today else day


def _lesion_seen(lesion: Lesion, today: Today) -> Lesion:
    graded = lesion.escc_found_on is None or lesion.escc_found_on <= today
    scored = lesion.sins_found_on is None or lesion.sins_found_on <= today
    return replace(
        lesion,
        escc=lesion.escc if graded else None,
        escc_found_on=lesion.escc_found_on if graded else None,
        graded_on=_until(lesion.graded_on, today) if graded else None,
        sins=lesion.sins if scored else Sins(),
        sins_found_on=lesion.sins_found_on if scored else None,
    )


def _anything_after(facts: Facts, today: Today) -> bool:
    """Whether any dated fact lies after `today`; asked for every plan, so it stops at the first."""
    for study in facts.studies:
        if study.on > today:
            return True
    for visit in facts.visits:
        if visit > today:
            return True
    for procedure in facts.procedures:
        if procedure.on > today:
            return True
    for symptom in facts.symptoms:
        if symptom.on > today:
            return True
    for lesion in facts.lesions:
        if (
            lesion.finding_date > today
            or (lesion.escc_found_on is not None and lesion.escc_found_on > today)
            or (lesion.sins_found_on is not None and lesion.sins_found_on > today)
            or (lesion.graded_on is not None and lesion.graded_on > today)
        ):
            return True
    for fact in facts.others:
        if fact.on > today:
            return True
    response, therapy, left = facts.response, facts.therapy, facts.left_low_risk_on
    return (
        (response is not None and response.on is not None and response.on > today)
        or (therapy is not None and therapy.start > today)
        or (left is not None and left > today)
    )
