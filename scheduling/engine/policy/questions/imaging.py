"""Questions about what limits imaging: the radiology decision, contrast and kidney function."""

from __future__ import annotations

from dataclasses import dataclass

from scheduling.engine.plans import FactRead
from scheduling.engine.policy.parameters import Codes, Flag, Number, param
from scheduling.engine.policy.questions.question import UNKNOWN, Condition, Flagged, Reader, Reads, Test
from scheduling.engine.policy.sets import Names
from scheduling.engine.record.view import LesionView, View
from scheduling.engine.vocabulary import MriSafety
from scheduling.engine.words import listed, word_of


@dataclass(frozen=True)
class MriDecision(Condition):
    """The radiology decision on MRI safety is one of these; unknown where it is unknown or not recorded."""

    name = "mri_safety"
    may_be_unknown = True
    decisions: tuple[str, ...] = param(Codes(MriSafety), "decisions")

    def test(self, names: Names) -> Test:
        decisions = frozenset(self.decisions)

        def decided(v: View, x: LesionView) -> bool | None:
            mri = v.facts.constraints.mri
            if mri in decisions:
                return True
            return None if mri is None or mri == MriSafety.UNKNOWN else False

        return decided

    def reader(self, names: Names) -> Reader:
        return lambda v, x: (FactRead("mri_safety", v.facts.constraints.mri or MriSafety.UNKNOWN.value),)

    def words(self, names: Names, holds: bool = True) -> str:
        decisions = listed(word_of(MriSafety, one) for one in self.decisions)
        return f"MRI safety {'says' if holds else 'does not say'} {decisions}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("mri_safety")
        return f"MRI safety {word_of(MriSafety, fact.value)}" if fact is not None else ""


@dataclass(frozen=True)
class GadoliniumAllergy(Flagged):
    """Whether an allergy to gadolinium is recorded; absent is none."""

    name = "gadolinium_allergy"
    wanted: bool = param(Flag(), "an allergy is recorded")
    page = ("an allergy to gadolinium is recorded", "no allergy to gadolinium is recorded")
    reason = ("allergy to gadolinium", "no allergy to gadolinium")

    @staticmethod
    def stands(v: View, x: LesionView) -> bool:
        return bool(v.facts.constraints.gadolinium_allergy)


@dataclass(frozen=True)
class EgfrBelow(Condition):
    """The eGFR, in mL/min/1.73 m2, is below this; unknown where it is not recorded."""

    name = "egfr_below"
    may_be_unknown = True
    limit: float = param(Number(200), "below, in mL/min/1.73 m2")

    def test(self, names: Names) -> Test:
        limit = self.limit

        def below(v: View, x: LesionView) -> bool | None:
            egfr = v.facts.constraints.egfr
            return None if egfr is None else egfr < limit

        return below

    def reader(self, names: Names) -> Reader:
        def read(v: View, x: LesionView) -> tuple[FactRead, ...]:
            egfr = v.facts.constraints.egfr
            return (FactRead("egfr", UNKNOWN if egfr is None else f"{egfr:g}"),)

        return read

    def words(self, names: Names, holds: bool = True) -> str:
        return f"eGFR is {f'below {self.limit:g}' if holds else f'{self.limit:g} or more'}"

    def phrase(self, reads: Reads, holds: bool) -> str | None:
        fact = reads.get("egfr")
        return f"eGFR {fact.value}" if fact is not None else ""


IMAGING_QUESTIONS: tuple[type[Condition], ...] = (MriDecision, GadoliniumAllergy, EgfrBelow)
