"""Pages of Markdown from their forms in this folder, and the small parts that fill them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from pathlib import Path
from string import Template

#: Below the title of every page that is written by the command.
WRITTEN = "<!-- Written from the code by `python manage.py write_reference`. Change the code, then run it again. -->"


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


def page(name: str, **parts: str | Iterable[str]) -> str:
    """The page of this name, its places filled with texts or lines."""
    texts = {part: said if isinstance(said, str) else "\n".join(said).strip("\n") for part, said in parts.items()}
    form = Template((Path(__file__).parent / name).read_text("utf-8"))
    return form.substitute(texts, written=WRITTEN)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>") or "–"
