"""Who is told of a wait: its owner by the rule, or the other side of the team; nobody who may not see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tracker.models import Role, User
from tracker.queries.staff import told
from tracker.queries.waits.approvals import approvers
from tracker.queries.waits.ladder import Reader
from tracker.queries.waits.registry import Owner, Wait
from tracker.queries.waits.sources import SOURCES


def readers_of(wait: Wait, row: Any, reader: Reader, staff: Mapping[int, Sequence[User]]) -> list[User]:
    """Who is told; `staff` holds by patient those who may see them (`access.staff_of`). Empty where nobody may."""
    patient = SOURCES[wait.source].patient(row)
    if patient is None:
        return of_nobody(wait.owner)
    audience = "surgeon" if (wait.owner is Owner.CLINICIAN) == (reader is Reader.OWNER) else "nurse"
    seeing = staff.get(patient.pk, ())
    if wait.source == "override":  # whoever set the window cannot approve it
        seeing = [person for person in seeing if person.pk != row.recorded_by_id] or seeing
    return told(audience, patient, seeing, owner_id=owner_id_of(row))


def owner_id_of(row: Any) -> int | None:
    """Who took the follow-up that a row is, or belongs to."""
    follow_up = getattr(row, "follow_up", None)
    found: int | None = getattr(follow_up or row, "owner_id", None)
    return found


def of_nobody(owner: Owner) -> list[User]:
    """Who is told of work about nobody known."""
    if owner is Owner.APPROVER:
        return list(approvers())
    return list(User.objects.filter(is_active=True, role=Role.NURSE, may_assign=True).order_by("pk"))
