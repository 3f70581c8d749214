"""Putting a policy in force, approving and retiring it, with its audit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from scheduling import publishing
from scheduling.engine.policy.rows import Policy as EnginePolicy
from scheduling.models import PolicyVersion
from scheduling.policies import default_policy
from tracker import audit
from tracker.errors import NotPossible, Refused
from tracker.services.acts.occasion import Occasion

#: The shipped policy rules from the first day on: whatever day is planned, somebody has a plan.
ALWAYS = date(2000, 1, 1)


def ensure_default(*, occasion: Occasion) -> PolicyVersion:
    """The shipped default policy as a published version; its dates carry the draft mark until a clinical lead approves.

    Publishes it where no version of the default line is in force, and leaves everything as it is where one is.
    """
    with transaction.atomic():
        try:
            return publishing.in_force(occasion.today)
        except publishing.NoPolicyInForce:
            version = publishing.draft(default_policy(), slug=publishing.DEFAULT, at=occasion.at)
            return _published(version, ALWAYS, occasion=occasion)


def ruling(today: date) -> tuple[EnginePolicy, str]:
    """The policy that rules on a day, and which one that is in words.

    It is the one in force; the one that ships where no database can be asked, or where none is in force.
    """
    try:
        version = None if _no_file_yet() else publishing.in_force(today)
    except (publishing.NoPolicyInForce, DatabaseError):
        version = None
    if version is None:
        return default_policy(), "the policy that ships; no other is in force here"
    return publishing.rulebook(version).policy, f"the policy in force on {today}"


def _no_file_yet() -> bool:
    """Whether asking would make an empty SQLite file."""
    name = str(connection.settings_dict["NAME"])
    in_memory = name.startswith(("file:", ":memory:"))
    return connection.vendor == "sqlite" and not in_memory and not Path(name).exists()


def publish(policy: EnginePolicy, *, occasion: Occasion, effective_from: date) -> PolicyVersion:
    """Publish a policy as the next version of the default line, in force from a day on; still to be approved.

    Raises NotPossible with what stands in the way.
    """
    with transaction.atomic():
        try:
            version = publishing.draft(policy, slug=publishing.DEFAULT, at=occasion.at)
            return _published(version, effective_from, occasion=occasion)
        except publishing.PublishingError as error:
            raise NotPossible(str(error)) from error


def _published(version: PolicyVersion, effective_from: date, *, occasion: Occasion) -> PolicyVersion:
    publishing.publish(version, occasion.by, occasion.at, effective_from)
    changes = {"effective_from": (None, effective_from), "fingerprint": (None, version.fingerprint)}
    audit.record(by=occasion.by, verb="policy.published", target=version, at=occasion.at, changes=changes)
    return version


def approve(version: PolicyVersion, *, occasion: Occasion) -> PolicyVersion:
    """A clinical lead approves a published version for clinical use. Raises Refused or NotPossible."""
    with transaction.atomic():
        try:
            publishing.approve(version, occasion.by, occasion.at)
        except publishing.NotAllowed as error:
            raise Refused(str(error)) from error
        except publishing.PublishingError as error:
            raise NotPossible(str(error)) from error
        audit.record(by=occasion.by, verb="policy.approved", target=version, at=occasion.at)
        return version


def retire(version: PolicyVersion, *, occasion: Occasion) -> PolicyVersion:
    """Take a version out of force; its successor must be published first. Raises NotPossible."""
    with transaction.atomic():
        try:
            publishing.retire(version, occasion.by, occasion.at)
        except publishing.PublishingError as error:
            raise NotPossible(str(error)) from error
        audit.record(by=occasion.by, verb="policy.retired", target=version, at=occasion.at)
        return version
