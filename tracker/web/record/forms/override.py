"""A clinician's own window for one stream."""

from __future__ import annotations

from collections.abc import Mapping

from scheduling.engine.vocabulary import Stream
from tracker import words
from tracker.services.records import record_override
from tracker.web.look.fields import DayField, segments, short_text
from tracker.web.record.fact_form import FactForm


class WindowForm(FactForm):
    """A clinician's own window for one stream."""

    heading = "Set a window of your own"
    save = "Save window"
    saved = "Window saved"
    record = staticmethod(record_override)

    stream = segments("For", words.STREAM, required=True)
    earliest_on = DayField(label="Earliest", future=True)
    due_on = DayField(label="Due", future=True)
    latest_on = DayField(label="Latest", future=True)
    until_on = DayField(
        label="Asked until",
        future=True,
        help_text="After this day the policy's dates return. For example 21 Jul 2026",
    )
    reason = short_text("Reason", most=300, required=True)

    @classmethod
    def proposed(cls, asked: Mapping[str, str]) -> dict[str, str]:
        """The stream of the card that led here."""
        return {"stream": asked["stream"]} if asked.get("stream") in set(Stream) else {}
