"""Parts of a page that stand around other parts: a panel with its head, a table that scrolls by itself."""

from __future__ import annotations

from uuid import uuid4

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag
def panel(
    content: str,
    title: str,
    *,
    anchor: str = "",
    lead: str = "",
    act: str = "",
    unseen: str = "",
    url: str = "",
) -> SafeString:
    """A panel named `title`; `act` is the word of a link at the end of its head, shown where there is a `url`.

    `unseen` words stand behind it for those who hear the page.
    """
    parts = {"content": content, "title": title, "anchor": anchor, "lead": lead}
    return render_to_string("_components/panel.html", {**parts, "act": act, "unseen": unseen, "url": url})


@register.simple_block_tag
def table(content: str, label: str, *columns: str, look: str = "") -> SafeString:
    """A table with one head a column; an empty name is a column that is not there. `content` holds its bodies."""
    parts = {"content": content, "label": label, "columns": [name for name in columns if name], "look": look}
    return render_to_string("_components/table.html", parts)


@register.simple_tag
def form_key() -> SafeString:
    """The key of a form that is shown now: sent twice, it records once (`tracker.web.look.sending`)."""
    return format_html('<input type="hidden" name="form_key" value="{}" autocomplete="off">', uuid4().hex)
