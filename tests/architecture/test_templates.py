"""Rules about templates: short lines, one element a line, and no template that nobody asks for."""

import re

import pytest

from tests.architecture.source import PACKAGES, ROOT, modules, place
from tracker.kinds import KINDS

FOLDER = ROOT / "templates"
# A line of a text message is a line its reader gets, so only pages are held to these rules.
PAGES = sorted(FOLDER.rglob("*.html"))
LONGEST = 160
# White space around these is seen, so they share a line with their words; every other element begins a line.
INLINE = {"a", "b", "br", "code", "kbd", "s", "small", "span", "time"}
BY_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}


def elements(line: str) -> list[str]:
    """The elements of a line that ask for a line of their own."""
    return [name for name in re.findall(r"<([a-z][a-z0-9]*)", line) if name not in INLINE]


def test_no_line_of_a_template_is_too_long_to_be_read() -> None:
    found = [
        f"{place(path)}:{number} has {len(line)} characters"
        for path in PAGES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert found == []


def test_templates_hold_one_element_a_line() -> None:
    found = [
        f"{place(path)}:{number} holds {', '.join(elements(line))}"
        for path in PAGES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(elements(line)) > 1 and not line.startswith("{#")
    ]
    assert found == []


@pytest.mark.parametrize("bad", ["<tr><td>", "<div><p>Word</p></div>", "<p>One</p><p>Two</p>"])
def test_two_elements_are_seen(bad: str) -> None:
    assert len(elements(bad)) > 1


@pytest.mark.parametrize("good", ["<li><a href='/'>Word</a></li>", "<p><b>Word</b> <kbd>K</kbd></p>", "</td>"])
def test_words_with_marks_may_share_a_line(good: str) -> None:
    assert len(elements(good)) < 2


def test_every_template_is_asked_for() -> None:
    readers = (*modules(*PACKAGES), *FOLDER.rglob("*.*"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in readers)
    asked = set(re.findall(r"[\"']([\w/]+\.(?:html|txt))[\"']", text)) | BY_DJANGO
    names = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*")}
    of_kinds = {f"patients/facts/{kind.code}.html" for kind in KINDS}
    assert {name for name in names - asked - of_kinds if not name.startswith("messages/")} == set()
