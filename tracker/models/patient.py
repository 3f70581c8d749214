"""The person under surveillance, how to reach them, and whether they are in the programme."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from scheduling.engine.vocabulary import PatientStatus
from tracker.models.codes import CodeField, choices
from tracker.models.fact import Fact, Precision
from tracker.models.people import Team

UNKNOWN = "unknown"


class Patient(models.Model):
    """A person under surveillance. `key` is the opaque name used in addresses and logs, never the number."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=80, unique=True, help_text="The hospital's number.")
    family_name = models.CharField(max_length=120, blank=True, default="")
    given_name = models.CharField(max_length=120, blank=True, default="")
    birth_on = models.DateField(null=True, blank=True)
    birth_precision = CodeField(max_length=7, choices=Precision.choices, default=Precision.DAY)
    sex = CodeField(max_length=7, choices=choices("female", "male", "other", UNKNOWN), default=UNKNOWN)
    phone = models.CharField(max_length=40, blank=True, default="")
    wrong_phone = models.CharField(
        max_length=40, blank=True, default="", help_text="A number that reached somebody else; never called again."
    )
    wrong_phone_on = models.DateField(null=True, blank=True)
    email = models.EmailField(blank=True, default="")
    best_hour = models.CharField(max_length=80, blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="")
    time_zone = models.CharField(max_length=60, blank=True, default="")
    preferred_channel = models.CharField(max_length=20, blank=True, default="")
    messages_allowed = CodeField(
        max_length=7,
        choices=choices("yes", "no", UNKNOWN),
        default=UNKNOWN,
        help_text="Consent to e-mail and text.",
    )
    quality_use = CodeField(max_length=9, choices=choices("yes", "no", "withdrawn"), blank=True, default="")
    quality_use_on = models.DateField(null=True, blank=True)
    research_use = CodeField(max_length=9, choices=choices("yes", "no", "withdrawn"), blank=True, default="")
    research_use_on = models.DateField(null=True, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="patients")
    nurse = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    surgeon = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    oncologist = models.CharField(max_length=120, blank=True, default="")
    registered_on = models.DateField()
    registered_because = CodeField(
        max_length=30,
        choices=choices(
            "new_spinal_metastasis",
            "after_sbrt",
            "after_surgery",
            "symptom",
            "import",
            "screening_of_old_list",
            UNKNOWN,
        ),
        default=UNKNOWN,
    )
    prospective_from = models.DateField(null=True, blank=True)
    spine_metastasis_on = models.DateField(null=True, blank=True)
    spine_metastasis_precision = CodeField(max_length=7, choices=Precision.choices, default=Precision.UNKNOWN)
    last_known_alive_on = models.DateField(null=True, blank=True)
    last_known_alive_source = models.CharField(max_length=60, blank=True, default="")
    deceased_on = models.DateField(null=True, blank=True)
    death_cause = CodeField(
        max_length=30,
        choices=choices("spine_or_neurological", "cancer_not_spine", "treatment", "other", UNKNOWN),
        default=UNKNOWN,
    )
    death_source = models.CharField(max_length=60, blank=True, default="")
    source_key = models.CharField(max_length=200, blank=True, default="", db_index=True)
    unreachable_since = models.DateField(null=True, blank=True, help_text="Not reached; never a reason to stop.")
    contact_failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.key)

    @property
    def name(self) -> str:
        """Name as shown on clinical pages; the number where no name is known."""
        return f"{self.given_name} {self.family_name}".strip() or self.number


class StatusEvent(Fact):
    """The patient's status from `occurred_on` on: dated, by a person, with a reason."""

    status = CodeField(max_length=12, choices=choices(*PatientStatus))
    transfer_accepted = models.BooleanField(default=False)
    clinician = models.CharField(max_length=120, blank=True, default="", help_text="Who confirmed or discharged.")
    reason = models.CharField(max_length=300, blank=True, default="")
    scope = models.CharField(max_length=60, blank=True, default="", help_text="What was declined.")
