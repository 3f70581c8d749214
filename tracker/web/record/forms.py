"""One form for each kind of fact that a person records on a patient's page."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from scheduling.engine.scores import sins as sins_score
from scheduling.engine.vocabulary import SINS_ITEMS, Escc
from tracker.queries.queues.rows import FilterChoices
from tracker.web.look import words
from tracker.web.look.fields import (
    DayField,
    LevelsField,
    TypedForm,
    WordsField,
    level_choices,
    menu,
    segments,
)

YES_NO = {"yes": "Yes", "no": "No"}
POINTS = {
    item.code: {str(option.code): option.points for option in item.options} for item in sins_score.ITEMS
}


def long_text(label: str, *, most: int = 2000, help_text: str = "", rows: int = 4) -> forms.CharField:
    """A box of several lines that may stay empty."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=most,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def short_text(
    label: str, *, most: int = 120, help_text: str = "", required: bool = False
) -> forms.CharField:
    """A box of one line."""
    return forms.CharField(label=label, required=required, max_length=most, help_text=help_text)


class StudyForm(TypedForm):
    """One examination that was performed."""

    unknown = ("spine_read", "first_call")
    kind = segments("Kind of study", words.STUDY, required=True)
    occurred_on = DayField(label="Day of the study")
    coverage = segments("What it covers", words.COVERAGE, unknown="Not recorded")
    indication = menu(
        "Why it was done", words.INDICATION, initial="unknown", help_text="As it was meant before the result"
    )
    reported_on = DayField(label="Day of the report", required=False)
    spine_read = segments("Spine read", {"explicit": "Explicitly", "not_read": "Not read"})
    first_call = segments(
        "First call",
        {"none": "No progression", "progression": "Progression", "doubtful": "Doubtful"},
        help_text="What the report says first; kept when it is judged again later",
        unknown="Not reported yet",
    )
    report = long_text("Report", help_text="The reader’s conclusion, shown and never interpreted")


class ReportForm(TypedForm):
    """The result of a study that was recorded before; from then on why it was done is locked."""

    unknown = ("spine_read", "first_call")
    reported_on = DayField(label="Day of the report")
    first_call = segments(
        "First call",
        {"none": "No progression", "progression": "Progression", "doubtful": "Doubtful"},
        help_text="What the report says first; kept when it is judged again later",
        unknown="Not said",
    )
    spine_read = segments("Spine read", {"explicit": "Explicitly", "not_read": "Not read"})
    report = long_text("Report", help_text="The reader’s conclusion, shown and never interpreted")


class SafetyForm(TypedForm):
    """What limits imaging: the radiology decision, contrast allergy, kidney function."""

    occurred_on = DayField(label="Day it was known")
    mri = segments(
        "MRI",
        {
            "ok": "Cleared",
            "conditional_device": "Conditional device",
            "unsafe_device": "Unsafe device: no MRI",
        },
        unknown="Leave as it is",
        help_text="The radiology decision; nothing here clears a device",
    )
    gadolinium_allergy = segments("Gadolinium allergy", YES_NO, unknown="Leave as it is")
    egfr = forms.DecimalField(
        label="eGFR, mL/min/1.73 m²",
        required=False,
        min_value=0,
        max_value=200,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": "This is not a number. Give the eGFR, for example 71."},
    )
    note = short_text("Note", most=200)

    def fact(self) -> dict[str, Any]:
        """What was typed; an allergy that nobody answered stays as it was."""
        allergy = {"yes": True, "no": False}.get(self.cleaned_data["gadolinium_allergy"])
        return {**self.cleaned_data, "gadolinium_allergy": allergy}


class StepDownForm(TypedForm):
    """A clinician's approval of the longer intervals."""

    reason = short_text("Reason", most=300)


class WindowForm(TypedForm):
    """A clinician's own window for one stream."""

    stream = segments("For", words.STREAM, required=True)
    earliest_on = DayField(label="Earliest", future=True)
    due_on = DayField(label="Due", future=True)
    latest_on = DayField(label="Latest", future=True)
    until_on = DayField(
        label="Asked until",
        future=True,
        help_text="After this day the policy's dates return. For example 21 Jul 2026",
    )
    reason = short_text("Reason", most=300, required=True)


