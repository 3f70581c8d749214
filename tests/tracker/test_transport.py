"""The embedded broker: what is half-written, damaged, removed or sent by two processes at once."""

import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

import tracker.transport  # noqa: F401 - registers files://


def options(folder: Path) -> dict[str, Any]:
    return {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "processed_folder": str(folder / "taken"),
        "control_folder": str(folder / "control"),
        "store_processed": True,
        "polling_interval": 0.01,
    }


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with Connection("files://localhost", transport_options=options(tmp_path)) as connection:
        yield connection


def send(folder: Path, sender: int, count: int) -> None:
    with Connection("files://localhost", transport_options=options(folder)) as connection:
        queue = connection.SimpleQueue("wakes")
        for number in range(count):
            queue.put({"key": f"{sender}-{number}", "padding": "x" * 20_000})
        queue.close()


def test_a_message_arrives_once_and_leaves_no_file(connection: Connection, tmp_path: Path) -> None:
    queue = connection.SimpleQueue("wakes")
    queue.put({"reminder": 7})
    message = queue.get(timeout=2)
    assert message.payload == {"reminder": 7}
    message.ack()
    with pytest.raises(Empty):
        queue.get(block=False)
    assert list((tmp_path / "queue").iterdir()) == []
    assert list((tmp_path / "taken").iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b'{"body": "abc', b"\xff\xfe\x00"], ids=["empty", "half-written", "no text"])
def test_a_damaged_message_is_set_aside_and_the_next_one_arrives(
    connection: Connection, tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    queue = connection.SimpleQueue("wakes")
    (tmp_path / "queue" / "000000000000001_damaged.wakes.msg").write_bytes(damage)
    queue.put({"reminder": 8})
    assert queue.get(timeout=2).payload == {"reminder": 8}
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["000000000000001_damaged.wakes.msg"]
    assert f"A damaged message of {len(damage)} bytes was set aside" in caplog.text


def test_what_is_still_being_written_is_not_taken(connection: Connection, tmp_path: Path) -> None:
    queue = connection.SimpleQueue("wakes")
    (tmp_path / "queue" / "000000000000001_unfinished.draft").write_bytes(b'{"body": "abc')
    with pytest.raises(Empty):
        queue.get(block=False)
    assert (tmp_path / "queue" / "000000000000001_unfinished.draft").exists()


def test_older_messages_come_first_whatever_the_machine_was_started(connection: Connection, tmp_path: Path) -> None:
    queue = connection.SimpleQueue("wakes")
    for number in range(5):
        queue.put({"number": number})
    names = sorted(path.name for path in (tmp_path / "queue").iterdir())
    assert all(int(name.split("_")[0]) > 1_700_000_000_000 for name in names)
    received = [queue.get(timeout=2).payload["number"] for _ in range(5)]
    assert sorted(received) == [0, 1, 2, 3, 4]


def test_folders_removed_under_a_running_worker_come_back(connection: Connection, tmp_path: Path) -> None:
    queue = connection.SimpleQueue("wakes")
    (tmp_path / "queue").rmdir()
    with pytest.raises(Empty):
        queue.get(block=False)
    queue.put({"reminder": 9})
    assert queue.get(timeout=2).payload == {"reminder": 9}


def test_what_was_set_aside_long_ago_is_forgotten(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "old").write_bytes(b"")
    (taken / "new").write_bytes(b"")
    os.utime(taken / "old", (1_000_000_000, 1_000_000_000))
    with Connection("files://localhost", transport_options=options(tmp_path)) as connection:
        connection.SimpleQueue("wakes").close()
    assert [path.name for path in taken.iterdir()] == ["new"]


def test_three_processes_sending_at_once_lose_nothing(connection: Connection, tmp_path: Path) -> None:
    start = multiprocessing.get_context("spawn")
    senders = [start.Process(target=send, args=(tmp_path, sender, 40)) for sender in range(3)]
    for process in senders:
        process.start()
    queue = connection.SimpleQueue("wakes")
    received = []
    for _ in range(120):
        message = queue.get(timeout=20)
        received.append(message.payload["key"])
        message.ack()
    for process in senders:
        process.join(10)
    assert sorted(received) == sorted(f"{sender}-{number}" for sender in range(3) for number in range(40))
    assert list((tmp_path / "taken").iterdir()) == []
