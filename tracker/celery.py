"""The Celery application; its options come from tracker.settings."""

import logging.config
import os
import uuid
import warnings

from celery import Celery
from celery.apps.worker import Worker
from celery.platforms import SecurityWarning
from celery.signals import celeryd_init, setup_logging
from celery.utils.nodenames import default_nodename
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


@celeryd_init.connect
def have_a_name_of_its_own(sender: str, instance: Worker, **kwargs: object) -> None:
    """Tell apart workers of one machine, unless a name was given with `-n`: RabbitMQ refuses the second of a name."""
    if sender == default_nodename(None):
        instance.hostname = sender.replace("@", f"-{uuid.uuid4().hex[:8]}@", 1)
