"""One look at one lesion on a day: ESCC and the six SINS items, each of them possibly not known."""

from __future__ import annotations

from django.db import models

from scheduling.engine.vocabulary import SINS_ITEMS, Escc
from tracker.models.codes import CodeField, choices
from tracker.models.fact import Fact
from tracker.models.lesion import Lesion


class LesionAssessment(Fact):
    """ESCC and SINS of a lesion as seen on `occurred_on`.

    `escc` empty: not graded at this look. `sins_scored` False: SINS was not looked at; True with an empty item: the
    item is not known, which is never normal. `location` empty: read from the level.
    """

    lesion = models.ForeignKey(Lesion, on_delete=models.PROTECT, related_name="assessments")
    study = models.ForeignKey("tracker.Study", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    escc = CodeField(max_length=2, choices=choices(*Escc), blank=True, default="")
    sins_scored = models.BooleanField(default=False)
    location = CodeField(max_length=12, choices=choices(*SINS_ITEMS["location"]), blank=True, default="")
    location_overridden = models.BooleanField(default=False)
    location_reason = models.CharField(max_length=200, blank=True, default="")
    pain = CodeField(max_length=30, choices=choices(*SINS_ITEMS["pain"]), blank=True, default="")
    bone_lesion = CodeField(max_length=10, choices=choices(*SINS_ITEMS["bone_lesion"]), blank=True, default="")
    alignment = CodeField(max_length=12, choices=choices(*SINS_ITEMS["alignment"]), blank=True, default="")
    collapse = CodeField(max_length=30, choices=choices(*SINS_ITEMS["collapse"]), blank=True, default="")
    posterolateral = CodeField(max_length=12, choices=choices(*SINS_ITEMS["posterolateral"]), blank=True, default="")
    local_response = models.CharField(max_length=30, blank=True, default="")