class VisitForm(TypedForm):
    """One contact with a clinician."""

    unknown = ("planned", "symptoms_asked", "examined")
    occurred_on = DayField(label="Day of the visit")
    kind = segments(
        "Seen by",
        {"spine_surgeon": "Spine surgeon", "oncologist": "Oncologist", "nurse": "Nurse", "other": "Other"},
        required=True,
        initial="spine_surgeon",
        help_text="Only the spine surgeon counts for the surgeon’s dates",
    )
    seen_by = short_text("Name")
    planned = segments("Planned or urgent", {"planned": "Planned", "urgent": "Urgent"})
    symptoms_asked = segments(
        "Symptoms asked about", YES_NO, help_text="A “none” that nobody asked is not a none"
    )
    examined = segments("Examined", YES_NO)
    reason = short_text("Note", most=200)


class ResponseForm(TypedForm):
    """The clinician's verdict: spine, viscera and pain are three fields."""

    occurred_on = DayField(label="Day of the assessment")
    spine = segments("Spine", words.RESPONSE, required=True)
    visceral = segments("Viscera", words.RESPONSE, unknown="Not recorded")
    pain = segments("Pain", words.PAIN_RESPONSE, unknown="Not recorded")
    criteria = segments(
        "Criteria",
        {"RECIST": "RECIST", "MDA": "MDA", "PERCIST": "PERCIST", "SPINO": "SPINO", "iRECIST": "iRECIST"},
        unknown="Not said",
    )
    assessor = short_text("Assessed by")


class SymptomForm(TypedForm):
    """A symptom that was reported; it stays open until a clinician closes it."""

    unknown = ("route",)
    kind = segments("What is it", words.SYMPTOM, required=True)
    occurred_on = DayField(
        label="Day it was reported", help_text="The emergency pathway counts from this day"
    )
    onset_on = DayField(label="Since when", required=False)
    detail = long_text(
        "In words", most=300, rows=2, help_text="Weakness, gait, numbness or a level, bladder, bowel, saddle"
    )
    told_to = short_text("First told to")
    route = segments(
        "How it came",
        {
            "call": "Call",
            "visit": "Visit",
            "reply": "Reply to a message",
            "emergency_department": "Emergency department",
            "other_team": "Other team",
        },
    )


class CloseSymptomForm(TypedForm):
    """A clinician's closing of a symptom."""

    unknown = ("cause",)
    named: ClassVar[dict[str, str]] = {"closed_reason": "reason", "cause_on": "closed_on"}
    closed_on = DayField(label="Day it was settled")
    reason = long_text("What settled it", most=300, rows=2)
    cause = segments(
        "Cause",
        {
            "progression": "Progression",
            "fracture": "Fracture",
            "degenerative": "Degenerative",
            "other": "Other",
        },
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = "Nothing was given. Say what settled it."


class TherapyForm(TypedForm):
    """A line of systemic treatment."""

    unknown = ("stop_reason", "steroids", "reason")
    therapy_class = menu("Class", words.THERAPY_CLASS, help_text="“Stopped” records that all treatment ended")
    drugs = WordsField(
        label="Drugs", required=False, help_text="Names with commas, for example nivolumab, cabozantinib"
    )
    occurred_on = DayField(
        label="Started on", help_text="For “Stopped”: the day treatment ended. For example 21 Jul 2026"
    )
    reason = menu("Why it was begun", words.THERAPY_REASON, initial="unknown")
    stopped_on = DayField(label="Stopped on", required=False)
    stop_reason = segments("Why it was stopped", words.STOP_REASON)
    bone_agent = short_text("Bone agent", most=60)
    steroids = segments("Steroids", YES_NO)


class StopTherapyForm(TypedForm):
    """The end of a line that was running."""

    unknown = ("stop_reason",)
    stopped_on = DayField(label="Stopped on")
    stop_reason = segments("Why it was stopped", words.STOP_REASON)


class ProcedureForm(TypedForm):
    """A local treatment of the spine."""

    kind = segments("Procedure", words.PROCEDURE, required=True)
    occurred_on = DayField(
        label="Day", help_text="For radiotherapy the last fraction. For example 21 Jul 2026 or 21/7/26"
    )
    levels = LevelsField(label="Levels", required=False)
    hardware = segments("Implants", words.HARDWARE, unknown="None or not known")
    dose_gy = forms.DecimalField(
        label="Dose, Gy",
        required=False,
        min_value=0.1,
        max_value=200,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": "This is not a number. Give the total dose in Gy, for example 24."},
    )
    fractions = forms.IntegerField(
        label="Fractions",
        required=False,
        min_value=1,
        max_value=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": "This is not a whole number. Give the number of fractions, for example 2."
        },
    )
    note = short_text("Note", most=200)


