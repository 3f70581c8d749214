"""Bytes to JSON values, guarded: size, depth, encoding and doubled keys are checked before anything is believed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

#: A file that is one JSON document is read whole; a line of NDJSON is one resource.
LIMIT_DOCUMENT = 50_000_000
LIMIT_LINE = 5_000_000
#: FHIR resources nest a dozen levels; a bundle adds three.
LIMIT_DEPTH = 40
#: A number longer than this is an attack or a mistake.
LIMIT_DIGITS = 100
#: The longest text that a resource we read may hold.
LIMIT_TEXT = 1_000_000

#: What a JSON document holds.
Json = dict[str, "Json"] | list["Json"] | str | int | Decimal | bool | None


class Refused(ValueError):
    """Bytes that are not read. `value` is what stands there, `expected` what should."""

    def __init__(self, kind: str, value: str, expected: str) -> None:
        self.kind = kind
        self.value = value
        self.expected = expected
        super().__init__(f"{value}: {expected}")


class _Doubled(ValueError):
    """A key that stands twice in one object."""


# Atomic groups: a text without its end is passed over once, not once for every quotation mark in it.
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_OPENING = frozenset((b"[", b"{"))


def parse(data: bytes, limit: int = LIMIT_DOCUMENT) -> Json:
    """The JSON value in `data`; raises `Refused` with one sentence on the first thing that is wrong.

    Numbers with a fraction come as Decimal, so that a dose keeps its digits. NaN, infinity, doubled keys, other
    encodings than UTF-8 and depths that no resource has are refused.
    """
    if len(data) > limit:
        raise Refused("too_large", f"{len(data)} bytes", f"at most {limit} bytes")
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused(
            "encoding", f"byte {data[error.start]:#04x} in line {line}", "UTF-8; save the file again as UTF-8"
        ) from None
    _check_depth(data)
    try:
        value: Json = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_whole, parse_float=_fraction
        )
    except _Doubled as error:
        raise Refused("doubled_key", str(error), "each key once in an object") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        if not text.strip():
            raise Refused("empty", "nothing", "a FHIR resource or bundle as JSON") from None
        if error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg:
            raise Refused("truncated", f"the file ends at {where}", "a whole JSON document") from None
        raise Refused("not_json", f"{error.msg} at {where}", "JSON") from None
    except (ValueError, RecursionError) as error:
        raise Refused("not_json", str(error)[:200], "JSON with numbers and depths that a resource has") from None
    return value


def _check_depth(data: bytes) -> None:
    depth = 0
    for bracket in _BRACKET.findall(_TEXT.sub(b"", data)):
        depth += 1 if bracket in _OPENING else -1
        if depth > LIMIT_DEPTH:
            raise Refused("too_deep", f"more than {LIMIT_DEPTH} levels", f"at most {LIMIT_DEPTH} levels of nesting")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Doubled(f"key {key[:60]!r} stands twice")
            seen.add(key)
    return found


def _constant(word: str) -> Json:
    raise ValueError(f"{word} is not a number in JSON")


def _whole(digits: str) -> int:
    if len(digits) > LIMIT_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _fraction(digits: str) -> Decimal:
    if len(digits) > LIMIT_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    try:
        found = Decimal(digits)
    except InvalidOperation:
        raise ValueError(f"the number {digits}") from None
    if found.adjusted() > LIMIT_DIGITS or found.adjusted() < -LIMIT_DIGITS:
        raise ValueError(f"the number {digits}")
    return found


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class BadText(NamedTuple):
    """A text inside a resource that cannot be stored, with its path."""

    path: str
    value: str
    expected: str


def bad_texts(value: Json, path: str) -> Iterator[BadText]:
    """Texts that are too long, or hold characters that no database takes."""
    waiting: list[tuple[Json, str]] = [(value, path)]
    while waiting:
        one, where = waiting.pop()
        if isinstance(one, dict):
            waiting += [(child, f"{where}.{key}") for key, child in one.items()]
        elif isinstance(one, list):
            waiting += [(child, f"{where}[{number}]") for number, child in enumerate(one)]
        elif isinstance(one, str):
            if len(one) > LIMIT_TEXT:
                yield BadText(where, f"{len(one)} characters", f"at most {LIMIT_TEXT} characters")
            elif _UNSTORABLE.search(one):
                yield BadText(where, ascii(one[:60]), "text of whole Unicode characters, without NUL")


def without_narrative(value: Json) -> Json:
    """The resource without its HTML: `text.div` is for browsers, and nothing here shows it."""
    if not isinstance(value, dict):
        return value
    kept = {key: child for key, child in value.items() if key != "text" or not isinstance(child, dict)}
    contained = kept.get("contained")
    if isinstance(contained, list):
        kept["contained"] = [without_narrative(child) for child in contained]
    return kept
