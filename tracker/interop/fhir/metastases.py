"""Metastases: which are spinal, at which levels; a bone code alone is spinal only where something says a vertebra."""

from __future__ import annotations

from collections.abc import Iterable

from scheduling.catalog.codes import SNOMED, SecondaryRule, SiteTable, clean_code
from tracker.interop.fhir.anatomy import Where, single_levels, where_of
from tracker.interop.fhir.cancers import Cancers
from tracker.interop.fhir.elements import Day
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.sources import Resource
from tracker.interop.records import LesionDraft

#: SNOMED CT: metastatic malignant neoplasm, without saying where.
METASTATIC_ANYWHERE = "128462008"
_OVER = frozenset({"inactive", "remission", "resolved"})
_QUESTIONS = {
    SecondaryRule.NEURAL: (
        "neural_disease",
        (
            "is disease of the cord, meninges or cauda equina, which another pathway follows. Does this patient have "
            "a spinal bone metastasis too? Nothing is recorded until answered."
        ),
    ),
    None: (
        "metastasis_site",
        "does not say where. Is it in the spine? It is left out until answered.",
    ),
}


def read_metastasis(notes: Notes, resource: Resource, day: Day, table: SiteTable, found: Cancers) -> None:
    """A lesion at every vertebra that is named; what is not surely spinal is asked, what is elsewhere is said."""
    code = resource.node["code"]
    rules = {rule for c in code.codings if (rule := table.secondary(c.system, c.code)) is not None}
    where = where_of(resource.node["bodySite"])
    words = code.wording or "A metastasis"
    damaged = [c.code for c in code.codings if c.code and clean_code(c.code) is None]
    if SecondaryRule.SPINE in rules or (SecondaryRule.BONE_UNSPECIFIED in rules and where.spinal):
        found.lesions += _lesions(notes, resource, day, where)
    elif SecondaryRule.NEURAL in rules:
        _ask_rule(notes, resource, day, words, SecondaryRule.NEURAL)
    elif SecondaryRule.BONE_UNSPECIFIED in rules and not where.named:
        found.unplaced.append((resource, day))
    elif rules:
        notes.unused(
            resource, code, "metastasis_elsewhere", "a metastasis in a vertebra; this one is elsewhere", words
        )
    elif where.spinal:
        found.lesions += _lesions(notes, resource, day, where)
    elif damaged or code.has_code(SNOMED, METASTATIC_ANYWHERE) or not code:
        _ask_rule(notes, resource, day, words, None)
    else:
        notes.unused(
            resource, code, "metastasis_elsewhere", "a metastasis in a vertebra; this one is elsewhere", words
        )


def _ask_rule(notes: Notes, resource: Resource, day: Day, words: str, rule: SecondaryRule | None) -> None:
    kind, text = _QUESTIONS[rule]
    notes.ask(
        resource, resource.node["code"], kind, value=words, text=f"{words} {text}",
        expected="a code or a body site that names a vertebra", draft=_lesion(resource, day, ""),
    )  # fmt: skip


def _lesion(resource: Resource, day: Day, level: str, note: str = "") -> LesionDraft:
    return LesionDraft(
        source_key=f"{resource.key}#{level}" if level else resource.key, occurred_on=day.on, precision=day.precision,
        place=resource.place("Condition.bodySite"), level=level, note=note[:200],
    )  # fmt: skip


def _lesions(notes: Notes, resource: Resource, day: Day, where: Where) -> list[LesionDraft]:
    """A lesion at every level that is named; without one, a lesion of the spine whose level is asked."""
    node = resource.node
    status = {coding.code for coding in node["clinicalStatus"].codings}
    if status & _OVER or node["abatementDateTime"]:
        notes.remark(
            resource, node["clinicalStatus"], "metastasis_over", "active; a spinal metastasis stays under surveillance",
            ", ".join(sorted(status)),
        )  # fmt: skip
    levels = single_levels(where)
    if levels:
        return [_lesion(resource, day, level) for level in levels]
    held = _lesion(resource, day, "", where.region)
    reason = where.conflict or (f"only {where.region} is named" if where.region else "no level is named")
    notes.ask(
        resource, node["bodySite"], "level_unknown", value=where.conflict or where.region or "none",
        text=f"A spinal metastasis of {day.on}: {reason}. Which level is it? It stands as spine, level unknown, until "
        "answered.",
        expected="a vertebra from C1 to S5", draft=held,
    )  # fmt: skip
    return [held]


def place_bone_metastases(
    notes: Notes, found: Cancers, irradiated: tuple[str, ...], reported: tuple[str, ...]
) -> None:
    """Bone metastases without a site: spinal where radiotherapy went to a vertebra or a report names one, else asked.

    `irradiated` and `reported` are the single levels that radiotherapy volumes and imaging reports name.
    """
    for resource, day in found.unplaced:
        levels = irradiated or reported
        source = "the radiotherapy volume" if irradiated else "an imaging report"
        words = resource.node["code"].wording or "A bone metastasis"
        for level in levels:
            found.lesions.append(_lesion(resource, day, level, f"level from {source}"))
        if levels:
            notes.ask(
                resource, resource.node["code"], "level_from_elsewhere", value=words, fact=resource.key,
                text=f"{words} names no site; {source} names {', '.join(levels)}. Is the metastasis there? It stands "
                "there until answered.",
                expected="a body site that names a vertebra",
            )  # fmt: skip
            continue
        notes.ask(
            resource, resource.node["code"], "bone_metastasis_site", value=words, draft=_lesion(resource, day, ""),
            text=f"{words} of {day.on} names no site, and nothing else says a vertebra. Is it in the spine? It is left "
            "out until answered.",
            expected="a body site that names a vertebra, or another bone",
        )  # fmt: skip


def lesions_once(notes: Notes, lesions: Iterable[LesionDraft]) -> tuple[LesionDraft, ...]:
    """One lesion a level, by its first day: later conditions of the same level are the same lesion."""
    kept: dict[str, LesionDraft] = {}
    for draft in sorted(lesions, key=lambda one: (one.occurred_on, one.source_key)):
        key = draft.level or draft.source_key
        if key in kept:
            notes.note_read(
                draft.place,
                draft.level,
                "repeated_lesion",
                f"one lesion a level; {kept[key].source_key} counts",
            )
            continue
        kept[key] = draft
    return tuple(kept.values())
