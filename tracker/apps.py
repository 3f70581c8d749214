"""The Django application of the tracker, and what it checks before a network install starts."""

import importlib

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.management.base import CommandError
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import pre_migrate

from tracker.full_disk import recognise


@register()
def shared_secret(**kwargs: object) -> list[CheckMessage]:
    """Several machines need one key: it signs sessions and names the entries of calendar feeds."""
    embedded = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if embedded or settings.SECRET_KEY_FROM_ENVIRONMENT:
        return []
    return [
        Error(
            "SECRET_KEY is not set although the database is on a network.",
            hint="Set one long random text as SECRET_KEY on every machine of the install; never change it afterwards, "
            "or subscribed calendars show every entry twice.",
            id="tracker.E001",
        )
    ]


def refuse_an_older_database(using: str = "default", **kwargs: object) -> None:
    """Name a database whose tables were made by steps that are no longer here, before anything in it is touched.

    Raises CommandError with what to do.
    """
    connection = connections[using]
    known = MigrationLoader(connection, ignore_no_migrations=True).disk_migrations
    applied = MigrationRecorder(connection).applied_migrations()
    gone = sorted(f"{app}.{name}" for app, name in applied if app in OURS and (app, name) not in known)
    if gone:
        raise CommandError(
            f"The database {connection.settings_dict['NAME']} was made by an earlier version "
            f"({', '.join(gone)}), before the tables were made anew for the first release. Nothing in it was changed. "
            "Invented patients alone: delete the folder var, or name another with VAR_DIR. To keep what is in it, go "
            "on with the version that made it."
        )


#: The applications whose tables are the product's own.
OURS = ("scheduling", "tracker")


class TrackerConfig(AppConfig):
    """Who, and what happened."""

    name = "tracker"
    verbose_name = "Spine surveillance"

    def ready(self) -> None:
        """Connect the one wake-up after commit, the look before a migration, and what knows a full disk."""
        connection_created.connect(recognise, dispatch_uid="full disk")
        pre_migrate.connect(refuse_an_older_database, sender=self, dispatch_uid="older database")
        importlib.import_module("tracker.tasks")
