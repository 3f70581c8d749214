"""Closed clinical sets: the words that facts, policies and plans are made of."""

from __future__ import annotations

from enum import StrEnum


class Stream(StrEnum):
    """One of the two things planned for everybody."""

    IMAGING = "imaging"
    SURGEON = "surgeon"


class Urgency(StrEnum):
    """How soon a person must act, most urgent first; `stop` when a row ends the schedule."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    EXPEDITED = "expedited"
    ROUTINE = "routine"
    EXTENDED = "extended"
    STOP = "stop"


#: Position of each urgency in a queue, 0 first.
URGENCY_RANK: dict[str, int] = {urgency: rank for rank, urgency in enumerate(Urgency)}


class TimeStatus(StrEnum):
    """Where a day stands against a window; never stored."""

    SCHEDULED = "scheduled"
    IN_WINDOW = "in_window"
    DUE_IN_GRACE = "due_in_grace"
    OVERDUE = "overdue"


class PatientStatus(StrEnum):
    """In or out of the programme (rows that stop or suspend)."""

    ACTIVE = "active"
    HOSPICE = "hospice"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    DECEASED = "deceased"
    DISCHARGED = "discharged"


class Site(StrEnum):
    """The cancer of origin."""

    NSCLC = "nsclc"
    BREAST = "breast"
    MELANOMA = "melanoma"
    RCC = "rcc"
    PROSTATE = "prostate"
    THYROID = "thyroid"
    OTHER = "other"
    UNKNOWN = "unknown"


#: Sites whose subtype is a closed set; every other site takes free text.
SUBTYPES: dict[str, tuple[str, ...]] = {
    Site.BREAST: ("hr_pos_her2_neg", "her2_pos", "tnbc"),
    Site.PROSTATE: ("hormone_sensitive", "mcrpc", "neuroendocrine"),
    Site.THYROID: ("differentiated", "rai_refractory", "medullary", "anaplastic"),
}


class MarkerClass(StrEnum):
    """Whether a tested marker is met by a running drug; absent is unknown."""

    DRIVER_ON_MATCHED_THERAPY = "driver_on_matched_therapy"
    NO_DRIVER = "no_driver"


class Tempo(StrEnum):
    """Local simplification of how fast a cancer moves (clinical dossier 3.1)."""

    FAST = "fast"
    INTERMEDIATE = "intermediate"
    SLOW = "slow"


class TherapyClass(StrEnum):
    """The current systemic therapy; `none` is a stopped one."""

    TKI = "tki"
    ICI = "ici"
    ICI_TKI = "ici_tki"
    ENDOCRINE = "endocrine"
    ARPI_PARP = "arpi_parp"
    RADIOLIGAND = "radioligand"
    CHEMO_ADC = "chemo_adc"
    NONE = "none"


class TherapyReason(StrEnum):
    """Why the current therapy was begun."""

    FIRST_LINE = "first_line"
    SWITCH_AFTER_SPINE_PD = "switch_after_spine_pd"
    NONE = "none"
    OTHER = "other"


class ResponseCategory(StrEnum):
    """The clinician's verdict on the spine."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    STABLE = "stable"
    PROGRESSIVE = "progressive"
    MIXED = "mixed"
    PSEUDOPROGRESSION_SUSPECTED = "pseudoprogression_suspected"
    NOT_ASSESSED = "not_assessed"


CONTROLLED = frozenset({ResponseCategory.COMPLETE, ResponseCategory.PARTIAL, ResponseCategory.STABLE})


class ProcedureKind(StrEnum):
    """A local treatment of the spine."""

    SEPARATION_SURGERY = "separation_surgery"
    DECOMPRESSION = "decompression"
    STABILIZATION = "stabilization"
    SBRT = "sbrt"
    CEBRT = "cebrt"
    CEMENTOPLASTY = "cementoplasty"
    ABLATION = "ablation"


class Hardware(StrEnum):
    """Implant material: it decides how readable the canal stays on MRI."""

    TITANIUM = "titanium"
    CARBON_PEEK = "carbon_peek"


class SymptomKind(StrEnum):
    """Open symptoms a policy reads."""

    NEURO = "neuro"
    PAIN_SUGGESTIVE = "pain_suggestive"


class StudyKind(StrEnum):
    """One imaging examination's modality."""

    MRI = "mri"
    CT_SPINE = "ct_spine"
    CT_SYSTEMIC = "ct_systemic"
    CT_MYELOGRAM = "ct_myelogram"
    PET_CT = "pet_ct"
    BONE_SCAN = "bone_scan"
    XRAY = "xray"


class Coverage(StrEnum):
    """How much of the body a study shows."""

    WHOLE_SPINE = "whole_spine"
    WHOLE_BODY = "whole_body"
    SEGMENT = "segment"


class ImagingRequest(StrEnum):
    """What the plan asks the scanner for."""

    MRI_WS_GAD = "MRI_WS_GAD"
    MRI_WS_NOGAD = "MRI_WS_NOGAD"
    MRI_WS_GAD_MARS = "MRI_WS_GAD_MARS"
    CT_MYELO = "CT_MYELO"
    CT_SPINE_PLUS_PET = "CT_SPINE_PLUS_PET"
    CT_LEVEL_PLUS_MRI = "CT_LEVEL_PLUS_MRI"
    SYSTEMIC_CT_PET = "SYSTEMIC_CT_PET"


class MriSafety(StrEnum):
    """The radiology decision; unknown is not ok."""

    OK = "ok"
    CONDITIONAL_DEVICE = "conditional_device"
    UNSAFE_DEVICE = "unsafe_device"
    UNKNOWN = "unknown"


