"""Record who did what to which row, in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model

from tracker.models import AuditEvent, Patient, User


def record(
    *,
    by: User,
    verb: str,
    target: Model,
    at: datetime,
    patient: Patient | None = None,
    changes: Mapping[str, tuple[object, object]] | None = None,
) -> AuditEvent:
    """Add one audit event. `changes` maps a field to (before, after); both must be plain values or dates."""
    return AuditEvent.objects.create(
        at=at,
        by=by,
        verb=verb,
        target_kind=target._meta.model_name or "",
        target_key=str(target.pk),
        patient=patient,
        changes={name: [_plain(before), _plain(after)] for name, (before, after) in (changes or {}).items()},
    )


def _plain(value: object) -> object:
    """A value as JSON keeps it."""
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)
