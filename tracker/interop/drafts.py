"""Dated facts as a reader understood them, one class a kind.

Field names and codes are those of `tracker.models`; an empty text or None means "not recorded".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from tracker.kinds import KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A dated fact as read. `occurred_on` holds the first day of the period that `precision` names.

    `source_key` names the row or resource and is unique among the patient's drafts of one kind; a second import
    finds the fact again by it. `place` (file and line, or resource and path) is for messages only.
    """

    source_key: str
    occurred_on: date
    precision: str = "day"
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryDraft(Draft):
    """A cancer of origin. `marker_class` only where the source states it."""

    site: str
    subtype: str = ""
    marker_class: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerDraft(Draft):
    """A marker with `result` present, absent, not_tested or unknown."""

    name: str
    result: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft(Draft):
    """A line of systemic treatment; `occurred_on` is its start."""

    therapy_class: str
    drugs: tuple[str, ...] = ()
    stopped_on: date | None = None
    stopped_precision: str = "day"
    reason: str = "unknown"
    stop_reason: str = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentDraft(Draft):
    """One look at a lesion. `sins_scored` False: SINS was not looked at; True with an empty item: item not known."""

    escc: str = ""
    sins_scored: bool = False
    location: str = ""
    location_overridden: bool = False
    location_reason: str = ""
    pain: str = ""
    bone_lesion: str = ""
    alignment: str = ""
    collapse: str = ""
    posterolateral: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionDraft(Draft):
    """A spinal deposit; an empty `level` is "spine, level unknown". `occurred_on` is the finding date."""

    level: str = ""
    note: str = ""
    assessments: tuple[AssessmentDraft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureDraft(Draft):
    """A local treatment; the date of a radiotherapy course is its end, its dose is in Gy."""

    kind: str
    levels: tuple[str, ...] = ()
    hardware: str = ""
    dose_gy: Decimal | None = None
    fractions: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyDraft(Draft):
    """One imaging examination that was performed. Why it was done stays unknown unless the source says so."""

    kind: str
    coverage: str = ""
    indication: str = "unknown"
    spine_read: str = "unknown"
    contrast: str = "unknown"
    first_call: str = "unknown"
    report: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDraft(Draft):
    """A contact with a clinician: spine_surgeon, oncologist, nurse or other."""

    kind: str
    planned: str = "unknown"
    reason: str = ""
    seen_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseDraft(Draft):
    """The verdict on the spine on a day. `counts` False only where a person has set it aside."""

    spine: str
    evidence: str = "unknown"
    criteria: str = ""
    assessor: str = ""
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SymptomDraft(Draft):
    """An episode: neuro, pain_suggestive or known_spine. `confirmed` False fires nothing until a person confirms.

    `closed_on` only where the source itself says that the symptom ended. `reported_at` is the moment of the report with
    its time zone, on the day that `occurred_on` names.
    """

    kind: str
    reported_at: datetime | None = None
    detail: str = ""
    confirmed: bool = True
    closed_on: date | None = None
    closed_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionDraft(Draft):
    """A scale (ecog, karnofsky, frankel, asia, ambulation) with its value as text; never converted."""

    scale: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusDraft(Draft):
    """The patient's status from `occurred_on` on: a word of `PatientStatus`."""

    status: str
    transfer_accepted: bool = False
    clinician: str = ""
    reason: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyDraft(Draft):
    """What limits imaging; eGFR in mL/min/1.73 m2."""

    mri: str = ""
    gadolinium_allergy: bool | None = None
    egfr: Decimal | None = None
    note: str = ""


#: The draft of each kind that an import reads, by the kind's code.
DRAFTS: Mapping[str, type[Draft]] = {kind.code: globals()[kind.draft] for kind in KINDS if kind.draft}
#: The word of each kind of draft in proposals.
RECORD_OF: Mapping[type[Draft], str] = {draft: code for code, draft in DRAFTS.items()}
