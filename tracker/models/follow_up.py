"""One thing due for one patient in one stream, followed to its end, and everything that happened on the way."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from scheduling.engine.vocabulary import ImagingRequest, Stream, Urgency
from tracker.models.codes import CodeField, choices

#: A day that has always come: whatever waits for it is looked at the next time somebody looks.
AT_ONCE = date.min


class State(models.TextChoices):
    """Where a follow-up stands in its life; the moves between them are in `tracker.lifecycle`."""

    OPEN = "open"
    ORDERED = "ordered"
    BOOKED = "booked"
    MISSED = "missed"
    CANCELLED = "cancelled"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class FollowUp(models.Model):
    """One window for one patient and stream: the window is the plan's, the appointment a person's.

    A row without `closed_at` is the current one of its stream: at most one. Done and withdrawn rows are closed;
    a cancelled one stays current while it holds (`hold_until_on`), so the stream counts as closed by a person. What is
    not `asked` for keeps its last window as history until a person has taken back what was arranged.
    Time status and conflicts are never stored: they are asked of the row and a day.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey("tracker.Patient", on_delete=models.PROTECT, related_name="follow_ups")
    stream = CodeField(max_length=8, choices=choices(*Stream))
    state = CodeField(max_length=9, choices=State.choices, default=State.OPEN)
    revision = models.PositiveIntegerField(default=1, help_text="Rises when what a calendar shows changes.")
    # What the newest plan asks for.
    asked = models.BooleanField(default=True, help_text="False: nothing any more; the window is history.")
    opens_on = models.DateField()
    due_on = models.DateField()
    closes_on = models.DateField()
    first_due_on = models.DateField(help_text="The first due date ever given; never changes.")
    row = models.CharField(max_length=8, help_text="The policy row that gives the date.")
    urgency = CodeField(max_length=9, choices=choices(*Urgency))
    urgency_rank = models.PositiveSmallIntegerField(help_text="Place of the urgency in a queue, 0 first.")
    counted_by = CodeField(max_length=12, choices=choices("study", "canal_study", "visit"))
    request = CodeField(max_length=20, choices=[(code, code) for code in ImagingRequest], blank=True, default="")
    reasons = models.JSONField(default=list, help_text="Every fired row with an item or a say in this stream.")
    policy_version = models.ForeignKey("scheduling.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    known_before = models.JSONField(
        default=list,
        help_text="Studies and visits inside the window, on record when it was first given: they complete nothing.",
    )
    # Done while the plan goes on asking.
    awaiting_closure_on = models.DateField(null=True, blank=True, help_text="Done on this day; a clinician ends it.")
    awaiting_response_on = models.DateField(
        null=True, blank=True, help_text="Done on this day; the response is not recorded."
    )
    # What people did.
    ordered_on = models.DateField(null=True, blank=True)
    indication = models.CharField(max_length=40, blank=True, default="", help_text="Why, said when ordered.")
    indication_at = models.DateTimeField(null=True, blank=True)
    snapshot = models.JSONField(null=True, blank=True, help_text="Planned and known when it was arranged.")
    arranged_as = CodeField(
        max_length=20,
        choices=[(code, code) for code in ImagingRequest],
        blank=True,
        default="",
        help_text="The request it was ordered or booked as.",
    )
    answered = models.BooleanField(
        default=False, help_text="A person arranged or confirmed it against this window and request."
    )
    booked_on = models.DateField(null=True, blank=True, help_text="The day of the appointment.")
    booked_at = models.DateTimeField(null=True, blank=True, help_text="Its moment, when an hour was agreed.")
    booked_place = models.CharField(max_length=120, blank=True, default="")
    missed_on = models.DateField(null=True, blank=True)
    missed_count = models.PositiveSmallIntegerField(default=0)
    hold_until_on = models.DateField(null=True, blank=True, help_text="A cancelled row reopens after this day.")
    snoozed_until = models.DateField(null=True, blank=True)
    snoozed_closes_on = models.DateField(null=True, blank=True, help_text="The plan's latest day when it was snoozed.")
    snooze_reason = models.CharField(max_length=200, blank=True, default="")
    snoozed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="owned_follow_ups",
    )
    last_contact_on = models.DateField(null=True, blank=True)
    last_contact = models.CharField(max_length=80, blank=True, default="")
    next_step_on = models.DateField(
        null=True,
        blank=True,
        default=AT_ONCE,
        help_text="The day on which the ladder is asked next; a change brings it forward.",
    )
    # Its end.
    done_on = models.DateField(null=True, blank=True)
    outcome = CodeField(
        max_length=30,
        choices=choices(
            "done",
            "done_elsewhere",
            "refused",
            "did_not_attend",
            "cancelled_by_patient",
            "cancelled_by_us",
            "overtaken",
            "contraindicated",
            "died",
            "hospice",
            "left",
            "in_error",
        ),
        blank=True,
        default="",
    )
    passed_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="It stood through an error alone; what was arranged on it stands on this one.",
    )
    outcome_reason = models.CharField(max_length=300, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="When what a calendar shows changed last.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_current_follow_up_per_stream",
                fields=["patient", "stream"],
                condition=Q(closed_at__isnull=True),
                violation_error_message="This patient already has a follow-up in this stream.",
            ),
            models.CheckConstraint(
                name="follow_up_window_in_order",
                condition=Q(opens_on__lte=models.F("due_on")) & Q(due_on__lte=models.F("closes_on")),
                violation_error_message="A window runs from earliest over due to latest.",
            ),
            models.CheckConstraint(
                name="follow_up_closed_by_someone",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                violation_error_message="A closed follow-up names who closed it and when.",
            ),
            models.CheckConstraint(
                name="follow_up_closed_when_ended",
                condition=Q(state__in=[State.DONE, State.WITHDRAWN], closed_at__isnull=False)
                | (~Q(state__in=[State.DONE, State.WITHDRAWN]) & Q(closed_at__isnull=True))
                | Q(state=State.CANCELLED),
                violation_error_message="Done and withdrawn follow-ups are closed, the others are not.",
            ),
            models.CheckConstraint(
                name="follow_up_snooze_has_reason",
                condition=Q(snoozed_until__isnull=True) | ~Q(snooze_reason=""),
                violation_error_message="A snooze says why.",
            ),
        ]
        indexes = [
            models.Index(
                name="follow_up_current_queue",
                fields=["urgency_rank", "closes_on"],
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(name="follow_up_current_due", fields=["due_on"], condition=Q(closed_at__isnull=True)),
            models.Index(name="follow_up_next_step", fields=["next_step_on"], condition=Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.uid}"


class FollowUpEvent(models.Model):
    """What happened to a follow-up: each re-date with its cause, each contact with its outcome. Append only."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="events")
    kind = CodeField(
        max_length=20,
        choices=choices(
            "opened",
            "moved",
            "completed",
            "awaiting_closure",
            "awaiting_response",
            "withdrawn",
            "reopened",
            "conflict",
            "ordered",
            "booked",
            "confirmed",
            "missed",
            "attended",
            "called",
            "taken",
            "released",
            "snoozed",
            "woken",
            "cancelled",
            "note",
            "undone",
        ),
    )
    at = models.DateTimeField()
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cause = CodeField(
        max_length=10,
        choices=choices("fact", "policy", "override", "patient", "protocol", "person", "unknown"),
        default="unknown",
    )
    outcome = models.CharField(max_length=30, blank=True, default="")
    text = models.CharField(max_length=300, blank=True, default="")
    opens_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    row = models.CharField(max_length=8, blank=True, default="")
    policy_version = models.ForeignKey(
        "scheduling.PolicyVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    before = models.JSONField(
        null=True, blank=True, help_text="What undo puts back; what else was written into the row."
    )

    class Meta:
        indexes = [models.Index(fields=["follow_up", "at"])]


class PatientPlan(models.Model):
    """The last plan of a patient, written only when it changed: listed rows, tempo, tasks, gaps, empty streams.

    It stands from `stands_from` until the day before `stands_until`, unless something is recorded; without an end where
    that is empty. The night looks at a plan whose day has come; an act or a failure makes it come at once.
    """

    patient = models.OneToOneField("tracker.Patient", on_delete=models.PROTECT, related_name="plan", primary_key=True)
    policy_version = models.ForeignKey("scheduling.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    rows = models.JSONField(default=list)
    tempo = models.CharField(max_length=12, blank=True, default="")
    urgency = CodeField(max_length=9, choices=choices(*Urgency))
    tasks = models.JSONField(
        default=list,
        help_text="What the plan asked people to do; a task is raised when it first stands here.",
    )
    gaps = models.JSONField(default=list)
    imaging_not_asked = models.CharField(
        max_length=8, blank=True, default="", help_text="The row behind an empty stream."
    )
    surgeon_not_asked = models.CharField(max_length=8, blank=True, default="")
    low_risk = models.BooleanField(
        default=False, help_text="The last plan that suspended nothing listed a low-risk row."
    )
    active = models.BooleanField(
        default=True, help_text="Counted by night: neither dead nor transferred with the transfer accepted."
    )
    stands_from = models.DateField(default=AT_ONCE, help_text="The day of the plan.")
    stands_until = models.DateField(
        null=True,
        blank=True,
        default=AT_ONCE,
        help_text="The first day on which it could change with nothing recorded.",
    )
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="plan_stands_until", fields=["stands_until"]),
            models.Index(name="plan_stands_from", fields=["stands_from"]),
        ]
