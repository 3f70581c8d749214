"""From a checked document to a version in force: publish, approve, retire; a published document never changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from threading import Lock

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import transaction
from django.db.models import QuerySet

from scheduling.engine.following.rulebook import Rulebook
from scheduling.engine.planning.prepared import prepared
from scheduling.engine.policy.document import fingerprint, policy_to_mapping, read_policy
from scheduling.engine.policy.mistakes import Mistake, PolicyErrors
from scheduling.engine.policy.rows import Policy as EnginePolicy
from scheduling.findings import Finding, Severity
from scheduling.lint import lint
from scheduling.models import Policy, PolicyVersion

#: The line of versions that plans everybody; trial protocols and risk overlays are further lines.
DEFAULT = "default"
APPROVE = "scheduling.approve_policyversion"


class PublishingError(Exception):
    """A policy version cannot be published, approved or retired now."""


class NotAllowed(PublishingError):
    """This person may not approve a policy for clinical use."""


class UnsafePolicy(PublishingError):
    """The policy reads well and is unsafe: every finding is named."""

    def __init__(self, version: PolicyVersion, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        reasons = " ".join(f"{one.sentence}." for one in findings)
        super().__init__(f"Version {version.version} is unsafe and cannot take effect. {reasons}")


class NoPolicyInForce(PublishingError):
    """No policy version is published, so nobody can be planned."""


def check(document: Mapping[str, object]) -> tuple[Mistake, ...]:
    """Every mistake of a document, each with its path; empty where it is a policy."""
    try:
        read_policy(document)
    except PolicyErrors as errors:
        return errors.errors
    return ()


def draft(policy: EnginePolicy, *, slug: str, at: datetime) -> PolicyVersion:
    """Keep a policy as a draft version of the line `slug`; a draft of that version name takes the new content.

    The same content again gives the version that exists. Raises PublishingError where that version name is published
    with other content.
    """
    mark = fingerprint(policy)
    kept = {
        "document": policy_to_mapping(policy),
        "fingerprint": mark,
        "next_review_on": policy.about.next_review_on,
    }
    with transaction.atomic():
        line, _ = Policy.objects.get_or_create(slug=slug, defaults={"title": policy.about.title[:120]})
        version, created = PolicyVersion.objects.get_or_create(
            policy=line, version=policy.version, defaults={**kept, "created_at": at}
        )
        if created or version.fingerprint == mark:
            return version
        if version.published_at is not None:
            raise PublishingError(
                f"Version {version.version} is published with other content; give the changed document a new "
                "version name."
            )
        for name, value in kept.items():
            setattr(version, name, value)
        version.save(update_fields=list(kept))
        return version


def publish(version: PolicyVersion, by: AbstractBaseUser, at: datetime, effective_from: date) -> PolicyVersion:
    """Put a draft in force from a day on. Its document never changes afterwards.

    Raises PolicyErrors where the document is not a policy, UnsafePolicy with every unsafe finding, PublishingError
    where it is no draft.
    """
    if version.published_at is not None:
        raise PublishingError(f"Version {version.version} is published already.")
    version.fingerprint = fingerprint(read_policy(version.document))
    _refuse_unsafe(version)
    version.published_at, version.published_by_id = at, by.pk
    version.effective_from = effective_from
    version.save()
    return version


def approve(version: PolicyVersion, by: PermissionsMixin, at: datetime) -> PolicyVersion:
    """A clinical lead takes a published version for clinical use: the draft mark goes.

    Raises NotAllowed without the permission, UnsafePolicy with every unsafe finding, PublishingError where the version
    is not published, retired or approved.
    """
    if not by.has_perm(APPROVE):
        raise NotAllowed("Only a clinical lead may approve a policy for clinical use.")
    if version.published_at is None:
        raise PublishingError(f"Version {version.version} is a draft; publish it before it is approved.")
    if version.retired_at is not None:
        raise PublishingError(f"Version {version.version} is retired.")
    if version.approved_at is not None:
        raise PublishingError(f"Version {version.version} is approved already.")
    _refuse_unsafe(version)
    version.approved_at, version.approved_by_id = at, by.pk
    version.save(update_fields=["approved_at", "approved_by"])
    return version


def retire(version: PolicyVersion, by: AbstractBaseUser, at: datetime) -> PolicyVersion:
    """Take a published version out of force; the follow-ups it gave keep it as their reason.

    Raises PublishingError where it is not published, or where no other version would stay in force.
    """
    if version.published_at is None or version.retired_at is not None:
        raise PublishingError(f"Version {version.version} is not in force.")
    others = _published(version.policy.slug).exclude(pk=version.pk)
    if not others.exists():
        raise PublishingError(
            f"Version {version.version} is the only one in force; publish its successor before it is retired."
        )
    version.retired_at, version.retired_by_id = at, by.pk
    version.save(update_fields=["retired_at", "retired_by"])
    return version


def _published(slug: str) -> QuerySet[PolicyVersion]:
    return PolicyVersion.objects.filter(policy__slug=slug, published_at__isnull=False, retired_at__isnull=True)


def _ruling() -> str:
    """The published versions of a line in the order in which they take effect, as SQL: every act of planning asks.

    A document is long, and read only where this process has not compiled it yet.
    """
    table, line = PolicyVersion._meta.db_table, Policy._meta.db_table
    columns = ", ".join(str(field.column) for field in PolicyVersion._meta.concrete_fields if field.name != "document")
    return (
        f"SELECT {columns} FROM {table} WHERE policy_id = (SELECT id FROM {line} WHERE slug = %s) "
        "AND published_at IS NOT NULL AND retired_at IS NULL ORDER BY effective_from, published_at, id"
    )


_RULING = _ruling()


def in_force(today: date, slug: str = DEFAULT) -> PolicyVersion:
    """The version of a line that rules on `today`: the last to take effect by then.

    A day before the first took effect is ruled by the first, so that nobody is without a plan. Raises NoPolicyInForce
    where none is published.
    """
    versions = list(PolicyVersion.objects.raw(_RULING, [slug]))
    if not versions:
        raise NoPolicyInForce(f"No version of the policy {slug!r} is published; publish one before anybody is planned.")
    begun = [one for one in versions if one.effective_from is not None and one.effective_from <= today]
    return begun[-1] if begun else versions[0]


def next_to_begin(today: date, slug: str = DEFAULT) -> date | None:
    """The day after `today` on which the next published version of a line takes effect; None where none waits."""
    later = _published(slug).filter(effective_from__gt=today).order_by("effective_from")
    return later.values_list("effective_from", flat=True).first()


_findings: dict[str, tuple[Finding, ...]] = {}


def findings(version: PolicyVersion) -> tuple[Finding, ...]:
    """What the lint finds in a stored version, the gravest first, found once per document and process.

    Raises PolicyErrors where the document is not a policy.
    """
    policy = read_policy(version.document)
    mark = fingerprint(policy)
    known = _findings.get(mark)
    if known is None:
        if len(_findings) >= 32:
            _findings.clear()
        known = _findings[mark] = lint(policy)
    return known


def _refuse_unsafe(version: PolicyVersion) -> None:
    """Warnings and notes do not refuse."""
    unsafe = tuple(one for one in findings(version) if one.severity is Severity.UNSAFE)
    if unsafe:
        raise UnsafePolicy(version, unsafe)


_rulebooks: dict[str, Rulebook] = {}
_reading = Lock()


def rulebook(version: PolicyVersion) -> Rulebook:
    """The engine's side of a stored version, read and compiled once per document and process."""
    known = _rulebooks.get(version.fingerprint)
    if known is not None:
        return known
    with _reading:
        policy = read_policy(version.document)
        prepared(policy)  # made here, once, before several threads ask for it
        if len(_rulebooks) >= 32:
            _rulebooks.clear()
        return _rulebooks.setdefault(version.fingerprint, Rulebook.of(policy))


def compiled(version: PolicyVersion) -> EnginePolicy:
    """The engine's policy of a stored version; see `rulebook`."""
    return rulebook(version).policy
