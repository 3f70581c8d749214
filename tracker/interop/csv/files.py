"""Opening the files of a cohort: plain or gzip, UTF-8, rows grouped by patient, read along where they are in order."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import count
from pathlib import Path

from tracker.interop.csv.tables import Table
from tracker.interop.records import Problem, Severity, SourceRefused

#: A longer line is no row of a cohort; nothing longer is ever held in memory.
MAX_LINE_BYTES = 100_000
#: A larger file, unpacked, is refused: a hospital's cohort has a fraction of it; a compressed file can hide any size.
MAX_FILE_BYTES = 500_000_000
#: Written before a value that cannot be decoded.
UNREADABLE = "\ufffd"
_ROWS = "rows of comma-separated values; a quotation mark inside a value is doubled and each is closed"
_COPY_AGAIN = "a complete gzip file; copy it again"


class Row:
    """One row: its cells by column, and where it stands."""

    __slots__ = ("cells", "columns", "file", "line")

    def __init__(self, file: str, line: int, columns: Mapping[str, int], cells: Sequence[str]) -> None:
        self.file = file
        self.line = line
        self.columns = columns
        self.cells = cells

    def raw(self, column: str) -> str:
        """The cell as it stands; empty where the file lacks the column."""
        index = self.columns.get(column)
        return "" if index is None else self.cells[index]

    def place(self, column: str = "") -> str:
        """File, line and column."""
        return f"{self.file}:{self.line}" + (f" {column}" if column else "")


def file_problem(place: str, value: str, expected: str, kind: str = "file") -> Problem:
    """A mistake of a file as a whole."""
    return Problem(place, value, expected, Severity.ERROR, kind)


class File:
    """One file of the cohort, read from its beginning as often as needed."""

    def __init__(self, path: Path, table: Table) -> None:
        self.path = path
        self.table = table
        self.name = path.name
        self.columns: dict[str, int] = {}
        self.rows_seen = 0

    def _lines(self, bad: set[int]) -> Iterator[str]:
        """Lines as text; the numbers of those that are not UTF-8 go to `bad`."""
        number = 0
        try:
            for number, line in self._bytes():
                try:
                    yield line.decode("utf-8")
                except UnicodeDecodeError:
                    bad.add(number)
                    yield line.decode("utf-8", "replace")
        except EOFError:
            raise self._stop(number, "the compressed file ends here", _COPY_AGAIN) from None
        except (gzip.BadGzipFile, zlib.error):
            raise self._stop(number, "damaged compressed data", _COPY_AGAIN) from None
        except OSError as error:
            raise self._stop(number, error.strerror or "unreadable", "a file that can be read") from None

    def _bytes(self) -> Iterator[tuple[int, bytes]]:
        """Lines as they stand, unpacked, with their numbers; the mark before the first one is left out."""
        size = 0
        with self.path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = gzip.GzipFile(fileobj=raw) if zipped else raw
            for number in count(1):
                line = stream.readline(MAX_LINE_BYTES + 1)
                if not line:
                    return
                if len(line) > MAX_LINE_BYTES:
                    raise self._stop(number, "a very long line", f"lines of at most {MAX_LINE_BYTES} bytes")
                size += len(line)
                if size > MAX_FILE_BYTES:
                    raise self._stop(number, "a very large file", f"at most {MAX_FILE_BYTES} bytes")
                if number == 1 and line[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise self._stop(1, "UTF-16", "text in UTF-8")
                yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line

    def _stop(self, line: int, value: str, expected: str) -> SourceRefused:
        return SourceRefused([file_problem(f"{self.name}:{line}", value, expected)])

    def rows(self, bad: set[int] | None = None) -> Iterator[Row]:
        """Every row after the header. Raises SourceRefused where the file cannot be read further."""
        undecodable: set[int] = set() if bad is None else bad
        reader = csv.reader(self._lines(undecodable), strict=True)
        try:
            self._read_header(next(reader, None), undecodable)
            line = reader.line_num + 1
            for cells in reader:
                if cells:
                    yield Row(self.name, line, self.columns, cells)
                line = reader.line_num + 1
        except csv.Error as error:
            raise self._stop(reader.line_num, str(error), _ROWS) from None

    def _read_header(self, header: list[str] | None, bad: set[int]) -> None:
        columns = self.table.columns
        if header is None or not any(header):
            raise self._stop(1, "an empty file", f"a header: {', '.join(columns)}")
        if 1 in bad:
            raise self._stop(1, "bytes that are not UTF-8", "a header in UTF-8")
        names = [name.strip() for name in header]
        wrong = [(name, self._no_column(name)) for name in names if name not in columns]
        wrong += [(name, "each column once") for name in sorted(set(names)) if names.count(name) > 1]
        wrong += [("", f"a column {name}") for name in self.table.required if name not in names]
        if wrong:
            place = f"{self.name}:1"
            raise SourceRefused(file_problem(place, value, expected, "column") for value, expected in wrong)
        self.columns = {name: index for index, name in enumerate(names)}

    def _no_column(self, name: str) -> str:
        """What is expected instead of a name that is no column, with the one that was perhaps meant."""
        close = get_close_matches(name, self.table.columns, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        return f"no other columns than {', '.join(self.table.columns)}{hint}"
