"""What every run of the tests stands on: a service is used before it is counted on, and no machine's settings count."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests import services
from tests.conftest import ROOT
from tests.tracker.people import NOW, TODAY
from tracker import clock


@pytest.fixture(params=[b"HTTP/1.1 400 Bad Request\r\n\r\n", b""], ids=["speaks HTTP", "hangs up"])
def stranger(request: pytest.FixtureRequest) -> Iterator[int]:
    """The port of another program."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller:
                    caller.sendall(request.param)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    ("use", "address"),
    [
        (services.use_postgres, "postgres://postgres@127.0.0.1:{}/postgres"),
        (services.use_redis, "redis://127.0.0.1:{}/0"),
        (services.use_rabbitmq, "amqp://guest:guest@127.0.0.1:{}//"),
    ],
    ids=["postgres", "redis", "rabbitmq"],
)
def test_another_program_on_the_port_is_a_reason_to_skip(use: services.Use, address: str, stranger: int) -> None:
    assert services.why_not(use, address.format(stranger)).startswith(f"not usable at 127.0.0.1:{stranger} (")


@pytest.mark.needs("postgres")
def test_a_database_that_is_not_there_is_a_reason_to_skip() -> None:
    address = services.service_address("postgres").rpartition("/")[0] + "/never_made"
    assert 'database "never_made" does not exist' in services.why_not(services.use_postgres, address)


@pytest.mark.needs("rabbitmq")
def test_a_refused_password_is_a_reason_to_skip() -> None:
    host = services.service_address("rabbitmq").rpartition("@")[2]
    assert "ACCESS_REFUSED" in services.why_not(services.use_rabbitmq, f"amqp://nobody:wrong@{host}")


def test_no_variable_of_the_machine_reaches_the_settings() -> None:
    code = (
        "import tests.settings as own\n"
        "print(own.TIME_ZONE, own.DEBUG, own.EMAIL_HOST or '-', own.BROKER_URL, own.PUBLIC_URL, own.LOG_LEVEL)"
    )
    foreign = {
        "TIME_ZONE": "America/Los_Angeles", "DEBUG": "flase", "EMAIL_HOST": "smtp.invalid", "BROKER_URL": "redis://x",
        "PUBLIC_URL": "https://x.invalid", "LOG_LEVEL": "DEBUG", "VAR_DIR": "/nowhere", "EMAIL_PORT": "many",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **foreign},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout.split(), done.stderr) == (
        ["Europe/London", "False", "-", "files://localhost", "http://localhost:8000", "INFO"], "",
    )  # fmt: skip


def test_pages_see_the_day_of_the_tests() -> None:
    assert clock.today() == TODAY
    assert 0 <= (clock.now() - NOW).total_seconds() < 6 * 60 * 60


def test_chance_belongs_to_the_thorough_run() -> None:
    default, thorough = settings.get_profile("default"), settings.get_profile("thorough")
    assert (default.derandomize, default.database) == (True, None)
    assert (thorough.derandomize, thorough.database, thorough.print_blob) == (False, None, True)
    assert thorough.max_examples > default.max_examples