class Escc(StrEnum):
    """Epidural spinal cord compression grade (Bilsky 2010): labels, never numbers."""

    G0 = "0"
    G1A = "1a"
    G1B = "1b"
    G1C = "1c"
    G2 = "2"
    G3 = "3"


#: Order of the ESCC labels, mildest first. A rank compares; it is never added, averaged or shown.
ESCC_RANK: dict[str, int] = {grade: rank for rank, grade in enumerate(Escc)}


class SinsBand(StrEnum):
    """The named range of a complete SINS total (Fisher 2010)."""

    STABLE = "stable"
    POTENTIALLY_UNSTABLE = "potentially_unstable"
    UNSTABLE = "unstable"


class SinsLocation(StrEnum):
    JUNCTIONAL = "junctional"
    MOBILE = "mobile"
    SEMIRIGID = "semirigid"
    RIGID = "rigid"


class SinsPain(StrEnum):
    MECHANICAL = "mechanical"
    OCCASIONAL_NON_MECHANICAL = "occasional_non_mechanical"
    PAIN_FREE = "pain_free"


class SinsBoneLesion(StrEnum):
    LYTIC = "lytic"
    MIXED = "mixed"
    BLASTIC = "blastic"


class SinsAlignment(StrEnum):
    SUBLUXATION = "subluxation"
    DEFORMITY = "deformity"
    NORMAL = "normal"


class SinsCollapse(StrEnum):
    OVER_50 = "over_50"
    UNDER_50 = "under_50"
    NO_COLLAPSE_OVER_50_INVOLVED = "no_collapse_over_50_involved"
    NONE = "none"


class SinsPosterolateral(StrEnum):
    BILATERAL = "bilateral"
    UNILATERAL = "unilateral"
    NONE = "none"


#: The six SINS items in the order of the instrument, each with its closed set.
SINS_ITEMS: dict[str, type[StrEnum]] = {
    "location": SinsLocation,
    "pain": SinsPain,
    "bone_lesion": SinsBoneLesion,
    "alignment": SinsAlignment,
    "collapse": SinsCollapse,
    "posterolateral": SinsPosterolateral,
}

#: Every vertebral level from head to tail: C1 to C7, T1 to T12, L1 to L5, S1 to S5.
LEVELS: tuple[str, ...] = tuple(
    f"{region}{number}" for region, count in (("C", 7), ("T", 12), ("L", 5), ("S", 5)) for number in range(1, count + 1)
)
LEVEL_RANK: dict[str, int] = {level: rank for rank, level in enumerate(LEVELS)}


def span_levels(entry: str) -> tuple[str, ...]:
    """Levels that one entry of `levels` covers: ``T8`` or a span ``T5-T7``, both ends included.

    Raises ValueError, saying what was expected, for anything else.
    """
    first, dash, last = entry.partition("-")
    if first not in LEVEL_RANK or (dash and last not in LEVEL_RANK):
        raise ValueError(f"{entry!r} is not a level (C1 to S5) or a span such as T5-T7")
    if not dash:
        return (first,)
    if LEVEL_RANK[first] > LEVEL_RANK[last]:
        raise ValueError(f"{entry!r} runs upwards: write the upper end first")
    return LEVELS[LEVEL_RANK[first] : LEVEL_RANK[last] + 1]


class Mark(StrEnum):
    """What code must know of a policy row beside its conditions and windows."""

    LOW_RISK = "low_risk"
    ENDS_STEP_DOWN = "ends_step_down"
    EMERGENCY_LADDER = "emergency_ladder"
    TAKES_DATES = "takes_dates"
    UNTIL_RESPONSE = "until_response"


class StopOutcome(StrEnum):
    """What became of a follow-up that a row leaves without a window because the person left the programme."""

    DIED = "died"
    HOSPICE = "hospice"
    REFUSED = "refused"
    LEFT = "left"


class Grade(StrEnum):
    """Evidence grade of a row's dates, strongest first; `expert_default` is a local default."""

    TRIAL = "trial"
    GUIDELINE = "guideline"
    CONSENSUS = "consensus"
    OBSERVATIONAL = "observational"
    EXPERT_DEFAULT = "expert_default"


class Task(StrEnum):
    """Work for a clinician that a plan raises beside its dates; `re_offer_on` carries a date after a colon."""

    SCORE_MISSING = "score_missing"
    SCORE_STALE = "score_stale"
    STEP_DOWN_PROPOSED = "step_down_proposed"
    PROCEDURE_LEVEL_MISSING = "procedure_level_missing"
    TRANSFER_ACCEPTANCE_PENDING = "transfer_acceptance_pending"
    HANDOVER_SUMMARY = "handover_summary"
    DISCHARGE_LETTER = "discharge_letter"
    CLINICIAN_CONFIRMS_STOP = "clinician_confirms_stop"
    RE_OFFER_ON = "re_offer_on"
    CLINICIAN_CALL_BACK_PAIN = "clinician_call_back_pain"
    PALLIATIVE_CALL_BACK_PAIN = "palliative_call_back_pain"
    EMERGENCY_PATHWAY_SAME_DAY = "emergency_pathway_same_day"
    COMFORT_DIRECTED_DECISION_BY_CLINICIAN = "comfort_directed_decision_by_clinician"
    CLOSE_ALL_OPEN_ITEMS = "close_all_open_items"
    SUPPRESS_ALL_PATIENT_MESSAGES = "suppress_all_patient_messages"
