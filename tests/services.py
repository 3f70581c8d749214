"""What tests need beside Python, and whether it is here: each is used once for real, so that a reason can be told.

Something on the port is not enough: it may refuse the password, lack the database, or be another program.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from urllib.parse import urlsplit

ADDRESSES = {
    "postgres": os.environ.get("POSTGRES_URL") or "postgres://postgres@127.0.0.1:5432/postgres",
    "redis": os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0",
    "rabbitmq": os.environ.get("RABBITMQ_URL") or "amqp://guest:guest@127.0.0.1:5672//",
}
SECONDS_TO_ANSWER = 3

#: Uses a service at an address; raises whatever its library raises.
Use = Callable[[str], None]


def service_address(name: str) -> str:
    """Return the address at which tests look for a service."""
    return ADDRESSES[name]


def use_postgres(address: str) -> None:
    """Log in and ask whether databases may be made: tests make their own."""
    import psycopg

    with psycopg.connect(address, connect_timeout=SECONDS_TO_ANSWER) as connection:
        row = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        if row.fetchone() != (True,):
            raise PermissionError("this user may not make databases")


def use_redis(address: str) -> None:
    """Log in and be answered."""
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    once = Retry(NoBackoff(), 0)
    patience = {"socket_connect_timeout": SECONDS_TO_ANSWER, "socket_timeout": SECONDS_TO_ANSWER}
    with Redis.from_url(address, retry=once, **patience) as client:
        client.ping()


def use_rabbitmq(address: str) -> None:
    """Log in; Kombu's own connect() would try again and again."""
    from kombu import Connection

    transport = Connection(address, connect_timeout=SECONDS_TO_ANSWER).transport
    transport.close_connection(transport.establish_connection())


def why_not(use: Use, address: str) -> str:
    """Say why a service cannot be used, or return an empty text."""
    parts = urlsplit(address)
    try:
        use(address)
    except Exception as error:  # whatever a library makes of a stranger on the port is the reason
        said = " ".join(str(error).split()) or type(error).__name__
        return f"not usable at {parts.hostname}:{parts.port} ({said[:200]})"
    return ""


def chromium() -> str | None:
    """Return the path of an installed Chromium, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def why_no_browser() -> str:
    """Say why pages cannot be tried in a browser, or return an empty text."""
    absent = [name for name in ("playwright", "axe_playwright_python") if find_spec(name) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (group `browser` in pyproject.toml)"
    path = chromium()
    if not path:
        return "no Chromium found on the path or in CHROMIUM"
    try:
        subprocess.run([path, "--version"], capture_output=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        return f"Chromium does not start ({error})"
    return ""


PROBES: dict[str, Callable[[], str]] = {
    "postgres": lambda: why_not(use_postgres, ADDRESSES["postgres"]),
    "redis": lambda: why_not(use_redis, ADDRESSES["redis"]),
    "rabbitmq": lambda: why_not(use_rabbitmq, ADDRESSES["rabbitmq"]),
    "browser": why_no_browser,
}


@cache
def reason_absent(name: str) -> str:
    """Probe one service once per run."""
    return PROBES[name]()


def required(name: str) -> bool:
    """Whether REQUIRE asks that an absent service fails the run."""
    return bool({"all", name} & {word.strip() for word in os.environ.get("REQUIRE", "").split(",")})
