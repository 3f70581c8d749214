"""The sets of studies and the tempo map of one document, with what was looked up in them before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduling.engine.record.facts import Facts, Primary
from scheduling.engine.vocabulary import Tempo

TEMPOS: tuple[str, ...] = tuple(tempo.value for tempo in Tempo)


@dataclass(frozen=True, slots=True)
class StudySet:
    """Which examinations count: kinds, more kinds where MRI is not possible, and a coverage if one is asked."""

    kinds: tuple[str, ...]
    also_where_mri: tuple[tuple[str, tuple[str, ...]], ...] = ()
    coverage: tuple[str, ...] = ()

    def counts(self, kind: str, coverage: str | None, mri: str | None) -> bool:
        """Whether an examination belongs to the set of a person with this MRI safety decision."""
        if self.coverage and coverage not in self.coverage:
            return False
        return kind in self.kinds or any(mri == safety and kind in kinds for safety, kinds in self.also_where_mri)


@dataclass(frozen=True, slots=True)
class TempoLine:
    """Primaries that share a tempo; an empty tuple asks nothing of that field."""

    tempo: str
    sites: tuple[str, ...]
    subtypes: tuple[str, ...] = ()
    marker_classes: tuple[str, ...] = ()

    def fits(self, primary: Primary) -> bool:
        """Whether the line speaks of this primary."""
        return (
            primary.site in self.sites
            and (not self.subtypes or primary.subtype in self.subtypes)
            and (not self.marker_classes or primary.marker_class in self.marker_classes)
        )


class Sets:
    """The sets and the tempo map of one document, with what was looked up in them before."""

    def __init__(self, studies: dict[str, StudySet], tempo_lines: tuple[TempoLine, ...], otherwise: str) -> None:
        self._studies = studies
        self._lines = tempo_lines
        self._otherwise = otherwise
        self._memberships: dict[tuple[str, str | None, str | None], tuple[str, ...]] = {}
        self._tempos: dict[tuple[str, str | None, str | None], tuple[int, bool]] = {}

    def newest(self, facts: Facts) -> dict[str, date]:
        """The newest day of each set of studies that has one."""
        mri = facts.constraints.mri
        newest: dict[str, date] = {}
        for study in facts.studies:
            on = study.on
            key = (study.kind, study.coverage, mri)
            names = self._memberships.get(key)
            if names is None:
                names = tuple(name for name, one in self._studies.items() if one.counts(*key))
                self._memberships[key] = names
            for name in names:
                if name not in newest or on > newest[name]:
                    newest[name] = on
        return newest

    def tempo(self, primaries: tuple[Primary, ...]) -> tuple[str, bool]:
        """The fastest tempo of the primaries, and whether the map speaks of each of them."""
        fastest, known = len(TEMPOS), bool(primaries)
        for primary in primaries:
            key = (primary.site, primary.subtype, primary.marker_class)
            found = self._tempos.get(key)
            if found is None:
                found = self._look_up(primary)
                if len(self._tempos) < 10_000:  # subtypes of some sites are free text
                    self._tempos[key] = found
            fastest = min(fastest, found[0])
            known = known and found[1]
        return (TEMPOS[fastest] if primaries else self._otherwise), known

    def _look_up(self, primary: Primary) -> tuple[int, bool]:
        for line in self._lines:
            if line.fits(primary):
                return TEMPOS.index(line.tempo), True
        return TEMPOS.index(self._otherwise), False
