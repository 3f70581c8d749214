"""The tracker's words for a code, each once; clinical codes have the engine's. A test walks every closed set."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from scheduling.engine.vocabulary import (
    Hardware,
    MriSafety,
    PatientStatus,
    ProcedureKind,
    ResponseCategory,
    Site,
    StudyKind,
    SymptomKind,
    TherapyClass,
)
from scheduling.engine.vocabulary import Task as PlanTask
from scheduling.engine.words import day_text, labels
from tracker import clock
from tracker.kinds import KINDS


def plain(code: str) -> str:
    """A code as words: underscores to spaces, a capital first, an absence named."""
    return code.replace("_", " ").capitalize() if code not in ("", "unknown") else "Not known"


def plainly(codes: str) -> dict[str, str]:
    """Codes written after one another, each in its own words."""
    return {code: plain(code) for code in codes.split()}


class Request(NamedTuple):
    """What a request asks for, as a page, a list and a calendar say it."""

    full: str
    short: str
    calendar: str


YES_NO = plainly("yes no")
URGENCY = {
    **plainly("emergency urgent expedited routine extended"),
    "stop": "Stopped",
}
SOURCE = {
    "typed": "Typed",
    "csv": "Import (CSV)",
    "fhir": "Import (FHIR)",
    "call": "Call",
    "system": "Worked out by the system",
    "registration": "Registration",
}
STREAM = {"imaging": "Spine imaging", "surgeon": "Surgeon visit"}
NEXT = {code: f"Next {name[:1].lower()}{name[1:]}" for code, name in STREAM.items()}
REQUESTS = {
    "MRI_WS_GAD": Request("MRI whole spine with gadolinium", "MRI whole spine", "MRI whole spine with contrast"),
    "MRI_WS_NOGAD": Request(
        "MRI whole spine, without gadolinium", "MRI whole spine", "MRI whole spine without contrast"
    ),
    "MRI_WS_GAD_MARS": Request(
        "MRI whole spine with gadolinium, metal artefact reduction",
        "MRI whole spine",
        "MRI whole spine with metal-artefact reduction",
    ),
    "CT_MYELO": Request("CT myelogram", "CT myelogram", "CT myelogram"),
    "CT_SPINE_PLUS_PET": Request("CT spine and PET", "CT spine and PET", "CT spine and PET"),
    "CT_LEVEL_PLUS_MRI": Request("CT of the level and MRI whole spine", "CT level and MRI", "CT of the level and MRI"),
    "SYSTEMIC_CT_PET": Request(
        "Spine read on the systemic CT, PET or bone scan",
        "Systemic CT or PET",
        "Systemic CT or PET with spine read",
    ),
}
GRADE = {
    **plainly("guideline trial consensus observational"),
    "expert_default": "Local default",
}
GRADE_EDGE = {
    "guideline": "published",
    "trial": "published",
    "consensus": "supported",
    "observational": "supported",
    "expert_default": "local",
}
SITE = labels(Site)
SUBTYPE = {
    "hr_pos_her2_neg": "HR+, HER2−",
    "her2_pos": "HER2+",
    "tnbc": "triple negative",
    "hormone_sensitive": "hormone sensitive",
    "mcrpc": "castration resistant",
    "neuroendocrine": "neuroendocrine",
    "differentiated": "differentiated",
    "rai_refractory": "radioiodine refractory",
    "medullary": "medullary",
    "anaplastic": "anaplastic",
}
THERAPY_CLASS = labels(TherapyClass)
THERAPY_REASON = {
    "first_line": "First line",
    "progression": "Progression",
    "switch_after_spine_pd": "Switch after spine progression",
    **plainly("toxicity other none unknown"),
}
STOP_REASON = plainly("spine_progression visceral_progression toxicity other unknown")
RESPONSE = labels(ResponseCategory)
RESPONSE_MARK = {code: code for code in RESPONSE} | {"pseudoprogression_suspected": "not_assessed"}
PAIN_RESPONSE = plainly("complete partial indeterminate progression")
FOUND_BY = {
    **plainly("scheduled_spine_scan restaging_scan symptom"),
    "examination_at_visit": "Examination at a visit",
    "other_admission": "Another admission",
    "after_death": "After death",
    "unknown": "Not known",
}
PROGRESSION = {
    "in_treated_segment": "In a treated segment",
    "new": "New lesion",
    **plainly("epidural fracture instability unknown"),
}
PROCEDURE = labels(ProcedureKind)
HARDWARE = labels(Hardware)
SYMPTOM = labels(SymptomKind) | {"known_spine": "Known spine symptom"}
STUDY = labels(StudyKind)
SPINE_READ = {"explicit": "Explicitly", "not_read": "Not read"}
FIRST_CALL = {"none": "No progression", "progression": "Progression", "doubtful": "Doubtful"}
COVERAGE = {"whole_spine": "whole spine", "whole_body": "whole body", "segment": "segment"}
INDICATION = {
    "scheduled_surveillance": "Scheduled surveillance",
    "symptom_led": "Symptom",
    "response_to_new_therapy": "Response to a new therapy",
    "confirmation_of_doubtful_finding": "Confirm a doubtful finding",
    "after_procedure": "After a procedure",
    "treatment_planning": "Treatment planning",
    "oncology_restaging": "Oncology restaging",
    "patient_request": "Patient's request",
    "incidental": "Incidental",
    "unknown": "Not known",
}
MRI_SAFETY = labels(MriSafety)
PATIENT_STATUS = labels(PatientStatus)
TEMPO = {"fast": "fast", "intermediate": "intermediate", "slow": "slow"}
STATE = {
    "open": "Not yet ordered",
    "ordered": "Ordered, not booked",
    **plainly("booked missed cancelled done withdrawn"),
}
TIME_STATUS = {
    "scheduled": "Scheduled",
    "in_window": "In window",
    "due_in_grace": "In grace",
    "overdue": "Overdue",
}
SINS_BAND = plainly("stable potentially_unstable unstable")
SINS_ITEM = plainly("location pain bone_lesion alignment collapse posterolateral")
SINS_HINT = {
    "location": "read from the level",
    "pain": "at this level",
    "bone_lesion": "",
    "alignment": "radiographic",
    "collapse": "exactly 50 %: take the higher",
    "posterolateral": "facet, pedicle, costovertebral",
}
SINS_VALUE = {
    "location": {"junctional": "Junctional", "mobile": "Mobile", "semirigid": "Semirigid", "rigid": "Rigid"},
    "pain": {
        "mechanical": "Mechanical",
        "occasional_non_mechanical": "Occasional",
        "pain_free": "None",
    },
    "bone_lesion": {"lytic": "Lytic", "mixed": "Mixed", "blastic": "Blastic"},
    "alignment": {"subluxation": "Subluxation", "deformity": "New deformity", "normal": "Normal"},
    "collapse": {
        "over_50": "Over 50 %",
        "under_50": "Under 50 %",
        "no_collapse_over_50_involved": "None, over 50 % of body",
        "none": "None",
    },
    "posterolateral": {"bilateral": "Both sides", "unilateral": "One side", "none": "None"},
}
#: What is missing; the level stands behind where one lesion lacks it.
GAP = {
    "escc_not_graded": "ESCC not graded",
    "sins_incomplete": "SINS incomplete",
    "cancer_detail_missing": "Subtype or marker not known: planned as fast",
    "response_start_missing": "Since when the response has stood is not known",
    "mri_safety_not_cleared": "MRI safety not cleared",
}
#: Work without a window: that of a policy, and the three kinds of the tracker.
TASK: dict[str, str] = {
    PlanTask.SCORE_MISSING: "Score missing",
    PlanTask.SCORE_STALE: "Score older than a year",
    PlanTask.STEP_DOWN_PROPOSED: "Step-down proposed",
    PlanTask.PROCEDURE_LEVEL_MISSING: "Levels of a treatment missing",
    PlanTask.TRANSFER_ACCEPTANCE_PENDING: "Transfer not yet accepted",
    PlanTask.HANDOVER_SUMMARY: "Handover summary",
    PlanTask.DISCHARGE_LETTER: "Discharge letter",
    PlanTask.CLINICIAN_CONFIRMS_STOP: "A clinician confirms the stop",
    PlanTask.RE_OFFER_ON: "Offer surveillance again",
    PlanTask.CLINICIAN_CALL_BACK_PAIN: "Clinician calls back about pain",
    PlanTask.PALLIATIVE_CALL_BACK_PAIN: "Palliative team calls back about pain",
    PlanTask.EMERGENCY_PATHWAY_SAME_DAY: "Emergency pathway today",
    PlanTask.COMFORT_DIRECTED_DECISION_BY_CLINICIAN: "Comfort-directed decision by a clinician",
    PlanTask.CLOSE_ALL_OPEN_ITEMS: "Close all open items",
    PlanTask.SUPPRESS_ALL_PATIENT_MESSAGES: "No more messages to this patient",
    "call_patient": "Call the patient",
    "cancel_booking": "Cancel a booking that is no longer needed",
    "check_delivery": "Check whether a message arrived",
}
#: What a message is about.
PURPOSE = {
    "recall": "arranging what comes next",
    "appointment": "a booking",
    "due": "what is due",
    "overdue": "what is overdue",
    "emergency": "the emergency pathway",
}
CONFLICT = {
    "cancel_it": "Nothing is asked for any more. Cancel what was arranged.",
    "passed": "Its day has passed. Say whether it took place or was missed.",
    "too_late": "The appointment lies after the latest day. Rebook or confirm it.",
    "too_early": "The appointment lies before the earliest day and will not complete this. Rebook or confirm it.",
    "other_request": "Another examination is asked for than was arranged. Arrange it anew, or confirm it.",
}
FEED_LEVEL = {
    "neutral": "Neutral: no name, no number, no reason",
    "initials": "Initials and stream",
    "name": "Name and stream",
    "full": "Name, number, stream and reason",
}


#: Abbreviations that the name or the line of a fact carries in small letters.
_SPELT = {word.lower(): word for word in ("ESCC", "SINS", "SBRT", "MRI", "eGFR", "ECOG", "ASIA")}


def spelt(text: str) -> str:
    """Abbreviations as people write them."""
    return " ".join(_SPELT.get(part, part) for part in text.split(" "))


#: Verbs of the audit trail that a plain reading of their code would not say.
_VERBS = {"patient.viewed": "Looked at", "patient.imported": "Imported", "followup": "follow-up"}
#: Names of tables inside a verb, as people say them.
_TOLD = {kind.table: kind.word for kind in KINDS} | {"follow_up": "follow-up"}


def verb_words(verb: str) -> str:
    """An audit verb such as ``follow_up.booked``, or a column, as words."""
    if verb in _VERBS:
        return _VERBS[verb]
    head, dot, tail = verb.partition(".")
    text = f"{_TOLD.get(head, head)}{' ' if dot else ''}{tail}".replace("_", " ")
    return text[:1].upper() + text[1:]


def moment_text(moment: datetime) -> str:
    """``20 Nov 2026, 09:47`` at the clinic."""
    local = clock.at_clinic(moment)
    return f"{day_text(clock.day_of(moment))}, {local:%H:%M}"
