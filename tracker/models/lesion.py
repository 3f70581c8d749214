"""One spinal deposit: the unit that is scored, treated and imaged."""

from __future__ import annotations

from django.db import models

from scheduling.engine.vocabulary import LEVELS
from tracker.models.codes import CodeField
from tracker.models.fact import Fact


class Lesion(Fact):
    """A spinal deposit; `occurred_on` is the day it was first found, an empty level is "spine, level unknown"."""

    level = CodeField(max_length=3, choices=[(level, level) for level in LEVELS], blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
