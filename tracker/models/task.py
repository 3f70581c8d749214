"""Work for a person that is not a window: raised by a plan, a failed reminder or an import."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tracker.models.codes import CodeField, choices


class Task(models.Model):
    """One piece of work. `kind` is a word of the engine's `Task` set or, raised elsewhere: ``call_patient``,
    ``cancel_booking``, ``cancel_order``, ``cancel_message``, ``check_delivery``, ``message_stopped``, ``plan_failed``,
    ``unwell``, ``right_number``.

    `call` is the call on which somebody was unwell or the number wrong; `symptom` answered the first, and where it is
    marked as entered in error the work stands again.
    """

    patient = models.ForeignKey("tracker.Patient", on_delete=models.PROTECT, related_name="tasks")
    follow_up = models.ForeignKey(
        "tracker.FollowUp", null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    kind = models.CharField(max_length=40)
    raised_by = CodeField(max_length=10, choices=choices("plan", "reminder", "import", "person"))
    call = models.ForeignKey("tracker.FollowUpEvent", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    symptom = models.ForeignKey("tracker.Symptom", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    text = models.CharField(max_length=300, blank=True, default="")
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ending = CodeField(max_length=16, choices=choices("done", "no_longer_asked"), blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_task_of_a_kind",
                fields=["patient", "kind", "follow_up"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="task_ended_by_someone",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]
