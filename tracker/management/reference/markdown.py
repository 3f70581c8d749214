"""Small parts of a Markdown page: its head, tables, inline code."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence

#: Below the title of every page that is written by the command.
WRITTEN = "<!-- Written from the code by `python manage.py write_reference`. Change the code, then run it again. -->"


def head(title: str, about: str) -> list[str]:
    """Title, mark and first sentence."""
    return [f"# {title}", "", WRITTEN, "", about, ""]


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table; bars in its cells are escaped, an empty cell is a dash."""
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return [*lines, ""]


def code(text: object) -> str:
    """Inline code."""
    return f"`{text}`"


def codes(words: Iterable[object]) -> str:
    """Several words of code, with commas."""
    return ", ".join(code(word) for word in words)


def meaning(thing: object) -> str:
    """The docstring of a class or a function, as one paragraph a line."""
    text = inspect.getdoc(thing) or ""
    return "\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def page(lines: Iterable[str]) -> str:
    """The text of a page, which ends in one line break."""
    return "\n".join(lines).rstrip("\n") + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>") or "–"
