"""What a scalar of YAML means, decided here once, and how a value is written so that it means the same.

The core schema of YAML 1.2 and ISO dates: `no` and `12:30` are text, and a number has an end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from scheduling.engine.policy.mistakes import WRONG

#: Every number of a policy or a patient is far smaller.
MAX_NUMBER = 10**15
MAX_NUMBER_LENGTH = 40

_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def plain(text: str) -> object:
    """What an unquoted scalar means: nothing, a mark, a number, a date, else text; WRONG for a number too large."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text  # no such day: who wants a day names it
    if _NOT_FINITE.fullmatch(text):
        return WRONG
    if _FLOAT.fullmatch(text):
        if len(text) > MAX_NUMBER_LENGTH or not abs(float(text)) < MAX_NUMBER:
            return WRONG
        return int(text) if _INT.fullmatch(text) else float(text)
    return text


def flow(value: object) -> str:
    """A value on one line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./+() -]*[A-Za-z0-9_./+()-])?")
#: Words that older readers of YAML take for marks.
_MARKS = frozenset({"y", "n", "yes", "no", "on", "off"})
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_UNSAFE = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]')


def scalar(value: object) -> str:
    """A scalar of YAML that reads back as the same value: text that looks like anything else is quoted."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | date):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and plain(text) == text and text.lower() not in _MARKS:
        return text
    return '"' + _UNSAFE.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPED.get(character) or f"\\u{ord(character):04x}"
