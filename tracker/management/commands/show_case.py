"""Print one stored patient in the case format, without identity."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from io import StringIO
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from scheduling.cases import NotACase, case_to_mapping, write_cases
from scheduling.engine.planning.prepared import prepared
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.facts import Primary
from scheduling.engine.record.sets import TEMPOS
from tracker import clock
from tracker.management.arguments import day
from tracker.services.cases import stored_case

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
        parser.add_argument("--as-of", type=day, metavar="DATE", help="the day to show; default today")

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["as_of"] or clock.today()
        found = stored_case(options["number"], today)
        if found is None:
            raise CommandError(f"No patient has the number {options['number']!r}.")
        facts, policy = found
        try:
            case = case_to_mapping(
                facts, "patient", today, leading=lambda primaries: fastest(primaries, policy)
            )
        except NotACase as error:
            self.stderr.write(f"{options['number']}: {error}")
            sys.exit(NOT_A_CASE)
        text = StringIO()
        write_cases([case], text, policy.version)
        self.stdout.write(text.getvalue(), ending="")


def fastest(primaries: tuple[Primary, ...], policy: Policy) -> Primary:
    """The primary whose tempo counts where there are several; the first of equals."""
    return min(primaries, key=lambda primary: TEMPOS.index(prepared(policy).sets.tempo((primary,))[0]))
