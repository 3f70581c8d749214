"""What waits for a second person's approval: policy versions and clinicians' own windows; and who may approve."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from scheduling.models import PolicyVersion
from tracker.models import FollowUp, Override, User


def unapproved_versions(today: date) -> QuerySet[PolicyVersion]:
    """Published versions of a policy that no clinical lead approved."""
    found = PolicyVersion.objects.filter(published_at__isnull=False, approved_at__isnull=True, retired_at__isnull=True)
    return found.defer("document")


def unapproved_windows(today: date) -> QuerySet[Override]:
    """Clinicians' own windows that lie beyond the present one and wait for a second clinician."""
    rows = FollowUp.objects.filter(patient=OuterRef("patient"), stream=OuterRef("stream"), closed_at__isnull=True)
    return Override.objects.filter(
        Exists(rows.filter(closes_on__lt=OuterRef("latest_on"))),
        second_approved_by__isnull=True,
        entered_in_error_at__isnull=True,
        until_on__gte=today,
    )


def approvers() -> QuerySet[User]:
    """Clinical leads: those to whom approving a policy was given, in person or as a group."""
    given = Q()
    for through in ("user_permissions", "groups__permissions"):
        given |= Q(
            **{f"{through}__codename": "approve_policyversion", f"{through}__content_type__app_label": "scheduling"}
        )
    return User.objects.filter(given, is_active=True).order_by("pk").distinct()
