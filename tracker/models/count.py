"""The nightly conservation check: how many patients stand in which state, per stream."""

from __future__ import annotations

from django.db import models

from scheduling.engine.vocabulary import Stream
from tracker.models.codes import CodeField, choices


class NightlyRun(models.Model):
    """One night's work, once per day: planning whose day has come, and the count.

    `release` and `zone` are the code and the clinic's zone it ran with; `swept`: it planned everybody and compared.
    """

    on = models.DateField(unique=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)
    release = models.CharField(max_length=64, blank=True, default="")
    zone = models.CharField(max_length=40, blank=True, default="")
    swept = models.BooleanField(default=False)


class PlanningRound(models.Model):
    """A day on which a round looked at everybody whose plan could change by itself, and when it was: once a day.

    Whoever had nothing to change left no other trace of it; plans that are made again follow these days.
    """

    on = models.DateField(unique=True)
    at = models.DateTimeField()


class ConservationCount(models.Model):
    """On `on`, `patients` patients stood in `state` of `stream`; ``absent`` above zero is a failure."""

    on = models.DateField()
    stream = CodeField(max_length=8, choices=choices(*Stream))
    state = models.CharField(max_length=20)
    patients = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["on", "stream"])]
