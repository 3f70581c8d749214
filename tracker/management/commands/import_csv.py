"""Take in a cohort from a folder of CSV files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tracker.interop.csv import open_cohort
from tracker.interop.records import Reading
from tracker.management.importing import EXIT_CODES, ImportCommand


class Command(ImportCommand):
    """`manage.py import_csv FOLDER`."""

    help = (
        "Take in a cohort from a folder of CSV files, one a kind of fact, plain or gzip; docs/reference/csv-cohort.md "
        f"lists files and columns. The same folder twice changes nothing. {EXIT_CODES}"
    )
    kind = "csv"
    path_help = "a folder with patients.csv (or .csv.gz) and further files"

    def readings(self, path: Path, as_of: date) -> tuple[int | None, Iterable[Reading]]:
        cohort = open_cohort(path, as_of)
        return cohort.patients, cohort.readings
