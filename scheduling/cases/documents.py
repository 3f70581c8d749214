"""Safe YAML as a stream of entries: bounded size and depth, no aliases, no tags, nothing guessed from plain text.

Only the event parser of a library is used; what a scalar means is decided here (YAML 1.2: `no` and `12:30` stay
text), so that a second key of one name is seen and a hostile document is refused before it grows. libyaml reads a
cohort of 25,000 patients in seconds; where it is not installed ruamel.yaml gives the same events, slowly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import IO, Any, Final, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml import events as ruamel_events
from ruamel.yaml.error import YAMLError as RuamelError


class _PureParser:
    """ruamel.yaml behind the one method that is used of libyaml's parser."""

    def __init__(self, text: str) -> None:
        self._events = YAML(typ="safe", pure=True).parse(text)

    def get_event(self) -> Any:
        return next(self._events, None)


def _library() -> tuple[Any, tuple[type[Exception], ...], Any]:
    """The parser, its errors and its kinds of event."""
    try:
        import yaml
    except ImportError:
        return _PureParser, (RuamelError,), ruamel_events
    if not yaml.__with_libyaml__:
        return _PureParser, (RuamelError,), ruamel_events
    return yaml.CLoader, (yaml.YAMLError,), yaml.events


EventParser, YAML_ERRORS, events = _library()

#: Bytes of one file of cases; 25,000 patients take about half of it.
LIMIT_BYTES = 64 * 1024 * 1024
#: A case is seven levels deep at most.
LIMIT_DEPTH = 12

#: The key under which a mapping keeps the names that were given twice in it.
TWICE: Final = "\0twice"

Value = None | bool | int | float | date | str | list["Value"] | dict[str, "Value"]


class DocumentError(ValueError):
    """The document cannot be read at all; the message says where and what was expected."""


class Entry(NamedTuple):
    """One entry of the top mapping, or one item of a list that stands there (`place` from 0).

    `value` is None with `place` -1 for a list without items. `line` counts from 1.
    """

    key: str
    place: int | None
    value: Value
    line: int


_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS: dict[str, Value] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


def plain(text: str) -> Value:
    """What an unquoted scalar means: nothing, a mark, a number, a date, else the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text  # no such day: the reader names it
    if _INT.fullmatch(text):
        return int(text) if len(text) <= 18 else text
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def read_text(source: IO[bytes] | IO[str] | bytes | str, limit: int = LIMIT_BYTES) -> str:
    """The whole text of a source of at most `limit` bytes, UTF-8; raises DocumentError."""
    given = source if isinstance(source, bytes | str) else source.read(limit + 1)
    if len(given) > limit:
        raise DocumentError(f"the file is larger than {limit:,} bytes; expected a file of cases, split it")
    if isinstance(given, str):
        return given
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"byte {error.start:,} is not UTF-8 text; save the file as UTF-8") from None


def read_entries(text: str) -> Iterator[Entry]:
    """The entries of one YAML document whose top is a mapping, one after the other; raises DocumentError."""
    return _Composer(text).entries()


class _Composer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._parser: Any = None

    def entries(self) -> Iterator[Entry]:
        try:
            self._parser = EventParser(self._text)
            yield from self._document()
        except YAML_ERRORS as error:
            mark = getattr(error, "problem_mark", None)
            where = f"line {mark.line + 1}: " if mark is not None else ""
            what = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
            raise DocumentError(f"{where}{what}; expected a YAML file of cases") from None

    def _document(self) -> Iterator[Entry]:
        event = self._next()
        while isinstance(event, events.StreamStartEvent | events.DocumentStartEvent):
            event = self._next()
        if not isinstance(event, events.MappingStartEvent):
            raise DocumentError("the file is not a mapping; expected policy_version and a list of patients")
        self._bare(event)
        while not isinstance(event := self._next(), events.MappingEndEvent):
            line = event.start_mark.line + 1
            key = self._key(event)
            value = self._next()
            if isinstance(value, events.SequenceStartEvent):
                self._bare(value)
                yield from self._items(key, line)
            else:
                yield Entry(key, None, self._node(value, 1), line)
        event = self._next()
        while event is not None and not isinstance(event, events.StreamEndEvent):
            if isinstance(event, events.DocumentStartEvent):
                raise DocumentError(_at(event) + "a second document begins; expected one document a file")
            event = self._next()

    def _items(self, key: str, line: int) -> Iterator[Entry]:
        index = 0
        while not isinstance(event := self._next(), events.SequenceEndEvent):
            yield Entry(key, index, self._node(event, 2), event.start_mark.line + 1)
            index += 1
        if not index:
            yield Entry(key, -1, None, line)

    def _next(self) -> Any:
        return self._parser.get_event()

    def _key(self, event: Any) -> str:
        if not isinstance(event, events.ScalarEvent):
            raise DocumentError(
                f"line {event.start_mark.line + 1}: a key is not text; expected the name of a field"
            )
        self._bare(event)
        return str(event.value)

    def _bare(self, event: Any) -> None:
        """Refuse what can multiply or disguise a value."""
        if event.anchor is not None:
            raise DocumentError(
                f"line {event.start_mark.line + 1}: anchors (&) are refused; write the value out"
            )
        if event.tag is not None:
            raise DocumentError(
                f"line {event.start_mark.line + 1}: tags (!) are refused; write the plain value"
            )

    def _node(self, event: Any, depth: int) -> Value:
        if isinstance(event, events.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self._bare(event)
            return str(event.value) if event.style else plain(event.value)
        if isinstance(event, events.AliasEvent):
            raise DocumentError(
                f"line {event.start_mark.line + 1}: aliases (*) are refused; write the value out"
            )
        if depth > LIMIT_DEPTH:
            raise DocumentError(
                f"line {event.start_mark.line + 1}: nested deeper than {LIMIT_DEPTH}; no case is"
            )
        self._bare(event)
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(depth)
        values: list[Value] = []
        while not isinstance(item := self._next(), events.SequenceEndEvent):
            values.append(self._node(item, depth + 1))
        return values

    def _mapping(self, depth: int) -> dict[str, Value]:
        values: dict[str, Value] = {}
        twice: list[Value] = []
        while not isinstance(event := self._next(), events.MappingEndEvent):
            key = self._key(event)
            value = self._node(self._next(), depth + 1)
            if key in values:
                twice.append(key)
            else:
                values[key] = value
        if twice:
            values[TWICE] = twice
        return values


def _at(event: Any) -> str:
    return f"line {event.start_mark.line + 1}: "
