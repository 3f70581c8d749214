"""A later start finds the processes of its own folder, ends orphans, and touches no stranger."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tracker import running
from tracker.management.commands.demo import parts

posix_only = pytest.mark.skipif(os.name == "nt", reason="a parent that is gone can only be asked for on POSIX")
ROOT = Path(running.__file__).parent.parent
WAITS = "import sys, time\nfrom pathlib import Path\nfrom tracker import running\n{before}\n"
WAITS += "running.mark(Path(sys.argv[1]), 'web')\nprint('marked', flush=True)\ntime.sleep(120)\n"


def started(folder: Path, before: str = "", under: bool = False) -> "subprocess.Popen[str]":
    """A process with a mark; `under` another one that ends at once, so that it is an orphan."""
    code = WAITS.format(before=before)
    if under:
        code = f"import os, time\nif os.fork(): os._exit(0)\ntime.sleep(0.3)\nos.getppid = lambda: {gone()}\n{code}"
    process = subprocess.Popen([sys.executable, "-c", code, folder], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "marked\n"
    return process


def gone() -> int:
    """The number of a process that ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as brief:
        pass
    return brief.pid


@pytest.fixture
def children() -> Iterator[list["subprocess.Popen[str]"]]:
    found: list[subprocess.Popen[str]] = []
    yield found
    for one in found:
        one.kill()
        one.communicate()


def test_a_living_process_is_found_and_an_ended_one_is_forgotten(
    tmp_path: Path, children: list["subprocess.Popen[str]"]
) -> None:
    children.append(started(tmp_path))
    assert running.running(tmp_path) == [running.Running(children[0].pid, os.getpid(), "web")]
    children[0].kill()
    children[0].wait()
    assert running.running(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_child_whose_parent_lives_is_left(tmp_path: Path, children: list["subprocess.Popen[str]"]) -> None:
    children.append(started(tmp_path))
    assert running.end_orphans(tmp_path) == []
    assert children[0].poll() is None


@posix_only
@pytest.mark.parametrize(
    "before", ["", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"], ids=["polite", "deaf"]
)
def test_an_orphan_is_ended(tmp_path: Path, before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SECONDS_TO_STOP", 0.5)
    with started(tmp_path, before, under=True):
        pass
    (orphan,) = running.running(tmp_path)
    assert running.end_orphans(tmp_path) == [orphan.process]
    assert running.running(tmp_path) == []


@posix_only
def test_a_number_that_passed_to_a_stranger_and_another_machine_are_left(
    tmp_path: Path, children: list["subprocess.Popen[str]"]
) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], text=True)
    children.append(stranger)
    here = running._host()
    for name in (f"{here}.{stranger.pid}.{gone()}.web", f"another-host.{stranger.pid}.{gone()}.web"):
        (tmp_path / name).touch()
    assert running.end_orphans(tmp_path) == []
    time.sleep(0.1)
    assert stranger.poll() is None
    assert [path.name.split(".")[0] for path in tmp_path.iterdir()] == ["another-host"]


@posix_only
def test_a_disk_that_takes_no_file_is_no_reason_to_end(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    running.mark(tmp_path / "file" / "folder", "web")


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@posix_only
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_keeps_the_port_when_its_master_ends(tmp_path: Path, sign: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port = trial.getsockname()[1]
    web = parts("127.0.0.1", port, print)[0]
    master = subprocess.Popen(
        [sys.executable, "-m", web.module, *web.arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings", "VAR_DIR": str(tmp_path), "DATABASE_URL": ""},
        process_group=0,
    )
    try:
        until(lambda: len(running.running(tmp_path / "running")) == 1)
        until(lambda: answers(port))
        os.kill(master.pid, sign)
        master.wait(30)
        until(lambda: running.running(tmp_path / "running") == [], 15)
        assert not answers(port)
        until(lambda: not running._send(-master.pid, 0), 5)  # nothing of its group is left, whatever init was doing
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(master.pid, signal.SIGKILL)
        master.wait()
