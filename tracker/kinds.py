"""The kinds of fact, one entry each, in the order in which a ward would list them.

An entry says what a kind is called, what its columns are and which of them identify a person, what the engine reads of
it, what the history says of it, how an import calls it and how a person records it. Model, engine class, draft and form
are named by text, so that every room can read this table and none is imported by it. A new kind is one more entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


def names(text: str) -> tuple[str, ...]:
    """Names written after one another."""
    return tuple(text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the engine reads of a kind: columns, in the order in which `makes` takes them.

    `makes` is a class of `scheduling.engine.record` with its module, or ``day`` where the day alone is read; "" where
    `tracker.facts` puts the kind together with others. What is made stands in `into`, a field of the engine's History.
    Only rows whose column `where` holds one of `among` are read. `completed_by` is the audit verb of what is written
    into a fact later without a moment of its own, `completed_on` the table that the event names.
    """

    columns: tuple[str, ...]
    makes: str = ""
    into: str = "others"
    where: str = ""
    among: tuple[str, ...] = ()
    completed_by: str = ""
    completed_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of fact.

    `code` is its word in addresses, proposals and reports, `word` what people call it, `model` its module and class
    below `tracker.models`. Every column of its own stands in `columns` or, where it identifies a person, in `personal`;
    `says` are those that tell in one line what a fact was, `may_lie_ahead` the days that may come after today,
    `may_follow_death` those on which something was said or read about a patient who may have died before, `beside` the
    rows that are read with a fact.

    A person records it with the class `form` of ``tracker/web/record/forms/<code>.py`` under the sentence `lead`;
    without a `button` the form is reached from another place of the patient's page, and `address` is its last part
    where that is not the code. `draft` is its class in `tracker.interop.drafts` and `field` where a record keeps them,
    where an import reads it. `section` is its heading on the patient's page, where it has no place of its own there.
    `by_person` False: the program records it, and nobody marks it as entered in error.
    """

    code: str
    model: str
    word: str
    columns: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    may_lie_ahead: tuple[str, ...] = ()
    may_follow_death: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    read: Read | None = None
    form: str = ""
    button: str = ""
    lead: str = ""
    address: str = ""
    draft: str = ""
    field: str = ""
    section: str = ""
    by_person: bool = True

    @property
    def table(self) -> str:
        """The name that audit events and addresses of the administration give the model."""
        return self.model.rpartition(".")[2].lower()


SINS = names("location pain bone_lesion alignment collapse posterolateral")

KINDS: tuple[Kind, ...] = (
    Kind(
        code="study",
        model="study.Study",
        word="study",
        columns=names(
            "kind coverage indication indication_recorded_at symptom follow_up snapshot ordered_on booked_for "
            "reported_on seen_on seen_by patient_told_on timing_reason spine_read quality contrast compared_with "
            "first_call first_call_at adjudicated_call adjudicated_on adjudicated_by visible_earlier "
            "visible_earlier_study visible_earlier_by visible_earlier_on actionable action_decided_on action_done_on "
            "action_planned_before explained_on explained_by"
        ),
        personal=names("report action explanation"),
        says=("kind",),
        may_follow_death=names("reported_on seen_on adjudicated_on visible_earlier_on explained_on"),
        beside=("follow_up",),
        read=Read(
            columns=names("occurred_on kind coverage quality spine_read"),
            into="studies",
            completed_by="study.reported",
            completed_on="study",
        ),
        form="StudyForm",
        button="Study",
        lead="One examination that was performed. To plan one, book it on the queue.",
        draft="StudyDraft",
        field="studies",
    ),
    Kind(
        code="visit",
        model="visit.Visit",
        word="visit",
        columns=names("kind planned symptoms_asked examined follow_up"),
        personal=names("reason seen_by"),
        says=("kind",),
        read=Read(columns=("occurred_on",), makes="day", into="visits", where="kind", among=("spine_surgeon",)),
        form="VisitForm",
        button="Visit",
        lead="One contact that took place.",
        draft="VisitDraft",
        field="visits",
    ),
    Kind(
        code="lesion",
        model="lesion.Lesion",
        word="lesion",
        columns=("level",),
        personal=("note",),
        says=("level",),
        read=Read(columns=names("pk level occurred_on"), into="lesions"),
        form="LesionForm",
        button="Lesion with SINS and ESCC",
        lead="One deposit in one vertebra. What is not known stays not known; it is never taken as normal.",
        draft="LesionDraft",
        field="lesions",
    ),
    Kind(
        code="assessment",
        model="assessment.LesionAssessment",
        word="lesion scores",
        columns=(*names("lesion study escc sins_scored location_overridden local_response"), *SINS),
        personal=("location_reason",),
        says=("escc",),
        beside=("lesion",),
        read=Read(
            columns=(*names("lesion_id occurred_on escc sins_scored location_overridden"), *SINS),
            into="lesions",
        ),
        form="AssessmentForm",
        lead="What was looked at on this day. Leave ESCC or SINS untouched where it was not looked at.",
        draft="AssessmentDraft",
        field="assessments",
    ),
    Kind(
        code="response",
        model="response.Response",
        word="response",
        columns=names("spine visceral pain criteria evidence study lesion counts"),
        personal=("assessor",),
        says=("spine",),
        beside=("study",),
        read=Read(
            columns=names("occurred_on spine counts"),
            makes="history.ResponseEntry",
            into="responses",
            completed_by="response.set_aside",
            completed_on="response",
        ),
        form="ResponseForm",
        button="Response",
        lead="A clinician’s verdict on a day: spine, viscera and pain are three answers.",
        draft="ResponseDraft",
        field="responses",
    ),
    Kind(
        code="progression",
        model="progression.Progression",
        word="progression",
        columns=names(
            "found_by last_clean_study first_positive_study lesion level kind escc_then escc_before sins_then "
            "sins_before symptoms walking neurology_scale neurology_grade emergency overdue_at_the_time response"
        ),
        says=names("kind level"),
        form="ProgressionForm",
        button="Progression",
        lead="The recognition that disease grew: how it came to light, and what the patient had then.",
        section="Progression",
    ),
    Kind(
        code="symptom",
        model="symptom.Symptom",
        word="symptom",
        columns=names(
            "kind reported_at onset_on onset_precision told_on route red_flag triaged_at mri_requested_at mri_done_at "
            "result_at treatment_begun_at lost_walking cause cause_on confirmed closed_on closed_at closed_by"
        ),
        personal=names("detail told_to closed_reason"),
        says=names("kind detail"),
        may_follow_death=names("cause_on closed_on"),
        beside=("closed_by",),
        read=Read(
            columns=names("kind occurred_on closed_on closed_at detail confirmed"),
            into="symptoms",
            completed_by="symptom.confirmed",
            completed_on="symptom",
        ),
        form="SymptomForm",
        button="Symptom",
        lead="New weakness, gait change, numbness, bladder, bowel or saddle change starts the emergency pathway at "
        "once.",
        draft="SymptomDraft",
        field="symptoms",
    ),
    Kind(
        code="therapy",
        model="therapy.TherapyLine",
        word="therapy line",
        columns=names(
            "therapy_class drugs stopped_on stopped_precision reason stop_reason bone_agent steroids baseline_study"
        ),
        says=("therapy_class",),
        may_follow_death=("stopped_on",),
        read=Read(
            columns=names("therapy_class occurred_on stopped_on drugs reason"),
            into="lines",
            completed_by="therapyline.stopped",
            completed_on="therapyline",
        ),
        form="TherapyForm",
        button="Therapy line",
        lead="Systemic treatment. A dose change or a hold is not a new line.",
        draft="LineDraft",
        field="lines",
    ),
    Kind(
        code="procedure",
        model="procedure.Procedure",
        word="procedure",
        columns=names("kind levels hardware dose_gy fractions"),
        personal=("note",),
        says=names("kind levels"),
        read=Read(
            columns=names("kind occurred_on levels hardware dose_gy fractions"),
            makes="facts.Procedure",
            into="procedures",
        ),
        form="ProcedureForm",
        button="Procedure",
        lead="Surgery, a radiotherapy course, cement or ablation of the spine, with its levels.",
        draft="ProcedureDraft",
        field="procedures",
    ),
    Kind(
        code="primary",
        model="disease.PrimaryCancer",
        word="cancer",
        columns=names("site subtype marker_class"),
        personal=("text",),
        says=("site",),
        read=Read(columns=names("pk site subtype marker_class"), into="primaries"),
        draft="PrimaryDraft",
        field="primaries",
    ),
    Kind(
        code="marker",
        model="disease.Marker",
        word="marker",
        columns=names("name result value primary"),
        says=names("name value result"),
        read=Read(
            columns=names("name value result primary_id"),
            into="primaries",
            where="result",
            among=names("present absent"),
        ),
        form="MarkerForm",
        button="Marker",
        lead="A tumour marker or variant that was tested. Not tested is not absent.",
        section="Markers",
        draft="MarkerDraft",
        field="markers",
    ),
    Kind(
        code="function",
        model="disease.Function",
        word="function",
        columns=names("scale value"),
        says=names("scale value"),
        form="FunctionForm",
        button="Function",
        lead="One scale on one day, as it was used. One scale is never converted into another.",
        section="Function",
        draft="FunctionDraft",
        field="functions",
    ),
    Kind(
        code="imaging_safety",
        model="disease.ImagingSafety",
        word="imaging safety",
        columns=names("mri gadolinium_allergy egfr"),
        personal=("note",),
        says=("mri",),
        read=Read(columns=names("mri gadolinium_allergy egfr"), into="constraints"),
        form="SafetyForm",
        button="Imaging safety",
        lead="The newest known value of each counts; what is left out stays as it was. Not known is never cleared.",
        address="safety",
        draft="SafetyDraft",
        field="safety",
    ),
    Kind(
        code="prognosis",
        model="disease.Prognosis",
        word="prognosis",
        columns=names("score inputs total band model_version"),
        says=("score",),
    ),
    Kind(
        code="status",
        model="patient.StatusEvent",
        word="status",
        columns=names("status transfer_accepted"),
        personal=names("clinician reason scope"),
        says=("status",),
        read=Read(
            columns=names("occurred_on status transfer_accepted"),
            makes="history.StatusChange",
            into="statuses",
        ),
        form="StatusForm",
        button="Status",
        section="Status",
        lead="Hospice, refusal, transfer, discharge or death stop dates and messages; a person says so, with a reason.",
        draft="StatusDraft",
        field="statuses",
    ),
    Kind(
        code="override",
        model="override.Override",
        word="override",
        columns=names("stream earliest_on due_on latest_on until_on second_approved_by second_approved_at"),
        personal=("reason",),
        says=("stream",),
        may_lie_ahead=names("earliest_on due_on latest_on until_on"),
        beside=("second_approved_by",),
        read=Read(
            columns=names("stream earliest_on due_on latest_on occurred_on until_on second_approved_at"),
            into="overrides",
        ),
        form="WindowForm",
        lead="Your earliest, due and latest day for one stream, with a reason. It may shorten freely. Where it "
        "goes beyond the policy's latest day, the policy's own dates stand beside it until a second clinician agrees.",
    ),
    Kind(
        code="approval",
        model="approval.StepDownApproval",
        word="step-down approval",
        columns=names("ended_on ended_row"),
        personal=names("clinician reason"),
        read=Read(
            columns=names("occurred_on ended_on id"),
            makes="history.StepDownApproval",
            into="approvals",
            completed_by="step_down.ended",
            completed_on="patient",
        ),
        form="StepDownForm",
        section="Step-down",
        lead="Longer intervals. A clinician approves; the approval ends by itself when a plan lists a row that "
        "ends it.",
    ),
    Kind(
        code="low_risk_exit",
        model="approval.LowRiskExit",
        word="end of the low-risk plan",
        read=Read(columns=("occurred_on",), makes="day", into="left_low_risk"),
        by_person=False,
    ),
)

BY_CODE: Mapping[str, Kind] = {kind.code: kind for kind in KINDS}
BY_TABLE: Mapping[str, Kind] = {kind.table: kind for kind in KINDS}
