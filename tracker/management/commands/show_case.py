"""Print one stored patient in the case format, without identity."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import date
from io import StringIO

from django.core.management.base import BaseCommand, CommandError

from scheduling.cases import NotACase, write_cases
from tracker import clock
from tracker.management.arguments import add_day
from tracker.services.cases import case_of_facts, stored_case

#: Exit code: the case format has no words for the patient.
NOT_A_CASE = 3


class Command(BaseCommand):
    """`python manage.py show_case NUMBER [--as-of DATE]`."""

    help = (
        "Print the patient with this hospital number in the case format, as the engine sees it: no name, no number, no "
        "birth date. `show_case NUMBER | plan_cases -` plans it. Exits with 1 where nobody has the number, with 3 "
        "where the format cannot hold the patient (a lesion of unknown level)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", metavar="NUMBER", help="the hospital's number of the patient")
        add_day(parser, "the day to show; default today")

    def handle(self, *args: object, number: str, as_of: date | None, **options: object) -> None:
        today = as_of or clock.today()
        found = stored_case(number, today)
        if found is None:
            raise CommandError(f"No patient has the number {number!r}.")
        facts, policy = found
        try:
            case = case_of_facts(facts, "patient", today, policy)
        except NotACase as error:
            self.stderr.write(f"{number}: {error}")
            sys.exit(NOT_A_CASE)
        text = StringIO()
        write_cases([case], text, policy.version)
        self.stdout.write(text.getvalue(), ending="")
