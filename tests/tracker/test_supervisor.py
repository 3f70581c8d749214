"""Parts that run together: started again when they end, stopped together, gone when their parent is gone."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tracker import supervisor
from tracker.supervisor import NeverRan, Part, Supervisor

posix_only = pytest.mark.skipif(os.name == "nt", reason="signals and process groups of POSIX")


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Write a module that parts can run."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(name: str, code: str) -> str:
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(code), encoding="utf-8")
        return name

    return write


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").exists() is False or " Z " not in Path(f"/proc/{process}/stat").read_text()


@posix_only
def test_what_ends_is_started_again_and_its_lines_carry_its_name(
    module: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_WAIT_SECONDS", 0.1)
    lines: list[str] = []
    part = Part("brief", module("brief", "print('hello from below')\nraise SystemExit(3)"), [], lines.append, wait=0.1)
    together = Supervisor([part], lines.append)

    def look() -> None:
        if sum("hello from below" in line for line in lines) == 2:
            together.ask_to_stop()

    timer = threading.Timer(120, together.ask_to_stop)
    timer.start()
    together.run(look)
    timer.cancel()
    assert [line for line in lines if "hello" in line] == ["    brief | hello from below"] * 2
    assert "    brief | ended with code 3; it is started again in 0 s" in lines


@posix_only
def test_what_never_ran_is_given_up_with_the_reason(
    module: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    well = Part("well", module("well", "import time\ntime.sleep(60)"), [], lines.append)
    broken = Part("broken", module("broken", "raise SystemExit('no such thing')"), [], lines.append, wait=0.1)
    timer = threading.Timer(120, os.kill, (os.getpid(), signal.SIGTERM))
    timer.start()
    with pytest.raises(NeverRan) as reason:
        Supervisor([well, broken], lines.append).run()
    timer.cancel()
    assert str(reason.value) == (
        "The part 'broken' never ran: it ended 3 times at once, with code 1; its last words: no such thing"
    )
    assert lines.count("   broken | no such thing") == 3
    assert lines[-1] == "Stopped."
    assert well.ended()


@posix_only
def test_what_was_well_once_is_started_again_for_ever(
    module: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(supervisor, "WELL_AFTER_SECONDS", 0.0)
    lines: list[str] = []
    part = Part("brief", module("brief", "print('here')"), [], lines.append, wait=0.05)
    together = Supervisor([part], lines.append)
    timer = threading.Timer(120, together.ask_to_stop)
    timer.start()
    together.run(lambda: together.ask_to_stop() if sum("here" in line for line in lines) > 4 else None)
    timer.cancel()
    assert sum("here" in line for line in lines) > 4


@posix_only
def test_parts_are_found_from_any_folder_and_no_stranger_in_it_is(
    module: Callable[[str, str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere" / "tracker").mkdir(parents=True)
    (tmp_path / "elsewhere" / "tracker" / "__init__.py").write_text("raise SystemExit('a stranger')")
    monkeypatch.chdir(tmp_path / "elsewhere")
    lines: list[str] = []
    part = Part("here", module("here", "import os\nprint('in', os.getcwd())"), [], lines.append)
    part.start()
    until(lambda: bool(lines))
    assert lines == [f"     here | in {tmp_path / 'elsewhere'}"]
    until(part.ended)


@posix_only
def test_all_parts_are_asked_to_stop_and_the_deaf_one_is_ended(
    module: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "SECONDS_TO_STOP", 1.0)
    lines: list[str] = []
    polite = module(
        "polite",
        """
        import signal, sys, time
        signal.signal(signal.SIGTERM, lambda *_: (print("leaving"), sys.exit(0)))
        print("ready")
        time.sleep(60)
        """,
    )
    deaf = module(
        "deaf",
        """
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("ready")
        time.sleep(60)
        """,
    )
    parts = [Part("polite", polite, [], lines.append), Part("deaf", deaf, [], lines.append)]
    together = Supervisor(parts, lines.append)
    for part in parts:
        part.start()
    until(lambda: sum("ready" in line for line in lines) == 2)
    processes = [part.process for part in parts]
    together.stop()
    assert [process.returncode for process in processes if process] == [0, -signal.SIGKILL]
    until(lambda: "   polite | leaving" in lines)


@posix_only
def test_parts_end_when_their_parent_was_killed(module: Callable[[str, str], str]) -> None:
    module("sleeper", "import os, time\nprint('process', os.getpid())\ntime.sleep(60)")
    module(
        "parent",
        """
        from tracker.supervisor import Part, Supervisor
        say = lambda line: print(line, flush=True)
        Supervisor([Part("sleeper", "sleeper", [], say)], say).run()
        """,
    )
    root = Path(supervisor.__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([os.environ["PYTHONPATH"], str(root)])}
    with subprocess.Popen(
        [sys.executable, "-m", "parent"], stdout=subprocess.PIPE, text=True, env=environment, cwd=root
    ) as parent:
        assert parent.stdout is not None
        line = next(line for line in parent.stdout if "process" in line)
        child = int(line.split()[-1])
        parent.kill()
        until(lambda: not alive(child))


@posix_only
def test_what_a_killed_part_leaves_of_its_group_ends_with_it(
    module: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child that ignores everything but a kill, as a worker that keeps the port of its master would."""
    monkeypatch.setattr(supervisor, "FIRST_WAIT_SECONDS", 0.1)
    module(
        "deaf_child",
        """
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
        """,
    )
    master = module(
        "master",
        """
        import subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-m", "deaf_child"])
        print("child", child.pid, flush=True)
        time.sleep(600)
        """,
    )
    lines: list[str] = []
    part = Part("web", master, [], lines.append, wait=0.1)
    part.start()
    until(lambda: any("child" in line for line in lines))
    child = int(lines[-1].split()[-1])
    assert part.process is not None
    part.process.kill()
    until(lambda: part.ended())
    until(lambda: not alive(child))
    part.look()
    assert part.process is None
