"""A full disk: what only reads answers and says so, an act is refused with one sentence and leaves nothing behind."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client, RequestFactory

from tests.conftest import ROOT
from tests.tracker import people
from tests.tracker.web.conftest import overdue, planned, signed_in
from tracker import clock, full_disk
from tracker.errors import TrackerError
from tracker.full_disk import SENTENCE, NotStored, is_full, why_not_saved
from tracker.models import AuditEvent, FollowUpEvent, Symptom, User
from tracker.services import feeds
from tracker.services.imports.taking_in import import_records
from tracker.services.records import open_symptom
from tracker.web.look.full_disk import FullDisk

#: Fills the disk from here on.
Fill = Callable[[], None]


def of_sqlite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = code
    return error


@pytest.fixture(autouse=True)
def nothing_failed_yet() -> None:
    full_disk._failed_at.clear()


@pytest.fixture
def fill(db: None) -> Iterator[Fill]:
    """From now on no row is written: PostgreSQL raises its own error, SQLite's is raised where it would come up."""
    error = of_sqlite(sqlite3.SQLITE_FULL)

    def refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            if connection.vendor == "postgresql":
                sql, rest = (
                    "DO $$ BEGIN RAISE 'no space left on device' USING ERRCODE = '53100'; END $$",
                    (None, *rest[1:]),
                )
            else:
                with connection.wrap_database_errors:
                    raise error
        return execute(sql, *rest)

    with ExitStack() as until_the_end:
        yield lambda: until_the_end.enter_context(connection.execute_wrapper(refuse))


@pytest.mark.storage
def test_a_patients_page_is_shown_and_the_look_goes_to_the_log(fill: Fill, caplog: pytest.LogCaptureFixture) -> None:
    patient, nurse = planned(), signed_in(people.alice())
    fill()
    with caplog.at_level(logging.ERROR, "tracker"):
        answer = nurse.get(f"/patients/{patient.key}/")
    assert answer.status_code == 200
    assert SENTENCE in answer.content.decode()
    assert "Tamar Wren" in answer.content.decode()
    assert f"look not stored, the disk is full: patient {patient.key}, user {people.alice().pk}" in caplog.text
    assert "Wren" not in caplog.text
    assert not AuditEvent.objects.filter(verb="patient.viewed").exists()


def test_a_page_of_a_disk_with_room_says_nothing(alice: User) -> None:
    assert SENTENCE not in signed_in(alice).get(f"/patients/{planned().key}/").content.decode()


@pytest.mark.storage
def test_an_act_keeps_what_was_typed_and_leaves_nothing_behind(fill: Fill) -> None:
    row, nurse = overdue(people.patient()), signed_in(people.alice())
    before = FollowUpEvent.objects.count(), AuditEvent.objects.count()
    fill()
    for extra in ({"HTTP_HX_REQUEST": "true"}, {}):
        typed = {"text": "Spoke to the ward.", "seen": "0"}
        answer = nurse.post(f"/queue/overdue/rows/{row.uid}/note/", typed, **extra)
        assert answer.status_code == 409
        assert SENTENCE in answer.content.decode()
        assert "Spoke to the ward." in answer.content.decode()
    assert (FollowUpEvent.objects.count(), AuditEvent.objects.count()) == before
    assert SENTENCE in nurse.get("/queue/overdue/").content.decode()


@pytest.mark.storage
def test_a_fact_is_refused_whole(fill: Fill) -> None:
    patient = planned()
    before = AuditEvent.objects.count()
    fill()
    with pytest.raises(NotStored, match="Nothing can be saved"):
        open_symptom(
            patient,
            kind="neuro",
            occurred_on=clock.today(),
            occasion=people.occasion(today=clock.today(), at=clock.now()),
        )
    assert not Symptom.objects.exists()
    assert AuditEvent.objects.count() == before


@pytest.mark.storage
def test_nobody_signs_in_and_everybody_can_sign_out(fill: Fill, alice: User) -> None:
    people.policy_version()
    inside = signed_in(alice)
    fill()
    answer = Client().post("/sign-in/", {"username": "alice", "password": "alice-test-password"})
    assert (answer.status_code, SENTENCE in answer.content.decode()) == (503, True)
    assert inside.post("/sign-out/").status_code == 302
    assert inside.get("/queue/overdue/").status_code == 302


@pytest.mark.storage
def test_a_calendar_is_fetched(fill: Fill, bob: User) -> None:
    _, address = feeds.create_feed(bob, occasion=people.occasion(bob, today=clock.today(), at=clock.now()))
    fill()
    assert Client().get(address[address.index("/calendar/") :]).status_code == 200


@pytest.mark.storage
def test_an_import_stops_with_the_sentence_and_blames_no_patient(fill: Fill) -> None:
    people.policy_version()
    fill()
    with pytest.raises(NotStored):
        import_records([], occasion=people.occasion())


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (of_sqlite(sqlite3.SQLITE_FULL), True),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), True),
        (of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), True),
        (of_sqlite(sqlite3.SQLITE_CORRUPT), False),
        (psycopg.errors.DiskFull("no"), True),
        (psycopg.errors.ReadOnlySqlTransaction("no"), True),
        (psycopg.errors.UniqueViolation("no"), False),
        (OSError(errno.ENOSPC, "no"), True),
        (OSError(errno.ENOENT, "no"), False),
        (ValueError(), False),
    ],
)
def test_a_full_disk_is_told_from_other_faults(error: Exception, full: bool, rf: RequestFactory) -> None:
    assert is_full(error) is full
    wrapped = ValueError()
    wrapped.__cause__ = error
    assert is_full(wrapped) is full
    answer = FullDisk(lambda request: None).process_exception(rf.get("/"), error)  # type: ignore[arg-type,return-value]
    assert (answer is not None and answer.status_code == 503 and SENTENCE in answer.content.decode()) is full
    assert (why_not_saved() == SENTENCE) is full


def test_it_is_a_refusal_that_every_door_knows() -> None:
    assert issubclass(NotStored, TrackerError)


@pytest.mark.skipif(not sys.platform.startswith("linux") or os.getuid() != 0, reason="only root on Linux mounts a disk")
def test_a_real_disk_that_is_full(tmp_path: Path, migrated: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here ({mounted.stderr.strip()})")
    try:
        (disk / "db.sqlite3").write_bytes(migrated.read_bytes())
        environment = {**os.environ, "VAR_DIR": str(disk), "DATABASE_URL": "", "ALLOWED_HOSTS": "testserver"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.tracker.full_disk_pages", disk],
            cwd=ROOT,
            env={**environment, "DJANGO_SETTINGS_MODULE": "tracker.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        subprocess.run(["umount", disk], check=True)
    assert done.returncode == 0, done.stderr
