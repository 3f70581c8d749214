#!/usr/bin/env python3
"""The one command: makes the environment where it is missing, then runs inside it.

`demo` starts everything, `test` runs the tests, any other word is a Django command. Standard library only, because
it runs before anything is installed. Pinned lists stand in .ci/; a stamp says which of them the environment holds.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
PYTHON = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = HOME / "pinned"
UNFINISHED = HOME / "installing"
NO_NETWORK = (
    "NewConnectionError",
    "Max retries",
    "Temporary failure",
    "ConnectTimeout",
    "ReadTimeout",
    "Failed to resolve",
)


def stamp_of(name: str) -> str:
    """Return the line by which the stamp file knows a pinned list."""
    return f"{name} {hashlib.sha256((ROOT / '.ci' / f'{name}.txt').read_bytes()).hexdigest()}"


def stamped(name: str) -> bool:
    """Whether the environment holds exactly this list and was finished."""
    return STAMP.exists() and not UNFINISHED.exists() and stamp_of(name) in STAMP.read_text().splitlines()


def works(*command: str) -> bool:
    """Whether a command runs and ends well."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def alone() -> Iterator[None]:
    """Let one installation run at a time, so that `demo` and `test` started together do not meet."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "install.lock").open("w") as handle:
        if sys.platform == "win32":
            import msvcrt

            while True:
                try:
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:
                    continue  # ten seconds have passed; the other one is still at it
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    """Make .venv, also on a Python that was packaged without ensurepip."""
    print(f"Making the environment in {HOME} …", flush=True)
    if works(sys.executable, "-m", "venv", "--clear", str(HOME)):
        return
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", str(HOME)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        sys.exit(f"The environment could not be made in {HOME}: {(made.stderr or made.stdout).strip()}")


def installer() -> list[str]:
    """Return the pip to use: the environment's own, else the machine's, aimed at the environment."""
    if works(str(PYTHON), "-m", "pip", "--version"):
        return [str(PYTHON), "-m", "pip"]
    if works(sys.executable, "-m", "pip", "--python", str(PYTHON), "--version"):
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    sys.exit(
        "No pip was found. Install it for this Python (on Debian: python3-venv or python3-pip), then run this again."
    )


def install(name: str) -> None:
    """Install one pinned list and stamp the environment with it."""
    UNFINISHED.touch()
    print("Installing the libraries, once; this takes about half a minute …", flush=True)
    os.environ.setdefault("PIP_RETRIES", "2")
    options = [
        "--no-deps",
        "--only-binary",
        ":all:",
        "--require-hashes",
        "--disable-pip-version-check",
        "--quiet",
    ]
    done = subprocess.run(
        [*installer(), "install", *options, "-r", str(ROOT / ".ci" / f"{name}.txt")],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        if any(word in done.stdout + done.stderr for word in NO_NETWORK):
            UNFINISHED.unlink(missing_ok=True)
            sys.exit(
                "The libraries could not be fetched: no package index answers. Connect once, then run this again."
            )
        sys.exit(f"The libraries could not be installed:\n{done.stdout}{done.stderr}")
    # The test list holds the run list with the same pins.
    STAMP.write_text("\n".join([stamp_of("run")] + ([stamp_of("test")] if name == "test" else [])) + "\n")
    UNFINISHED.unlink()


def enter(name: str) -> NoReturn:
    """Run this file again inside an environment that holds the list."""
    with alone():
        if UNFINISHED.exists() or not works(str(PYTHON), "-c", "import sys"):
            make_environment()
        if not stamped(name):
            install(name)
    command = [str(PYTHON), str(ROOT / "manage.py"), *sys.argv[1:]]
    if os.name != "nt":
        os.execv(command[0], command)
    with subprocess.Popen(command) as inner:
        while True:
            try:
                sys.exit(inner.wait())
            except KeyboardInterrupt:
                continue  # the inner process had it too and is stopping


def main() -> None:
    """Find or make the environment, then hand over."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python meets first
        sys.exit(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")
    testing = sys.argv[1:2] == ["test"]
    inside = sys.prefix != sys.base_prefix
    ours = inside and Path(sys.prefix).resolve() == HOME.resolve()
    # An environment that somebody else made and filled is used as it is; an empty one is left alone.
    if not ours and not (inside and find_spec("django") and (not testing or find_spec("pytest"))):
        enter("test" if testing else "run")
    if testing:
        if find_spec("pytest") is None:
            sys.exit(
                "This environment lacks the test libraries: start it as `python3 manage.py test`, outside of it."
            )
        os.chdir(ROOT)
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)  # pyproject.toml names it
        sys.exit(subprocess.call([sys.executable, "-m", "pytest", *sys.argv[2:]]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
