"""The sections `sets` and `tempo` of a document: what later parts refer to by name, and how fast each cancer moves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from scheduling.engine.policy.reading import WRONG, Path, Reading, plain
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.view import StudySet, TempoLine
from scheduling.engine.vocabulary import (
    SUBTYPES,
    Coverage,
    MarkerClass,
    MriSafety,
    ProcedureKind,
    Site,
    StudyKind,
    Tempo,
    TherapyClass,
)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
#: Sets that planning itself counts by; a document without them is refused.
NEEDED_STUDIES = ("study", "canal_study")


def read_sets(reading: Reading, given: object) -> tuple[tuple[tuple[str, StudySet], ...], Names]:
    """The sets of studies, and those of procedures and therapies; the reading knows their names from here on."""
    at: Path = ("sets",)
    if given is None:
        return (), Names({}, {})
    families = reading.mapping(given, at, ("studies", "procedures", "therapies"), ("words",)) or {}
    studies: dict[str, StudySet] = {}
    for name, entry in named_entries(reading, families.get("studies", {}), (*at, "studies")):
        one = _study_set(reading, entry, (*at, "studies", name))
        if one is not None:
            studies[name] = one
    kinds: dict[str, dict[str, tuple[str, ...]]] = {"procedures": {}, "therapies": {}}
    for family, kind in (("procedures", ProcedureKind), ("therapies", TherapyClass)):
        for name, entry in named_entries(reading, families.get(family, {}), (*at, family)):
            words = _codes(reading, entry, (*at, family, name), kind)
            if words:
                kinds[family][name] = words
    if "studies" in families:
        for name in NEEDED_STUDIES:
            if name not in studies:
                reading.wrong((*at, "studies", name), None, "this set of studies, which planning counts by")
    reading.names = {"studies": tuple(studies), **{family: tuple(one) for family, one in kinds.items()}}
    said = _set_words(reading, families["words"], (*at, "words")) if "words" in families else {}
    names = Names(kinds["procedures"], kinds["therapies"], said)
    return tuple(studies.items()), names


def _set_words(reading: Reading, given: object, at: Path) -> dict[str, str]:
    """How a set is said inside a sentence, such as ``a definitive treatment``."""
    declared = [name for names in reading.names.values() for name in names]
    found = reading.mapping(given, at, (), declared) or {}
    return {name: str(reading.text(said, (*at, name))) for name, said in found.items()}


def named_entries(reading: Reading, given: object, at: Path) -> list[tuple[str, object]]:
    if not isinstance(given, Mapping):
        reading.wrong(at, given, "names with their contents")
        return []
    for name in given:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            reading.wrong((*at, plain(name)), name, "a name in small letters, digits and _")
    return [(name, entry) for name, entry in given.items() if isinstance(name, str) and _NAME.fullmatch(name)]


def _codes(reading: Reading, given: object, at: Path, kind: type[StrEnum]) -> tuple[str, ...]:
    words = reading.several(
        given, at, f"words of {', '.join(kind)}", lambda entry, path: reading.code(entry, path, kind)
    )
    return words if isinstance(words, tuple) else ()


def _study_set(reading: Reading, given: object, at: Path) -> StudySet | None:
    found = reading.mapping(given, at, ("kinds",), ("also_where_mri", "coverage"))
    if found is None:
        return None
    also = found.get("also_where_mri", {})
    where = reading.mapping(also, (*at, "also_where_mri"), (), tuple(MriSafety)) or {}
    return StudySet(
        kinds=_codes(reading, found.get("kinds", []), (*at, "kinds"), StudyKind),
        also_where_mri=tuple(
            (safety, _codes(reading, kinds, (*at, "also_where_mri", safety), StudyKind))
            for safety, kinds in where.items()
        ),
        coverage=_codes(reading, found["coverage"], (*at, "coverage"), Coverage)
        if "coverage" in found
        else (),
    )


def read_tempo(reading: Reading, given: object) -> tuple[tuple[TempoLine, ...], str]:
    at: Path = ("tempo",)
    found = reading.mapping(given, at, ("otherwise", "lines")) if given is not None else None
    if found is None:
        return (), Tempo.FAST
    otherwise = reading.code(found["otherwise"], (*at, "otherwise"), Tempo) if "otherwise" in found else WRONG
    lines = []
    for index, entry in enumerate(reading.entries(found.get("lines", []), (*at, "lines"), "lines")):
        here = (*at, "lines", index)
        line = reading.mapping(entry, here, ("tempo", "sites"), ("subtypes", "marker_classes"))
        if line is None or "tempo" not in line or "sites" not in line:
            continue
        tempo = reading.code(line["tempo"], (*here, "tempo"), Tempo)
        sites = _codes(reading, line["sites"], (*here, "sites"), Site)
        classes = line.get("marker_classes")
        lines.append(
            TempoLine(
                tempo=str(tempo),
                sites=sites,
                subtypes=_subtypes(reading, line.get("subtypes"), (*here, "subtypes"), sites),
                marker_classes=()
                if classes is None
                else _codes(reading, classes, (*here, "marker_classes"), MarkerClass),
            )
        )
    return tuple(lines), str(otherwise)


def _subtypes(reading: Reading, given: object, at: Path, sites: tuple[str, ...]) -> tuple[str, ...]:
    """Subtypes, of the closed set where every site has one."""
    if given is None:
        return ()
    closed = [SUBTYPES[site] for site in sites if site in SUBTYPES]
    words = reading.several(given, at, "subtypes", reading.text)
    known = {word for words_of_site in closed for word in words_of_site}
    if not isinstance(words, tuple):
        return ()
    if closed and len(closed) == len(sites):
        for word in words:
            if word not in known:
                reading.wrong(at, word, f"subtypes of {', '.join(sites)}: {', '.join(sorted(known))}")
    return words
