"""The named author of what the program itself records."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from tracker.models import Role, User

SCHEDULER = "scheduler"


def system_user() -> User:
    """The system user: author of re-dates at night, of withdrawals and of what was read by a job; it cannot sign in.

    A migration makes it; it is made again where a database was emptied.
    """
    user, _ = User.objects.get_or_create(
        username=SCHEDULER,
        defaults={
            "role": Role.SYSTEM,
            "display_name": Role.SYSTEM.label,
            "password": make_password(None),
            "is_active": False,
        },
    )
    return user


def system_user_id() -> int:
    """The database key of the system user, for what is written in bulk."""
    key: int | None = User.objects.filter(username=SCHEDULER).values_list("pk", flat=True).first()
    return system_user().pk if key is None else key
