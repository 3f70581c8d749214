"""Starts several processes, prints their lines, starts again what ends, and stops all of them together."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 60.0
#: A part that lived this long was well; its next restart waits the shortest time again.
WELL_AFTER_SECONDS = 30.0
#: A part that was never well and ended so often never ran: a further try would end the same way.
TRIES = 3
SECONDS_TO_STOP = 10.0
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Part:
    """One supervised process: `module` is run as `python -m`, in a process group of its own."""

    name: str
    module: str
    arguments: Sequence[str]
    say: Callable[[str], None]
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    wait: float = FIRST_WAIT_SECONDS
    start_at: float = 0.0
    printer: threading.Thread | None = None
    tries: int = 0
    well: bool = False
    last_words: str = ""
    #: Why the part is not started again; empty while there is hope.
    given_up: str = ""

    def start(self) -> None:
        """Start the process; it holds our pipe as its standard input and ends when we are gone.

        The project is found from any folder, and no folder that happens to be the current one is searched before it.
        """
        groups = (
            {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
            if os.name == "nt"
            else {"process_group": 0}
        )
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tracker.part", self.module, *self.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": path},
            **groups,
        )
        self.started = time.monotonic()
        self.printer = threading.Thread(target=self.relay, args=(self.process,), daemon=True)
        self.printer.start()

    def relay(self, process: "subprocess.Popen[str]") -> None:
        """Print the lines of the process with its name before them, and close our ends when it has said its last."""
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin, process.stdout:
            for line in process.stdout:
                self.last_words = line.strip() or self.last_words
                self.say(f"{self.name:>9} | {line.rstrip()}")

    def look(self) -> None:
        """Start the process when it is time to, and plan its next start when it has ended."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return
        if not self.ended():
            return
        code = self.process.wait()
        self.process = None
        if now - self.started > WELL_AFTER_SECONDS:
            self.well, self.wait = True, FIRST_WAIT_SECONDS
        self.tries += 1
        if self.tries >= TRIES and not self.well:
            self.give_up(code)
            return
        self.start_at = now + self.wait
        self.say(f"{self.name:>9} | ended with code {code}; it is started again in {self.wait:.0f} s")
        self.wait = min(self.wait * 2, LONGEST_WAIT_SECONDS)

    def give_up(self, code: int) -> None:
        """Say why it is not tried again."""
        if self.printer is not None:
            self.printer.join(1)  # it may still be reading what the process said last
        said = f"; its last words: {self.last_words}" if self.last_words else ""
        self.given_up = f"The part {self.name!r} never ran: it ended {TRIES} times at once, with code {code}{said}"

    def signal(self, force: bool) -> None:
        """Ask the whole group of the process to stop, or end it."""
        if self.process is None or self.ended():
            return
        try:
            if os.name == "nt":
                if force:
                    self.process.kill()
                else:
                    self.process.send_signal(signal.CTRL_BREAK_EVENT)  # type: ignore[attr-defined,unused-ignore]
            else:
                os.killpg(self.process.pid, signal.SIGKILL if force else signal.SIGTERM)
        except ProcessLookupError:
            return

    def ended(self) -> bool:
        """Whether the process ended; what a killed one left of its group is then ended too."""
        if self.process is None:
            return True
        if self.process.returncode is None and hasattr(os, "waitid"):
            self.end_group()
        return self.process.poll() is not None

    def end_group(self) -> None:
        """End the rest of the group of a process that ended, before it is reaped: until then nobody has its number.

        Elsewhere (macOS, Windows) a worker of granian ends by itself when its master is gone; see tracker/wsgi.py.
        """
        assert self.process is not None
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class NeverRan(Exception):
    """A part ended each time it was started."""


class Supervisor:
    """Parts that live and end together."""

    def __init__(self, parts: Sequence[Part], say: Callable[[str], None]) -> None:
        self.parts = parts
        self.say = say
        self.asked_to_stop = threading.Event()
        self.asked_again = threading.Event()

    def ask_to_stop(self, *signal_and_frame: object) -> None:
        """Stop; asked a second time, do not wait."""
        if self.asked_to_stop.is_set():
            self.asked_again.set()
        self.asked_to_stop.set()

    def run(self, each_look: Callable[[], None] = lambda: None) -> None:
        """Keep all parts running until Ctrl-C or a stop signal, or until one proves unable to run; then stop all.

        Raises NeverRan with the reason.
        """
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self.ask_to_stop)
        try:
            while not self.asked_to_stop.wait(0.1):
                for part in self.parts:
                    part.look()
                    if part.given_up:
                        raise NeverRan(part.given_up)
                each_look()
        finally:
            self.stop()

    def stop(self) -> None:
        """Ask every part to stop, wait a few seconds, then end what is left."""
        self.say("Stopping …")
        for part in self.parts:
            part.signal(force=False)
        until = time.monotonic() + SECONDS_TO_STOP
        while not all(part.ended() for part in self.parts):
            if time.monotonic() > until or self.asked_again.wait(0.05):
                break
        for part in self.parts:
            part.signal(force=True)
            if part.process is not None:
                part.process.wait()
            if part.printer is not None:
                part.printer.join(1)
        self.say("Stopped.")
