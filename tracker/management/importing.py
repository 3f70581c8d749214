"""What the import commands share: their options, the report or the cases they print, how they end."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import IO, Protocol, TypeVar, cast

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from scheduling.cases import NotACase, write_cases
from scheduling.cases.writing import CaseMapping
from tracker import clock
from tracker.interop.records import Reading, SourceRefused
from tracker.management.arguments import REFUSED, add_day, refusal
from tracker.models import Role, Team, User
from tracker.queries import staff
from tracker.services.acts.occasion import Occasion, by_the_scheduler
from tracker.services.imports.cases import case_of
from tracker.services.imports.taking_in import Report, import_records
from tracker.services.policies import ruling

Known = TypeVar("Known", Team, User)

#: Exit codes: patients or rows were not read; a patient is no case.
ERRORS, NOT_A_CASE = 1, 3
EXIT_CODES = (
    "Exits with 0 where everything was read, with 1 where something was not (the rest came in, the report says "
    "what), with 2 where the source or an option cannot be used (nothing came in), with 3 where `--format cases` "
    "had to leave out a patient."
)


class Bar(Protocol):
    """A bar of progress."""

    def update(self, n: float | None = 1) -> bool | None:
        """So many patients more."""

    def clear(self) -> None:
        """Leave the line to what is printed."""


class ImportCommand(BaseCommand):
    """A command that reads a source and takes it in; a subclass says which source."""

    kind = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options that every source shares."""
        parser.add_argument("path", type=Path, help=self.path_help)
        parser.add_argument("--team", metavar="NAME", help="care team of new patients; without it they have no owner")
        parser.add_argument("--surgeon", metavar="USERNAME", help="responsible surgeon of new patients")
        add_day(parser, "reference day, later dates are errors; default today")
        parser.add_argument("--by", metavar="USERNAME", help="who imports; default the scheduler")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, print what would come in")
        forms = (
            "report: for people; json: the same as JSON; cases: what was understood, as patients in the case "
            "format (with --dry-run)"
        )
        choices = ("report", "json", "cases")
        parser.add_argument("--format", dest="output", choices=choices, default="report", help=forms)

    path_help = "what to read"

    def readings(self, path: Path, as_of: date) -> tuple[int | None, Iterable[Reading]]:
        """How many patients there are, if that is known, and the readings. Raises `SourceRefused`."""
        raise NotImplementedError

    def handle(
        self,
        *args: object,
        path: Path,
        as_of: date | None,
        output: str,
        dry_run: bool,
        verbosity: int,
        **options: str | None,
    ) -> None:
        today = as_of or clock.today()
        if output == "cases" and not dry_run:
            sentence = "--format cases prints what was understood; give --dry-run with it."
            raise CommandError(sentence, returncode=REFUSED)
        try:
            total, readings = self.readings(path, today)
        except SourceRefused as refused:
            mistakes = f"{len(refused.problems)} mistakes in the files; nothing was read."
            raise refusal(self, refused.problems, mistakes) from None
        quiet = verbosity == 0
        with tqdm(total=total, unit=" patients", file=sys.stderr, disable=quiet, leave=False) as bar:
            if output == "cases":
                self._print_cases(readings, today, bar)
                return
            team_name, surgeon_name = options["team"], options["surgeon"]
            report = import_records(
                readings,
                occasion=self._occasion(options["by"], today),
                team=team(team_name) if team_name else None,
                surgeon=surgeon(surgeon_name) if surgeon_name else None,
                dry_run=dry_run,
                progress=bar.update,
                clock=clock.now,
            )
        self._print_report(report, output)

    def _occasion(self, username: str | None, as_of: date) -> Occasion:
        """Who takes the file in (nobody named: the scheduler), on which day, and from what kind of source."""
        now = clock.now()
        named = Occasion(person(username), as_of, now) if username else by_the_scheduler(as_of, now)
        return replace(named, source=self.kind)

    def _print_report(self, report: Report, wanted: str) -> None:
        if wanted == "json":
            json.dump(report.to_json(), self.stdout, indent=1)
            self.stdout.write("")
        else:
            self.stdout.write(report.to_text(), ending="")
        if report.has_errors:
            sys.exit(ERRORS)

    def _print_cases(self, readings: Iterable[Reading], as_of: date, bar: Bar) -> None:
        """Print every patient who is a case; problems, questions and the others go to standard error."""
        policy, which = ruling(as_of)
        self.stderr.write(f"Cases for {policy.version}, {which}.")
        not_read: list[str] = []
        no_case: list[str] = []
        remarks = 0

        def cases() -> Iterator[CaseMapping]:
            nonlocal remarks
            for reading in readings:
                bar.update(1 if reading.name or reading.patient else 0)
                if reading.patient is None:
                    not_read.extend(map(str, reading.problems))
                    continue
                remarks += len(reading.problems) + len(reading.questions)
                try:
                    yield case_of(reading.patient, as_of, policy)
                except NotACase as reason:
                    no_case.append(f"{reading.patient.number}: {reason}")

        write_cases(cases(), cast(IO[str], self.stdout), policy.version)
        self.stdout.flush()
        bar.clear()
        for line in (*not_read, *no_case):
            self.stderr.write(line)
        if remarks:
            told = f"{remarks} remarks and questions; --dry-run without --format cases lists them."
            self.stderr.write(told)
        if no_case or not_read:
            sys.exit(NOT_A_CASE if no_case else ERRORS)


def team(name: str) -> Team:
    """The care team of this name."""
    return _known("team", name, staff.teams_by_name())


def person(username: str) -> User:
    """A member of staff by user name."""
    return _known("user", username, staff.people_by_username())


def surgeon(username: str) -> User:
    """A surgeon by user name."""
    return _known("surgeon", username, staff.people_by_username(role=Role.SURGEON))


def _known(what: str, given: str, among: Mapping[str, Known]) -> Known:
    """The one with this name; where there is none the command ends, and says whom there is."""
    if given in among:
        return among[given]
    known = sorted(among)
    close = get_close_matches(given, known, 1)
    hint = f" Did you mean {close[0]}?" if close else ""
    listed = ", ".join(known[:10]) or "nobody yet"
    sentence = f"There is no {what} {given!r}; expected one of {listed}.{hint} Nothing was read."
    raise CommandError(sentence, returncode=REFUSED)
