"""The command that makes its own environment, tried in an empty folder with lists that hold nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of manage.py alone, in a folder with a space in its name."""
    folder = tmp_path / "my project"
    (folder / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / "manage.py", folder)
    for name in ("run", "test"):
        (folder / ".ci" / f"{name}.txt").write_text(f"# {name}: nothing\n", encoding="utf-8")
    return folder


def start(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run it with the Python that stands outside of every environment."""
    outside = getattr(sys, "_base_executable", sys.executable)
    return subprocess.run(
        [outside, "manage.py", "check"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_environment_is_made_once_and_anew_after_a_killed_installation(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    home = folder / ".venv"
    made = f"Making the environment in {home} …"
    installing = "Installing the libraries, once; this takes about half a minute …"

    first = start(folder)
    assert first.stdout.splitlines() == [made, installing]
    assert "No module named 'django'" in first.stderr  # it went on inside: the lists hold nothing
    assert start(folder).stdout == ""

    (home / "installing").touch()  # what a killed installation leaves
    (folder / ".ci" / "run.txt").write_text(f"not-there==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    third = start(folder)
    assert third.stdout.splitlines() == [made, installing]
    assert third.returncode == 1
    assert third.stderr.startswith("The libraries could not be installed:")
    assert not (home / "pinned").exists()
