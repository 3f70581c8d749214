"""How a progression came to light."""

from __future__ import annotations

from tracker import words
from tracker.services.records import record_progression
from tracker.web.look.fields import DayField, menu, segments
from tracker.web.record.fact_form import FactForm


class ProgressionForm(FactForm):
    """The recognition that disease grew; grades and studies around it are read from the record."""

    record = staticmethod(record_progression)
    unknown = ("symptoms", "walking")

    occurred_on = DayField(label="Day it was recognised")
    found_by = menu("How it came to light", words.FOUND_BY, initial="unknown")
    kind = menu("What grew", words.PROGRESSION, initial="unknown")
    symptoms = segments("Symptoms then", {"none": "None", "pain": "Pain", "neurological": "Neurological"})
    walking = segments("Walking then", {"alone": "Alone", "with_help": "With help", "not": "Not"})
