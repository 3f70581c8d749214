"""Count where both streams of every active patient stand; fails loudly where somebody stands nowhere."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from scheduling.engine.following.conservation import ConservationState
from scheduling.engine.vocabulary import Stream
from tracker import clock
from tracker.management.arguments import day
from tracker.services.schedule import nightly


class Command(BaseCommand):
    """`python manage.py count_states [--as-of DATE]`: print and store the figures of a day."""

    help = (
        "Count every active patient and stream in exactly one state, print and store the figures. "
        "Exits with 1 where a stream stands in no state."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=day, metavar="DATE", help="the day to count on; default today")

    def handle(self, *args: Any, **options: Any) -> None:
        census = nightly.count_states(options["as_of"] or clock.today())
        nightly.store(census, at=clock.now())
        self.stdout.write(f"{census.patients} active patients on {census.on}")
        width = max(len(state) for state in ConservationState)
        self.stdout.write(f"{'':{width}} " + " ".join(f"{stream:>8}" for stream in Stream))
        for state in ConservationState:
            figures = " ".join(f"{census.figures[stream.value, state.value]:>8}" for stream in Stream)
            self.stdout.write(f"{state.replace('_', ' '):{width}} {figures}")
        if not census.holds:
            for problem in census.problems():
                self.stderr.write(problem)
            raise CommandError("The count does not add up; the rows above stand in no state.")
