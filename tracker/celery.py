"""The Celery application; its options come from tracker.settings."""

import logging.config
import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import setup_logging
from django.conf import settings

import tracker.transport  # noqa: F401 - registers the files:// transport

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

# Celery warns a superuser of pickled messages; here messages are JSON and nothing else is accepted.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_django_logging(**kwargs: object) -> None:
    """Log as the web process does; with a receiver here Celery leaves the loggers alone."""
    logging.config.dictConfig(settings.LOGGING)
