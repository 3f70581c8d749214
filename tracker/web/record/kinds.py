"""The kinds of fact a person records on a patient's page: each a form, its words, and the one verb it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.services.acts.on_record import Recorded
from tracker.services.records import (
    approve_step_down,
    close_symptom,
    open_symptom,
    record_assessment,
    record_imaging_safety,
    record_lesion,
    record_override,
    record_procedure,
    record_response,
    record_status,
    record_study,
    record_therapy,
    record_visit,
    report_study,
    second_approve,
    stop_therapy,
)
from tracker.web.look.fields import TypedForm
from tracker.web.record import forms as facts


@dataclass(frozen=True, slots=True)
class Kind:
    """One form of the page; `of` names what an address carries besides the patient: a lesion, a symptom, a line."""

    code: str
    button: str
    heading: str
    lead: str
    save_word: str
    form: type[TypedForm]
    record: Callable[..., Recorded]
    said: str
    sins: bool = False


KINDS: tuple[Kind, ...] = (
    Kind(
        "study",
        "Study",
        "Record a study",
        "One examination that was performed. To plan one, book it on the queue.",
        "Save study",
        facts.StudyForm,
        record_study,
        "Study saved",
    ),
    Kind(
        "visit",
        "Visit",
        "Record a visit",
        "One contact that took place.",
        "Save visit",
        facts.VisitForm,
        record_visit,
        "Visit saved",
    ),
    Kind(
        "lesion",
        "Lesion with SINS and ESCC",
        "Add a lesion",
        "One deposit in one vertebra. What is not known stays not known; it is never taken as normal.",
        "Save lesion",
        facts.LesionForm,
        record_lesion,
        "Lesion saved",
        sins=True,
    ),
    Kind(
        "response",
        "Response",
        "Record a response",
        "A clinician’s verdict on a day: spine, viscera and pain are three answers.",
        "Save response",
        facts.ResponseForm,
        record_response,
        "Response saved",
    ),
    Kind(
        "symptom",
        "Symptom",
        "Record a symptom",
        "New weakness, gait change, numbness, bladder, bowel or saddle change starts the emergency pathway at once.",
        "Save symptom",
        facts.SymptomForm,
        open_symptom,
        "Symptom saved",
    ),
    Kind(
        "therapy",
        "Therapy line",
        "Record a therapy line",
        "Systemic treatment. A dose change or a hold is not a new line.",
        "Save therapy",
        facts.TherapyForm,
        record_therapy,
        "Therapy saved",
    ),
    Kind(
        "procedure",
        "Procedure",
        "Record a procedure",
        "Surgery, a radiotherapy course, cement or ablation of the spine, with its levels.",
        "Save procedure",
        facts.ProcedureForm,
        record_procedure,
        "Procedure saved",
    ),
    Kind(
        "safety",
        "Imaging safety",
        "Record imaging safety",
        "The newest known value of each counts; what is left out stays as it was. Not known is never cleared.",
        "Save imaging safety",
        facts.SafetyForm,
        record_imaging_safety,
        "Imaging safety saved",
    ),
    Kind(
        "status",
        "Status",
        "Record a status",
        "Hospice, refusal, transfer, discharge or death stop dates and messages; a person says so, with a reason.",
        "Save status",
        facts.StatusForm,
        record_status,
        "Status saved",
    ),
)
REPORT = Kind(
    "report",
    "",
    "Add the result of a study",
    "What the report says first. From then on why the study was done is locked.",
    "Save result",
    facts.ReportForm,
    report_study,
    "Result saved",
)
STEP_DOWN = Kind(
    "step-down",
    "",
    "Approve the step-down",
    "Longer intervals. A clinician approves; the approval ends by itself when a plan lists a row that ends it.",
    "Approve",
    facts.StepDownForm,
    approve_step_down,
    "Step-down approved",
)
WINDOW = Kind(
    "window",
    "",
    "Set a window of your own",
    "Your earliest, due and latest day for one stream, with a reason. It may shorten freely. Where it goes beyond the "
    "policy's latest day, the policy's own dates stand beside it until a second clinician agrees.",
    "Save window",
    facts.WindowForm,
    record_override,
    "Window saved",
)
SECOND = Kind("second", "", "", "", "", TypedForm, second_approve, "Window approved as the second clinician")
BY_CODE = {kind.code: kind for kind in KINDS}

ASSESS = Kind(
    "assessment",
    "",
    "Score a lesion",
    "What was looked at on this day. Leave ESCC or SINS untouched where it was not looked at.",
    "Save scores",
    facts.AssessmentForm,
    record_assessment,
    "Scores saved",
    sins=True,
)
CLOSE = Kind(
    "close",
    "",
    "Close a symptom",
    "Only a clinician closes a symptom; a scan alone never does. The dates come back at once.",
    "Close symptom",
    facts.CloseSymptomForm,
    close_symptom,
    "Symptom closed",
)
STOP = Kind(
    "stop",
    "",
    "Stop a therapy line",
    "The day the line ended, and why.",
    "Stop the line",
    facts.StopTherapyForm,
    stop_therapy,
    "Therapy line stopped",
)