class StatusForm(TypedForm):
    """In or out of the programme, by a person, with a reason."""

    status = segments("Status", words.PATIENT_STATUS, required=True)
    occurred_on = DayField(label="From")
    reason = short_text("Reason", most=300, required=True)
    clinician = short_text("Confirmed by", help_text="Hospice, discharge and refusal name a clinician")
    scope = short_text("What was declined", most=60, help_text="Only for a refusal")
    transfer_accepted = forms.BooleanField(
        label="The other team has accepted", required=False, help_text="Until it has, follow-up goes on here"
    )


class AssessmentForm(TypedForm):
    """One look at a lesion: ESCC and the six items of SINS, any of them possibly not known."""

    occurred_on = DayField(label="Day of the assessment")
    escc = segments(
        "ESCC", {grade: grade for grade in Escc}, help_text="axial T2, worst level", unknown="Not graded"
    )
    location = segments(
        "Location",
        words.SINS_VALUE["location"],
        codes=("rigid", "semirigid", "mobile", "junctional"),
        points=POINTS["location"],
        unknown="From the level",
    )
    location_reason = short_text(
        "Reason for another location",
        most=200,
        help_text="Only where the class differs from that of the level",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for item in SINS_ITEMS:
            if item == "location":
                continue
            table, points = words.SINS_VALUE[item], POINTS[item]
            self.fields[item] = segments(
                words.SINS_ITEM[item],
                table,
                codes=sorted(table, key=lambda code: points[code]),
                points=points,
                help_text=words.SINS_HINT[item],
            )
        reason = self.fields.pop("location_reason")
        self.fields["location"].help_text = words.SINS_HINT["location"]
        self.fields["location_reason"] = reason

    @property
    def sins_rows(self) -> list[forms.BoundField]:
        """The six items in the order of the instrument."""
        return [self[item] for item in SINS_ITEMS]

    def fact(self) -> dict[str, Any]:
        """Grade and items; an untouched score is no look at it, a location of its own says why."""
        items = {item: self.cleaned_data[item] for item in SINS_ITEMS if self.cleaned_data.get(item)}
        reason = self.cleaned_data["location_reason"]
        return {
            "occurred_on": self.cleaned_data["occurred_on"],
            "escc": self.cleaned_data["escc"],
            "sins": items or None,
            "location_overridden": bool(reason and items.get("location")),
            "location_reason": reason,
        }


class LesionForm(AssessmentForm):
    """A new lesion with its first look."""

    level = forms.ChoiceField(
        label="Level", choices=level_choices, error_messages={"required": "Choose a level."}
    )
    note = short_text("Note", most=200)
    field_order = ("level", "occurred_on", "note", "escc")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["occurred_on"].label = "First found on"

    def fact(self) -> dict[str, Any]:
        """The look, with level and note."""
        level = self.cleaned_data["level"]
        return {
            **super().fact(),
            "level": "" if level == "unknown" else level,
            "note": self.cleaned_data["note"],
        }


class WrongForm(TypedForm):
    """Why a fact is marked entered in error; it stays visible and counts nowhere."""

    reason = short_text("Why it is wrong", most=300, required=True)


class AssignForm(TypedForm):
    """Who is responsible; a page offers the teams of the person and their members."""

    team = forms.ChoiceField(label="Team", error_messages={"required": "Choose a team."})
    nurse = forms.ChoiceField(label="Nurse", required=False)
    surgeon = forms.ChoiceField(label="Surgeon", required=False)

    def offer(self, choices: FilterChoices) -> None:
        """Set what can be chosen."""
        for name, offered, first in (
            ("team", choices.teams, ("", "Choose …")),
            ("nurse", choices.owners, ("", "Nobody")),
            ("surgeon", choices.surgeons, ("", "Nobody")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [first, *((str(each.value), each.label) for each in offered)]
