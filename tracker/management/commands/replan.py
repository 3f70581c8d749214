"""Plan everybody again and write what changed."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from tracker import clock
from tracker.management.arguments import add_day
from tracker.services import policies
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.schedule import planning


class Command(BaseCommand):
    """`python manage.py replan [--as-of DATE]`."""

    help = (
        "Plan every patient again under the policy in force and write what changed; running it again changes nothing. "
        "Exits with 1 where a patient's record cannot be planned."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_day(parser, "the day to plan on; default today")
        size = "patients to a transaction; default %(default)s"
        parser.add_argument("--batch-size", type=int, default=planning.BATCH, help=size)

    def handle(self, *args: object, as_of: date | None, batch_size: int, verbosity: int, **options: object) -> None:
        if batch_size < 1:
            raise CommandError(f"--batch-size is {batch_size}; expected 1 or more.")
        occasion = by_the_scheduler(as_of or clock.today(), clock.now())
        policies.ensure_default(occasion=occasion)
        total = len(planning.patient_keys())
        with tqdm(total=total, unit=" patients", disable=verbosity == 0) as bar:
            result = planning.replan_all(occasion=occasion, progress=bar.update, batch_size=batch_size)
        told = [f"{number} {kind}" for kind, number in sorted(result.counts.items())]
        told += [f"{result.tasks_raised} tasks raised", f"{result.tasks_ended} tasks ended"]
        self.stdout.write(
            f"{result.patients} patients planned on {occasion.today}, {result.changed} changed: {', '.join(told)}"
        )
        if result.failed:
            rows = ", ".join(map(str, result.failed[:20]))
            raise CommandError(f"{len(result.failed)} patients cannot be planned, see the log; patient rows {rows}")
