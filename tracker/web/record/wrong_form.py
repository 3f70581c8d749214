"""Why a fact is marked as entered in error."""

from __future__ import annotations

from tracker.services.records import mark_entered_in_error
from tracker.web.look.fields import short_text
from tracker.web.record.fact_form import FactForm


class WrongForm(FactForm):
    """Why a fact is marked entered in error; it stays visible and counts nowhere."""

    lead = "It stays visible with your name and reason, and counts nowhere. Then record the right one."
    save = "Mark as wrong"
    record = staticmethod(mark_entered_in_error)

    reason = short_text("Why it is wrong", most=300, required=True)
