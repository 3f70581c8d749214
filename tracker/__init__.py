"""Who, and what happened; its Celery application is loaded with the package."""

from tracker.celery import app as celery_app

__all__ = ["celery_app"]
