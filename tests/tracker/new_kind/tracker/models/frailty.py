"""How frail a patient is."""

from __future__ import annotations

from django.db import models

from tracker.models.fact import Fact


class Frailty(Fact):
    """A grade of the invented scale, 1 (fit) to 9, on a day."""

    grade = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=200, blank=True, default="")
