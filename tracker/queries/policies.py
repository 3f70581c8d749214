"""Which policy rules on a day, who approved it, and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from scheduling.engine.policy.mistakes import PolicyErrors
from scheduling.engine.policy.rows import Policy
from scheduling.findings import Severity
from scheduling.models import PolicyVersion
from scheduling.publishing import NoPolicyInForce, compiled, findings, in_force
from tracker import clock


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """The version behind today's dates; `draft` until a clinical lead approved it."""

    name: str
    title: str
    draft: bool
    effective_from: date | None
    approved_by: str
    approved_at: datetime | None
    next_review_on: date | None
    fingerprint: str

    @property
    def approved_on(self) -> date | None:
        """The day of the approval at the clinic."""
        return clock.day_of(self.approved_at) if self.approved_at else None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of the line, as a list of them shows it; `unsafe` is why it is neither published nor approved."""

    name: str
    effective_from: date | None
    published_by: str
    approved_by: str
    approved_on: date | None
    retired_on: date | None
    in_force: bool
    unsafe: tuple[str, ...]


def policy_in_force(today: date) -> PolicyInForce | None:
    """The version that rules on `today`; None where none is published."""
    try:
        return of_version(in_force(today))
    except NoPolicyInForce:
        return None


def of_version(version: PolicyVersion) -> PolicyInForce:
    """What is said of a version that ruled on some day."""
    return PolicyInForce(
        name=version.version,
        title=compiled(version).about.title,
        draft=version.is_draft_for_clinic,
        effective_from=version.effective_from,
        approved_by=str(version.approved_by) if version.approved_by else "",
        approved_at=version.approved_at,
        next_review_on=version.next_review_on,
        fingerprint=version.fingerprint,
    )


def policy_rows(today: date) -> Policy | None:
    """The policy of that version as values; None where none is published."""
    try:
        return compiled(in_force(today))
    except NoPolicyInForce:
        return None


def policy_versions(today: date) -> tuple[VersionLine, ...]:
    """Every version of every line, newest first."""
    current = policy_in_force(today)
    return tuple(
        VersionLine(
            name=version.version,
            effective_from=version.effective_from,
            published_by=str(version.published_by) if version.published_by else "",
            approved_by=str(version.approved_by) if version.approved_by else "",
            approved_on=clock.day_of(version.approved_at) if version.approved_at else None,
            retired_on=clock.day_of(version.retired_at) if version.retired_at else None,
            in_force=current is not None and version.version == current.name,
            unsafe=_unsafe(version) if version.retired_at is None else (),
        )
        for version in PolicyVersion.objects.select_related("published_by", "approved_by").order_by(
            "-created_at", "-pk"
        )
    )


def _unsafe(version: PolicyVersion) -> tuple[str, ...]:
    """What stands against this version, a sentence each; a draft may not even be a policy."""
    try:
        found = findings(version)
    except PolicyErrors as errors:
        return tuple(str(error) for error in errors.errors)
    return tuple(one.sentence for one in found if one.severity is Severity.UNSAFE)
