"""A wake-up reaches a real worker over each broker, and the worker does what the rows ask for."""

import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tracker
from tests.conftest import service_address

#: Takes a broker, gives the worker's environment and its lines.
Start = Callable[[str], tuple[dict[str, str], list[str]]]
ROOT = Path(tracker.__file__).parent.parent
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


def nights_counted(environment: dict[str, str]) -> int:
    code = (
        "from tracker.models import NightlyRun; print(NightlyRun.objects.exclude(finished_at=None).count())"
    )
    return int(run(environment, "manage.py", "shell", "--no-imports", "-v", "0", "-c", code))


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Start]:
    """Start workers with a database, a folder and a queue of their own; stop them at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(broker: str) -> tuple[dict[str, str], list[str]]:
        environment = {
            **os.environ,
            "VAR_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
            "BROKER_URL": BROKERS[broker](),
            "QUEUE_NAME": f"trial-{uuid.uuid4().hex}",
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
        }
        run(environment, "manage.py", "migrate", "-v", "0")
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


@pytest.mark.parametrize(
    "broker",
    [
        "files",
        pytest.param("redis", marks=pytest.mark.needs("redis")),
        pytest.param("rabbitmq", marks=pytest.mark.needs("rabbitmq")),
    ],
)
def test_a_wake_up_makes_the_worker_do_the_night(broker: str, start_worker: Start) -> None:
    environment, lines = start_worker(broker)
    assert nights_counted(environment) == 0
    # Sent twice, before the worker is up or after: a doubled wake-up counts the night once.
    for _ in range(2):
        run(environment, "-m", "celery", "-A", "tracker", "call", "tracker.tasks.run_nightly")
    end = time.monotonic() + 30
    while nights_counted(environment) == 0:
        assert time.monotonic() < end, "".join(lines)
    time.sleep(1)
    assert nights_counted(environment) == 1
