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
    clinician = short_text(
        "Confirmed by", help_text="Needed for hospice; for a discharge it is you where this stays empty"
    )
    scope = segments(
        "What was declined",
        {"both": "Imaging and visits"},
        unknown="No refusal",
        help_text="A refusal stops both: the policy cannot stop one alone yet. For one alone, cancel its follow-up as "
        "refused; the other goes on",
    )
    transfer_accepted = forms.BooleanField(
        label="The other team has accepted", required=False, help_text="Until it has, follow-up goes on here"
    )
