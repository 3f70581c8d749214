"""Everything a person records about a patient: checked at once, written with its audit event, planned at once."""

from tracker.services.acts.on_record import FORM_VERSION, Recorded
from tracker.services.records.clinic import SCALES, record_function, record_visit
from tracker.services.records.disease import record_marker, record_primary, record_prognosis
from tracker.services.records.imaging import record_imaging_safety, record_study
from tracker.services.records.lesions import LookAhead, look_ahead, record_assessment, record_lesion
from tracker.services.records.plain import record_fact
from tracker.services.records.reports import (
    adjudicate_study,
    explain_study,
    record_action,
    report_study,
    set_indication,
    state_no_action,
)
from tracker.services.records.response import record_progression, record_response, set_response_aside
from tracker.services.records.status import approve_step_down, record_override, record_status, second_approve
from tracker.services.records.symptoms import STEPS, close_symptom, confirm_symptom, mark_step, open_symptom
from tracker.services.records.treatment import record_procedure, record_therapy, stop_therapy
from tracker.services.records.withdrawing import kind_of, mark_entered_in_error

__all__ = [
    "FORM_VERSION",
    "SCALES",
    "STEPS",
    "LookAhead",
    "Recorded",
    "adjudicate_study",
    "approve_step_down",
    "close_symptom",
    "confirm_symptom",
    "explain_study",
    "kind_of",
    "look_ahead",
    "mark_entered_in_error",
    "mark_step",
    "open_symptom",
    "record_action",
    "record_assessment",
    "record_fact",
    "record_function",
    "record_imaging_safety",
    "record_lesion",
    "record_marker",
    "record_override",
    "record_primary",
    "record_procedure",
    "record_prognosis",
    "record_progression",
    "record_response",
    "record_status",
    "record_study",
    "record_therapy",
    "record_visit",
    "report_study",
    "second_approve",
    "set_indication",
    "set_response_aside",
    "state_no_action",
    "stop_therapy",
]
