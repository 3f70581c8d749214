"""The embedded broker: kombu's filesystem transport, made safe against messages that are read half-written.

As shipped, a message is written in place: a reader may take it unfinished, and a damaged file ends the worker.
Here a message is written as a draft and renamed when it is whole, and a damaged one is set aside with a line in the
log. Addresses begin with `files://`.
"""

import logging
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.transport.virtual import BrokerState
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

KEEP_DAMAGED_SECONDS = 7 * 24 * 3600


class Channel(filesystem.Channel):
    """One folder as a queue: a message is a file, whoever renames it has it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.make_folders()
        self.forget_old_damage()

    def make_folders(self) -> None:
        """Make the folders where they are missing, also when they were removed under a running worker."""
        for folder in (self.data_folder_in, self.data_folder_out, self.processed_folder, self.control_folder):
            Path(folder).mkdir(parents=True, exist_ok=True)

    def forget_old_damage(self) -> None:
        """Remove what was set aside, or left by a killed worker, more than a week ago."""
        oldest = time.time_ns() / 1e9 - KEEP_DAMAGED_SECONDS
        for path in Path(self.processed_folder).iterdir():
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except FileNotFoundError:
                continue  # another worker was first

    # kombu's own classes disagree about the name of the argument.
    def _put(self, queue: str, payload: object, **kwargs: object) -> None:  # type: ignore[override]
        """Write the whole message under a name nobody reads, then rename it into the queue.

        Names begin with the wall clock: the monotonic clock starts again with the machine, and old messages would
        then stand behind new ones.
        """
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns() // 1_000_000:015d}_{uuid.uuid4()}"
        draft = folder / f"{name}.draft"
        try:
            draft.write_bytes(dumps(payload).encode())
        except FileNotFoundError:
            self.make_folders()
            draft.write_bytes(dumps(payload).encode())
        draft.replace(folder / f"{name}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> object:
        """Take the oldest message of a queue; raise Empty where there is none."""
        try:
            names = sorted(os.listdir(self.data_folder_in))
        except FileNotFoundError:
            self.make_folders()
            raise Empty from None
        for name in names:
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = Path(self.processed_folder) / name
            try:
                (Path(self.data_folder_in) / name).rename(taken)
                content = taken.read_bytes()
            except OSError:
                continue  # another worker has it
            try:
                message = loads(content.decode())
            except ValueError:
                logger.warning("A damaged message of %d bytes was set aside: %s", len(content), taken.name)
                continue
            taken.unlink(missing_ok=True)
            return message
        raise Empty

    def get_table(self, exchange: str) -> Any:
        """Read the bindings of an exchange; they are written whole, so a damaged file is an old one."""
        try:
            return super().get_table(exchange)
        except ValueError:
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Add a binding, one process at a time, and put the new table in place whole."""
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self.only_writer():
            table = self.get_table(exchange)
            if binding not in table:
                draft = Path(self.control_folder) / f"{uuid.uuid4()}.draft"
                draft.write_bytes(dumps([binding, *table]).encode())
                draft.replace(self._exchange_file(exchange))

    @contextmanager
    def only_writer(self) -> Iterator[None]:
        """Hold the lock of the control folder."""
        self.make_folders()
        with (Path(self.control_folder) / "writer.lock").open("a") as handle:
            filesystem.lock(handle, filesystem.LOCK_EX)
            try:
                yield
            finally:
                filesystem.unlock(handle)


class Transport(filesystem.Transport):
    """The transport behind `files://`."""

    Channel = Channel

    def __init__(self, client: object, **kwargs: object) -> None:
        super().__init__(client, **kwargs)
        self.state = BrokerState()  # kombu's is one per process, whatever folder it speaks of


# A class named in an address is lower-cased by kombu and then not found, hence the alias.
TRANSPORT_ALIASES["files"] = "tracker.transport:Transport"
