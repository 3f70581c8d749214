"""The people of `people.py` as fixtures."""

import pytest

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
