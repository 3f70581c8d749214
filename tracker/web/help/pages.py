"""The guides and the glossary as pages: the files that stand in `docs/`, so that there is one text to keep true."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from posixpath import normpath

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tracker.web.look.frame import page

DOCS = Path(__file__).resolve().parents[3] / "docs"


@dataclass(frozen=True, slots=True)
class Guide:
    """One text: its word in the address, its title, whom it is for, and its file below `docs/`."""

    slug: str
    title: str
    lead: str
    file: str


GUIDES: tuple[Guide, ...] = (
    Guide("nurse", "For nurses", "The queue, what is done on a row, red flags, recording.", "guide/nurse.md"),
    Guide("surgeon", "For surgeons", "A patient's page, why this date, calendars.", "guide/surgeon.md"),
    Guide("admin", "For administrators", "People, the policy, imports, the nightly count.", "guide/admin.md"),
    Guide("operator", "For operators", "Settings, databases, brokers, backups.", "guide/operator.md"),
    Guide("glossary", "Glossary", "One word for each thing.", "glossary.md"),
    Guide("queues", "The queues", "What stands in each list.", "reference/queues.md"),
    Guide("waits", "What waits", "Whose it is, and who is told when.", "reference/waits.md"),
    Guide("roles", "Roles", "Who may do what.", "reference/roles.md"),
    Guide("follow-up", "The life of a follow-up", "Its states and moves.", "reference/follow-up.md"),
    Guide("default-policy", "The policy that ships", "Every row in words.", "reference/default-policy.md"),
    Guide("policy-document", "The policy document", "Its form.", "reference/policy-document.md"),
    Guide("changes", "What changed", "By release.", "CHANGELOG.md"),
)
#: Made for readers of the file alone.
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
#: A wide table scrolls by itself, also by keyboard.
_SCROLLS = '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>'
_BY_SLUG = {guide.slug: guide for guide in GUIDES}
_BY_FILE = {guide.file: guide for guide in GUIDES}


def index(request: HttpRequest) -> HttpResponse:
    """Every guide with whom it is for."""
    return page(request, "help/index.html", "help", guides=GUIDES)


def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """One guide."""
    found = _BY_SLUG.get(slug)
    if found is None:
        raise Http404
    return page(request, "help/guide.html", "help", guide=found, text=as_html(found.file), guides=GUIDES)


@cache
def as_html(file: str) -> SafeString:
    """A text of `docs/` as HTML: markup inside it is shown, never taken over; a link to a guide leads to its page."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("table_open", lambda *_: _SCROLLS)
    markdown.add_render_rule("table_close", lambda *_: "</table></div>")
    tokens = markdown.parse(_COMMENT.sub("", (DOCS / file).read_text(encoding="utf-8")))
    folder = file.rpartition("/")[0]
    for token, following in pairwise(tokens):
        if token.type == "heading_open":
            token.attrs["id"] = anchor(following.content)
        for inner in token.children or ():
            _lead_inside(inner, folder)
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return mark_safe(
        html.replace("&lt;br&gt;", "<br>")
    )  # the renderer escaped the text, and the text is the project's own


def anchor(heading: str) -> str:
    """The name under which links reach a heading, as readers of the files in a browser know it."""
    return "-".join(re.sub(r"[^\w\s-]", "", heading.lower()).split())


def _lead_inside(token: Token, folder: str) -> None:
    """Point a link between files at the page of that file; a file that is no page is left to the checkout."""
    if token.type != "link_open":
        return
    target, _, part = str(token.attrs.get("href", "")).partition("#")
    if not target or "://" in target:
        return
    known = _BY_FILE.get(normpath(f"{folder}/{target}"))
    if known is None:
        token.attrs["href"] = reverse("help")
        token.attrs["title"] = f"docs/{normpath(f'{folder}/{target}')}"
        return
    token.attrs["href"] = reverse("help-guide", args=[known.slug]) + (f"#{part}" if part else "")
