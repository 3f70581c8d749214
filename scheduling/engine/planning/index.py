"""Which rules can still hold for a person: one bitmap per facet of the view, combined with and.

Most conditions of a row depend on one small value: the status, the response, the kinds of procedure on record. For
each value that was ever seen the index keeps, as bits of one number, the rules that it does not rule out. A plan
combines a few such numbers and asks only the rules that are left, and of them only what no facet answers. It gives the
answers that asking everything would give; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scheduling.engine.policy.questions.question import (
    AllOf,
    AnyOf,
    Condition,
    Named,
    Not,
    Settled,
    Test,
    flat,
)
from scheduling.engine.policy.source import Names, Source
from scheduling.engine.record.view import LesionView, View

#: What a facet is read from, as an expression over the view: everything that its conditions depend on, nothing else.
FACETS: dict[str, str] = {
    "standing": "(v.facts.status, v.facts.transfer_accepted, v.facts.step_down_approved, v.facts.constraints.mri, "
    "v.facts.constraints.gadolinium_allergy)",
    "symptoms": "(frozenset(v.symptoms) if v.symptoms else None, v.facts.spine_symptomatic)",
    "course": "v.response if v.therapy is None else (v.response, v.therapy.therapy_class, v.therapy.reason)",
    "procedures": "frozenset(v.procedures) if v.procedures else None",
    "record": "(v.last_visit is None, *v.newest)",
    "scores": "(v.rank, v.escc_known, v.sins_known, v.sins_highest, v.tempo, v.tempo_known)",
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


def _needed(condition: Condition) -> dict[str, Condition]:
    """Per facet a condition that it answers, and without which the whole is never yes."""
    facet = facet_of(condition)
    if facet is not None:
        return {facet: _certain(condition)}
    match condition:
        case Settled(part, False):
            return _needed(part)
        case Named(_, meaning):
            return _needed(meaning)
        case AllOf(parts):
            needed: dict[str, list[Condition]] = {}
            for part in parts:
                for facet, one in _needed(part).items():
                    needed.setdefault(facet, []).append(one)
            return {facet: AllOf(tuple(ones)) for facet, ones in needed.items()}
        case AnyOf(parts):
            of_each = [_needed(part) for part in parts]
            shared = set.intersection(*(set(one) for one in of_each))
            return {facet: AnyOf(tuple(one[facet] for one in of_each)) for facet in sorted(shared)}
    return {one.facet: one for one in condition.needs() if one.facet is not None}


def _certain(condition: Condition) -> Condition:
    """The condition with unknown counted as no."""
    return Settled(condition, False) if condition.unknown_possible() else condition


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions as the index keeps them: by facet, and what is left to ask (None: nothing)."""

    by_facet: dict[str, Test]
    rest: AllOf | None


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
        for facet, needed in _needed(part).items():
            by_facet.setdefault(facet, []).append(needed)
    return Rule(
        {facet: AllOf(tuple(parts)).test(names) for facet, parts in by_facet.items()},
        AllOf(tuple(rest)) if rest else None,
    )


class Index:
    """The bitmaps of a list of rules, filled as values are seen.

    `possible(view)` gives the rules, as bits in their order, that nothing of the person, nor of each lesion, rules
    out; every lesion of the view gets the bits that it leaves, too.
    """

    def __init__(self, rules: tuple[Rule, ...], of_lesion: int, names: Names) -> None:
        self._rules = rules
        source = Source(names)
        used = {facet for rule in rules for facet in rule.by_facet}
        source.add(0, "def possible(v):", f"    mask = {(1 << len(rules)) - 1}")
        bits = source.constant(self._bits)
        for facet, value in FACETS.items():
            if facet not in used:
                continue
            known = source.constant({})
            source.add(1, f"key = {value}", f"bits = {known}.get(key)", "if bits is None:")
            source.add(2, f"bits = {known}[key] = {bits}({facet!r}, v, None)")
            source.add(1, "mask &= bits")
        known = source.constant({})
        source.add(1, f"of_lesions = {~of_lesion}", "for x in v.lesions:")
        source.add(2, "key = (x.escc, x.lowest, x.total is None, x.stabilized)", f"bits = {known}.get(key)")
        source.add(2, "if bits is None:", f"    bits = {known}[key] = {bits}({LESION!r}, v, x)")
        source.add(2, "x.possible = bits", "of_lesions |= bits")
        source.add(1, "return mask & of_lesions")
        self.possible: Callable[[View], int] = source.functions()["possible"]

    def _bits(self, facet: str, view: View, lesion: LesionView | None) -> int:
        mask = 0
        for place, rule in enumerate(self._rules):
            test = rule.by_facet.get(facet)
            if test is None or test(view, lesion):
                mask |= 1 << place
        return mask
