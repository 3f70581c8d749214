"""Prepares the database, loads invented patients once, and starts web, worker and timetable together."""

import os
import shlex
import socket
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from manage import alone
from tracker import running
from tracker.part import FOLDER
from tracker.services.schedule.release import deciding
from tracker.supervisor import NeverRan, Part, Supervisor

TRIED_PORTS = 20
EVERY_ADDRESS = ("0.0.0.0", "::")
LOGINS = (
    ("nurse", "alice", "a nurse: the queue, recording, booking"),
    ("surgeon", "bob", "a surgeon: own patients, the calendar feed"),
    ("admin", "ada", "an administrator: policies and users"),
)
PASSWORD = "spine-demo-2026"


def answers(host: str, port: int) -> bool:
    """Whether something accepts connections there, under any address of that name."""
    try:
        socket.create_connection((host, port), timeout=0.2).close()
    except OSError:
        return False
    return True


def free_port(host: str, shown: str, wanted: int) -> int:
    """Return the wanted port or the next free one; `shown` is the name by which a browser will ask for it."""
    for port in range(wanted, wanted + TRIED_PORTS):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
            if os.name != "nt":
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host, port))
            except OSError:
                continue
        # Another program may have the same port of IPv6 alone, and for localhost a browser tries that first.
        if not any(answers(name, port) for name in (shown, "::1" if shown == "localhost" else shown)):
            return port
    raise CommandError(f"No free port from {wanted} to {wanted + TRIED_PORTS - 1} on {host}; give another with --port.")


def refuse_beside_older(folder: Path) -> str:
    """The word by which this start is found; raises CommandError beside older code, whose pages would pass for ours."""
    ours = f"demo-{deciding().release[:16]}"
    for one in running.running(folder):
        if one.what.startswith("demo-") and one.what != ours:
            raise CommandError(
                f"The demo of this folder runs already, with the code from before the last change (process "
                f"{one.process}). Stop it with Ctrl-C where it runs, or with: kill {one.process}"
            )
    return ours


def parts(host: str, port: int, say: Callable[[str], None]) -> list[Part]:
    """The three processes of an install on one machine."""
    web = shlex.split(
        "--interface wsgi --workers 1 --blocking-threads 4 --no-ws --log-level warning --workers-kill-timeout 5"
    )
    worker = shlex.split("--quiet -A tracker worker --without-gossip --without-mingle --without-heartbeat")
    return [
        Part("web", "granian", [*web, "--host", host, "--port", str(port), "tracker.wsgi:application"], say),
        Part("worker", "celery", worker, say),
        Part("timetable", "celery", ["--quiet", "-A", "tracker", "beat"], say),
    ]


@dataclass
class Welcome:
    """Where to look and who to be, said once, when the pages answer."""

    host: str
    shown: str
    port: int
    say: Callable[[str], None]
    said: bool = False

    def look(self) -> None:
        """Say it when it is time to."""
        if self.said or not answers(self.shown if self.host in EVERY_ADDRESS else self.host, self.port):
            return
        self.said = True
        self.say(f"\n  Open http://{self.shown}:{self.port}/\n")
        for role, name, what in LOGINS:
            self.say(f"  {role:8} {name:6} {PASSWORD}   {what}")
        self.say("\n  Every patient is invented. Messages become files in var/mail. Ctrl-C stops everything.\n")
        if self.host not in ("127.0.0.1", "localhost", "::1"):
            self.say(
                f"  Others can reach {self.host}, and these passwords are public: no real patient belongs in here.\n"
            )


class Command(BaseCommand):
    """`manage.py demo`."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the pages are served."""
        parser.add_argument("--host", default="127.0.0.1", help="address to serve on (default 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port; the next free one if it is taken")
        parser.add_argument(
            "--patients", type=int, default=420, help="invented patients at the first start (default 420)"
        )

    def handle(self, *args: object, host: str, port: int, patients: int, **options: object) -> None:
        """Prepare, start, print where to look, wait for Ctrl-C."""
        lock = threading.Lock()

        def say(line: str) -> None:
            with lock, suppress(OSError):  # a log on a full disk, a terminal that was closed: no reason to stop
                self.stdout.write(line)
                self.stdout.flush()

        say("Preparing the database …")
        with alone(Path(settings.VAR) / "prepare.lock"):
            folder = Path(settings.VAR) / "running"
            running.end_orphans(folder)
            running.mark(folder, refuse_beside_older(folder))
            os.environ[FOLDER] = str(folder)
            call_command("migrate", interactive=False, verbosity=0)
            call_command("load_demo", patients=patients)

        shown = "localhost" if host in ("127.0.0.1", "::1", *EVERY_ADDRESS) else host
        chosen = free_port(host, shown, port)
        if chosen != port:
            say(f"Port {port} is taken by another program; using {chosen}.")
        os.environ.setdefault("PUBLIC_URL", f"http://{shown}:{chosen}/")
        os.environ.setdefault("ALLOWED_HOSTS", ",".join({"localhost", "127.0.0.1", "[::1]", shown}))
        try:
            Supervisor(parts(host, chosen, say), say).run(Welcome(host, shown, chosen, say).look)
        except NeverRan as reason:
            raise CommandError(str(reason)) from None
