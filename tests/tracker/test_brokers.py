"""A wake-up reaches a real worker over each broker, and the worker does what the rows ask for."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kombu import Connection

import tracker
from tests.services import service_address

#: Takes a broker, gives the worker's environment and its lines.
Start = Callable[[str], tuple[dict[str, str], list[str]]]
ROOT = Path(tracker.__file__).parent.parent
NIGHTLY = "tracker.tasks.run_nightly"
BROKERS = {
    "files": lambda: "files://localhost",
    "redis": lambda: service_address("redis"),
    "rabbitmq": lambda: service_address("rabbitmq"),
}


def run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def nights_counted(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        row = connection.execute("SELECT count(*) FROM tracker_nightlyrun WHERE finished_at IS NOT NULL").fetchone()
    return int(row[0])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """A small cohort in a database that is copied for each broker."""
    folder = tmp_path_factory.mktemp("prepared")
    database = folder / "db.sqlite3"
    environment = {**os.environ, "VAR_DIR": str(folder), "DATABASE_URL": f"sqlite:///{database}"}
    shutil.copy(migrated, database)
    run(environment, "manage.py", "load_demo", "--patients", "12")
    return database


@pytest.fixture
def start_worker(tmp_path: Path, prepared: Path) -> Iterator[Start]:
    """Start workers with a database, a folder and a queue of their own; stop them at the end."""
    started: list[subprocess.Popen[str]] = []
    queues: list[tuple[str, str]] = []

    def start(broker: str) -> tuple[dict[str, str], list[str]]:
        environment = {
            **os.environ,
            "VAR_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
            "BROKER_URL": BROKERS[broker](),
            "QUEUE_NAME": f"trial-{uuid.uuid4().hex}",
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
        }
        shutil.copy(prepared, tmp_path / "db.sqlite3")
        command = [
            "-m",
            "celery",
            "--quiet",
            "-A",
            "tracker",
            "worker",
            "--concurrency",
            "2",
            "--without-mingle",
        ]
        worker = subprocess.Popen(
            [sys.executable, *command, "--without-gossip"],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(worker)
        queues.append((environment["BROKER_URL"], environment["QUEUE_NAME"]))
        lines: list[str] = []

        def read() -> None:
            assert worker.stdout is not None
            with worker.stdout:
                lines.extend(worker.stdout)

        threading.Thread(target=read, daemon=True).start()
        return environment, lines

    yield start
    for worker in started:
        worker.terminate()
        worker.wait(20)
    for address, queue in queues:
        if not address.startswith("files:"):
            with Connection(address) as connection, connection.channel() as channel:
                channel.queue_delete(queue)
                if address.startswith("redis:"):
                    channel.client.delete(*channel.client.keys(f"_kombu.binding*.{queue}"))
                else:
                    channel.exchange_delete(queue)


@pytest.mark.parametrize(
    "broker",
    [
        "files",
        pytest.param("redis", marks=pytest.mark.needs("redis")),
        pytest.param("rabbitmq", marks=pytest.mark.needs("rabbitmq")),
    ],
)
def test_a_wake_up_makes_the_worker_do_the_night(broker: str, start_worker: Start, tmp_path: Path) -> None:
    database = tmp_path / "db.sqlite3"
    environment, lines = start_worker(broker)
    assert nights_counted(database) == 0
    # Sent twice, before the worker is up or after: a doubled wake-up counts the night once.
    run(environment, "-c", f"from tracker.celery import app; [app.send_task('{NIGHTLY}') for _ in range(2)]")
    end = time.monotonic() + 120
    while nights_counted(database) == 0:
        assert time.monotonic() < end, "".join(lines)
        time.sleep(0.1)
    time.sleep(1)
    assert nights_counted(database) == 1


@pytest.mark.needs("rabbitmq")
def test_two_workers_of_one_machine_have_two_names(start_worker: Start) -> None:
    """With one name the second ends: RabbitMQ keeps the first one's queue for orders to itself."""
    both = [start_worker("rabbitmq")[1] for _ in range(2)]
    end = time.monotonic() + 120
    ready = []
    while len(ready) < 2:
        assert time.monotonic() < end, "".join(line for lines in both for line in lines)
        time.sleep(0.1)
        ready = [line for lines in both for line in list(lines) if line.endswith(" ready.\n")]
    names = {line.split()[-2] for line in ready}
    assert len(names) == 2
    assert len({name.partition("@")[2] for name in names}) == 1
