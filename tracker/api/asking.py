"""What an address asks for, read strictly: every wrong parameter at once, none ignored."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict

from scheduling.engine.vocabulary import Stream, TimeStatus, Urgency
from tracker.api.problems import WrongQuery
from tracker.lifecycle import STATES
from tracker.queries.queues.rows import QueueFilters

#: Parameter -> the words it takes; the same words as in the address of a queue's page.
CLOSED: Mapping[str, tuple[str, ...]] = {
    "time": tuple(TimeStatus),
    "state": STATES,
    "stream": tuple(Stream),
    "urgency": tuple(Urgency),
}
NUMBERS = ("team", "owner", "surgeon")
TEXT, PAGE = "q", "page"
#: Parameter -> what its number means.
NUMBER_WORDS: Mapping[str, str] = {
    "team": "the number of a team",
    "owner": "the number of a member of staff, 0 for nobody",
    "surgeon": "the number of a surgeon",
    PAGE: "the number of a page, 1 for the first",
}
_LONGEST_TEXT = 80
#: Longer numbers name nothing that exists, and no database has to be asked.
_DIGITS = 9


def queue_query(query: QueryDict) -> tuple[QueueFilters, int]:
    """The filters and the page; raises WrongQuery with every parameter that cannot be read."""
    wrong: dict[str, str] = {}
    known = (*CLOSED, *NUMBERS, TEXT, PAGE)
    for name, values in query.lists():
        if name not in known:
            wrong[name] = f"not a parameter here; expected one of {', '.join(known)}"
        elif len(values) > 1:
            wrong[name] = f"given {len(values)} times; expected once"
    for name, allowed in CLOSED.items():
        if name not in wrong and query.get(name, "") not in ("", *allowed):
            wrong[name] = f"{query[name]!r} is not known; expected one of {', '.join(allowed)}"
    numbers = {name: _number(query.get(name, ""), wrong, name) for name in (*NUMBERS, PAGE)}
    if numbers[PAGE] == 0:
        wrong[PAGE] = f"0 is no page; expected {NUMBER_WORDS[PAGE]}"
    text = query.get(TEXT, "").strip()
    if len(text) > _LONGEST_TEXT:
        wrong[TEXT] = f"{len(text)} characters; expected at most {_LONGEST_TEXT}"
    if wrong:
        raise WrongQuery(wrong)
    filters = QueueFilters(
        time=query.get("time", ""),
        state=query.get("state", ""),
        stream=query.get("stream", ""),
        urgency=query.get("urgency", ""),
        team=numbers["team"],
        owner=numbers["owner"],
        surgeon=numbers["surgeon"],
        text=text,
    )
    return filters, numbers[PAGE] or 1


def nothing_asked(query: QueryDict) -> None:
    """Raise WrongQuery where an address that takes no parameters is given some."""
    if query:
        raise WrongQuery(dict.fromkeys(query, "this address takes no parameters"))


def _number(text: str, wrong: dict[str, str], name: str) -> int | None:
    """The number in `text`, None where nothing is given; what cannot be read is noted."""
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS:
        return int(text)
    if text and name not in wrong:
        wrong[name] = f"{text[:20]!r} is not a number of this kind; expected {NUMBER_WORDS[name]}"
    return None
