"""Prepares the database, loads invented patients once, and starts web, worker and timetable together."""

import os
import socket
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tracker.supervisor import Part, Supervisor

TRIED_PORTS = 20
LOGINS = (
    ("nurse", "alice", "a nurse: the queue, recording, booking"),
    ("surgeon", "bob", "a surgeon: own patients, the calendar feed"),
    ("admin", "ada", "an administrator: policies and users"),
)
PASSWORD = "spine-demo-2026"


def free_port(host: str, wanted: int) -> int:
    """Return the wanted port or the next free one."""
    for port in range(wanted, wanted + TRIED_PORTS):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
            if os.name != "nt":
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host, port))
            except OSError:
                continue
            return port
    raise CommandError(
        f"No free port from {wanted} to {wanted + TRIED_PORTS - 1} on {host}; give another with --port."
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

    def handle(self, *args: Any, host: str, port: int, patients: int, **options: Any) -> None:
        """Prepare, start, print where to look, wait for Ctrl-C."""
        lock = threading.Lock()

        def say(line: str) -> None:
            with lock:
                self.stdout.write(line)
                self.stdout.flush()

        say("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_demo", patients=patients)

        chosen = free_port(host, port)
        if chosen != port:
            say(f"Port {port} is taken by another program; using {chosen}.")
        shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::1", "::") else host
        address = f"http://{shown}:{chosen}/"
        os.environ.setdefault("PUBLIC_URL", address)
        os.environ.setdefault("ALLOWED_HOSTS", ",".join({"localhost", "127.0.0.1", "[::1]", shown}))

        web = [
            "--interface",
            "wsgi",
            "--workers",
            "1",
            "--blocking-threads",
            "4",
            "--no-ws",
            "--log-level",
            "warning",
        ]
        web += ["--host", host, "--port", str(chosen), "tracker.wsgi:application"]
        worker = ["-A", "tracker", "worker", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        parts = [
            Part("web", "granian", web, say),
            Part("worker", "celery", ["--quiet", *worker], say),
            Part("timetable", "celery", ["--quiet", "-A", "tracker", "beat"], say),
        ]
        announced = False

        def announce() -> None:
            """Print the address once, when the pages answer."""
            nonlocal announced
            if announced:
                return
            try:
                socket.create_connection(
                    (shown if host in ("0.0.0.0", "::") else host, chosen), timeout=0.2
                ).close()
            except OSError:
                return
            announced = True
            say(f"\n  Open {address}\n")
            for role, name, what in LOGINS:
                say(f"  {role:8} {name:6} {PASSWORD}   {what}")
            say(
                "\n  Every patient is invented. Messages become files in var/mail. Ctrl-C stops everything.\n"
            )
            if host not in ("127.0.0.1", "localhost", "::1"):
                say(
                    f"  Others can reach {host}, and these passwords are public: no real patient belongs in here.\n"
                )

        Supervisor(parts, say).run(announce)
