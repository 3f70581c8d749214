"""A folder of files as a cohort: looked through once, then read patient by patient."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tracker.interop.csv.files import UNREADABLE, File, Row, file_problem
from tracker.interop.csv.tables import FACTS, PATIENT, PATIENTS, TABLES
from tracker.interop.records import Problem, Severity, SourceRefused


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
    Raises SourceRefused with all mistakes of all files where one of them cannot be read to its end: with a part of
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
            except SourceRefused as refused:
                problems += refused.problems
        if problems:
            raise SourceRefused(problems)
        for table in FACTS:
            self.groups[table.name] = Groups(files.get(table.name), ordered.get(table.name, True))
        self.rows = sum(file.rows_seen for file in files.values())

    def _find(self, folder: Path) -> dict[str, File]:
        if not folder.is_dir():
            expected = "a folder with patients.csv or patients.csv.gz"
            raise SourceRefused([file_problem(str(folder), "no folder", expected)])
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
                expected = f"{stem}.csv or {stem}.csv.gz"
                problems.append(file_problem(path.name, "the same file twice", expected))
            else:
                files[stem] = File(path, names[stem])
        if PATIENTS.name not in files:
            problems.append(file_problem(str(folder), "no patients file", "patients.csv or patients.csv.gz"))
        if problems:
            raise SourceRefused(problems)
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
