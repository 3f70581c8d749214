"""The timetable: of two, one ticks; a dead holder is followed; a night missed is asked for at the start."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.db import connection
from django.db.models.functions import Now

from tests.tracker.test_transport import options
from tracker.beat import ENOUGH_WAITING, LeasedScheduler, hold, release
from tracker.models import Lease


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Celery]:
    app = Celery("trial", broker="files://localhost", set_as_current=False)
    app.conf.broker_transport_options = options(tmp_path)
    app.conf.task_default_queue = "tracker"
    app.conf.beat_schedule = {"look": {"task": "trial.look", "schedule": 60.0}}
    yield app
    app.close()


def sent(folder: Path) -> int:
    return len(list((folder / "queue").glob("*.tracker.msg")))


@pytest.mark.storage
@pytest.mark.django_db
def test_only_the_holder_of_the_lease_sends(app: Celery, tmp_path: Path) -> None:
    first, second = LeasedScheduler(app), LeasedScheduler(app)
    for _ in range(3):
        first.tick()
        second.tick()
    assert (first.leading, second.leading) == (True, False)
    assert sent(tmp_path) == 1


@pytest.mark.storage
@pytest.mark.django_db
def test_a_dead_holder_is_followed_when_its_lease_ends(app: Celery, tmp_path: Path) -> None:
    first, second = LeasedScheduler(app), LeasedScheduler(app)
    first.tick()
    second.tick()
    assert not second.leading
    Lease.objects.update(until_at=Now() - timedelta(seconds=1))  # the first one was killed a while ago
    second.tick()
    first.tick()
    assert (first.leading, second.leading) == (False, True)
    assert sent(tmp_path) == 2


@pytest.mark.storage
@pytest.mark.django_db
def test_a_timetable_that_ends_hands_over_at_once(app: Celery) -> None:
    first, second = LeasedScheduler(app), LeasedScheduler(app)
    first.tick()
    first.close()
    second.tick()
    assert second.leading


@pytest.mark.django_db
def test_everything_is_asked_at_the_start_and_then_by_its_interval(app: Celery, tmp_path: Path) -> None:
    scheduler = LeasedScheduler(app)
    scheduler.tick()
    assert sent(tmp_path) == 1
    assert 0 < scheduler.tick() <= 5
    assert sent(tmp_path) == 1


@pytest.mark.django_db
def test_no_wake_ups_pile_up_while_no_worker_listens(
    app: Celery, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scheduler = LeasedScheduler(app)
    scheduler.tick()
    entry = scheduler.schedule["look"]
    for _ in range(ENOUGH_WAITING + 10):
        scheduler.apply_entry(entry)
    assert sent(tmp_path) == ENOUGH_WAITING
    assert f"{ENOUGH_WAITING} messages wait and no worker takes them" in caplog.text


@pytest.mark.storage
@pytest.mark.django_db
def test_a_holder_keeps_its_lease_and_others_have_theirs() -> None:
    assert hold("a")
    assert hold("a")
    assert not hold("b")
    assert hold("b", name="another")
    release("b")  # not the holder: nothing happens
    assert not hold("b")
    release("a")
    assert hold("b")


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_of_eight_that_ask_at_once_one_gets_it() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("threads cannot share the SQLite database in memory; .ci/run tries this on PostgreSQL")
    got: list[str] = []
    ready = threading.Barrier(8)

    def ask(holder: str) -> None:
        ready.wait()
        if hold(holder):
            got.append(holder)
        connection.close()

    threads = [threading.Thread(target=ask, args=(f"holder {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    assert Lease.objects.get().holder == got[0]
