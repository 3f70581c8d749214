"""What a case expects: how the `expect` block is read, and how an answer is laid beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from scheduling.cases.shapes import (
    WRONG,
    Key,
    Notes,
    Reader,
    Shape,
    Wrong,
    code,
    day,
    filled,
    flag,
    listed,
    number,
    text,
    whole,
)
from scheduling.engine.scores import bauer, nesms, tokuhashi, tomita
from scheduling.engine.scores.base import Item, Score, ScoreInputError
from scheduling.engine.vocabulary import ImagingRequest, Task, Tempo, TimeStatus, Urgency


class StreamAnswer(NamedTuple):
    """The winner of one stream with its time status; `modality` is the imaging request, None for the surgeon."""

    row: str
    earliest: date
    due: date
    latest: date
    state: str
    modality: str | None = None


class Prognosis(NamedTuple):
    """One prognosis score: its inputs as given, its total, and its band where the score has bands."""

    score: str
    inputs: Mapping[str, Any]
    total: int | None
    band: str | None


class LesionAnswer(NamedTuple):
    """SINS of one lesion; None while an item is not recorded."""

    level: str | None
    sins_total: int | None
    sins_band: str | None


@dataclass(frozen=True, slots=True)
class LesionExpectation:
    """What a case says of one lesion's SINS: `total`, `band`, both or neither."""

    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Expectation:
    """The compared part of an `expect` block."""

    rows: tuple[str, ...]
    tempo: str | None
    imaging: StreamAnswer | None
    surgeon: StreamAnswer | None
    urgency: str
    tasks: frozenset[str]
    prognosis: tuple[Prognosis, ...] = ()


class Difference(NamedTuple):
    """One expectation that is not met."""

    patient: str
    path: str
    expected: object
    given: object

    def __str__(self) -> str:
        return f"{self.patient}: {self.path}: expected {_words(self.expected)}, came out {_words(self.given)}"


def _words(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(str, value)) + "]"
    return str(value)


def _compared(path: str, expected: object, given: object) -> Iterator[tuple[str, object, object]]:
    if expected != given:
        yield path, expected, given


def _streams(
    path: str, expected: StreamAnswer | None, given: StreamAnswer | None
) -> Iterator[tuple[str, object, object]]:
    if expected is None or given is None:
        yield from _compared(path, expected and expected.row, given and given.row)
        return
    for name, one, other in zip(StreamAnswer._fields, expected, given, strict=True):
        yield from _compared(f"{path}.{name}", one, other)


def differences(patient: str, expected: Expectation, given: Expectation) -> list[Difference]:
    """Every expectation that `given` does not meet."""
    found = [
        *_compared("rows", expected.rows, given.rows),
        *_compared("tempo", expected.tempo, given.tempo),
        *_streams("imaging", expected.imaging, given.imaging),
        *_streams("surgeon", expected.surgeon, given.surgeon),
        *_compared("urgency", expected.urgency, given.urgency),
        *_compared("tasks", sorted(expected.tasks), sorted(given.tasks)),
    ]
    for one, other in zip(expected.prognosis, given.prognosis, strict=True):
        found += _compared(f"prognosis.{one.score}.total", one.total, other.total)
        found += _compared(f"prognosis.{one.score}.band", one.band, other.band)
    return [Difference(patient, *difference) for difference in found]


def computed(expected: Prognosis) -> Prognosis:
    """The same inputs with the total and band that the score function gives."""
    result = _SCORES[expected.score].calculate(expected.inputs)
    return expected._replace(total=result.total, band=result.band)


# Reading


def _task(notes: Notes, value: object, path: str) -> Any:
    """A task word; `re_offer_on` carries a date after a colon."""
    if isinstance(value, str) and value.startswith(f"{Task.RE_OFFER_ON}:"):
        try:
            date.fromisoformat(value.partition(":")[2])
        except ValueError:
            return notes.wrong(path, value, "re_offer_on:<date>, such as re_offer_on:2026-11-30")
        return value
    return _TASK(notes, value, path)


_TASK = code((*(task for task in Task if task is not Task.RE_OFFER_ON), "re_offer_on:<date>"))

