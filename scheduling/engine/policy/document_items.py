"""One window that a row of a document asks for: what it counts from, how long it is and what closes it."""

from __future__ import annotations

from collections.abc import Mapping

from scheduling.engine.periods import Offset
from scheduling.engine.policy.choosing import WINDOW_BY
from scheduling.engine.policy.mistakes import Path, Wrong, hint, plain
from scheduling.engine.policy.parts import Part, present
from scheduling.engine.policy.reading import Reading
from scheduling.engine.policy.rows import Cap, ItemRule, SeriesWindow
from scheduling.engine.policy.values import Conditions, CountFrom, Text, Window

_WINDOWS = ("window", "window_by", "series")
_CAP = Part(Cap, {"window": Window(), "only_if": Conditions()})
_SERIES_WINDOW = Part(SeriesWindow, {"window": Window()}, {"note": Text()})
_ITEM = Part(ItemRule, {"count_from": CountFrom()}, {"only_if": Conditions(), "cap": _CAP})
_MAY = (*_WINDOWS, "only_if", "closed_by", "cap", "note")


def read_item(reading: Reading, given: object, at: Path) -> ItemRule:
    """One window; without an anchor it is a mistake, never an empty window."""
    found = reading.mapping(given, at, ("count_from",), _MAY) or {}
    known = {"count_from": (), **_ITEM.values(reading, found, at)}
    kinds = [key for key in _WINDOWS if key in found]
    if len(kinds) != 1 and isinstance(given, Mapping):
        reading.wrong(at, kinds or None, "exactly one of window, window_by and series")
    by = ""
    windows_by: tuple[tuple[str, Offset | None], ...] = ()
    if "window_by" in found:
        by, windows_by = _windows_by(reading, found["window_by"], (*at, "window_by"))
    windows = _windows(reading, found, at)
    closed_by = _closed_by(reading, found, at)
    return ItemRule(windows=windows, by=by, windows_by=windows_by, closed_by=closed_by, **known)


def write_item(item: ItemRule) -> dict[str, object]:
    """The window as it stands in a document."""
    series = len(item.windows) > 1 or bool(item.closed_by and not item.by)
    alone = {} if series or item.by else _SERIES_WINDOW.write(item.windows[0])
    windows = {
        "series": [_SERIES_WINDOW.write(one) for one in item.windows] if series else None,
        "window_by": {item.by: {value: _omitted(window) for value, window in item.windows_by}} if item.by else None,
        "closed_by": item.closed_by,
    }
    return present(_ITEM.write(item) | alone | windows)


def _omitted(window: Offset | None) -> object:
    return "omit" if window is None else Window().write(window)


def _offset(reading: Reading, given: object, at: Path) -> Offset | None:
    window = Window().read(reading, given, at)
    return None if isinstance(window, Wrong) else window


def _windows(reading: Reading, found: Mapping[str, object], at: Path) -> tuple[SeriesWindow, ...]:
    """The one window with its note, or a series; none where the value of a set chooses."""
    note = plain(Text().read(reading, found["note"], (*at, "note"))) if "note" in found else ""
    if "window" in found:
        window = _offset(reading, found["window"], (*at, "window"))
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


def _series(reading: Reading, given: object, at: Path) -> tuple[SeriesWindow, ...]:
    read: list[SeriesWindow] = []
    entries = reading.entries(given, at, "windows")
    if not entries and isinstance(given, (list, tuple)):
        reading.wrong(at, given, "at least one window")
    for index, entry in enumerate(entries):
        one = _SERIES_WINDOW.read(reading, entry, (*at, index))
        if isinstance(one, Wrong):
            continue
        if read and one.window.earliest <= read[-1].window.earliest:
            reading.wrong((*at, index, "window"), entry, "a series in rising order of its earliest days")
        read.append(one)
    return tuple(read)


def _windows_by(reading: Reading, given: object, at: Path) -> tuple[str, tuple[tuple[str, Offset | None], ...]]:
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
            expected = f"one of {', '.join(values)}{hint(key, values)}"
            reading.wrong((*at, by, plain(key)), key, expected)
    missing = [value for value in values if entries.get(value) is None]
    if missing:
        reading.wrong((*at, by), f"no window for {', '.join(missing)}", "a window, or omit, for every value of the set")
    return by, tuple(
        (value, None if entries[value] == "omit" else _offset(reading, entries[value], (*at, by, value)))
        for value in values
        if entries.get(value) is not None
    )
