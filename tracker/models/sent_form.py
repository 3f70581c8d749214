"""Forms that were sent: one that is sent a second time records nothing, and answers as the first did."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SentForm(models.Model):
    """A form with a key of its own, made when it was shown, in the transaction of what it recorded.

    `about` is the address it was sent to, `content` a fingerprint of what was typed, `answer` what was said to the
    person. That a key stands once closes the race of two that arrive together.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    about = models.CharField(max_length=200)
    content = models.CharField(max_length=64)
    at = models.DateTimeField()
    answer = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(name="form_sent_once", fields=["by", "about", "key"])]
