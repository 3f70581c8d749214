#!/usr/bin/env python3
"""The one command: makes the environment where it is missing, then runs inside it.

`demo` starts everything, `test` runs the tests, any other word is a Django command. Standard library only, because
it runs before anything is installed. Pinned lists stand in .ci/; a stamp says which of them the environment holds.
"""

import signal

# Until the work begins Ctrl-C just ends the process: an interrupt raised within an import comes out as a page of text,
# or not at all. Nothing is lost by it: what was not finished is made anew.
CTRL_C = signal.getsignal(signal.SIGINT)
if __name__ == "__main__" and CTRL_C is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
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
#: Variables by which another project's shell would change what Python loads and how it runs it.
ASTRAY = {"PYTHONHOME", "PYTHONOPTIMIZE", "PYTHONPATH", "PYTHONWARNINGS"}
# fmt: off
#: What may be told to pip from outside is where libraries come from, not where they go.
PIP_MAY_READ = {
    "PIP_CACHE_DIR", "PIP_CERT", "PIP_CLIENT_CERT", "PIP_CONFIG_FILE", "PIP_DEFAULT_TIMEOUT", "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_KEYRING_PROVIDER", "PIP_NO_CACHE_DIR", "PIP_NO_INDEX", "PIP_PROXY",
    "PIP_RETRIES", "PIP_TIMEOUT", "PIP_TRUSTED_HOST", "PIP_USE_FEATURE",
}
# fmt: on
FIRST_PIP_FOR_OTHERS = (22, 3)


def stamp_of(name: str) -> str:
    """Return the line by which the stamp file knows a pinned list."""
    return f"{name} {hashlib.sha256((ROOT / '.ci' / f'{name}.txt').read_bytes()).hexdigest()}"


def stamp() -> set[str]:
    """Return the lines of the stamp file; none where nothing was finished."""
    return set(STAMP.read_text(encoding="utf-8").splitlines()) if STAMP.exists() else set()


def stamped(name: str) -> bool:
    """Whether the environment holds exactly this list, for the Python it stands on, and was finished."""
    return not UNFINISHED.exists() and {stamp_of(name), f"python {tag_of(PYTHON)}"} <= stamp()


