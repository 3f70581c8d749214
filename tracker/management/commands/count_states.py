"""Count where both streams of every active patient stand; fails loudly where somebody stands nowhere."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from scheduling.engine.following.conservation import ConservationState
from scheduling.engine.vocabulary import Stream
from tracker import clock
from tracker.management.arguments import add_day
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.schedule import census


class Command(BaseCommand):
    """`python manage.py count_states [--as-of DATE]`: print and store the figures of a day."""

    help = (
        "Count every active patient and stream in exactly one state, print and store the figures. "
        "Exits with 1 where a stream stands in no state."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_day(parser, "the day to count on; default today")

    def handle(self, *args: object, as_of: date | None, **options: object) -> None:
        occasion = by_the_scheduler(as_of or clock.today(), clock.now())
        counted = census.count_states(occasion.today)
        census.store(counted, occasion=occasion)
        self.stdout.write(f"{counted.patients} active patients on {counted.on}")
        width = max(len(state) for state in ConservationState)
        self.stdout.write(f"{'':{width}} " + " ".join(f"{stream:>8}" for stream in Stream))
        for state in ConservationState:
            figures = " ".join(f"{counted.figures[stream.value, state.value]:>8}" for stream in Stream)
            self.stdout.write(f"{state.replace('_', ' '):{width}} {figures}")
        if not counted.holds:
            for problem in counted.problems():
                self.stderr.write(problem)
            raise CommandError("The count does not add up; the rows above stand in no state.")
