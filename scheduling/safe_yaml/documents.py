"""YAML documents as plain values with their lines: bounded, without aliases, tags or keys given twice.

Only the events of the library are used, so that a second key of one name is seen and a hostile document is refused
before it grows. libyaml reads a cohort of 25,000 patients in seconds; where PyYAML was built without it, its own
parser gives the same events, slowly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import IO, Any, NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from scheduling.engine.policy.mistakes import WRONG, Lines, Mistake, Path, Unusable
from scheduling.safe_yaml.scalars import plain

#: No policy and no patient is nested half as deep.
MAX_DEPTH = 40
#: Values in one policy or one patient; a patient with a long history has a few hundred.
MAX_VALUES = 200_000
NESTED_LESS = "a document that is nested less deep"
A_NUMBER = "a number with an end, of at most 15 digits (in quotes where it is text)"

#: The parser; only its events are asked for.
LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class Unreadable(ValueError):
    """The document cannot be read at all; `mistake` says where, what stands there and what was expected."""

    def __init__(self, given: str, expected: str, line: int | None = None) -> None:
        self.mistake = Mistake("document", given, expected, line)
        super().__init__(str(self.mistake))


class Part(NamedTuple):
    """A value with its place in the document, and where all places in it begin, in the order of reading.

    Unusable stands for a number too large and for a key given twice, whose first value it keeps.
    """

    at: Path
    value: object
    begun: list[Any]

    def places(self) -> Iterator[tuple[Path, object]]:
        """Every place with its value, in the order of reading."""
        return _places(self.value, self.at)

    def lines(self) -> Lines:
        """The line of every place, 1 for the first of the file; for whoever has a mistake to tell."""
        return {at: mark.line + 1 for (at, _), mark in zip(self.places(), self.begun, strict=True)}


def _places(value: object, at: Path) -> Iterator[tuple[Path, object]]:
    yield at, value
    if isinstance(value, Unusable):
        value = value.first
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inner:
        yield from _places(part, (*at, step))


def read_text(source: IO[bytes] | IO[str] | bytes | str, limit: int) -> str:
    """The whole text of a source in UTF-8, never more of it read than `limit` bytes; raises Unreadable."""
    given = source if isinstance(source, bytes | str) else source.read(limit + 1)
    if len(given) > limit:
        size = f"{limit // 1024} kB" if limit >= 1024 else f"{limit:,} bytes"
        raise Unreadable(f"a file larger than {limit:,} bytes", f"a file of at most {size}")
    if isinstance(given, str):
        return given
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"byte {error.start:,} is not UTF-8", "a text file in UTF-8") from None


def read_whole(text: str) -> Part:
    """The one document of a text; raises Unreadable."""
    with _unreadable():
        return _Composer(text).whole()


def read_parts(text: str) -> Iterator[Part]:
    """The values of the one mapping that a text is, one after the other, so that few are held at once.

    A list that stands there comes as an empty one, then each of its items. Raises Unreadable.
    """
    with _unreadable():
        yield from _Composer(text).parts()


@contextmanager
def _unreadable() -> Iterator[None]:
    """The errors of the library as ours."""
    try:
        yield
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _not_yaml(error.problem or error.context, mark.line + 1 if mark else None) from None
    except yaml.YAMLError as error:
        raise _not_yaml(getattr(error, "reason", None)) from None
    except UnicodeEncodeError:
        raise _not_yaml("half a character (a surrogate)") from None


def _not_yaml(problem: str | None, line: int | None = None) -> Unreadable:
    given = str(problem or "something else")
    # Newer builds of libyaml stop at a depth of their own while they look ahead, before ours is reached.
    return Unreadable(given, NESTED_LESS if "nesting depth" in given else "valid YAML", line)


class _Composer:
    """Builds values from events, so that nothing is expanded and every key is seen as it was written."""

    def __init__(self, text: str) -> None:
        # Of an event only what its kind has is asked for; to prove that for each would take longer than to read it.
        self._next: Callable[[], Any] = LOADER(text).get_event
        self._begun: list[Any] = []

    def whole(self) -> Part:
        """The document as one part."""
        event = self._first()
        self._begun.append(event.start_mark)
        part = self._part((), None if isinstance(event, StreamEndEvent) else self._value(event, 0))
        self._last(event)
        return part

    def parts(self) -> Iterator[Part]:
        """What stands under each key of the document, lists item by item."""
        event = self._first()
        if not isinstance(event, MappingStartEvent):
            raise _refused(event, "what is not a mapping", "keys with their values")
        _bare(event)
        given: set[str] = set()
        while not isinstance(event := self._next(), MappingEndEvent):
            key, line = _key(event), _line(event)
            self._begun.append(event.start_mark)
            event = self._next()
            _bare(event)
            listed = isinstance(event, SequenceStartEvent)
            value = [] if listed else self._value(event, 1)
            yield self._part((key,), _twice(key, line, value) if key in given else value)
            if listed:
                yield from self._items(key)
            given.add(key)
        self._last(event)

    def _items(self, key: str) -> Iterator[Part]:
        for index in count():
            event = self._next()
            if isinstance(event, SequenceEndEvent):
                return
            self._begun.append(event.start_mark)
            yield self._part((key, index), self._value(event, 2))

    def _part(self, at: Path, value: object) -> Part:
        part = Part(at, value, self._begun)
        self._begun = []
        return part

    def _first(self) -> Any:
        """The event with which the document begins, or the end of an empty text."""
        event = self._next()
        while isinstance(event, StreamStartEvent | DocumentStartEvent):
            event = self._next()
        return event

    def _last(self, event: Any) -> None:
        """Nothing follows the document."""
        while not isinstance(event, StreamEndEvent):
            event = self._next()
            if isinstance(event, DocumentStartEvent):
                raise _refused(event, "a second document", "one document")

    def _value(self, event: Any, depth: int) -> object:
        if event.anchor is not None or event.tag is not None:
            _bare(event)
        if isinstance(event, ScalarEvent):
            if event.style:
                return event.value
            value = plain(event.value)
            return value if value is not WRONG else Unusable(event.value[:40], A_NUMBER, _line(event))
        if depth > MAX_DEPTH:
            raise _refused(event, f"more than {MAX_DEPTH} levels", NESTED_LESS)
        return self._mapping(depth) if isinstance(event, MappingStartEvent) else self._list(depth)

    def _mapping(self, depth: int) -> dict[str, object]:
        values: dict[str, object] = {}
        following, begun, value, inside = self._next, self._begun, self._value, depth + 1
        while not isinstance(event := following(), MappingEndEvent):
            key = _key(event)
            if key in values:
                values[key] = _twice(key, _line(event), values[key])
                known = len(begun)
                value(following(), inside)
                del begun[known:]
                continue
            begun.append(event.start_mark)
            if len(begun) > MAX_VALUES:
                raise _too_many(event)
            values[key] = value(following(), inside)
        return values

    def _list(self, depth: int) -> list[object]:
        values: list[object] = []
        following, begun, value, inside = self._next, self._begun, self._value, depth + 1
        while not isinstance(event := following(), SequenceEndEvent):
            begun.append(event.start_mark)
            if len(begun) > MAX_VALUES:
                raise _too_many(event)
            values.append(value(event, inside))
        return values


def _key(event: Any) -> str:
    if not isinstance(event, ScalarEvent):
        raise _refused(event, "a list or a mapping as a key", "a word as a key")
    if event.anchor is not None or event.tag is not None:
        _bare(event)
    return event.value


def _twice(key: str, line: int, value: object) -> Unusable:
    first = value.first if isinstance(value, Unusable) else value
    return Unusable(f'the key "{key}" a second time', "each key once", line, first)


def _bare(event: Any) -> None:
    """Refuse what can multiply or disguise a value."""
    if isinstance(event, AliasEvent):
        raise _refused(event, f"*{event.anchor}", "no aliases: write the value where it is needed")
    if event.anchor is not None:
        raise _refused(event, f"&{event.anchor}", "no anchors: write the value where it is needed")
    if event.tag is not None:
        raise _refused(event, f"the tag {event.tag}", "no tags: write the plain value")


def _refused(event: Any, given: str, expected: str) -> Unreadable:
    return Unreadable(given, expected, _line(event))


def _too_many(event: Any) -> Unreadable:
    return _refused(event, f"more than {MAX_VALUES:,} values in one part", "a part that is smaller")


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1