_STREAM = {
    "row": Key(filled, required=True),
    "earliest": Key(day, required=True),
    "due": Key(day, required=True),
    "latest": Key(day, required=True),
    "state": Key(code(TimeStatus), required=True),
}


def _stream(shape: Shape) -> Reader:
    def read(notes: Notes, value: object, path: str) -> Any:
        found = shape.read(notes, value, path)
        if isinstance(found, Wrong) or not all(name in found for name in shape.names):
            return WRONG
        return StreamAnswer(**found)

    return read


def _tens(notes: Notes, value: object, path: str) -> Any:
    if type(value) is int and value in range(10, 101, 10):
        return value
    return notes.wrong(path, value, "a Karnofsky value, 10 to 100 in tens")


def _word(item: Item) -> Key:
    return Key(code(tuple(option.code for option in item.options)))


class _Scored(NamedTuple):
    """How one prognosis score stands in a case."""

    score: Score
    inputs: Shape
    banded: bool

    def calculate(self, inputs: Mapping[str, Any]) -> Any:
        assert self.score.calculate is not None
        return self.score.calculate(**inputs)


_SCORES: dict[str, _Scored] = {
    "tokuhashi": _Scored(
        tokuhashi.TOKUHASHI,
        Shape(**{item.code: Key(_tens) if item.code == "kps" else _word(item) for item in tokuhashi.ITEMS}),
        banded=True,
    ),
    "tomita": _Scored(tomita.TOMITA, Shape(**{item.code: _word(item) for item in tomita.ITEMS}), banded=True),
    "modified_bauer": _Scored(
        bauer.MODIFIED_BAUER, Shape(**{item.code: Key(flag) for item in bauer.ITEMS}), banded=True
    ),
    "nesms": _Scored(
        nesms.NESMS,
        Shape(
            modified_bauer=Key(whole(0, 4)),
            ambulatory=_word(next(item for item in nesms.ITEMS if item.code == "ambulatory")),
            albumin_g_dl=Key(number(above_zero=True)),
        ),
        banded=False,
    ),
}


def _prognosis(name: str, scored: _Scored) -> Reader:
    keys = {
        "inputs": Key(scored.inputs.read, required=True),
        "total": Key(whole(0), required=True, nullable=True),
    }
    if scored.banded:
        bands = tuple(band.code for band in scored.score.bands)
        keys["band"] = Key(code(bands), required=True, nullable=True)
    shape = Shape(**keys)

    def read(notes: Notes, value: object, path: str) -> Any:
        before = len(notes.problems)
        found = shape.read(notes, value, path)
        if found is WRONG or len(notes.problems) > before:
            return WRONG
        try:
            scored.calculate(found["inputs"])
        except ScoreInputError as error:
            return notes.wrong(f"{path}.inputs", value, "; ".join(error.problems))
        return Prognosis(name, found["inputs"], found["total"], found.get("band"))

    return read


_PROGNOSIS = Shape(**{name: Key(_prognosis(name, scored)) for name, scored in _SCORES.items()})

EXPECT = Shape(
    rows=Key(listed(filled), required=True),
    tempo=Key(code(Tempo), required=True, nullable=True),
    imaging=Key(
        _stream(Shape(**_STREAM, modality=Key(code(ImagingRequest), required=True))),
        required=True,
        nullable=True,
    ),
    surgeon=Key(_stream(Shape(**_STREAM)), required=True, nullable=True),
    urgency=Key(code(Urgency), required=True),
    tasks=Key(listed(_task), required=True),
    prognosis=Key(_PROGNOSIS.read),
    must_show=Key(listed(text)),
)


def expectation(found: dict[str, Any]) -> Expectation:
    """The `expect` block as values to compare; `must_show` is for people."""
    return Expectation(
        rows=found["rows"],
        tempo=found["tempo"],
        imaging=found["imaging"],
        surgeon=found["surgeon"],
        urgency=found["urgency"],
        tasks=frozenset(found["tasks"]),
        prognosis=tuple(found.get("prognosis", {}).values()),
    )
