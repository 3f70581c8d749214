"""A local treatment of the spine."""

from __future__ import annotations

from django import forms

from tracker import words
from tracker.services.records import record_procedure
from tracker.services.records.treatment import HIGHEST_DOSE_GY
from tracker.web.look.fields import DayField, LevelsField, segments, short_text
from tracker.web.record.fact_form import FactForm


class ProcedureForm(FactForm):
    """A local treatment of the spine."""

    record = staticmethod(record_procedure)

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
        max_value=HIGHEST_DOSE_GY,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": "This is not a number. Give the total dose in Gy, for example 24."},
    )
    fractions = forms.IntegerField(
        label="Fractions",
        required=False,
        min_value=1,
        max_value=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "This is not a whole number. Give the number of fractions, for example 2."},
    )
    note = short_text("Note", most=200)
