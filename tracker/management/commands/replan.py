"""Plan everybody again and write what changed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from tracker import clock
from tracker.management.arguments import day
from tracker.services import policies
from tracker.services.schedule import planning


class Command(BaseCommand):
    """`python manage.py replan [--as-of DATE]`."""

    help = (
        "Plan every patient again under the policy in force and write what changed; running it again changes nothing. "
        "Exits with 1 where a patient's record cannot be planned."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=day, metavar="DATE", help="the day to plan on; default today")
        parser.add_argument(
            "--batch-size",
            type=int,
            default=planning.BATCH,
            help="patients to a transaction; default %(default)s",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch_size"] < 1:
            raise CommandError(f"--batch-size is {options['batch_size']}; expected 1 or more.")
        today, at = options["as_of"] or clock.today(), clock.now()
        policies.ensure_default(at=at)
        total = len(planning.patient_keys())
        with tqdm(total=total, unit=" patients", disable=options["verbosity"] == 0) as bar:
            result = planning.replan_all(
                today=today, at=at, progress=bar.update, batch_size=options["batch_size"]
            )
        told = [f"{number} {kind}" for kind, number in sorted(result.counts.items())]
        told += [f"{result.tasks_raised} tasks raised", f"{result.tasks_ended} tasks ended"]
        self.stdout.write(
            f"{result.patients} patients planned on {today}, {result.changed} changed: {', '.join(told)}"
        )
        if result.failed:
            rows = ", ".join(map(str, result.failed[:20]))
            raise CommandError(
                f"{len(result.failed)} patients cannot be planned, see the log; patient rows {rows}"
            )
