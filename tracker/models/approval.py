"""Step-down approvals, and the day a patient left the low-risk state."""

from __future__ import annotations

from django.db import models

from tracker.models.fact import Fact


class StepDownApproval(Fact):
    """A clinician's approval of the step-down; ends on the day a plan lists a row that ends it."""

    clinician = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True, default="")
    ended_on = models.DateField(null=True, blank=True)
    ended_row = models.CharField(max_length=8, blank=True, default="")


class LowRiskExit(Fact):
    """The day a plan without a low-risk row followed one with it, recorded as the named system user."""
