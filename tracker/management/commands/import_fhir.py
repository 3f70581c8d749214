"""Take in patients from FHIR R4: a bundle, a folder of bundles, or the NDJSON of a bulk export."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from scheduling.catalog.codes import OWN_CODES, SiteTable, load_site_codes
from tracker.interop.fhir import open_fhir
from tracker.interop.records import Reading, Severity
from tracker.management.arguments import REFUSED
from tracker.management.importing import EXIT_CODES, ImportCommand


class Command(ImportCommand):
    """`manage.py import_fhir PATH`."""

    help = (
        "Take in patients from FHIR R4 with HL7 mCODE codes; docs/reference/fhir-import.md says what is read and how. "
        f"The same source twice changes nothing. {EXIT_CODES}"
    )
    kind = "fhir"
    path_help = "a bundle or resource (.json), the lines of a bulk export (.ndjson), or a folder of both"
    complete = False
    codes: SiteTable = OWN_CODES
    prints_cases = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The shared options, and two of this source."""
        super().add_arguments(parser)
        codes = "your own list of codes of cancers and metastases (columns kind, class, system, code), added to ours"
        parser.add_argument("--site-codes", type=Path, metavar="CSV", help=codes)
        complete = (
            "the source lists everything it has of each patient: what was read before and is missing now is "
            "withdrawn. A bundle with the profile mcode-patient-bundle says so itself; a bulk export since a day is "
            "never complete"
        )
        parser.add_argument("--complete", action="store_true", help=complete)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the options of this source, then import as every source does."""
        self.complete = options["complete"]
        self.prints_cases = options["output"] == "cases"
        if options["site_codes"] is not None:
            try:
                self.codes = load_site_codes(options["site_codes"])
            except (OSError, ValueError) as error:
                raise CommandError(f"{error}\nNothing was read.", returncode=REFUSED) from None
        super().handle(*args, **options)

    def readings(self, path: Path, as_of: date) -> tuple[int | None, Iterable[Reading]]:
        """How many patients the source names, and the readings."""
        cohort = open_fhir(path, as_of=as_of, codes=self.codes, complete=self.complete)
        return cohort.patients, self._unhindered(cohort.readings) if self.prints_cases else cohort.readings

    def _unhindered(self, readings: Iterable[Reading]) -> Iterator[Reading]:
        """The readings without what only says that a file or a kind was not needed: said at once, it is no failure."""
        for reading in readings:
            harmless = all(problem.severity is not Severity.ERROR for problem in reading.problems)
            if reading.patient is None and not reading.name and harmless:
                for problem in reading.problems:
                    self.stderr.write(str(problem))
            else:
                yield reading
