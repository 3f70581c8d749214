"""What the import commands share: their options, the report or the cases they print, how they end."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from scheduling.cases import NotACase, write_cases
from tracker import clock
from tracker.interop.records import Problem, Reading
from tracker.management.arguments import day
from tracker.models import Role, Team, User
from tracker.queries import staff
from tracker.services.acts.occasion import Occasion, by_the_scheduler
from tracker.services.imports.cases import case_of
from tracker.services.imports.taking_in import Report, import_records
from tracker.services.policies import ruling

#: Exit codes: patients or rows were not read; the source or the options cannot be used; a patient is no case.
ERRORS, REFUSED, NOT_A_CASE = 1, 2, 3
EXIT_CODES = (
    "Exits with 0 where everything was read, with 1 where something was not (the rest came in, the report says "
    "what), with 2 where the source or an option cannot be used (nothing came in), with 3 where `--format cases` "
    "had to leave out a patient."
)


class ImportCommand(BaseCommand):
    """A command that reads a source and takes it in; a subclass says which source."""

    kind = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options that every source shares."""
        parser.add_argument("path", type=Path, help=self.path_help)
        parser.add_argument(
            "--team", metavar="NAME", help="care team of new patients; without it they have no owner"
        )
        parser.add_argument("--surgeon", metavar="USERNAME", help="responsible surgeon of new patients")
        parser.add_argument(
            "--as-of", type=day, metavar="DATE", help="reference day, later dates are errors; default today"
        )
        parser.add_argument("--by", metavar="USERNAME", help="who imports; default the scheduler")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, print what would come in")
        parser.add_argument(
            "--format", choices=("report", "json", "cases"), default="report",
            help="report: for people; json: the same as JSON; cases: what was understood, as patients in the case "
            "format (with --dry-run)",
        )  # fmt: skip

    path_help = "what to read"

    def readings(self, path: Path, as_of: date) -> tuple[int | None, Iterable[Reading]]:
        """How many patients there are, if that is known, and the readings. Raises `SourceRefused`."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        as_of: date = options["as_of"] or clock.today()
        if options["format"] == "cases" and not options["dry_run"]:
            raise CommandError(
                "--format cases prints what was understood; give --dry-run with it.", returncode=REFUSED
            )
        try:
            total, readings = self.readings(options["path"], as_of)
        except SourceRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem))
            raise CommandError(
                f"{len(refused.problems)} mistakes in the files; nothing was read.", returncode=REFUSED
            ) from None
        with tqdm(
            total=total, unit=" patients", file=sys.stderr, disable=options["verbosity"] == 0, leave=False
        ) as bar:
            if options["format"] == "cases":
                self._print_cases(readings, as_of, bar)
                return
            report = import_records(
                readings,
                occasion=self._occasion(options["by"], as_of),
                team=team(options["team"]) if options["team"] else None,
                surgeon=surgeon(options["surgeon"]) if options["surgeon"] else None,
                dry_run=options["dry_run"],
                progress=bar.update,
                clock=clock.now,
            )
        self._print_report(report, options["format"])

    def _occasion(self, username: str, as_of: date) -> Occasion:
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

    def _print_cases(self, readings: Iterable[Reading], as_of: date, bar: Any) -> None:
        """Print every patient who is a case; problems, questions and the others go to standard error."""
        policy, which = ruling(as_of)
        self.stderr.write(f"Cases for {policy.version}, {which}.")
        not_read: list[str] = []
        no_case: list[str] = []
        remarks = 0

        def cases() -> Iterator[dict[str, Any]]:
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
            self.stderr.write(
                f"{remarks} remarks and questions; --dry-run without --format cases lists them."
            )
        if no_case or not_read:
            sys.exit(NOT_A_CASE if no_case else ERRORS)


class SourceRefused(Exception):
    """The source cannot be read at all; `problems` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def team(name: str) -> Team:
    """The care team of this name."""
    teams = staff.teams_by_name()
    if name not in teams:
        raise _unknown("team", name, teams)
    return teams[name]


def person(username: str) -> User:
    """A member of staff by user name."""
    people = staff.people_by_username()
    if username not in people:
        raise _unknown("user", username, people)
    return people[username]


def surgeon(username: str) -> User:
    """A surgeon by user name."""
    surgeons = staff.people_by_username(role=Role.SURGEON)
    if username not in surgeons:
        raise _unknown("surgeon", username, surgeons)
    return surgeons[username]


def _unknown(what: str, given: str, names: Iterable[str]) -> CommandError:
    known = sorted(names)
    close = get_close_matches(given, known, 1)
    hint = f" Did you mean {close[0]}?" if close else ""
    listed = ", ".join(known[:10]) or "nobody yet"
    return CommandError(
        f"There is no {what} {given!r}; expected one of {listed}.{hint} Nothing was read.", returncode=REFUSED
    )
