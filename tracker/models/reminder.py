"""The intention to remind (Reminder) and each attempt at it (Delivery)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tracker.models.codes import CodeField, choices
from tracker.models.patient import Patient


class Reminder(models.Model):
    """What, to whom, at which moment, under one key. The row is the queue; a message is only a wake-up.

    It speaks of a step of a follow-up's ladder, or of a step of work that waits (`wait`: a word of the registry of
    waits, `about` its row as ``source:key``); `patient` is then whom the work is about, None for nobody known.
    `uncertain`: handed over without an answer, may have been sent; a person decides. `dead`: given up, shown to a
    person. `withdrawn`: no longer eligible when it was to be sent, with `withdrawn_reason`.
    """

    key = models.CharField(max_length=120, unique=True, help_text="follow-up, revision, step, recipient, channel")
    follow_up = models.ForeignKey(
        "tracker.FollowUp", null=True, blank=True, on_delete=models.PROTECT, related_name="reminders"
    )
    patient = models.ForeignKey(
        "tracker.Patient", null=True, blank=True, on_delete=models.PROTECT, related_name="reminders"
    )
    wait = models.CharField(max_length=40, blank=True, default="", help_text="What waits for a person.")
    about = models.CharField(max_length=40, blank=True, default="", help_text="The row that waits: source and key.")
    revision = models.PositiveIntegerField(default=0, help_text="Revision of the follow-up it speaks of.")
    step = models.CharField(max_length=40)
    purpose = CodeField(max_length=12, choices=choices("recall", "appointment", "due", "overdue", "emergency", "wait"))
    audience = CodeField(max_length=8, choices=choices("patient", "nurse", "surgeon"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=10, default="email")
    due_at = models.DateTimeField()
    state = CodeField(
        max_length=10,
        choices=choices("pending", "claimed", "sent", "failed", "dead", "withdrawn", "uncertain"),
        default="pending",
    )
    claimed_by = models.CharField(max_length=80, blank=True, default="")
    lease_until_at = models.DateTimeField(null=True, blank=True)
    handing_over = models.BooleanField(default=False, help_text="True from the moment before the provider is called.")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    withdrawn_reason = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                name="reminder_to_send",
                fields=["next_attempt_at"],
                condition=Q(state__in=["pending", "claimed", "failed"]),
            ),
            models.Index(name="reminder_of_a_wait", fields=["about"], condition=~Q(wait="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="reminder_speaks_of_something",
                condition=Q(follow_up__isnull=False) | ~Q(wait=""),
                violation_error_message="A reminder speaks of a follow-up or of work that waits.",
            ),
        ]

    @property
    def of_patient(self) -> Patient | None:
        """Whom it is about; None where that is nobody known."""
        return self.follow_up.patient if self.follow_up is not None else self.patient


class Delivery(models.Model):
    """One attempt on one channel, with its one outcome. Append only."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="deliveries")
    at = models.DateTimeField()
    channel = models.CharField(max_length=10)
    outcome = CodeField(max_length=10, choices=choices("accepted", "refused", "failed", "uncertain", "suppressed"))
    detail = models.CharField(max_length=300, blank=True, default="")
    provider_id = models.CharField(max_length=120, blank=True, default="")
