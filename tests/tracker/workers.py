"""Processes for the tests of two at once.

`fill N` writes due reminders, `deliver SECONDS LEASE` is one worker, `call N` logs so many calls to one patient.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta

import django


def fill(number: int) -> None:
    """`number` reminders of staff, due now, about one follow-up each."""
    from tests.tracker import people
    from tracker import clock
    from tracker.models import Reminder

    now = clock.now()
    nurse = people.alice()
    nurse.email = "alice@example.org"
    nurse.save()
    for index in range(number):
        row = people.follow_up(people.patient(number=f"RBX {index}"))
        Reminder.objects.create(
            key=f"key-{index}",
            follow_up=row,
            revision=row.revision,
            step="due",
            purpose="due",
            audience="nurse",
            recipient=nurse,
            due_at=now,
            next_attempt_at=now,
            created_at=now,
        )


def deliver(seconds: float, lease: float, worker: str) -> None:
    """Deliver round after round until every row has come to rest, at most so long; `lease` in seconds."""
    from tracker import clock
    from tracker.models import Reminder
    from tracker.services.acts.occasion import by_the_scheduler
    from tracker.services.messages import deliveries

    deliveries.LEASE = timedelta(seconds=lease)
    ends = time.monotonic() + seconds
    moving = Reminder.objects.filter(state__in=("pending", "failed", "claimed"))
    begun = by_the_scheduler(clock.today(), clock.now())
    while time.monotonic() < ends and moving.exists():
        deliveries.deliver_due(occasion=replace(begun, at=clock.now()), worker=worker, limit=5)


def call(number: int) -> None:
    """So many people who had read the same row each log a call without an answer, all at once; prints what counted."""
    from django.db import connection

    from tests.tracker import people
    from tracker.models import FollowUp, Patient
    from tracker.services.follow_ups import contacts

    row = people.follow_up(people.patient(number="RBX two at once"))
    by = people.alice()
    together = threading.Barrier(number)

    def one() -> None:
        read = FollowUp.objects.select_related("patient").get(pk=row.pk)
        together.wait()
        contacts.log_call(read, outcome=contacts.CallOutcome.NO_ANSWER, occasion=people.occasion(by))
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    patient = Patient.objects.get(pk=row.patient_id)
    events = row.events.filter(kind="called").count()
    print(events, patient.contact_failures, patient.unreachable_since)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    elif sys.argv[1] == "call":
        call(int(sys.argv[2]))
    else:
        deliver(float(sys.argv[2]), float(sys.argv[3]), worker=f"worker-{os.getpid()}")
