"""Loads the invented demo cohort and its staff, once: where patients stand already, nothing changes."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from tqdm import tqdm

from tracker import clock
from tracker.demo import loading as demo
from tracker.management.commands.demo import PASSWORD


class Command(BaseCommand):
    """`manage.py load_demo`."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many people to invent."""
        parser.add_argument("--patients", type=int, default=420, help="invented patients (default 420)")

    def handle(self, *args: object, patients: int, **options: object) -> None:
        """Load, with a bar."""
        with tqdm(total=patients, unit="patient", desc="Inventing patients", leave=False) as bar:
            loaded = demo.load(
                size=patients, password=PASSWORD, today=clock.today(), at=clock.now(), progress=bar.update
            )
        if loaded:
            self.stdout.write(f"{loaded} invented patients loaded.")
