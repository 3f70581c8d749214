"""A database of an earlier version is named before anything in it is touched."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db


def test_an_older_database_is_named_with_what_to_do() -> None:
    MigrationRecorder(connection).record_applied("tracker", "0002_append_only")
    with pytest.raises(CommandError, match=r"earlier version \(tracker\.0002_append_only\).*delete the folder var"):
        call_command("migrate", verbosity=0)


def test_a_database_of_this_version_is_migrated() -> None:
    call_command("migrate", verbosity=0)


def test_steps_of_other_applications_are_their_own() -> None:
    MigrationRecorder(connection).record_applied("sessions", "0009_of_a_later_library")
    call_command("migrate", verbosity=0)
