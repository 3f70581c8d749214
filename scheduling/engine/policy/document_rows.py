"""Reading one row of a policy document: its conditions, its windows and its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum

from scheduling.engine.periods import Offset
from scheduling.engine.policy.anchors import Anchor
from scheduling.engine.policy.choosing import WINDOW_BY
from scheduling.engine.policy.named_days import read_anchor
from scheduling.engine.policy.questions.combining import AllOf
from scheduling.engine.policy.questions.registry import read_conditions
from scheduling.engine.policy.reading import WRONG, Path, Reading, plain
from scheduling.engine.policy.rows import (
    Cap,
    Evidence,
    GradeFor,
    ItemRule,
    Replacement,
    Row,
    SeriesWindow,
    StreamRule,
    Suspension,
)
from scheduling.engine.vocabulary import Grade, Mark, Site, StopOutcome, Stream, Urgency

_ROW = ("id", "title", "urgency")
_ROW_MAY = (
    "for_each",
    "when",
    "suspends",
    "replaces",
    "asks_nothing_in",
    "until_closed",
    "marks",
    "outcome",
    "group",
    "imaging",
    "surgeon",
)
_WINDOWS = ("window", "window_by", "series")
_NONE = AllOf(())
_OVERRIDE = "override"


def read_row(reading: Reading, given: object, at: Path) -> Row | None:
    """One row, or None where it could not be read at all; its mistakes are noted."""
    found = reading.mapping(given, at, _ROW, _ROW_MAY)
    if found is None:
        return None
    for_each = ""
    if "for_each" in found:
        for_each = reading.one_of(
            found["for_each"], (*at, "for_each"), ("lesion", _OVERRIDE), "lesion or override, or no such key"
        )
    reading.per_lesion = for_each == "lesion"
    reading.per_override = for_each == _OVERRIDE
    row = _row(reading, found, at, for_each)
    _check_row(reading, row, at, asked="when" in found)
    reading.per_lesion = reading.per_override = False
    return row


def _row(reading: Reading, found: Mapping[str, object], at: Path, for_each: str) -> Row:
    own_stream = for_each == _OVERRIDE
    return Row(
        id=plain(found.get("id", "")),
        title=_text(reading, found, "title", at),
        urgency=_code(reading, found, "urgency", at, Urgency),
        when=_conditions(reading, found.get("when"), (*at, "when")),
        for_each=for_each,
        suspends=_suspension(reading, found.get("suspends"), (*at, "suspends")),
        replaces=_replacement(reading, found.get("replaces"), (*at, "replaces"), own_stream),
        asks_nothing_in=_streams(reading, found.get("asks_nothing_in"), (*at, "asks_nothing_in")),
        until_closed=reading.flag(found["until_closed"], (*at, "until_closed")) is True
        if "until_closed" in found
        else False,
        marks=_marks(reading, found.get("marks"), (*at, "marks")),
        outcome=_code(reading, found, "outcome", at, StopOutcome),
        group=_text(reading, found, "group", at),
        streams=tuple(
            _stream(reading, found[stream], (*at, stream), stream.value)
            for stream in Stream
            if stream in found
        ),
    )


def _check_row(reading: Reading, row: Row, at: Path, *, asked: bool) -> None:
    """A row that would hold for everybody, ask for nothing, or carry a mark that cannot mean anything on it."""
    own_window = row.for_each == _OVERRIDE
    if not asked and not own_window:
        expected = "a list of conditions: a row without conditions would hold for everybody"
        reading.wrong((*at, "when"), None, expected)
    if not row.streams:
        reading.wrong(at, row.id, "evidence in imaging, in surgeon or in both")
    elif not (row.suspends or own_window or any(rule.items for rule in row.streams)):
        reading.wrong(at, row.id, "at least one item with a window, in imaging or in surgeon")
    if Mark.LOW_RISK in row.marks and row.suspends:
        reading.wrong((*at, "marks"), Mark.LOW_RISK, "low_risk only on a row that suspends nothing")
    if Mark.TAKES_DATES in row.marks and not (row.suspends and row.until_closed):
        expected = "takes_dates only beside suspends and until_closed: true"
        reading.wrong((*at, "marks"), Mark.TAKES_DATES, expected)
    if row.outcome and not row.asks_nothing_in:
        reading.wrong((*at, "outcome"), row.outcome, "an outcome only beside asks_nothing_in")


def _text(reading: Reading, found: Mapping[str, object], key: str, at: Path) -> str:
    return str(reading.text(found[key], (*at, key))) if key in found else ""


def _code(reading: Reading, found: Mapping[str, object], key: str, at: Path, kind: type[StrEnum]) -> str:
    return str(reading.code(found[key], (*at, key), kind)) if key in found else ""


def read_day(reading: Reading, given: object, at: Path) -> tuple[Anchor, ...]:
    """A named day, or a list of them of which the first that exists counts."""
    entries = list(enumerate(given)) if isinstance(given, (list, tuple)) else []
    if isinstance(given, (list, tuple)) and not entries:
        reading.wrong(at, given, "at least one named day to count from")
    read = [read_anchor(reading, entry, (*at, index)) for index, entry in entries]
    if not isinstance(given, (list, tuple)):
        read = [read_anchor(reading, given, at)]
    return tuple(anchor for anchor in read if isinstance(anchor, Anchor))


def _conditions(reading: Reading, given: object, at: Path) -> AllOf:
    if given is None:
        return _NONE
    when = read_conditions(reading, given, at)
    return when if isinstance(when, AllOf) else _NONE


def _streams(reading: Reading, given: object, at: Path) -> tuple[str, ...]:
    if given is None:
        return ()
    read = reading.several(
        given, at, "imaging, surgeon", lambda entry, path: reading.code(entry, path, Stream)
    )
    return read if isinstance(read, tuple) else ()


def _marks(reading: Reading, given: object, at: Path) -> tuple[str, ...]:
    """Marks in the order of `Mark`, so that documents that mean the same read the same."""
    if given is None:
        return ()
    read = reading.several(given, at, ", ".join(Mark), lambda entry, path: reading.code(entry, path, Mark))
    return tuple(mark.value for mark in Mark if mark in read) if isinstance(read, tuple) else ()


def _rows(reading: Reading, given: object, at: Path) -> tuple[str, ...]:
    read = reading.several(given, at, "row ids", reading.row)
    return read if isinstance(read, tuple) else ()


def _suspension(reading: Reading, given: object, at: Path) -> Suspension | None:
    found = reading.mapping(given, at, ("keep_rows",), ("keep_dates",)) if given is not None else None
    if found is None:
        return None
    kept = found.get("keep_rows")
    rows = () if kept in ([], ()) else _rows(reading, kept, (*at, "keep_rows"))
    return Suspension(rows, reading.flag(found.get("keep_dates", True), (*at, "keep_dates")) is True)


def _replacement(reading: Reading, given: object, at: Path, own_stream: bool) -> Replacement | None:
    if given is None:
        return None
    found = reading.mapping(given, at, ("rows",) if own_stream else ("rows", "streams"), ("only_if",))
    if found is None:
        return None
    return Replacement(
        rows=_rows(reading, found.get("rows"), (*at, "rows")),
        streams=() if own_stream else _streams(reading, found.get("streams"), (*at, "streams")),
        only_if=_conditions(reading, found.get("only_if"), (*at, "only_if")),
    )


def _stream(reading: Reading, given: object, at: Path, stream: str) -> StreamRule:
    found = reading.mapping(given, at, ("evidence",), ("counted_by", "items")) or {}
    items = reading.entries(found["items"], (*at, "items"), "items") if "items" in found else []
    allowed = ("visit",) if stream == Stream.SURGEON else ("study", "canal_study")
    counted_by = ""
    if items or "counted_by" in found:
        expected = f"what completes it: {' or '.join(allowed)}"
        counted_by = reading.one_of(found.get("counted_by"), (*at, "counted_by"), allowed, expected)
    return StreamRule(
        stream=stream,
        evidence=_evidence(reading, found["evidence"], (*at, "evidence"))
        if "evidence" in found
        else Evidence("", "", ""),
        counted_by=counted_by,
        items=tuple(_item(reading, item, (*at, "items", index)) for index, item in enumerate(items)),
    )


def _evidence(reading: Reading, given: object, at: Path) -> Evidence:
    found = (
        reading.mapping(given, at, ("grade", "citation", "rationale"), ("by_primary", "note_elsewhere")) or {}
    )
    lines = (
        reading.entries(found["by_primary"], (*at, "by_primary"), "grades") if "by_primary" in found else []
    )
    return Evidence(
        grade=str(reading.code(found["grade"], (*at, "grade"), Grade)) if "grade" in found else "",
        citation=str(reading.text(found["citation"], (*at, "citation"))) if "citation" in found else "",
        rationale=str(reading.text(found["rationale"], (*at, "rationale"))) if "rationale" in found else "",
        by_primary=tuple(
            _grade_for(reading, one, (*at, "by_primary", index)) for index, one in enumerate(lines)
        ),
        note_elsewhere=str(reading.text(found["note_elsewhere"], (*at, "note_elsewhere")))
        if "note_elsewhere" in found
        else "",
    )


def _grade_for(reading: Reading, given: object, at: Path) -> GradeFor:
    found = reading.mapping(given, at, ("sites", "grade"), ("subtypes",)) or {}
    sites = reading.several(
        found.get("sites"), (*at, "sites"), "sites", lambda one, path: reading.code(one, path, Site)
    )
    subtypes = (
        reading.several(found["subtypes"], (*at, "subtypes"), "subtypes", reading.text)
        if "subtypes" in found
        else ()
    )
    return GradeFor(
        sites if isinstance(sites, tuple) else (),
        subtypes if isinstance(subtypes, tuple) else (),
        str(reading.code(found["grade"], (*at, "grade"), Grade)) if "grade" in found else "",
    )


def _item(reading: Reading, given: object, at: Path) -> ItemRule:
    """One window; without an anchor it is a mistake, never an empty window."""
    found = (
        reading.mapping(given, at, ("count_from",), (*_WINDOWS, "only_if", "closed_by", "cap", "note")) or {}
    )
    anchors = read_day(reading, found["count_from"], (*at, "count_from")) if "count_from" in found else ()
    kinds = [key for key in _WINDOWS if key in found]
    if len(kinds) != 1 and isinstance(given, Mapping):
        reading.wrong(at, kinds or None, "exactly one of window, window_by and series")
    by = ""
    windows_by: tuple[tuple[str, Offset | None], ...] = ()
    if "window_by" in found:
        by, windows_by = _windows_by(reading, found["window_by"], (*at, "window_by"))
    return ItemRule(
        count_from=anchors,
        windows=_windows(reading, found, at),
        by=by,
        windows_by=windows_by,
        only_if=_conditions(reading, found.get("only_if"), (*at, "only_if")),
        closed_by=_closed_by(reading, found, at),
        cap=_cap(reading, found.get("cap"), (*at, "cap")),
    )


def _windows(reading: Reading, found: Mapping[str, object], at: Path) -> tuple[SeriesWindow, ...]:
    """The one window with its note, or a series; none where the value of a set chooses."""
    note = _text(reading, found, "note", at)
    if "window" in found:
        window = read_window(reading, found["window"], (*at, "window"))
        return () if window is None else (SeriesWindow(window, note),)
    if "note" in found:
        expected = "no note here: it stands beside window, or inside a series"
        reading.wrong((*at, "note"), found["note"], expected)
    return _series(reading, found["series"], (*at, "series")) if "series" in found else ()


def _closed_by(reading: Reading, found: Mapping[str, object], at: Path) -> str:
    studies = ", ".join(reading.names["studies"])
    if "closed_by" in found:
        allowed = ("visit", *reading.names["studies"])
        expected = f"visit, or a set of studies: {studies}"
        return reading.one_of(found["closed_by"], (*at, "closed_by"), allowed, expected)
    if "series" in found:
        expected = "what closes a window of the series: visit or a set of studies"
        reading.wrong((*at, "closed_by"), None, expected)
    return ""


def read_window(reading: Reading, given: object, at: Path) -> Offset | None:
    """[earliest, due, latest], each a period, in this order."""
    if not isinstance(given, (list, tuple)) or len(given) != 3:
        reading.wrong(at, given, "[earliest, due, latest], each with its unit, such as [8 w, 12 w, 13 w]")
        return None
    days = [reading.days(one, (*at, index)) for index, one in enumerate(given)]
    earliest, due, latest = (one if isinstance(one, int) else -1 for one in days)
    if WRONG in days:
        return None
    if not earliest <= due <= latest:
        reading.wrong(at, ", ".join(map(str, given)), "earliest <= due <= latest")
        return None
    return Offset(earliest, due, latest)


def _series(reading: Reading, given: object, at: Path) -> tuple[SeriesWindow, ...]:
    read: list[SeriesWindow] = []
    entries = reading.entries(given, at, "windows")
    if not entries and isinstance(given, (list, tuple)):
        reading.wrong(at, given, "at least one window")
    for index, entry in enumerate(entries):
        found = reading.mapping(entry, (*at, index), ("window",), ("note",)) or {}
        window = read_window(reading, found["window"], (*at, index, "window")) if "window" in found else None
        note = str(reading.text(found["note"], (*at, index, "note"))) if "note" in found else ""
        if window is None:
            continue
        if read and window.earliest <= read[-1].window.earliest:
            reading.wrong((*at, index, "window"), entry, "a series in rising order of its earliest days")
        read.append(SeriesWindow(window, note))
    return tuple(read)


def _windows_by(
    reading: Reading, given: object, at: Path
) -> tuple[str, tuple[tuple[str, Offset | None], ...]]:
    """A window for every value of a closed set; a value left out is a mistake, `omit` says that it asks nothing."""
    found = reading.mapping(given, at, (), tuple(WINDOW_BY)) or {}
    if len(found) != 1:
        reading.wrong(at, list(found), f"one of {', '.join(WINDOW_BY)} with a window for each of its values")
        return "", ()
    ((by, entries),) = found.items()
    values = tuple(member.value for member in WINDOW_BY[by].kind)
    if not isinstance(entries, Mapping):
        reading.wrong((*at, by), entries, f"a window for each of {', '.join(values)}")
        return by, ()
    for key in entries:
        if key not in values:
            near = get_close_matches(plain(key), values, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            reading.wrong((*at, by, plain(key)), key, f"one of {', '.join(values)}{hint}")
    missing = [value for value in values if entries.get(value) is None]
    if missing:
        reading.wrong(
            (*at, by), f"no window for {', '.join(missing)}", "a window, or omit, for every value of the set"
        )
    return by, tuple(
        (value, None if entries[value] == "omit" else read_window(reading, entries[value], (*at, by, value)))
        for value in values
        if entries.get(value) is not None
    )


def _cap(reading: Reading, given: object, at: Path) -> Cap | None:
    found = reading.mapping(given, at, ("window", "only_if")) if given is not None else None
    if found is None or len(found) < 2:
        return None
    window = read_window(reading, found["window"], (*at, "window"))
    only_if = _conditions(reading, found["only_if"], (*at, "only_if"))
    return None if window is None else Cap(window, only_if)
