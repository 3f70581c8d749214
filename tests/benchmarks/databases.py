"""Benchmarks on databases: a process for each, and the processor time of what runs in it and in the server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]


def on_both(module: str, *arguments: str) -> dict[str, Any]:
    """What `module` prints as JSON on SQLite and on PostgreSQL; one that does not answer is named with its reason."""
    name = f"bench_{module.rpartition('.')[2]}"
    with tempfile.TemporaryDirectory() as folder:
        sqlite = _child(f"sqlite:///{folder}/{name}.sqlite3", module, arguments)
    address = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    return {"sqlite": sqlite, "postgresql": _on_postgresql(address, name, module, arguments)}


def _child(url: str, module: str, arguments: tuple[str, ...]) -> dict[str, Any]:
    command = [sys.executable, "-m", module, *arguments]
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.strip() or f"{module}: no answer")
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _on_postgresql(address: str, name: str, module: str, arguments: tuple[str, ...]) -> dict[str, Any]:
    import psycopg

    try:
        connection = psycopg.connect(address, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        return {"skipped": f"PostgreSQL skipped: {str(error).splitlines()[0]}"}
    with connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        try:
            return _child(urlunsplit(urlsplit(address)._replace(path=f"/{name}")), module, arguments)
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


# In the child


def migrated() -> str:
    """Make the tables; which database this is, with its version."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    raw: Any = connection
    number = raw.pg_version if connection.vendor == "postgresql" else raw.Database.sqlite_version
    return f"{connection.vendor} {number}"


def analysed() -> None:
    """What a server does by itself after a while: count its rows, so that its plans are those of every day."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def seconds(act: Callable[[], object]) -> float:
    """Processor time of an act here and in the server's process for this connection, where that can be read."""
    began = time.process_time() + _server_seconds()
    act()
    return time.process_time() + _server_seconds() - began


def _server_seconds() -> float:
    """Of the server on this machine; it counts in hundredths, so that short acts are timed together. 0 elsewhere."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    assert connection.connection is not None
    path = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not path.exists():
        return 0.0
    user, system = path.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def memory_mb() -> float:
    """The most memory that this process has held so far; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0.0
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
