"""How frail a patient is."""

from __future__ import annotations

from django import forms

from tracker.web.look.fields import DayField, short_text
from tracker.web.record.fact_form import FactForm


class FrailtyForm(FactForm):
    """One grade on one day; the verb that writes any fact by its columns records it."""

    occurred_on = DayField(label="Day of the assessment")
    grade = forms.IntegerField(label="Grade", min_value=1, max_value=9)
    note = short_text("Note", most=200)
