"""Which rules can still hold for a person: one bitmap per facet of the view, combined with and.

Most conditions of a row depend on one small value: the status, the response, the kinds of procedure on record. For
each value that was ever seen the index keeps, as bits of one number, the rules that it does not rule out. A plan
combines a few such numbers and asks only the rules that are left, and of them only what no facet answers. It gives the
answers that asking everything would give; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from scheduling.engine.anchors import Names
from scheduling.engine.questions import AllOf, AnyOf, Condition, Named, Not, Settled, Test, flat
from scheduling.engine.view import LesionView, View

#: What a facet is read from: everything that the conditions of this facet depend on, and nothing else.
FACETS: dict[str, Callable[[View], Hashable]] = {
    "status": lambda v: (v.facts.status, v.facts.transfer_accepted),
    "symptoms": lambda v: (frozenset(v.symptoms) if v.symptoms else None, v.facts.spine_symptomatic),
    "response": lambda v: v.response,
    "therapy": lambda v: None if v.therapy is None else (v.therapy.therapy_class, v.therapy.reason),
    "procedures": lambda v: frozenset(v.procedures) if v.procedures else None,
    "record": lambda v: (v.last_visit is None, frozenset(v.newest)),
    "scores": lambda v: (v.rank, v.escc_known, v.sins_known, v.sins_highest),
    "tempo": lambda v: (v.tempo, v.tempo_known),
    "marks": lambda v: (
        v.facts.step_down_approved,
        v.facts.constraints.mri,
        v.facts.constraints.gadolinium_allergy,
    ),
}
#: The facet of one lesion.
LESION = "lesion"


def facet_of(condition: Condition) -> str | None:
    """The one facet that answers the condition, or None where it reads more than one, or days."""
    match condition:
        case Not(part) | Settled(part, _):
            return facet_of(part)
        case Named(_, meaning):
            return facet_of(meaning)
        case AllOf(parts) | AnyOf(parts):
            facets = {facet_of(part) for part in parts}
            return facets.pop() if len(facets) == 1 else None
    return condition.facet


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions as the index keeps them: by facet, and what is left to ask (None: nothing)."""

    by_facet: dict[str, Test]
    rest: Test | None


def make_rule(when: AllOf, names: Names) -> Rule:
    """Conditions sorted by the facet that answers them."""
    by_facet: dict[str, list[Condition]] = {}
    rest: list[Condition] = []
    for part in flat(when):
        facet = facet_of(part)
        if facet is not None:
            by_facet.setdefault(facet, []).append(part)
            continue
        rest.append(part)
        for needed in part.needs():
            by_facet.setdefault(needed.facet or "", []).append(needed)
    return Rule(
        {facet: AllOf(tuple(parts)).test(names) for facet, parts in by_facet.items()},
        AllOf(tuple(rest)).test(names) if rest else None,
    )


class Index:
    """The bitmaps of a list of rules, filled as values are seen."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._all = (1 << len(rules)) - 1
        used = {facet for rule in rules for facet in rule.by_facet}
        self._person: tuple[tuple[str, Callable[[View], Hashable], dict[Hashable, int]], ...] = tuple(
            (facet, value, {}) for facet, value in FACETS.items() if facet in used
        )
        self._lesion: dict[Hashable, int] = {}

    def possible(self, view: View) -> int:
        """The rules, as bits in their order, that nothing of the person rules out."""
        mask = self._all
        for facet, value, masks in self._person:
            key = value(view)
            bits = masks.get(key)
            if bits is None:
                bits = masks[key] = self._bits(facet, view, None)
            mask &= bits
        return mask

    def possible_of(self, view: View, lesion: LesionView) -> int:
        """The rules that nothing of the lesion rules out."""
        key = (lesion.escc, lesion.lowest, lesion.total is None, lesion.stabilized)
        bits = self._lesion.get(key)
        if bits is None:
            bits = self._lesion[key] = self._bits(LESION, view, lesion)
        return bits

    def _bits(self, facet: str, view: View, lesion: LesionView | None) -> int:
        mask = 0
        for place, rule in enumerate(self._rules):
            test = rule.by_facet.get(facet)
            if test is None or test(view, lesion):
                mask |= 1 << place
        return mask
