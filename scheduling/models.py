"""Policies and their versions: a draft can change, a published version never does."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from scheduling.engine.policy.document import VERSION_LENGTH


class Policy(models.Model):
    """A named line of versions, such as the default policy or a trial protocol."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.slug


class PolicyVersion(models.Model):
    """One version of a policy: its whole document, its fingerprint, and who published and approved it.

    Draft, then published (rules from `effective_from`), then retired. A published version without an approver is
    "draft, not for clinical use" wherever its dates are shown.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=VERSION_LENGTH)
    document = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    effective_from = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    next_review_on = models.DateField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        permissions = [("approve_policyversion", "Can approve a policy for clinical use")]
        constraints = [
            models.UniqueConstraint(name="one_document_per_version", fields=["policy", "version"]),
            models.CheckConstraint(
                name="policy_published_by_someone",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False, effective_from__isnull=False),
            ),
            models.CheckConstraint(
                name="policy_approved_by_someone",
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def is_draft_for_clinic(self) -> bool:
        """True until a clinical lead has approved it: its dates carry the draft mark."""
        return self.approved_at is None
