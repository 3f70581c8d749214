"""The Celery application; its options come from tracker.settings."""

import os

from celery import Celery

import tracker.transport  # noqa: F401 - registers the files:// transport

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
