"""The people of `people.py` as fixtures, and a migrated database for tests that start processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.tracker import people
from tracker.models import Patient, Team, User


@pytest.fixture
def estuary(db: None) -> Team:
    """The team of Alice and Bob."""
    return people.estuary()


@pytest.fixture
def alice(db: None) -> User:
    """Specialist nurse on the Estuary team."""
    return people.alice()


@pytest.fixture
def bob(db: None) -> User:
    """Spine surgeon on the Estuary team."""
    return people.bob()


@pytest.fixture
def beth(db: None) -> User:
    """A second surgeon on the Estuary team."""
    return people.beth()


@pytest.fixture
def charlie(db: None) -> User:
    """Specialist nurse from elsewhere."""
    return people.charlie()


@pytest.fixture
def dana(db: None) -> User:
    """Administrator without a team."""
    return people.dana()


@pytest.fixture
def patient(db: None) -> Patient:
    """A patient of the Estuary team without any fact."""
    return people.patient()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty migrated SQLite database, made once; who starts processes copies it."""
    folder = tmp_path_factory.mktemp("migrated")
    database = folder / "db.sqlite3"
    environment = {**os.environ, "VAR_DIR": str(folder), "DATABASE_URL": f"sqlite:///{database}"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=ROOT, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    return database
