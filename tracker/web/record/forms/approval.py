"""A clinician's approval of the longer intervals."""

from __future__ import annotations

from tracker.services.records import approve_step_down
from tracker.web.look.fields import short_text
from tracker.web.record.fact_form import FactForm


class StepDownForm(FactForm):
    """A clinician's approval of the longer intervals."""

    heading = "Approve the step-down"
    save = "Approve"
    saved = "Step-down approved"
    record = staticmethod(approve_step_down)

    reason = short_text("Reason", most=300)
