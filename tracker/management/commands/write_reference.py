"""Write the reference pages of docs/reference from the code, or say which differ from it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.management.reference import PAGES

FOLDER = Path(settings.BASE_DIR) / "docs" / "reference"


class Command(BaseCommand):
    """Exits with 1 where `--check` finds a page that differs."""

    help = "Write the pages of docs/reference that follow from the code. With --check nothing is written."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a page differs")

    def handle(self, *args: object, check: bool, **options: object) -> None:
        texts = {FOLDER / name: write() for name, write in PAGES.items()}
        differ = [path for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]
        if check:
            if differ:
                names = ", ".join(path.name for path in differ)
                raise CommandError(f"{names}: not what the code says; run python manage.py write_reference")
            self.stdout.write(f"{len(texts)} pages say what the code says.")
            return
        for path in differ:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], encoding="utf-8")
        self.stdout.write(f"{len(differ)} of {len(texts)} pages written.")
