"""A tumour marker or variant that was tested."""

from __future__ import annotations

from tracker.services.records import record_marker
from tracker.web.look.fields import DayField, segments, short_text
from tracker.web.record.fact_form import FactForm


class MarkerForm(FactForm):
    """A marker: what was tested, and what was found."""

    record = staticmethod(record_marker)
    unknown = ("result",)

    name = short_text("Marker", required=True, help_text="For example EGFR exon 19 deletion, ALK, HER2")
    result = segments("Result", {"present": "Present", "absent": "Absent", "not_tested": "Not tested"}, required=False)
    value = short_text("Value", help_text="As the report words it, for example 60 %")
    occurred_on = DayField(label="Day of the test")
