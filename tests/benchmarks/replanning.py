"""Facts in the database to reconciled rows, end to end, in bulk and beside a naive loop; on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
#: Bulk and naive loop take turns, so that a busy machine slows both: so many rounds of so many patients each.
ROUNDS = 6
BATCH = 500
NAIVE = 20
SINGLE = 60
DATABASE = "bench_replanning"


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure both databases, each in a process of its own; one that does not answer is named with its reason."""
    figures: dict[str, Any] = {"rounds": rounds, "batch": BATCH, "naive_patients_a_round": NAIVE}
    with tempfile.TemporaryDirectory() as folder:
        figures["sqlite"] = _child(f"sqlite:///{folder}/{DATABASE}.sqlite3", rounds)
    address = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    figures["postgresql"] = _on_postgresql(address, rounds)
    figures["lines"] = [line for name in ("sqlite", "postgresql") for line in _lines(figures[name])]
    return figures


def _lines(measured: dict[str, Any]) -> list[str]:
    if "error" in measured:
        return [f"  {measured['error']}"]
    lines = [f"  {measured['database']}: facts in the database to reconciled rows"]
    for name in ("first_plan", "everybody_changed", "unchanged_night"):
        one = measured[name]
        lines.append(
            f"    {name.replace('_', ' '):18} {one['patients_a_second']:8,.0f} patients a second, naive loop "
            f"{one['naive_patients_a_second']:5.0f}: {one['ratio']:.1f} times faster"
        )
    single = measured["one_patient_ms"]
    lines.append(
        f"    one changed patient planned and saved in {single['median']} ms (best {single['best']}, slowest "
        f"{single['slowest']})"
    )
    return lines


def _child(url: str, rounds: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.replanning", str(rounds)]
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["no message"])[-1]}
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _on_postgresql(address: str, rounds: int) -> dict[str, Any]:
    import psycopg

    try:
        connection = psycopg.connect(address, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        return {"error": f"skipped: {str(error).splitlines()[0]}"}
    with connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
        try:
            return _child(urlunsplit(urlsplit(address)._replace(path=f"/{DATABASE}")), rounds)
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


# In the child


def measure(rounds: int) -> dict[str, Any]:
    """All figures on the database that the settings name: patients a second, ratios of medians, milliseconds."""
    from django.core.management import call_command
    from django.db import connection

    from tests.benchmarks.replanning_rows import add_studies, make_patients, naive_replan
    from tracker.services.policies import ensure_default
    from tracker.services.schedule import planning

    call_command("migrate", verbosity=0)
    ensure_default(at=AT)
    draw = random.Random(20_261_120)
    keys = [make_patients(BATCH, draw, TODAY) for _ in range(rounds)]
    others = [make_patients(NAIVE, draw, TODAY) for _ in range(rounds)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def compared(bulk: Callable[[list[int]], object]) -> dict[str, float]:
        """Rounds of both in turns."""
        seconds: tuple[list[float], list[float]] = [], []
        for together, alone in zip(keys, others, strict=True):
            seconds[0].append(_timed(lambda batch=together: bulk(batch)) / len(together))
            loop = _timed(lambda batch=alone: [naive_replan(key, TODAY, AT) for key in batch])
            seconds[1].append(loop / len(alone))
        mine, naive = median(seconds[0]), median(seconds[1])
        return {
            "patients_a_second": round(1 / mine, 1),
            "naive_patients_a_second": round(1 / naive, 1),
            "ratio": round(naive / mine, 1),
        }

    def changed(batch: list[int]) -> object:
        return planning.replan_patients(batch, today=TODAY, at=AT)

    first = compared(changed)
    unchanged = compared(lambda batch: planning.replan_batch(batch, today=TODAY, at=AT))
    for batch in (*keys, *others):
        add_studies(batch, TODAY, AT)
    everybody = compared(changed)
    single = []
    for key in keys[0][:SINGLE]:
        add_studies([key], TODAY + timedelta(1), AT)
        single.append(
            _timed(lambda one=key: planning.replan(one, today=TODAY + timedelta(100), at=AT)) * 1000
        )
    return {
        "database": f"{connection.vendor} {_version(connection)}",
        "first_plan": first,
        "unchanged_night": unchanged,
        "everybody_changed": everybody,
        "one_patient_ms": {
            "best": round(min(single), 2),
            "median": round(median(single), 2),
            "slowest": round(max(single), 2),
        },
    }


def _timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def _version(connection: Any) -> str:
    if connection.vendor == "postgresql":
        return str(connection.pg_version)
    return ".".join(map(str, connection.Database.sqlite_version_info))


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
