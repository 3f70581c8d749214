"""The verdict of a clinician."""

from __future__ import annotations

from tracker import words
from tracker.services.records import record_response
from tracker.web.look.fields import DayField, segments, short_text
from tracker.web.record.fact_form import FactForm


class ResponseForm(FactForm):
    """The clinician's verdict: spine, viscera and pain are three fields."""

    record = staticmethod(record_response)

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
