"""What limits imaging."""

from __future__ import annotations

from django import forms

from tracker import words
from tracker.services.records import record_imaging_safety
from tracker.web.look.fields import DayField, segments, short_text
from tracker.web.record.fact_form import FactForm


class SafetyForm(FactForm):
    """What limits imaging: the radiology decision, contrast allergy, kidney function."""

    heading = "Record imaging safety"
    record = staticmethod(record_imaging_safety)

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
    gadolinium_allergy = segments("Gadolinium allergy", words.YES_NO, unknown="Leave as it is")
    egfr = forms.DecimalField(
        label="eGFR, mL/min/1.73 m²",
        required=False,
        min_value=0,
        max_value=200,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": "This is not a number. Give the eGFR, for example 71."},
    )
    note = short_text("Note", most=200, help_text="May stand alone: claustrophobia, sedation, pregnancy")

    def fact(self) -> dict[str, object]:
        """What was typed; an allergy that nobody answered stays as it was."""
        allergy = {"yes": True, "no": False}.get(self.cleaned_data["gadolinium_allergy"])
        return {**self.cleaned_data, "gadolinium_allergy": allergy}
