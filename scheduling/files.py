"""YAML files of clinicians: bounded in size and depth, without aliases, tags or keys given twice, with line numbers."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path as FilePath
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from scheduling.engine.policy.document import PolicyError, PolicyErrors, read_policy
from scheduling.engine.policy.reading import Path
from scheduling.engine.policy.rows import Policy

#: No policy of a hospital comes near this; a file beyond it is refused unread.
MAX_BYTES = 256 * 1024
MAX_DEPTH = 40

_INT = re.compile(r"[-+]?[0-9]{1,15}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,15}\.[0-9]{0,15}|\.[0-9]{1,15})(?:[eE][-+]?[0-9]{1,2})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS: dict[str, object] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


class Loaded(NamedTuple):
    """What a YAML document holds, as plain values, and the line on which each part begins (1 for the first)."""

    value: object
    lines: dict[Path, int]


def load_policy(source: str | FilePath | bytes) -> Policy:
    """The policy in a file, or in its bytes; raises PolicyErrors with every mistake and its line."""
    loaded = load_yaml(source)
    if not isinstance(loaded.value, dict):
        raise PolicyErrors([PolicyError("document", "no keys", "a policy document", 1)])
    return read_policy(loaded.value, loaded.lines)


def load_yaml(source: str | FilePath | bytes, max_bytes: int = MAX_BYTES) -> Loaded:
    """The plain values of one YAML document (YAML 1.2: `no` and `off` are words) with their lines.

    Raises PolicyErrors: a file that is too large, not text, nested too deep, that uses anchors, aliases or tags,
    gives a key twice, or is not YAML.
    """
    content = source if isinstance(source, bytes) else _read(FilePath(source), max_bytes)
    if len(content) > max_bytes:
        raise _refused(f"{len(content)} bytes", f"a file of at most {max_bytes // 1024} kB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(f"byte {error.start} is not UTF-8", "a text file in UTF-8") from None
    reader = YAML(typ="safe", pure=True)
    composer = _Composer()
    try:
        for event in reader.parse(text):
            composer.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _refused(
            str(error.problem or error.context), "valid YAML", mark.line + 1 if mark else None
        ) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise _refused(str(error).splitlines()[0] if str(error) else "too deep", "valid YAML") from None
    if composer.errors:
        raise PolicyErrors(composer.errors)
    return Loaded(composer.value, composer.lines)


def _read(path: FilePath, max_bytes: int) -> bytes:
    """The file, never more of it than is allowed."""
    with path.open("rb") as file:
        return file.read(max_bytes + 1)


def _refused(given: str, expected: str, line: int | None = None) -> PolicyErrors:
    return PolicyErrors([PolicyError("document", given, expected, line)])


class _Composer:
    """Builds plain values from events, so that nothing is expanded and every key is seen as it was written."""

    def __init__(self) -> None:
        self.value: object = None
        self.lines: dict[Path, int] = {}
        self.errors: list[PolicyError] = []
        self._stack: list[tuple[dict[str, object] | list[object], Path]] = []
        self._keys: list[str | None] = []
        self._documents = 0

    def take(self, event: Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else None
        match event:
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _refused("a second document", "one document", line)
            case AliasEvent():
                raise _refused(f"*{event.anchor}", "no aliases: write the value where it is needed", line)
            case ScalarEvent() | MappingStartEvent() | SequenceStartEvent():
                if event.anchor:
                    raise _refused(f"&{event.anchor}", "no anchors: write the value where it is needed", line)
                if getattr(event, "ctag", None) is not None and str(event.ctag) not in ("None", "!"):
                    raise _refused(f"the tag {event.ctag}", "no tags", line)
                self._node(event, line or 1)
            case MappingEndEvent() | SequenceEndEvent():
                self._stack.pop()
                self._keys.pop()

    def _node(self, event: Event, line: int) -> None:
        if self._stack and isinstance(self._stack[-1][0], dict) and self._keys[-1] is None:
            self._key(event, line)
            return
        value: object
        if isinstance(event, ScalarEvent):
            value = _plain(event)
        else:
            value = {} if isinstance(event, MappingStartEvent) else []
        path = self._place(value, line)
        if isinstance(value, (dict, list)):
            if len(self._stack) >= MAX_DEPTH:
                raise _refused(f"more than {MAX_DEPTH} levels", "a document that is nested less deep", line)
            self._stack.append((value, path))
            self._keys.append(None)

    def _key(self, event: Event, line: int) -> None:
        container, path = self._stack[-1]
        if not isinstance(event, ScalarEvent):
            raise _refused("a list or a mapping as a key", "a word as a key", line)
        key = str(event.value)
        if isinstance(container, dict) and key in container:
            self.errors.append(
                PolicyError(
                    ".".join(map(str, (*path, key))), f'the key "{key}" a second time', "each key once", line
                )
            )
        self._keys[-1] = key
        self.lines[(*path, key)] = line

    def _place(self, value: object, line: int) -> Path:
        if not self._stack:
            self.value = value
            self.lines.setdefault((), line)
            return ()
        container, path = self._stack[-1]
        here: Path
        if isinstance(container, list):
            here = (*path, len(container))
            container.append(value)
            self.lines[here] = line
        else:
            key = self._keys[-1] or ""
            here = (*path, key)
            container[key] = value
            self._keys[-1] = None
        return here


def _plain(event: ScalarEvent) -> object:
    """The value of a scalar: quoted ones are text, plain ones by the core schema and ISO dates."""
    text = str(event.value)
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
