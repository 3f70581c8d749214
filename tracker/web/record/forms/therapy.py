"""A line of systemic treatment, and its end."""

from __future__ import annotations

from tracker import words
from tracker.services.records import record_therapy, stop_therapy
from tracker.web.look.fields import DayField, WordsField, menu, segments, short_text
from tracker.web.record.fact_form import FactForm


class TherapyForm(FactForm):
    """A line of systemic treatment."""

    record = staticmethod(record_therapy)

    unknown = ("stop_reason", "steroids", "reason")
    therapy_class = menu(
        "Class", words.THERAPY_CLASS, help_text="“Stopped” says that no treatment runs; stop the running lines first"
    )
    drugs = WordsField(
        label="Drugs", required=False, help_text="Names with commas, for example nivolumab, cabozantinib"
    )
    occurred_on = DayField(
        label="Started on", help_text="For “Stopped”: the day treatment ended. For example 21 Jul 2026"
    )
    reason = menu("Why it was begun", words.THERAPY_REASON, initial="unknown")
    stopped_on = DayField(label="Stopped on", required=False)
    stop_reason = segments("Why it was stopped", words.STOP_REASON)
    bone_agent = short_text("Bone agent", most=60)
    steroids = segments("Steroids", words.YES_NO)


class StopTherapyForm(FactForm):
    """The end of a line that was running."""

    heading = "Stop a therapy line"
    lead = "The day the line ended, and why."
    save = "Stop the line"
    saved = "Therapy line stopped"
    record = staticmethod(stop_therapy)

    unknown = ("stop_reason",)
    stopped_on = DayField(label="Stopped on")
    stop_reason = segments("Why it was stopped", words.STOP_REASON)
