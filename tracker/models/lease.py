"""Who may act alone for a while: the single beat of a network."""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """`holder` may do `name` until `until_at`; taken by one conditional update."""

    name = models.CharField(max_length=40, unique=True)
    holder = models.CharField(max_length=120)
    until_at = models.DateTimeField()
