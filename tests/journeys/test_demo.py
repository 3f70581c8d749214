"""The README's first command: it starts, shows the queue to a nurse, and leaves nothing running."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.management.base import CommandError

import tracker
from manage import alone
from tracker.management.commands.demo import LOGINS, PASSWORD, free_port, refuse_beside_older
from tracker.services.schedule.release import deciding

ROOT = Path(tracker.__file__).parent.parent


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a POSIX signal")
def test_the_demo_shows_a_nurse_her_queue_and_stops_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    demo = subprocess.Popen(
        [sys.executable, ROOT / "manage.py", "demo", "--port", "8760", "--patients", "40"],
        cwd=tmp_path / "elsewhere",
        env={**os.environ, "VAR_DIR": "../var", "DATABASE_URL": "", "SECRET_KEY": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )
    lines: list[str] = []

    def read() -> None:
        assert demo.stdout is not None
        with demo.stdout:
            lines.extend(iter(demo.stdout.readline, ""))

    def said(words: str, seconds: float = 120) -> str:
        """Wait for a line with these words."""
        end = time.monotonic() + seconds
        while True:
            for line in list(lines):
                if words in line:
                    return line
            assert time.monotonic() < end, "".join(lines)
            time.sleep(0.1)

    reader = threading.Thread(target=read, daemon=True)
    try:
        with alone(tmp_path / "var" / "prepare.lock"):
            reader.start()
            said("Preparing the database")
            time.sleep(1)
            assert not (tmp_path / "var" / "db.sqlite3").exists()  # another start is at it
        address = said("Open http://").split()[1]
        for _, name, _ in LOGINS:
            assert PASSWORD in said(f" {name} ")
        said("ready.")
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        page = browser.open(address, timeout=30).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        form = {"username": LOGINS[0][1], "password": PASSWORD, "csrfmiddlewaretoken": token.group(1)}
        answer = browser.open(f"{address}sign-in/", urlencode(form).encode(), timeout=30)
        assert "/queue/" in answer.url
        queue = browser.open(f"{address}queue/overdue/", timeout=30).read().decode()
        assert re.search(r'href="/patients/[0-9a-f-]{36}/', queue)
        said("reminders queued")
    finally:
        os.kill(demo.pid, signal.SIGINT)
        code = demo.wait(30)
        reader.join(10)
    assert code == 0
    assert said("Stopped.", 1)
    # No traceback, and nothing was started a second time.
    assert [line for line in lines if "Traceback" in line or "is started again" in line] == []
    assert list((tmp_path / "var" / "mail").iterdir()) != []


@pytest.mark.parametrize("taken", ["127.0.0.1", "::1"])
def test_a_port_of_another_program_is_left_to_it(taken: str) -> None:
    """Also of one that has only the address which a browser tries first for localhost."""
    try:
        other = socket.create_server((taken, 0), family=socket.AF_INET6 if ":" in taken else socket.AF_INET)
    except OSError as error:
        pytest.skip(f"this machine has no {taken} ({error.strerror})")
    with other:
        port = other.getsockname()[1]
        assert free_port("127.0.0.1", "localhost", port) > port


def test_no_start_beside_older_code_of_the_same_folder(tmp_path: Path) -> None:
    """Its pages would be taken for the new ones; beside the same code a start takes the next port, as ever."""
    mark = "from pathlib import Path; from tracker import running; import sys, time; "
    mark += "running.mark(Path(sys.argv[1]), sys.argv[2]); print('marked', flush=True); time.sleep(60)"
    ours = f"demo-{deciding().release[:16]}"
    for what in (ours, "demo-of-last-year"):
        with subprocess.Popen(
            [sys.executable, "-c", mark, tmp_path, what], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "marked\n"
            try:
                if what == ours:
                    refuse_beside_older(tmp_path)
                else:
                    with pytest.raises(CommandError, match=rf"runs already, .* \(process {other.pid}\)\. Stop it"):
                        refuse_beside_older(tmp_path)
            finally:
                other.kill()
