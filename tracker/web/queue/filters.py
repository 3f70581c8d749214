"""The filter bar of a queue: from the address to `QueueFilters` and to menus whose links keep the other filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from django.http import QueryDict

from tracker import words
from tracker.queries.queues.rows import FilterChoices, QueueFilters

_NUMBERS = ("team", "owner", "surgeon")
_TEXT = "q"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a menu."""

    word: str
    url: str


@dataclass(frozen=True, slots=True)
class Menu:
    """One filter: what is chosen, or what could be."""

    name: str
    all_word: str
    chosen: str
    clear_url: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class FilterBar:
    """All menus and the text box of a list."""

    menus: tuple[Menu, ...]
    action: str
    text_name: str
    text: str
    hidden: tuple[tuple[str, str], ...]
    sorted: str


def read(query: QueryDict | Mapping[str, str]) -> QueueFilters:
    """The filters an address asks for. A value outside its closed set finds nothing; junk numbers are ignored."""
    return QueueFilters(
        time=query.get("time", ""),
        state=query.get("state", ""),
        stream=query.get("stream", ""),
        urgency=query.get("urgency", ""),
        team=_number(query.get("team")),
        owner=_number(query.get("owner")),
        surgeon=_number(query.get("surgeon")),
        text=query.get(_TEXT, "").strip()[:80],
    )


def query_string(filters: QueueFilters, without: str = "", **more: str) -> str:
    """The filters as they stand in an address."""
    pairs = dict(_pairs(filters))
    pairs.pop(without, None)
    return urlencode({**pairs, **more})


def bar(action: str, filters: QueueFilters, choices: FilterChoices) -> FilterBar:
    """The menus, each link keeping every other filter."""
    closed = (
        ("time", "Time", "any", words.TIME_STATUS),
        ("state", "State", "any", words.STATE),
        ("stream", "Stream", "all", words.STREAM),
        ("urgency", "Urgency", "all", {code: word for code, word in words.URGENCY.items() if code != "stop"}),
        ("team", "Team", "all", {str(each.value): each.label for each in choices.teams}),
        (
            "owner",
            "Owner",
            "anyone",
            {"0": "No owner", **{str(each.value): each.label for each in choices.owners}},
        ),
        ("surgeon", "Surgeon", "any", {str(each.value): each.label for each in choices.surgeons}),
    )
    return FilterBar(
        tuple(_menu(action, filters, *each) for each in closed),
        action,
        _TEXT,
        filters.text,
        tuple(pair for pair in _pairs(filters) if pair[0] != _TEXT),
        "Sorted by urgency, then days past latest",
    )


def _menu(action: str, filters: QueueFilters, name: str, title: str, all_word: str, table: Mapping[str, str]) -> Menu:
    value = getattr(filters, name)
    chosen = "" if value in ("", None) else table.get(str(value), str(value))
    rest = query_string(filters, without=name)
    return Menu(
        title,
        all_word,
        chosen,
        _joined(action, rest),
        tuple(
            Option(word, _joined(action, query_string(filters, without=name, **{name: code})))
            for code, word in table.items()
        ),
    )


def _joined(action: str, query: str) -> str:
    return f"{action}?{query}" if query else action


def _pairs(filters: QueueFilters) -> Iterable[tuple[str, str]]:
    for each in fields(filters):
        value = getattr(filters, each.name)
        if value not in ("", None):
            yield (_TEXT if each.name == "text" else each.name), str(value)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 12 else None
