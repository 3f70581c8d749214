"""What a patient's page shows, as values without a database behind them; a day that is not known is None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from tracker.queries.queues.rows import Contact, TaskRow

if TYPE_CHECKING:
    from tracker.queries.patient.plans import DueCard
    from tracker.queries.patient.timeline import WrongFact


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where a fact comes from. `kind` and `id` name it when it is marked entered in error."""

    kind: str
    id: int
    on: date
    precision: str
    recorded_at: datetime
    by: str
    source: str


@dataclass(frozen=True, slots=True)
class PrimaryLine:
    """A cancer of origin; `markers` are texts such as "EGFR exon 19 deletion: present, 4 Mar 2025"."""

    site: str
    subtype: str
    marker_class: str
    text: str
    fact: Attribution


@dataclass(frozen=True, slots=True)
class MarkerLine:
    """A tumour marker: tested or not, and what was found."""

    name: str
    result: str
    value: str
    fact: Attribution


@dataclass(frozen=True, slots=True)
class FunctionLine:
    """The newest value of one scale, as it was entered."""

    scale: str
    value: str
    fact: Attribution


@dataclass(frozen=True, slots=True)
class SafetyLine:
    """One thing that limits imaging: its newest known value, "" where nobody recorded one."""

    name: str
    value: str
    on: date | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class StatusLine:
    """The patient's status from a day on, with its reason."""

    status: str
    reason: str
    clinician: str
    scope: str
    transfer_accepted: bool
    fact: Attribution


@dataclass(frozen=True, slots=True)
class PatientHeader:
    """Who it is, how to reach them, who is responsible, and whether they are in the programme."""

    key: str
    number: str
    name: str
    family_name: str
    given_name: str
    age: int | None
    sex: str
    birth_on: date | None
    birth_precision: str
    phone: str
    email: str
    best_hour: str
    language: str
    messages_allowed: str
    team: str
    team_id: int | None
    nurse: str
    nurse_id: int | None
    surgeon: str
    surgeon_id: int | None
    oncologist: str
    registered_on: date
    registered_because: str
    status: str
    status_on: date | None
    deceased_on: date | None
    last_known_alive_on: date | None
    unreachable_since: date | None
    contact_failures: int
    spine_metastasis_on: date | None


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    """One look at a lesion. `escc` "": not graded then. `sins_text` "": SINS not scored then."""

    on: date
    escc: str
    sins_total: int | None
    sins_lowest: int
    sins_highest: int
    sins_text: str
    sins_band: str
    sins_missing: tuple[str, ...]
    items: tuple[tuple[str, str], ...]
    location_overridden: bool
    location_reason: str
    local_response: str
    fact: Attribution


@dataclass(frozen=True, slots=True)
class LesionLine:
    """A lesion with what stands today.

    `sins_total` None: incomplete or never scored; then `sins_lowest` to `sins_highest` is what it can still be and
    `sins_missing` names the items. `escc` "" is not known, never grade 0. `escc_since` and `sins_since` are the days
    since which the present grade and band, or worse, have stood; `graded_on` is the newest ESCC assessment.
    """

    id: int
    level: str
    found_on: date
    note: str
    escc: str
    escc_since: date | None
    graded_on: date | None
    escc_before: str
    sins_total: int | None
    sins_lowest: int
    sins_highest: int
    sins_text: str
    sins_band: str
    sins_since: date | None
    sins_missing: tuple[str, ...]
    sins_before: int | None
    stabilized: bool
    treated: tuple[str, ...]
    local_response: str
    assessments: tuple[AssessmentLine, ...]
    fact: Attribution


