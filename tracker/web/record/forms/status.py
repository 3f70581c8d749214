"""In or out of the programme."""

from __future__ import annotations

from django import forms

from tracker import words
from tracker.services.records import record_status
from tracker.web.look.fields import DayField, segments, short_text
from tracker.web.record.fact_form import FactForm


class StatusForm(FactForm):
    """In or out of the programme, by a person, with a reason."""

    record = staticmethod(record_status)

    status = segments("Status", words.PATIENT_STATUS, required=True)
    occurred_on = DayField(label="From")
    reason = short_text("Reason", most=300, required=True)
    clinician = short_text("Confirmed by", help_text="Hospice, discharge and refusal name a clinician")
    scope = short_text("What was declined", most=60, help_text="Only for a refusal")
    transfer_accepted = forms.BooleanField(
        label="The other team has accepted", required=False, help_text="Until it has, follow-up goes on here"
    )
