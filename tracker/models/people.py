"""Staff, their roles and their care teams."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from tracker.models.codes import CodeField


class Role(models.TextChoices):
    """What a person does here. `system` is the named author of what the program records; it cannot sign in."""

    NURSE = "nurse", "Specialist nurse"
    SURGEON = "surgeon", "Spine surgeon"
    ADMIN = "admin", "Administrator"
    SYSTEM = "system", "Scheduler"


class User(AbstractUser):
    """A member of staff. A clinical lead also holds the permission `scheduling.approve_policyversion`."""

    role = CodeField(max_length=7, choices=Role.choices, default=Role.NURSE)
    display_name = models.CharField(max_length=120, blank=True, default="")
    may_assign = models.BooleanField(default=False, help_text="May give patients without a team an owner.")

    def __str__(self) -> str:
        return self.display_name or self.get_full_name() or self.get_username()


class Team(models.Model):
    """The people responsible for a set of patients."""

    name = models.CharField(max_length=120, unique=True)
    started_on = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=40, blank=True, default="", help_text="The number given in messages.")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person in one team."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(name="one_membership_per_team", fields=["user", "team"])]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"
