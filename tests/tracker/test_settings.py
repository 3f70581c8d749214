"""Settings come from the environment; what cannot be read stops the start with a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from tracker import settings as own

ROOT = Path(own.__file__).parent.parent


def in_a_new_process(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**kept, **environment},
        check=False,
    )


def test_addresses_of_databases() -> None:
    assert own.database("sqlite:////srv/a b/db.sqlite3")["NAME"] == "/srv/a b/db.sqlite3"
    postgres = own.database("postgres://us%40er:p%2Fw@db.example.org:6432/tracker?sslmode=require")
    assert {key: postgres[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "NAME": "tracker",
        "USER": "us@er",
        "PASSWORD": "p/w",
        "HOST": "db.example.org",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL begins with 'mysql'; expected sqlite"):
        own.database("mysql://x/y")


def test_a_word_that_is_neither_yes_nor_no_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "flase")
    with pytest.raises(ImproperlyConfigured, match="DEBUG is 'flase'; expected one of"):
        own.flag("DEBUG")
    monkeypatch.setenv("DEBUG", "No")
    assert own.flag("DEBUG", default=True) is False


def test_an_unknown_broker_stops_the_start(tmp_path: Path) -> None:
    done = in_a_new_process("import tracker.settings", BROKER_URL="memory://", VAR_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "BROKER_URL begins with 'memory'; expected files://localhost, amqp" in done.stderr


@pytest.mark.parametrize(
    ("broker", "expected"),
    [
        ("files://localhost", "8 classic threads"),
        ("amqp://guest:guest@127.0.0.1//", "1 quorum prefork"),
        ("redis://127.0.0.1/0", "1 classic prefork"),
    ],
)
def test_each_broker_has_its_options(tmp_path: Path, broker: str, expected: str) -> None:
    code = (
        "from tracker.celery import app as a; c = a.conf;"
        "print(c.worker_prefetch_multiplier, c.task_default_queue_type, c.worker_pool)"
    )
    done = in_a_new_process(code, BROKER_URL=broker, VAR_DIR=str(tmp_path))
    assert (done.stdout.strip(), done.stderr) == (expected, "")


def test_the_embedded_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    code = "from tracker.settings import SECRET_KEY; print(SECRET_KEY)"
    first, second = (in_a_new_process(code, VAR_DIR=str(tmp_path / "new")) for _ in range(2))
    assert len(first.stdout.strip()) > 50
    assert first.stdout == second.stdout
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]
    if os.name != "nt":
        assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("key", "refused"), [("", True), ("one key for every machine of the install", False)])
def test_a_network_database_asks_for_a_key_of_the_install(tmp_path: Path, key: str, refused: bool) -> None:
    code = "from django.core.management import execute_from_command_line as run; run(['manage.py', 'check'])"
    done = in_a_new_process(
        code,
        DJANGO_SETTINGS_MODULE="tracker.settings",
        DATABASE_URL="postgres://db.invalid/tracker",
        SECRET_KEY=key,
        VAR_DIR=str(tmp_path),
    )
    assert done.returncode == int(refused)
    assert ("tracker.E001" in done.stderr) == refused


@pytest.mark.django_db
def test_every_answer_carries_the_strict_policy(client: Client) -> None:
    policy = client.get("/admin/login/").headers["Content-Security-Policy"]
    assert set(policy.split("; ")) == {
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    }


@pytest.mark.django_db
def test_a_page_asks_for_a_sign_in(client: Client) -> None:
    answer = client.get("/admin/tracker/user/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/?next=/admin/tracker/user/")