@dataclass(frozen=True, slots=True)
class TherapyRow:
    """A line of systemic treatment; `running` on the day of the page."""

    id: int
    number: int
    therapy_class: str
    drugs: tuple[str, ...]
    started_on: date
    stopped_on: date | None
    reason: str
    stop_reason: str
    bone_agent: str
    steroids: str
    running: bool
    fact: Attribution


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """A local treatment of the spine."""

    kind: str
    levels: tuple[str, ...]
    hardware: str
    dose_gy: str
    fractions: int | None
    note: str
    fact: Attribution


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One examination; `shows_canal` where ESCC can be graded on it."""

    id: int
    kind: str
    coverage: str
    on: date
    indication: str
    reported_on: date | None
    seen_on: date | None
    spine_read: str
    quality: str
    first_call: str
    timing_reason: str
    report: str
    shows_canal: bool
    follow_up_uid: str
    fact: Attribution


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One contact with a clinician."""

    kind: str
    planned: str
    reason: str
    seen_by: str
    symptoms_asked: str
    examined: str
    fact: Attribution


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """The verdict of one day: spine, viscera and pain; `counts` False where it was set aside."""

    spine: str
    visceral: str
    pain: str
    criteria: str
    evidence: str
    assessor: str
    study_on: date | None
    counts: bool
    fact: Attribution


@dataclass(frozen=True, slots=True)
class ProgressionRow:
    """How a progression came to light."""

    found_by: str
    kind: str
    level: str
    symptoms: str
    walking: str
    emergency: str
    fact: Attribution


@dataclass(frozen=True, slots=True)
class SymptomRow:
    """An episode, open until a clinician closes it; `confirmed` False waits for a person and fires nothing."""

    id: int
    kind: str
    detail: str
    told_to: str
    told_on: date | None
    route: str
    red_flag: str
    confirmed: bool
    closed_on: date | None
    closed_by: str
    closed_reason: str
    cause: str
    fact: Attribution


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """A clinician's own window for one stream."""

    id: int
    stream: str
    earliest_on: date
    due_on: date
    latest_on: date
    from_on: date
    until_on: date
    reason: str
    second_by: str
    active: bool
    fact: Attribution


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A step-down approval; it ends on the day a plan lists any E, R or C row."""

    clinician: str
    reason: str
    ended_on: date | None
    ended_row: str
    fact: Attribution


@dataclass(frozen=True, slots=True)
class PrognosisLine:
    """A survival score as entered: with its direction, year and caution; no date depends on it."""

    score: str
    name: str
    total: int | None
    lowest: int | None
    highest: int | None
    scale: str
    direction: str
    band: str
    meaning: str
    missing: tuple[str, ...]
    source: str
    year: int
    provenance: str
    fact: Attribution


@dataclass(frozen=True, slots=True)
class PatientPage:
    """Everything a patient's page shows on one day.

    `caution` is the fixed sentence above the survival scores, "" where it does not apply. A list that is empty means
    "not recorded", never "none".
    """

    header: PatientHeader
    today: date
    safety: tuple[SafetyLine, ...]
    primaries: tuple[PrimaryLine, ...]
    markers: tuple[MarkerLine, ...]
    functions: tuple[FunctionLine, ...]
    statuses: tuple[StatusLine, ...]
    cards: tuple[DueCard, ...]
    rows: tuple[str, ...]
    urgency: str
    tempo: str
    gaps: tuple[str, ...]
    policy_version: str
    draft: bool
    lesions: tuple[LesionLine, ...]
    therapies: tuple[TherapyRow, ...]
    procedures: tuple[ProcedureRow, ...]
    studies: tuple[StudyRow, ...]
    visits: tuple[VisitRow, ...]
    responses: tuple[ResponseRow, ...]
    progressions: tuple[ProgressionRow, ...]
    symptoms: tuple[SymptomRow, ...]
    overrides: tuple[OverrideRow, ...]
    approvals: tuple[ApprovalRow, ...]
    tasks: tuple[TaskRow, ...]
    questions: tuple[TaskRow, ...]
    prognosis: tuple[PrognosisLine, ...]
    caution: str
    contacts: tuple[Contact, ...]
    wrong_facts: tuple[WrongFact, ...]


@dataclass(frozen=True, slots=True)
class FoundPatient:
    """One patient of a search."""

    key: str
    number: str
    name: str
    age: int | None
    sex: str
    birth_on: date | None
    team: str
    nurse: str
    surgeon: str
    status: str
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
