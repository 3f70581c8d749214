"""A disk that takes no more: acts are refused with one sentence, and what only reads goes on and says so.

Every error of the database passes `Recognising`, so that one refusal comes out of a statement and of a commit alike,
for SQLite and PostgreSQL. Files of ours that cannot be written raise OSError and are known by their number.
"""

import errno
import shutil
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseError, DatabaseErrorWrapper, OperationalError

from tracker.errors import NotPossible

SENTENCE = (
    "Nothing can be saved: the disk of the server is full. What was saved can be read. Call the person who runs the "
    "server, and keep what you would enter on paper until then."
)
#: A file that cannot grow, or a disk that the system made read-only when it failed.
_ERRNO = {errno.ENOSPC, errno.EROFS, *filter(None, [getattr(errno, "EDQUOT", None)])}
#: disk_full, and read_only_sql_transaction: hosted servers turn to it when their disk fills.
_SQLSTATES = {"53100", "25006"}
_SQLITE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_DIR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
}
#: After a write that failed, pages say so for this long; the next failure renews it.
_SECONDS_SAID = 30.0
#: With less room than a few pages of the database no act would be saved.
_LEAST_BYTES = 128 * 1024
_failed_at: list[float] = []
_kept: list[BaseDatabaseWrapper] = []


class NotStored(NotPossible, OperationalError):
    """The database could not take it, since the disk is full; the transaction was taken back as a whole."""

    def __init__(self) -> None:
        super().__init__(SENTENCE)


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or what it was raised from, says that the disk takes no more."""
    while error is not None:
        code = getattr(error, "sqlite_errorcode", None)
        if isinstance(error, NotStored) or code in _SQLITE or (code or 0) & 0xFF == sqlite3.SQLITE_READONLY:
            return True
        if getattr(error, "sqlstate", None) in _SQLSTATES or (isinstance(error, OSError) and error.errno in _ERRNO):
            return True
        error = error.__cause__
    return False


def why_not_saved() -> str:
    """The sentence for a page that only reads, where this process failed to write lately or the disk is full; or ""."""
    if _failed_at and time.monotonic() - _failed_at[-1] < _SECONDS_SAID:
        return SENTENCE
    connection = connections[DEFAULT_DB_ALIAS]
    file = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and file.is_absolute() and file.exists():
        return SENTENCE if shutil.disk_usage(file.parent).free < _LEAST_BYTES else ""
    return ""


def note_failure() -> None:
    """A write failed just now."""
    _failed_at[:] = [time.monotonic()]


class Recognising(DatabaseErrorWrapper):
    """Django's translation of a driver's errors, with one more answer."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        super().__init__(connection)
        self.connection = connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Raise NotStored for a full disk, else what Django raises."""
        if is_full(error):
            self.connection.errors_occurred = True
            note_failure()
            raise NotStored from error
        super().__exit__(kind, error, traceback)


def recognise(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Let a new connection's errors pass through `Recognising`: the place that Django keeps its own in."""
    vars(connection)["wrap_database_errors"] = Recognising(connection)


def keep_readable() -> None:
    """Keep one connection to SQLite open as long as this process lives.

    The last connection to close removes the two files beside the database. On a full disk they cannot be made anew, and
    without them nobody can even read.
    """
    if connections[DEFAULT_DB_ALIAS].vendor == "sqlite":
        connection = connections.create_connection(DEFAULT_DB_ALIAS)
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM sqlite_master LIMIT 1")
            cursor.fetchall()
        _kept.append(connection)
