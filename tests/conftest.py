"""What all tests share: the same examples, the same clock, the material folder, and services that may be absent."""

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.services import PROBES, reason_absent, required

ROOT = Path(__file__).resolve().parent.parent

# The default profile draws the same examples on every run, so that a commit is green or red and not either by chance.
# Chance belongs to the thorough profile of `.ci/run`, which prints how to repeat what it found. Every setting is given:
# Hypothesis itself chooses other defaults where it sees a build server.
settings.register_profile(
    "default",
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=600, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session", autouse=True)
def clock_of_the_tests() -> Iterator[None]:
    """Let the clock go on from the moment of the tests: no result depends on the day, and midnight never comes."""
    from tests.tracker.people import NOW
    from tracker import clock

    began = time.monotonic()

    def now() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - began)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", now)
        yield


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
