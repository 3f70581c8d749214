"""One examination: that it was performed, and later its result."""

from __future__ import annotations

from tracker import words
from tracker.services.records import record_study, report_study
from tracker.web.look.fields import DayField, long_text, menu, segments
from tracker.web.record.fact_form import FactForm


class StudyForm(FactForm):
    """One examination that was performed."""

    record = staticmethod(record_study)

    unknown = ("spine_read", "first_call")
    kind = segments("Kind of study", words.STUDY, required=True)
    occurred_on = DayField(label="Day of the study")
    coverage = segments("What it covers", words.COVERAGE, unknown="Not recorded")
    indication = menu(
        "Why it was done", words.INDICATION, initial="unknown", help_text="As it was meant before the result"
    )
    reported_on = DayField(label="Day of the report", required=False)
    spine_read = segments("Spine read", words.SPINE_READ)
    first_call = segments(
        "First call",
        words.FIRST_CALL,
        help_text="What the report says first; kept when it is judged again later",
        unknown="Not reported yet",
    )
    report = long_text("Report", help_text="The reader’s conclusion, shown and never interpreted")


class ReportForm(FactForm):
    """The result of a study that was recorded before; from then on why it was done is locked."""

    heading = "Add the result of a study"
    lead = "What the report says first. From then on why the study was done is locked."
    save = "Save result"
    saved = "Result saved"
    record = staticmethod(report_study)

    unknown = ("spine_read", "first_call")
    reported_on = DayField(label="Day of the report")
    first_call = segments(
        "First call",
        words.FIRST_CALL,
        help_text="What the report says first; kept when it is judged again later",
        unknown="Not said",
    )
    spine_read = segments("Spine read", words.SPINE_READ)
    report = long_text("Report", help_text="The reader’s conclusion, shown and never interpreted")
