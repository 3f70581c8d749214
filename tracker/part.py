"""Runs a module as one part of a supervised whole: it ends when the process that started it is gone.

Use: `python -m tracker.part MODULE ARGUMENTS…`. The parent holds the other end of standard input; when it closes,
however the parent ended, the part stops as if it had been asked to. No system call of a single operating system is
needed for that.
"""

import os
import runpy
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from tracker import running

SECONDS_TO_STOP = 8
#: Where a part can be found by a later start; see tracker/running.py.
FOLDER = "RUNNING_FOLDER"


def end_after(wait: Callable[[], object]) -> None:
    """When `wait` returns, stop this process: kindly first, then at once. Returns immediately."""

    def watch() -> None:
        wait()
        # Also on Windows SIGTERM to oneself ends the process; elsewhere it is the warm stop of every part.
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(SECONDS_TO_STOP)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="end-with-parent").start()


def input_closes() -> None:
    """Wait for the end of standard input."""
    while os.read(0, 4096):
        continue


def main() -> None:
    """Watch the parent, then become the module."""
    end_after(input_closes)
    module = sys.argv[1]
    if folder := os.environ.get(FOLDER):
        running.mark(Path(folder), module)
    sys.argv = sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
