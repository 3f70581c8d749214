"""Two at once over one database: nothing is sent twice, nothing lost, also when one is killed, and every act counts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT
from tests.services import service_address
from tests.tracker.people import TODAY

REMINDERS = 60


@dataclass(frozen=True)
class Network:
    """A migrated database and a mail folder that several processes share."""

    environment: dict[str, str]
    mail: Path

    def run(self, *words: str) -> str:
        """Run one process to its end; what it printed."""
        process = [sys.executable, *words]
        done = subprocess.run(process, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout

    def worker(self, lease: float) -> subprocess.Popen[bytes]:
        """Start one worker whose rows another may look at after so many seconds."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.tracker.workers", "deliver", "60", str(lease)],
            cwd=ROOT,
            env=self.environment,
        )

    def sent(self) -> Counter[str]:
        """How often each reminder left, by its message id."""
        text = "\n".join(path.read_text() for path in self.mail.glob("*.log"))
        return Counter(re.findall(r"^Message-ID: <([0-9a-f]+)@", text, re.MULTILINE))

    def states(self) -> Counter[str]:
        """Reminders by state, asked in a process of its own."""
        answer = subprocess.run(
            [
                sys.executable,
                "-c",
                (
                    "import django; django.setup()\n"
                    "from tracker.models import Reminder\n"
                    "print(*Reminder.objects.values_list('state', flat=True))"
                ),
            ],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return Counter(answer.stdout.split())


def network(folder: Path, url: str) -> Network:
    """Processes of one install: a database, and a folder for mail."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "VAR_DIR": str(folder),
        "SECRET_KEY": "for-tests-only",
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "EMAIL_HOST": "",
        "EMAIL_BACKEND": "",
        "PYTHONPATH": str(ROOT),
    }
    return Network(environment, folder / "mail")


def fill(made: Network) -> None:
    """Write the reminders that are due."""
    made.run("-m", "tests.tracker.workers", "fill", str(REMINDERS))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """An SQLite database with due reminders, copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    shutil.copy(migrated, folder)
    fill(network(folder, f"sqlite:///{folder / 'db.sqlite3'}"))
    return folder / "db.sqlite3"


@pytest.fixture(scope="module")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a PostgreSQL database with due reminders, copied for each test."""
    name = f"tracker_template_{os.getpid()}"
    with new_database(f"CREATE DATABASE {name}", name) as url:
        made = network(tmp_path_factory.mktemp("postgres"), url)
        made.run("manage.py", "migrate", "-v0")
        fill(made)
        yield name


@contextmanager
def new_database(statement: str, name: str) -> Iterator[str]:
    """The address of a database that is gone at the end."""
    import psycopg

    address = service_address("postgres")
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute(statement)
        try:
            yield urlsplit(address)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Network]:
    """The same network on both databases."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("template"), tmp_path / "db.sqlite3")
        yield network(tmp_path, f"sqlite:///{tmp_path / 'db.sqlite3'}")
        return
    name = f"tracker_workers_{os.getpid()}"
    copied = f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('postgres_template')}"
    with new_database(copied, name) as url:
        yield network(tmp_path, url)


def test_two_workers_send_each_reminder_once(shared: Network) -> None:
    # Longer than any machine is busy: a lease that ends under a living worker is the other test's subject.
    workers = [shared.worker(600), shared.worker(600)]
    assert [worker.wait(timeout=120) for worker in workers] == [0, 0]
    assert shared.states() == {"sent": REMINDERS}
    assert Counter(shared.sent().values()) == {1: REMINDERS}


def test_a_killed_worker_loses_and_doubles_nothing(shared: Network) -> None:
    victim = shared.worker(1)  # stands for the minutes until another may look at a dead worker's rows
    deadline = time.monotonic() + 60
    while len(shared.sent()) < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    victim.kill()
    victim.wait()
    survivor = shared.worker(600)
    assert survivor.wait(timeout=120) == 0
    states, sent = shared.states(), shared.sent()
    # What the victim was handing over at that instant is parked for a person: at most the one row in its hands.
    assert states["uncertain"] <= 1
    assert states["sent"] + states["uncertain"] == REMINDERS
    assert set(sent.values()) == {1}
    assert len(sent) in (states["sent"], states["sent"] + states["uncertain"])


def test_calls_at_once_are_all_counted(shared: Network) -> None:
    """Every act reads what it counts under the lock, and not as its page had read it."""
    assert shared.run("-m", "tests.tracker.workers", "call", "3").split() == ["3", "3", str(TODAY)]
