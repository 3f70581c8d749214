"""What a case expects: how the `expect` block is read, and how an answer is laid beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from scheduling.cases.shapes import Found, Key, PatientNotes, Shape, above_zero, code, day, listed, whole, words
from scheduling.engine.policy.mistakes import Path
from scheduling.engine.policy.reading import Notes
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
    inputs: Mapping[str, object]
    total: int | None
    band: str | None = None


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
    result = _calculated(_SCORES[expected.score], expected.inputs)
    return expected._replace(total=result.total, band=result.band)


# Reading


def _task(notes: PatientNotes, given: object, at: Path) -> object:
    """A task word; `re_offer_on` carries a date after a colon."""
    if not (isinstance(given, str) and given.startswith(f"{Task.RE_OFFER_ON}:")):
        return _TASK(notes, given, at)
    try:
        date.fromisoformat(given.partition(":")[2])
    except ValueError:
        return notes.wrong(at, given, "re_offer_on:<date>, such as re_offer_on:2026-11-30")
    return given


_TASK = code((*(task for task in Task if task is not Task.RE_OFFER_ON), "re_offer_on:<date>"))

_STREAM = (
    Key("row", Notes.text, required=True),
    Key("earliest", day, required=True),
    Key("due", day, required=True),
    Key("latest", day, required=True),
    Key("state", code(TimeStatus), required=True),
)
_SURGEON = Shape(StreamAnswer, *_STREAM)
_IMAGING = Shape(StreamAnswer, *_STREAM, Key("modality", code(ImagingRequest), required=True))


def _word(item: Item) -> Key:
    return Key(item.code, code(option.code for option in item.options))


_INPUTS: dict[Score, tuple[Key, ...]] = {
    tokuhashi.TOKUHASHI: tuple(
        Key("kps", whole(10, 100, step=10)) if item.code == "kps" else _word(item) for item in tokuhashi.ITEMS
    ),
    tomita.TOMITA: tuple(_word(item) for item in tomita.ITEMS),
    bauer.MODIFIED_BAUER: tuple(Key(item.code, Notes.flag) for item in bauer.ITEMS),
    nesms.NESMS: (
        Key("modified_bauer", whole(0, 4)),
        *(_word(item) for item in nesms.ITEMS if item.code == "ambulatory"),
        Key("albumin_g_dl", above_zero),
    ),
}
_SCORES = {score.code: score for score in _INPUTS}


def _calculated(score: Score, inputs: Mapping[str, Any]) -> Any:
    assert score.calculate is not None
    return score.calculate(**inputs)


def _prognosis(score: Score, inputs: tuple[Key, ...]) -> Key:
    """The key of one score: what was put in, and what must come out."""

    def check(notes: PatientNotes, found: Found, at: Path) -> None:
        try:
            if "inputs" in found:
                _calculated(score, found["inputs"])
        except ScoreInputError as error:
            notes.wrong((*at, "inputs"), found["inputs"], "; ".join(error.problems))

    keys = [
        Key("inputs", Shape(dict, *inputs).complete, required=True),
        Key("total", whole(0), required=True, nullable=True),
    ]
    if score.bands:
        keys.append(Key("band", code(band.code for band in score.bands), required=True, nullable=True))
    shape = Shape(Prognosis, *keys, check=check, build=partial(Prognosis, score.code))
    return Key(score.code, shape.read)


def _expectation(
    tasks: tuple[str, ...],
    prognosis: Mapping[str, Prognosis] | None = None,
    must_show: object = None,
    **found: Any,
) -> Expectation:
    """The `expect` block as values to compare; `must_show` is for people."""
    return Expectation(tasks=frozenset(tasks), prognosis=tuple((prognosis or {}).values()), **found)


EXPECT = Shape(
    Expectation,
    Key("rows", listed(Notes.text), required=True),
    Key("tempo", code(Tempo), required=True, nullable=True),
    Key("imaging", _IMAGING.read, required=True, nullable=True),
    Key("surgeon", _SURGEON.read, required=True, nullable=True),
    Key("urgency", code(Urgency), required=True),
    Key("tasks", listed(_task), required=True),
    Key("prognosis", Shape(dict, *(_prognosis(*one) for one in _INPUTS.items())).read),
    Key("must_show", listed(words)),
    build=_expectation,
)
