"""The sections `sets` and `tempo` of a document: what later parts refer to by name, and how fast each cancer moves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scheduling.engine.policy.mistakes import WRONG, Path, Wrong, plain
from scheduling.engine.policy.parameters import Code
from scheduling.engine.policy.parts import Part, Several
from scheduling.engine.policy.reading import Reading
from scheduling.engine.policy.sets import Names
from scheduling.engine.policy.values import Words
from scheduling.engine.record.sets import StudySet, TempoLine
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


@dataclass(frozen=True)
class ByMriSafety:
    """More kinds of study for some decisions on MRI."""

    expected: str = "kinds of study by the decision on MRI"

    def read(self, reading: Reading, given: object, at: Path) -> tuple[tuple[str, tuple[str, ...]], ...] | Wrong:
        found = reading.mapping(given, at, (), tuple(MriSafety)) or {}
        read = [(safety, Words(StudyKind).read(reading, kinds, (*at, safety))) for safety, kinds in found.items()]
        return tuple((safety, kinds) for safety, kinds in read if not isinstance(kinds, Wrong))

    def write(self, value: tuple[tuple[str, tuple[str, ...]], ...]) -> object:
        return {safety: list(kinds) for safety, kinds in value}


class OfOneTempo(Part[TempoLine]):
    """A line of the map; its subtypes are of the closed set where every site has one."""

    def read(self, reading: Reading, given: object, at: Path) -> TempoLine | Wrong:
        line = super().read(reading, given, at)
        if isinstance(line, TempoLine):
            closed = [SUBTYPES[site] for site in line.sites if site in SUBTYPES]
            known = {word for words in closed for word in words}
            for word in line.subtypes if len(closed) == len(line.sites) else ():
                if word not in known:
                    expected = f"subtypes of {', '.join(line.sites)}: {', '.join(sorted(known))}"
                    reading.wrong((*at, "subtypes"), word, expected)
        return line


STUDY_SET = Part(
    StudySet,
    {"kinds": Words(StudyKind)},
    {"also_where_mri": ByMriSafety(), "coverage": Words(Coverage)},
    lacking={"kinds": ()},
)
TEMPO_LINES = Several(
    OfOneTempo(
        TempoLine,
        {"tempo": Code(Tempo), "sites": Words(Site)},
        {"subtypes": Words(None, "subtypes"), "marker_classes": Words(MarkerClass)},
    ),
    "lines",
)
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
        one = STUDY_SET.read(reading, entry, (*at, "studies", name))
        if isinstance(one, StudySet):
            studies[name] = one
    kinds: dict[str, dict[str, tuple[str, ...]]] = {"procedures": {}, "therapies": {}}
    for family, kind in (("procedures", ProcedureKind), ("therapies", TherapyClass)):
        for name, entry in named_entries(reading, families.get(family, {}), (*at, family)):
            words = Words(kind).read(reading, entry, (*at, family, name))
            if isinstance(words, tuple):
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


def read_tempo(reading: Reading, given: object) -> tuple[tuple[TempoLine, ...], str]:
    """How fast each cancer moves, and the tempo of those of which no line speaks."""
    at: Path = ("tempo",)
    found = reading.mapping(given, at, ("otherwise", "lines")) if given is not None else None
    if found is None:
        return (), Tempo.FAST
    otherwise = reading.code(found["otherwise"], (*at, "otherwise"), Tempo) if "otherwise" in found else WRONG
    return TEMPO_LINES.read(reading, found.get("lines", []), (*at, "lines")), str(otherwise)
