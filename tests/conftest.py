"""What all tests share: the material folder, and services that may be absent."""

import os
import shutil
import socket
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# The default profile keeps the suite quick; `.ci/run` asks for the thorough one.
settings.register_profile(
    "default", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

ADDRESSES = {
    "postgres": os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres"),
    "redis": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
    "rabbitmq": os.environ.get("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"),
}


def service_address(name: str) -> str:
    """Return the address at which tests look for a service."""
    return ADDRESSES[name]


def answers(name: str) -> str:
    """Say why a service cannot be used, or return an empty text."""
    parts = urlsplit(ADDRESSES[name])
    host, port = parts.hostname or "127.0.0.1", parts.port or 0
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError as error:
        return f"nothing answers at {host}:{port} ({error.strerror or error})"
    return ""


def chromium() -> str | None:
    """Return the path of an installed Chromium, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def browser() -> str:
    """Say why pages cannot be tried in a browser, or return an empty text."""
    absent = [name for name in ("playwright", "axe_playwright_python") if find_spec(name) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (group `browser` in pyproject.toml)"
    if not chromium():
        return "no Chromium found on the path or in CHROMIUM"
    return ""


PROBES: dict[str, Callable[[], str]] = {
    "postgres": lambda: answers("postgres"),
    "redis": lambda: answers("redis"),
    "rabbitmq": lambda: answers("rabbitmq"),
    "browser": browser,
}


@cache
def reason_absent(name: str) -> str:
    """Probe one service once per run."""
    return PROBES[name]()


def required(name: str) -> bool:
    """Whether REQUIRE asks that an absent service fails the run."""
    return bool({"all", name} & {word.strip() for word in os.environ.get("REQUIRE", "").split(",")})


def pytest_configure(config: pytest.Config) -> None:
    """Cheap password hashes: tests sign in hundreds of times and protect nobody."""
    from django.conf import settings as django_settings

    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose service is absent, with the reason; fail it where the service is required."""
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            if name not in PROBES:
                pytest.fail(f"needs({name!r}): expected one of {', '.join(PROBES)}", pytrace=False)
            if reason := reason_absent(name):
                if required(name):
                    pytest.fail(f"{name} is required: {reason}", pytrace=False)
                pytest.skip(f"{name}: {reason}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the material the product was built from; a test that reads it is skipped without it."""
    folder = Path(os.environ.get("SHARED") or ROOT.parent / "shared")
    if not (folder / "design.md").exists():
        pytest.skip(f"the material folder is not at {folder} (SHARED names another place)")
    return folder
