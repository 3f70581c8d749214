"""A symptom from its report to its closing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tracker import words
from tracker.services.records import close_symptom, open_symptom
from tracker.web.look.fields import DayField, hour_field, long_text, segments, short_text
from tracker.web.look.marks import Note
from tracker.web.record.fact_form import FactForm


class SymptomForm(FactForm):
    """A symptom that was reported; it stays open until a clinician closes it."""

    record = staticmethod(open_symptom)
    notes = (
        Note(
            "Emergency:",
            "call the on-call coordinator and the spine surgeon now; do not wait for this form.",
            "stop",
        ),
    )

    unknown = ("route",)
    kind = segments("What is it", words.SYMPTOM, required=True)
    occurred_on = DayField(label="Day it was reported", help_text="The emergency pathway counts from this day")
    hour = hour_field("Hour it was reported", "Where it is known: 24 hours count from it. For example 9:40")
    onset_on = DayField(label="Since when", required=False)
    detail = long_text(
        "In words", most=300, rows=2, help_text="Weakness, gait, numbness or a level, bladder, bowel, saddle"
    )
    told_to = short_text("First told to")
    route = segments(
        "How it came",
        {
            "call": "Call",
            "visit": "Visit",
            "reply": "Reply to a message",
            "emergency_department": "Emergency department",
            "other_team": "Other team",
        },
    )

    def prepare(self) -> None:
        """Most are reported today."""
        self.fields["occurred_on"].initial = self.today

    @classmethod
    def proposed(cls, asked: Mapping[str, str]) -> dict[str, str]:
        """The kind behind the button "Red flag reported"."""
        return {"kind": "neuro"} if asked.get("kind") == "neuro" else {}


class CloseSymptomForm(FactForm):
    """A clinician's closing of a symptom."""

    heading = "Close a symptom"
    lead = "Only a clinician closes a symptom; a scan alone never does. The dates come back at once."
    save = "Close symptom"
    saved = "Symptom closed"
    record = staticmethod(close_symptom)

    unknown = ("cause",)
    named: ClassVar[dict[str, str]] = {"closed_reason": "reason", "cause_on": "closed_on"}
    closed_on = DayField(label="Day it was settled")
    reason = long_text("What settled it", most=300, rows=2)
    cause = segments(
        "Cause",
        {
            "progression": "Progression",
            "fracture": "Fracture",
            "degenerative": "Degenerative",
            "other": "Other",
        },
    )

    def prepare(self) -> None:
        """A closing says what settled it."""
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = "Nothing was given. Say what settled it."
