"""The Django application of the tracker, and what it checks before a network install starts."""

import importlib

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


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


class TrackerConfig(AppConfig):
    """Who, and what happened."""

    name = "tracker"
    verbose_name = "Spine surveillance"

    def ready(self) -> None:
        """Connect the one wake-up after commit, in every process that writes rows."""
        importlib.import_module("tracker.tasks")
