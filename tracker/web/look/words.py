"""The words that pages say for the codes of the engine and the record; a test walks every closed set."""

from __future__ import annotations

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
from scheduling.engine.words import labels
from tracker.kinds import KINDS

YES_NO = {"yes": "Yes", "no": "No"}
URGENCY = {
    "emergency": "Emergency",
    "urgent": "Urgent",
    "expedited": "Expedited",
    "routine": "Routine",
    "extended": "Extended",
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
REQUEST = {
    "MRI_WS_GAD": "MRI whole spine with gadolinium",
    "MRI_WS_NOGAD": "MRI whole spine, without gadolinium",
    "MRI_WS_GAD_MARS": "MRI whole spine with gadolinium, metal artefact reduction",
    "CT_MYELO": "CT myelogram",
    "CT_SPINE_PLUS_PET": "CT spine and PET",
    "CT_LEVEL_PLUS_MRI": "CT of the level and MRI whole spine",
    "SYSTEMIC_CT_PET": "Spine read on the systemic CT, PET or bone scan",
}
GRADE = {
    "guideline": "Guideline",
    "trial": "Trial",
    "consensus": "Consensus",
    "observational": "Observational",
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
    "toxicity": "Toxicity",
    "other": "Other",
    "none": "None",
    "unknown": "Not known",
}
STOP_REASON = {
    "spine_progression": "Spine progression",
    "visceral_progression": "Visceral progression",
    "toxicity": "Toxicity",
    "other": "Other",
    "unknown": "Not known",
}
RESPONSE = labels(ResponseCategory)
RESPONSE_MARK = {
    "complete": "complete",
    "partial": "partial",
    "stable": "stable",
    "progressive": "progressive",
    "mixed": "mixed",
    "pseudoprogression_suspected": "not_assessed",
    "not_assessed": "not_assessed",
}
PAIN_RESPONSE = {
    "complete": "Complete",
    "partial": "Partial",
    "indeterminate": "Indeterminate",
    "progression": "Progression",
}
FOUND_BY = {
    "scheduled_spine_scan": "Scheduled spine scan",
    "restaging_scan": "Restaging scan",
    "symptom": "Symptom",
    "examination_at_visit": "Examination at a visit",
    "other_admission": "Another admission",
    "after_death": "After death",
    "unknown": "Not known",
}
PROGRESSION = {
    "in_treated_segment": "In a treated segment",
    "new": "New lesion",
    "epidural": "Epidural",
    "fracture": "Fracture",
    "instability": "Instability",
    "unknown": "Not known",
}
PROCEDURE = labels(ProcedureKind)
HARDWARE = labels(Hardware)
SYMPTOM = labels(SymptomKind) | {"known_spine": "Known spine symptom"}
STUDY = labels(StudyKind)
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
    "booked": "Booked",
    "missed": "Missed",
    "cancelled": "Cancelled",
    "done": "Done",
    "withdrawn": "Withdrawn",
}
TIME_STATUS = {
    "scheduled": "Scheduled",
    "in_window": "In window",
    "due_in_grace": "In grace",
    "overdue": "Overdue",
}
SINS_BAND = {
    "stable": "Stable",
    "potentially_unstable": "Potentially unstable",
    "unstable": "Unstable",
}
SINS_ITEM = {
    "location": "Location",
    "pain": "Pain",
    "bone_lesion": "Bone lesion",
    "alignment": "Alignment",
    "collapse": "Collapse",
    "posterolateral": "Posterolateral",
}
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
TASK = {
    "score_missing": "A score is missing: record SINS and ESCC",
    "score_stale": "A score is old: grade again",
    "step_down_proposed": "A step-down is possible: a clinician decides",
    "procedure_level_missing": "A procedure has no level",
    "transfer_acceptance_pending": "Transfer not yet accepted by the other team",
    "handover_summary": "Send the handover summary",
    "discharge_letter": "Send the discharge letter",
    "clinician_confirms_stop": "A clinician confirms the stop",
    "re_offer_on": "Offer follow-up again",
    "clinician_call_back_pain": "A clinician calls back about pain",
    "palliative_call_back_pain": "The palliative team calls back about pain",
    "emergency_pathway_same_day": "Emergency pathway: same day",
    "comfort_directed_decision_by_clinician": "A clinician decides, comfort first",
    "close_all_open_items": "Close all open items",
    "suppress_all_patient_messages": "No message may leave",
    "call_patient": "Call the patient",
    "cancel_booking": "Cancel a booking that is no longer needed",
    "check_delivery": "A message may not have arrived: check",
}
FEED_LEVEL = {
    "neutral": "Neutral: no name, no number, no reason",
    "initials": "Initials and stream",
    "name": "Name and stream",
    "full": "Name, number, stream and reason",
}


def plain(code: str) -> str:
    """Any other code as words: underscores to spaces, a capital first, an absence named."""
    return code.replace("_", " ").capitalize() if code not in ("", "unknown") else "Not known"


#: Abbreviations that the name or the line of a fact carries in small letters.
_SPELT = {
    "escc": "ESCC",
    "sins": "SINS",
    "sbrt": "SBRT",
    "mri": "MRI",
    "egfr": "eGFR",
    "ecog": "ECOG",
    "asia": "ASIA",
}


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
