"""Which processes of one data folder run: each keeps a file of its own locked, and the lock ends with the process.

A held lock proves that the process named by the file lives and is ours, whoever had its number before; so a start can
end what an earlier one left behind and never touches a stranger. Files of another host in a shared folder are left.
"""

import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import IO, NamedTuple

#: What is left behind is asked to stop, and ended when it has not stopped by then.
SECONDS_TO_STOP = 5.0
_HELD: list[IO[bytes]] = []


class Running(NamedTuple):
    """A living process of this data folder."""

    process: int
    parent: int
    #: What it is, such as the fingerprint of the code that it loaded.
    what: str


def mark(folder: Path, what: str, *, parent: int | None = None) -> None:
    """Let this process be found while it lives; not at all where the disk takes no file, which is no reason to end."""
    name = f"{_host()}.{os.getpid()}.{parent or os.getppid()}.{what}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / name).open("wb")
    except OSError:
        return
    _lock(handle)
    _HELD.append(handle)


def running(folder: Path) -> list[Running]:
    """The other living processes of the folder on this machine; files of ended ones are removed."""
    found = []
    for path in folder.glob(f"{_host()}.*"):
        process, parent, what = path.name.removeprefix(f"{_host()}.").split(".", 2)
        if int(process) == os.getpid():
            continue  # to open and close it again would give up our own lock
        try:
            with path.open("r+b") as handle:
                held = not _lock(handle)
        except OSError:
            continue  # it ended meanwhile
        if held:
            found.append(Running(int(process), int(parent), what))
        else:
            path.unlink(missing_ok=True)
    return found


def end_orphans(folder: Path) -> list[int]:
    """End the processes of the folder whose parent is gone, and then theirs, kindly first; return their numbers."""
    ended: list[int] = []
    while orphans := {one for one in running(folder) if not _lives(one.parent)}:
        for sign in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
            left = orphans.intersection(running(folder))
            for one in left:
                _send(one.process, sign)
            until = time.monotonic() + SECONDS_TO_STOP
            while left and time.monotonic() < until:
                time.sleep(0.05)
                left = orphans.intersection(running(folder))
        ended += sorted(one.process for one in orphans)
        if left:
            break  # it can be ended by nobody
    return ended


def _host() -> str:
    """This machine as the first part of a file's name."""
    return socket.gethostname().replace(".", "-").replace("/", "-")


def _lives(process: int) -> bool:
    """Whether a process with this number exists. Windows has no harmless way to ask: there it counts as living."""
    return os.name == "nt" or _send(process, 0)


def _send(process: int, sign: int) -> bool:
    """Send a signal; False where no such process exists."""
    try:
        os.kill(process, sign)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _lock(handle: IO[bytes]) -> bool:
    """Take the lock of an open file, which no child inherits; False where another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