def answer_of(*command: str) -> str | None:
    """What a command prints when it runs and ends well, else None."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean())
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def tag_of(python: Path) -> str | None:
    """Return the kind of Python whose compiled libraries an interpreter can load; None where it does not run."""
    if ours() and python == PYTHON:
        return sys.implementation.cache_tag
    return answer_of(str(python), "-c", "import sys; print(sys.implementation.cache_tag)")


def ours() -> bool:
    """Whether this process runs inside .venv."""
    return sys.prefix != sys.base_prefix and Path(sys.prefix).resolve() == HOME.resolve()


def clean() -> dict[str, str]:
    """Return the environment without what would lead Python astray."""
    return {name: value for name, value in os.environ.items() if name not in ASTRAY}


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Let one process at a time pass, so that two started together do not meet."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
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
    print(f"Making the environment in {HOME} …", file=sys.stderr, flush=True)
    STAMP.unlink(missing_ok=True)
    python = getattr(sys, "_base_executable", None) or sys.executable
    make = (python, "-m", "venv", "--clear")
    if answer_of(*make, str(HOME)) is None:
        made = subprocess.run(
            [*make, "--without-pip", str(HOME)], capture_output=True, text=True, check=False, env=clean()
        )
        if made.returncode:
            sys.exit(f"The environment could not be made in {HOME}: {(made.stderr or made.stdout).strip()}")
    UNFINISHED.touch()


def installer() -> list[str]:
    """Return the pip to use: the environment's own, else the machine's, aimed at the environment."""
    if answer_of(str(PYTHON), "-m", "pip", "--version"):
        return [str(PYTHON), "-m", "pip"]
    found = answer_of(sys.executable, "-c", "import pip; print(pip.__version__)")
    advice = "(on Debian: python3-venv or python3-pip), then run this again."
    if found is None:
        sys.exit(f"No pip was found. Install it for this Python {advice}")
    if tuple(int(part) for part in re.findall(r"\d+", found)[:2]) < FIRST_PIP_FOR_OTHERS:
        needed = ".".join(map(str, FIRST_PIP_FOR_OTHERS))
        sys.exit(
            f"The pip of this Python is {found}; only {needed} and later can fill an environment that has none of its "
            f"own. Upgrade it, or give this Python ensurepip {advice}"
        )
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def install(name: str) -> None:
    """Install one pinned list and stamp the environment with it."""
    UNFINISHED.touch()
    print("Installing the libraries, once; this takes about half a minute …", file=sys.stderr, flush=True)
    told = {key: value for key, value in clean().items() if not key.startswith("PIP_") or key in PIP_MAY_READ}
    # pip's own file of settings may say "user" too; what stands here wins over it.
    options = "--no-user --no-deps --only-binary :all: --require-hashes --disable-pip-version-check --quiet"
    done = subprocess.run(
        [*installer(), "install", *options.split(), "-r", str(ROOT / ".ci" / f"{name}.txt")],
        capture_output=True,
        text=True,
        check=False,
        env={"PIP_RETRIES": "2", **told},
    )
    if done.returncode:
        if any(word in done.stdout + done.stderr for word in NO_NETWORK):
            UNFINISHED.unlink()
            sys.exit("The libraries could not be fetched: no package index answers. Connect once, then run this again.")
        sys.exit(f"The libraries could not be installed:\n{done.stdout}{done.stderr}")
    # The test list holds the run list with the same pins.
    held = [stamp_of("run")] + ([stamp_of("test")] if name == "test" else [])
    STAMP.write_text("\n".join([f"python {tag_of(PYTHON)}", *held]) + "\n", encoding="utf-8")
    UNFINISHED.unlink()


def become(*command: str) -> NoReturn:
    """Run another command in the place of this one."""
    if os.name != "nt":
        os.execve(command[0], command, clean())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the inner process has it too
    sys.exit(subprocess.call(command, env=clean()))


def prepare(name: str) -> None:
    """Make .venv and fill it, unless it holds the list already."""
    with alone(ROOT / "var" / "install.lock"):
        if stamped(name):
            return
        if UNFINISHED.exists() or f"python {tag_of(PYTHON)}" not in stamp():
            make_environment()
        install(name)


def holds(name: str) -> bool:
    """Whether the environment that this process runs in has every library of a list at its pinned version.

    Lines with a marker are for some machines only and not asked for.
    """
    for line in (ROOT / ".ci" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        pinned, _, wanted = line.partition("==")
        if wanted and ";" not in line and pinned[0] not in " #":
            try:
                if version(pinned) != wanted.rstrip(" \\"):
                    return False
            except PackageNotFoundError:
                return False
    return True


def main() -> None:
    """Find or make the environment, then hand over."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python meets first
        sys.exit(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")
    testing = sys.argv[1:2] == ["test"]
    name = "test" if testing else "run"
    again = [str(ROOT / "manage.py"), *sys.argv[1:]]
    # An environment that somebody else made and filled with the same libraries is used as it is; any other is left.
    if not (stamped(name) if ours() else sys.prefix != sys.base_prefix and holds(name)):
        prepare(name)
        become(str(PYTHON), *again)
    if ASTRAY & os.environ.keys():
        become(sys.executable, *again)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings" if testing else "tracker.settings"
    if testing:
        os.chdir(ROOT)
        os.environ.setdefault("PYTHONHASHSEED", "0")  # a set of words has the same order in every run
        become(sys.executable, "-m", "pytest", *sys.argv[2:])
    from django.core.management import execute_from_command_line

    # The demo stays that way until it has parts to stop: the database itself takes back what was not finished.
    if sys.argv[1:2] != ["demo"]:
        signal.signal(signal.SIGINT, CTRL_C)
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)  # the shell's code for Ctrl-C; nothing more is to be said
    except Exception as error:
        from tracker.full_disk import SENTENCE, is_full

        if not is_full(error):
            raise
        sys.exit(SENTENCE)


if __name__ == "__main__":
    main()
