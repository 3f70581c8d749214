"""The same form sent several times at once, over real databases, records once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.tracker.test_two_workers import network, new_database


def sent(folder: Path, url: str, *, migrate: bool = False) -> dict[str, object]:
    """What came of a form that several threads sent together."""
    made = network(folder, url)
    if migrate:
        made.run("manage.py", "migrate", "-v0")
    done = subprocess.run(
        [sys.executable, "-m", "tests.tracker.sent_together"],
        cwd=ROOT, env=made.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


ONCE = {"answers": [302] * 4, "visits": 1, "forms": 1}


def test_a_form_sent_together_records_once_on_sqlite(tmp_path: Path, migrated: Path) -> None:
    shutil.copy(migrated, tmp_path)
    assert sent(tmp_path, f"sqlite:///{tmp_path / 'db.sqlite3'}") == ONCE


@pytest.mark.needs("postgres")
def test_a_form_sent_together_records_once_on_postgresql(tmp_path: Path) -> None:
    name = f"tracker_sent_{os.getpid()}"
    with new_database(f"CREATE DATABASE {name}", name) as url:
        assert sent(tmp_path, url, migrate=True) == ONCE
