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

SECONDS_TO_STOP = 8


def stop_with_parent() -> None:
    """Wait for the end of standard input, then stop this process: kindly first, then at once."""
    while os.read(0, 4096):
        continue
    # Also on Windows SIGTERM to oneself ends the process; elsewhere it is the warm stop of every part.
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(SECONDS_TO_STOP)
    os._exit(1)


def main() -> None:
    """Watch the parent, then become the module."""
    threading.Thread(target=stop_with_parent, daemon=True, name="stop-with-parent").start()
    module = sys.argv[1]
    sys.argv = sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
