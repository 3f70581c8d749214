"""What the worker does when it is woken: small verbs over rows; a lost or doubled message changes nothing."""

from __future__ import annotations

import logging
import os
import socket
import threading

from celery import shared_task
from django.db import transaction
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from tracker import clock
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.messages import deliveries, reminders
from tracker.services.schedule import nightly

log = logging.getLogger(__name__)


def worker_name() -> str:
    """Who claims: host, process and thread."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"[:80]


@shared_task(name="tracker.tasks.queue_due_reminders", ignore_result=True)
def queue_due_reminders() -> None:
    """Write the reminders that today's ladder asks for."""
    queued = reminders.queue_due(occasion=by_the_scheduler(clock.today(), clock.now()))
    if queued.written or queued.tasks:
        log.info("reminders queued: %d, call tasks: %d", queued.written, queued.tasks)


@shared_task(name="tracker.tasks.deliver_reminders", ignore_result=True)
def deliver_reminders() -> None:
    """Deliver what is due, a bounded round at a time."""
    done = deliveries.deliver_due(occasion=by_the_scheduler(clock.today(), clock.now()), worker=worker_name())
    if done != deliveries.Delivered():
        log.info("reminders: %s", done)


@shared_task(name="tracker.tasks.run_nightly", ignore_result=True)
def run_nightly() -> None:
    """Plan whose day has come and count the streams, unless the rows say that this was done today."""
    nightly.run_if_due(occasion=by_the_scheduler(clock.today(), clock.now()))


@receiver(reminders.reminders_written)
def wake_worker(sender: object, **kwargs: object) -> None:
    """One wake-up after commit. When the broker is away the timetable finds the rows."""

    def wake() -> None:
        try:
            deliver_reminders.apply_async(expires=60, retry=False)
        except (OperationalError, OSError):
            log.warning("the broker did not take a wake-up; the timetable will find the rows")

    transaction.on_commit(wake)
