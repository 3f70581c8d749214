"""The timetable: Celery's own scheduler, held by one process at a time through a row in the database.

The schedule is code (tracker.settings), nothing about it is stored: each tick is a question to the rows, and asking
twice or late does no harm. So everything is asked once when a timetable starts, which catches up a night that was
missed while the machine was off.
"""

import logging
import os
import socket
import uuid
from datetime import timedelta
from typing import Any

from celery.beat import Scheduler
from django.db import DatabaseError, connection
from django.db.models import Q
from django.db.models.functions import Now

from tracker.models import Lease

logger = logging.getLogger(__name__)

LEASE = "timetable"
LEASE_LASTS = timedelta(seconds=15)
ASK_AGAIN_SECONDS = 5.0
# Beyond this many waiting messages nobody is listening, and one more wake-up says nothing new.
ENOUGH_WAITING = 50


def hold(holder: str, name: str = LEASE, lasts: timedelta = LEASE_LASTS) -> bool:
    """Take or keep the lease; False while another holder has it.

    One conditional update decides, with the database's clock on both sides, so that machines whose clocks differ agree.
    """
    lease = Lease.objects.filter(name=name)
    if lease.filter(Q(holder=holder) | Q(until_at__lte=Now())).update(holder=holder, until_at=Now() + lasts):
        return True
    if lease.exists():
        return False
    Lease.objects.bulk_create([Lease(name=name, holder=holder, until_at=Now() + lasts)], ignore_conflicts=True)
    return lease.filter(holder=holder).exists()


def release(holder: str, name: str = LEASE) -> None:
    """Give the lease back, so that a successor need not wait for its end."""
    Lease.objects.filter(name=name, holder=holder).update(until_at=Now())


class LeasedScheduler(Scheduler):
    """Celery's in-memory scheduler that ticks only while it holds the lease."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.leading = False
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        """Read the timetable from the settings; everything in it is due at once."""
        self.install_default_entries(self.data)
        self.merge_inplace(self.app.conf.beat_schedule)
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - timedelta(days=1)

    def tick(self, *args: object, **kwargs: object) -> float:
        """Send what is due if this process has the lease; return the seconds until the next look."""
        try:
            leading = hold(self.holder)
        except DatabaseError:
            logger.exception("The database does not answer; the timetable waits")
            connection.close()
            return ASK_AGAIN_SECONDS
        if leading != self.leading:
            logger.info("This timetable %s", "has the lease" if leading else "waits: another one has the lease")
            self.leading = leading
        if not leading:
            return ASK_AGAIN_SECONDS
        return min(float(super().tick(*args, **kwargs)), ASK_AGAIN_SECONDS)

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """Send one wake-up, unless so many are waiting that no worker can be listening."""
        waiting = self.waiting()
        if waiting < ENOUGH_WAITING:
            super().apply_entry(entry, producer=producer)
        else:
            logger.warning("%d messages wait and no worker takes them; %s is not sent", waiting, entry.name)

    def waiting(self) -> int:
        """Count the messages in the queue; none where the broker does not know the queue yet."""
        try:
            with self.app.connection_for_write() as broker, broker.channel() as channel:
                return int(channel.queue_declare(self.app.conf.task_default_queue, passive=True).message_count)
        except broker.channel_errors:
            return 0
        except broker.connection_errors:
            return 0  # sending will fail, and say so

    def close(self) -> None:
        """End, and let a successor start at once."""
        try:
            release(self.holder)
        except DatabaseError:
            logger.warning("The lease could not be given back; it ends by itself in %s", LEASE_LASTS)
        super().close()
