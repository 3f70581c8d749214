"""Columns that are recorded for the evidence record: kept from the first day, because they cannot be rebuilt later.

Every other column of a fact is read by the engine (the kind's entry) or stands on a page; a field that nobody reads is
not asked, and a test says which has no reader.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.kinds import names

#: Kind of fact to the columns that wait for their use.
KEPT: Mapping[str, tuple[str, ...]] = {
    "study": names(
        "indication_recorded_at symptom follow_up snapshot ordered_on booked_for seen_on seen_by patient_told_on "
        "timing_reason contrast compared_with first_call_at adjudicated_call adjudicated_on adjudicated_by "
        "visible_earlier visible_earlier_study visible_earlier_by visible_earlier_on action_decided_on action_done_on "
        "action_planned_before"
    ),
    "visit": names("follow_up"),
    "assessment": names("study"),
    "response": names("study lesion"),
    "progression": names(
        "last_clean_study first_positive_study lesion escc_then escc_before sins_then sins_before neurology_scale "
        "neurology_grade emergency overdue_at_the_time response"
    ),
    "symptom": names(
        "onset_precision told_on red_flag triaged_at mri_requested_at mri_done_at result_at treatment_begun_at "
        "lost_walking cause_on"
    ),
    "therapy": names("stopped_precision baseline_study"),
    "prognosis": names("model_version"),
}
