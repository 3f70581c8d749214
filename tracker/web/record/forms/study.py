"""One examination: that it was performed, and later its result."""

from __future__ import annotations

from typing import ClassVar

from tracker import words
from tracker.services.records import explain_study, record_study, report_study, state_no_action
from tracker.web.look.fields import DayField, long_text, menu, segments, short_text
from tracker.web.record.fact_form import FactForm


class StudyForm(FactForm):
    """One examination that was performed."""

    record = staticmethod(record_study)

    unknown = ("quality", "spine_read", "first_call")
    kind = segments("Kind of study", words.STUDY, required=True)
    occurred_on = DayField(label="Day of the study")
    coverage = segments("What it covers", words.COVERAGE, unknown="Not recorded")
    indication = menu(
        "Why it was done",
        words.INDICATION,
        initial="unknown",
        help_text="As it was meant before the result; what was said when it was ordered here stays",
    )
    reported_on = DayField(label="Day of the report", required=False)
    quality = segments("Images", words.QUALITY, help_text="Not diagnostic, or broken off: it then counts for nothing")
    spine_read = segments(
        "Spine read",
        words.SPINE_READ,
        help_text="A body CT, PET/CT or bone scan on which it was not read does not count",
    )
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

    unknown = ("quality", "spine_read", "first_call")
    reported_on = DayField(label="Day of the report")
    first_call = segments(
        "First call",
        words.FIRST_CALL,
        help_text="What the report says first; kept when it is judged again later",
        unknown="Not said",
    )
    quality = segments("Images", words.QUALITY, help_text="Not diagnostic, or broken off: it then counts for nothing")
    spine_read = segments(
        "Spine read",
        words.SPINE_READ,
        help_text="A body CT, PET/CT or bone scan on which it was not read does not count",
    )
    report = long_text("Report", help_text="The reader’s conclusion, shown and never interpreted")


class NoActionForm(FactForm):
    """A clinician's word that a doubtful or positive result asks for nothing."""

    heading = "No action on a result"
    lead = "A response or a score answers a result as well. This says that nothing is to be done, and why."
    save = "Save “no action”"
    saved = "“No action” saved"
    record = staticmethod(state_no_action)
    named: ClassVar[dict[str, str]] = {"action": "reason"}

    reason = short_text("No action, because", most=200, required=True)


class ExplainForm(FactForm):
    """Why an examination that showed nothing is not repeated."""

    heading = "Explain a study that counts for nothing"
    lead = "The follow-up stays as it was. This only ends the question why the study is not repeated."
    save = "Save explanation"
    saved = "Explanation saved"
    record = staticmethod(explain_study)
    named: ClassVar[dict[str, str]] = {"explanation": "reason"}

    reason = short_text("Not repeated, because", most=300, required=True)
