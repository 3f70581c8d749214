"""What commands share about their arguments, and about how they refuse a file."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from datetime import date

from django.core.management.base import BaseCommand, CommandError

#: Exit code: the input or an option cannot be used.
REFUSED = 2


def day(text: str) -> date:
    """A day given on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; expected a date such as 2026-06-01") from None


def add_day(parser: ArgumentParser, about: str) -> None:
    """The option ``--as-of``; `about` says what the day is for."""
    parser.add_argument("--as-of", type=day, metavar="DATE", help=about)


def refusal(command: BaseCommand, problems: Iterable[object], sentence: str) -> CommandError:
    """The end of a command whose input cannot be used, after every problem was written to standard error."""
    for problem in problems:
        command.stderr.write(str(problem))
    return CommandError(sentence, returncode=REFUSED)
