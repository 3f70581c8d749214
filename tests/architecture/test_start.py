"""The command that makes its own environment, tried in an empty folder with lists that hold nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

import manage
from tests.architecture.source import ROOT

INSTALLING = "Installing the libraries, once; this takes about half a minute …"
#: It went on inside: the lists hold nothing.
INSIDE = "ModuleNotFoundError: No module named 'django'"
#: The Python that stands outside of every environment.
OUTSIDE = getattr(sys, "_base_executable", sys.executable)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of manage.py alone, in a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("start") / "my project"
    (folder / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / "manage.py", folder)
    for name in ("run", "test"):
        (folder / ".ci" / f"{name}.txt").write_text(f"# {name}: nothing\n", encoding="utf-8")
    return folder


def begin(folder: Path, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [OUTSIDE, folder / "manage.py", "check"],
        env={**os.environ, "PIP_NO_INDEX": "1", **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def start(folder: Path, **more: str) -> tuple[list[str], str]:
    """What a whole start prints, and the last line of its complaints."""
    out, wrong = begin(folder, **more).communicate()
    return out.splitlines(), wrong.strip().splitlines()[-1]


def making(folder: Path) -> str:
    return f"Making the environment in {folder / '.venv'} …"


@pytest.fixture(scope="module")
def made(folder: Path) -> Path:
    """The project after two first starts at once: one made the environment, the other waited for it."""
    both = [begin(folder, PIP_USER="1", PIP_TARGET=str(folder / "elsewhere")) for _ in range(2)]
    said = [one.communicate() for one in both]
    assert [out for out, _ in said] == ["", ""]  # what a command prints is its answer alone
    news = [[line for line in wrong.splitlines() if line.endswith("…")] for _, wrong in said]
    assert sorted(news) == [[], [making(folder), INSTALLING]]
    assert all(wrong.strip().endswith(INSIDE) for _, wrong in said)
    return folder


def test_a_second_start_finds_everything_and_nothing_leads_it_astray(made: Path, tmp_path: Path) -> None:
    (tmp_path / "django").mkdir()
    (tmp_path / "django" / "__init__.py").write_text("raise RuntimeError('of another project')")
    foreign = {"PYTHONPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "other.settings", "PYTHONOPTIMIZE": "2"}
    assert start(made, **foreign) == ([], INSIDE)
    inside = subprocess.run(
        [made / ".venv/bin/python", made / "manage.py", "check"],
        env={**os.environ, **foreign},
        capture_output=True,
        text=True,
        check=False,
    )
    assert inside.stderr.strip().endswith(INSIDE)


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a POSIX signal")
def test_ctrl_c_while_it_waits_says_nothing(made: Path) -> None:
    (made / ".venv" / "installing").touch()
    # A run in the background has Ctrl-C ignored, and so would have what it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with manage.alone(made / "var" / "install.lock"):
        waiting = begin(made)
        time.sleep(1.5)
        waiting.send_signal(signal.SIGINT)
        try:
            assert waiting.communicate(timeout=60) == ("", "")
        finally:
            waiting.kill()
            signal.signal(signal.SIGINT, before)
    (made / ".venv" / "installing").unlink()
    assert waiting.returncode == -signal.SIGINT


def of_another_python(home: Path) -> None:
    text = (home / "pinned").read_text()
    assert f"python {sys.implementation.cache_tag}\n" in text
    (home / "pinned").write_text(text.replace(sys.implementation.cache_tag, "cpython-310"))


def killed_during_the_installation(home: Path) -> None:
    (home / "installing").touch()


def killed_while_it_was_made(home: Path) -> None:
    (home / "pinned").unlink()


def of_another_list(home: Path) -> None:
    (home.parent / ".ci" / "run.txt").write_text("# another list\n")


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda home: None, []),
        (of_another_python, ["made", "filled"]),
        (killed_during_the_installation, ["made", "filled"]),
        (killed_while_it_was_made, ["made", "filled"]),
        (of_another_list, ["filled"]),
    ],
)
def test_an_environment_that_cannot_be_trusted_is_made_anew(
    made: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Path], None],
    expected: list[str],
) -> None:
    copied = tmp_path / "copied"
    shutil.copytree(made, copied, symlinks=True, ignore=shutil.ignore_patterns("site-packages"))
    home, done = copied / ".venv", []
    for name, path in (
        ("ROOT", copied), ("HOME", home), ("STAMP", home / "pinned"), ("UNFINISHED", home / "installing"),
        ("PYTHON", home / manage.PYTHON.relative_to(manage.HOME)),
    ):  # fmt: skip
        monkeypatch.setattr(manage, name, path)
    monkeypatch.setattr(manage, "make_environment", lambda: done.append("made"))
    monkeypatch.setattr(manage, "install", lambda name: done.append("filled"))
    spoil(home)
    manage.prepare("run")
    assert done == expected


def test_a_library_that_is_not_there_is_said(made: Path) -> None:
    (made / ".ci" / "run.txt").write_text(f"not-there==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    run = begin(made)
    out, wrong = run.communicate()
    assert (out, run.returncode) == ("", 1)
    assert wrong.startswith(f"{INSTALLING}\nThe libraries could not be installed:")


@pytest.mark.parametrize(
    ("found", "said"),
    [(None, "No pip was found."), ("22.0.4", "The pip of this Python is 22.0.4; only 22.3")],
)
def test_an_old_pip_is_not_called_absent(monkeypatch: pytest.MonkeyPatch, found: str | None, said: str) -> None:
    monkeypatch.setattr(manage, "answer_of", lambda *words: found if "import pip" in words[-1] else None)
    with pytest.raises(SystemExit, match=said):
        manage.installer()


def test_an_environment_of_other_versions_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(manage, "ROOT", tmp_path)
    (tmp_path / ".ci").mkdir()
    pins = tmp_path / ".ci" / "run.txt"
    same = f"# by hand\ndjango=={version('django')} \\\n    --hash=sha256:00\npywin32==1 ; sys_platform == 'x' \\\n"
    pins.write_text(same)
    assert manage.holds("run")
    pins.write_text(same.replace(version("django"), "3.2.1"))
    assert not manage.holds("run")
    pins.write_text(f"{same}never-heard-of==1.0\n")
    assert not manage.holds("run")
