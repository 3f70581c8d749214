"""One contact with a clinician."""

from __future__ import annotations

from tracker import words
from tracker.services.records import record_visit
from tracker.web.look.fields import DayField, segments, short_text
from tracker.web.record.fact_form import FactForm


class VisitForm(FactForm):
    """One contact with a clinician."""

    record = staticmethod(record_visit)

    unknown = ("planned", "symptoms_asked", "examined")
    occurred_on = DayField(label="Day of the visit")
    kind = segments(
        "Seen by",
        words.VISIT,
        required=True,
        initial="spine_surgeon",
        help_text="Only the spine surgeon counts for the surgeon’s dates",
    )
    seen_by = short_text("Name")
    planned = segments("Planned or urgent", {"planned": "Planned", "urgent": "Urgent"})
    symptoms_asked = segments(
        "Symptoms asked about", words.YES_NO, help_text="A “none” that nobody asked is not a none"
    )
    examined = segments("Examined", words.YES_NO)
    reason = short_text("Note", most=200)
