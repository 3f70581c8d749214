"""Opening the files of a cohort: plain or gzip, UTF-8, rows grouped by patient, read along where they are in order."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import count, groupby
from pathlib import Path

from tracker.interop.csv.tables import FACTS, PATIENT, PATIENTS, TABLES, Table
from tracker.interop.records import Problem, Severity

#: A longer line is no row of a cohort; nothing longer is ever held in memory.
MAX_LINE_BYTES = 100_000
#: A larger file, unpacked, is refused: a hospital's cohort has a fraction of it; a compressed file can hide any size.
MAX_FILE_BYTES = 500_000_000
#: Written before a value that cannot be decoded.
UNREADABLE = "\ufffd"
_COPY_AGAIN = "a complete gzip file; copy it again"


class CohortRefused(Exception):
    """The folder cannot be read as a cohort; `problems` lists everything that is wrong with its files."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


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


class _Stopped(Exception):
    """Reading a file ended early; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


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

    def _stop(self, line: int, value: str, expected: str) -> _Stopped:
        return _Stopped(file_problem(f"{self.name}:{line}", value, expected))

    def rows(self, bad: set[int] | None = None) -> Iterator[Row]:
        """Every row after the header. Raises `_Stopped` where the file cannot be read further."""
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
            raise self._stop(
                reader.line_num,
                str(error),
                "rows of comma-separated values; a quotation mark inside a value is doubled and each is closed",
            ) from None

    def _read_header(self, header: list[str] | None, bad: set[int]) -> None:
        problems: list[Problem] = []
        place = f"{self.name}:1"
        if header is None or not any(header):
            raise _Stopped(file_problem(place, "an empty file", f"a header: {', '.join(self.table.columns)}"))
        if 1 in bad:
            raise _Stopped(file_problem(place, "bytes that are not UTF-8", "a header in UTF-8"))
        names = [name.strip() for name in header]
        for name in names:
            if name in self.table.columns:
                continue
            close = get_close_matches(name, self.table.columns, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            problems.append(
                file_problem(
                    place, name, f"no other columns than {', '.join(self.table.columns)}{hint}", "column"
                )
            )
        problems += [
            file_problem(place, name, "each column once", "column")
            for name in sorted({name for name in names if names.count(name) > 1})
        ]
        problems += [
            file_problem(place, "", f"a column {name}", "column")
            for name in self.table.required
            if name not in names
        ]
        if problems:
            raise CohortRefused(problems)
        self.columns = {name: index for index, name in enumerate(names)}


class Groups:
    """The rows of one file by patient. A file in the order of the patients is read along; another is held in memory."""

    def __init__(self, file: File | None, in_order: bool) -> None:
        self.known = file is not None
        self._held: dict[str, list[Row]] = {}
        self._walk: Iterator[tuple[str, Iterator[Row]]] = iter(())
        self._next: tuple[str, list[Row]] | None = None
        if file is None:
            return
        if in_order:
            self._walk = groupby(_whole_rows(file), _patient_of)
            self._advance()
        else:
            for row in _whole_rows(file):
                self._held.setdefault(_patient_of(row), []).append(row)

    def of(self, patient: str) -> list[Row]:
        """The rows of one patient; patients are asked for in their own order, each once."""
        if self._next is not None and self._next[0] == patient:
            rows = self._next[1]
            self._advance()
            return rows
        return self._held.pop(patient, [])

    def _advance(self) -> None:
        group = next(self._walk, None)
        self._next = None if group is None else (group[0], list(group[1]))


def _whole_rows(file: File) -> Iterator[Row]:
    """Rows that have a cell for every column; the others were reported when the file was looked through."""
    width = len(file.columns)
    return (row for row in file.rows() if len(row.cells) == width)


def _patient_of(row: Row) -> str:
    return row.raw(PATIENT).strip()


class Cohort:
    """A folder that was looked through once: headers, widths, encodings, patients nobody knows.

    `wrong` holds, by patient, rows that could not be read as rows; `orphans` rows of patients that are not listed.
    Raises CohortRefused with all mistakes of all files where one of them cannot be read to its end: with a part of
    a file missing no patient is known to be whole.
    """

    def __init__(self, folder: Path) -> None:
        self.wrong: dict[str, list[Problem]] = {}
        self.orphans: list[Problem] = []
        self.patients: list[Row] = []
        self.other_files: list[Problem] = []
        files = self._find(folder)
        problems: list[Problem] = []
        order: dict[str, int] = {}
        self.groups: dict[str, Groups] = {}
        ordered: dict[str, bool] = {}
        for table in TABLES:
            file = files.get(table.name)
            if file is None:
                continue
            try:
                ordered[table.name] = self._look_through(file, order)
            except _Stopped as stopped:
                problems.append(stopped.problem)
            except CohortRefused as refused:
                problems += refused.problems
        if problems:
            raise CohortRefused(problems)
        for table in FACTS:
            self.groups[table.name] = Groups(files.get(table.name), ordered.get(table.name, True))
        self.rows = sum(file.rows_seen for file in files.values())

    def _find(self, folder: Path) -> dict[str, File]:
        if not folder.is_dir():
            raise CohortRefused(
                [file_problem(str(folder), "no folder", "a folder with patients.csv or patients.csv.gz")]
            )
        names = {table.name: table for table in TABLES}
        files: dict[str, File] = {}
        problems: list[Problem] = []
        for path in sorted(folder.iterdir()):
            stem = path.name.removesuffix(".gz").removesuffix(".csv")
            if path.is_dir() or not path.name.endswith((".csv", ".csv.gz")):
                continue
            if stem not in names:
                expected = f"one of {', '.join(names)}; this file was not read"
                unused = Problem(path.name, path.name, expected, Severity.UNUSED, "file")
                self.other_files.append(unused)
            elif stem in files:
                problems.append(
                    file_problem(path.name, "the same file twice", f"{stem}.csv or {stem}.csv.gz")
                )
            else:
                files[stem] = File(path, names[stem])
        if PATIENTS.name not in files:
            problems.append(file_problem(str(folder), "no patients file", "patients.csv or patients.csv.gz"))
        if problems:
            raise CohortRefused(problems)
        return files

    def _look_through(self, file: File, order: dict[str, int]) -> bool:
        """Check every row of a file; returns whether its patients come in the order of the patients file."""
        bad: set[int] = set()
        in_order, last, current = True, -1, ""
        for row in file.rows(bad):
            file.rows_seen += 1
            index = file.columns[PATIENT]
            patient = row.cells[index].strip() if index < len(row.cells) else ""
            self._check_row(row, patient, bool(bad))
            bad.clear()
            if file.table is PATIENTS:
                if patient in order:
                    self._wrong_row(row, patient, patient, "each patient_id once", "patient_twice")
                    continue
                order[patient] = len(order)
                self.patients.append(row)
            elif patient not in order:
                expected = "a patient_id that stands in the patients file; the row was not read"
                place = row.place(PATIENT)
                self.orphans.append(file_problem(place, patient, expected, "unknown_patient"))
                in_order = False
            elif patient != current:
                in_order = in_order and order[patient] > last
                last, current = order[patient], patient
        return in_order

    def _check_row(self, row: Row, patient: str, undecodable: bool) -> None:
        """Whether a row has a cell for every column, and text in every cell."""
        if len(row.cells) != len(row.columns):
            given, wanted = f"{len(row.cells)} values", f"{len(row.columns)} values"
            self._wrong_row(row, patient, given, wanted, "width")
        if undecodable:
            value = next((cell for cell in row.cells if UNREADABLE in cell), "")
            self._wrong_row(row, patient, value, "text in UTF-8", "encoding")

    def _wrong_row(self, row: Row, patient: str, value: str, expected: str, kind: str) -> None:
        problem = Problem(row.place(), value, expected, Severity.ERROR, kind, patient or None)
        self.wrong.setdefault(patient, []).append(problem)
