"""Metastases: which are spinal, at which levels; a bone code alone is spinal only where something says a vertebra."""

from __future__ import annotations

from collections.abc import Iterable

from scheduling.catalog.codes import SNOMED, SecondaryRule, SiteTable, clean_code
from tracker.interop.days import Day
from tracker.interop.drafts import LesionDraft
from tracker.interop.fhir.anatomy import Where, single_levels, where_of
from tracker.interop.fhir.cancers import Cancers
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.resources import Resource

#: SNOMED CT: metastatic malignant neoplasm, without saying where.
METASTATIC_ANYWHERE = "128462008"
_OVER = frozenset({"inactive", "remission", "resolved"})
_ELSEWHERE = "a metastasis in a vertebra; this one is elsewhere"


def read_metastasis(notes: Notes, resource: Resource, day: Day, table: SiteTable, found: Cancers) -> None:
    """A lesion at every vertebra that is named; what is not surely spinal is asked, what is elsewhere is said."""
    code = resource.node["code"]
    rules = {rule for c in code.codings if (rule := table.secondary(c.system, c.code)) is not None}
    where = where_of(resource.node["bodySite"])
    words = code.wording or "A metastasis"
    damaged = [c.code for c in code.codings if c.code and clean_code(c.code) is None]
    in_bone = SecondaryRule.BONE_UNSPECIFIED in rules
    if SecondaryRule.SPINE in rules or (where.spinal and (in_bone or not rules)):
        found.lesions += _lesions(notes, resource, day, where)
    elif SecondaryRule.NEURAL in rules:
        notes.ask(resource, code, "neural_disease", words, draft=_lesion(resource, day, ""))
    elif in_bone and not where.named:
        found.unplaced.append((resource, day))
    elif not rules and (damaged or code.has_code(SNOMED, METASTATIC_ANYWHERE) or not code):
        notes.ask(resource, code, "metastasis_site", words, draft=_lesion(resource, day, ""))
    else:
        notes.unused(resource, code, "metastasis_elsewhere", _ELSEWHERE, words)


def _lesion(resource: Resource, day: Day, level: str, note: str = "") -> LesionDraft:
    at = resource.dated(day, part=level, path="Condition.bodySite")
    return LesionDraft(**at, level=level, note=note[:200])


def _lesions(notes: Notes, resource: Resource, day: Day, where: Where) -> list[LesionDraft]:
    """A lesion at every level that is named; without one, a lesion of the spine whose level is asked."""
    node = resource.node
    status = {coding.code for coding in node["clinicalStatus"].codings}
    if status & _OVER or node["abatementDateTime"]:
        expected = "active; a spinal metastasis stays under surveillance"
        value = ", ".join(sorted(status))
        notes.remark(resource, node["clinicalStatus"], "metastasis_over", expected, value)
    levels = single_levels(where)
    if levels:
        return [_lesion(resource, day, level) for level in levels]
    held = _lesion(resource, day, "", where.region)
    reason = where.conflict or (f"only {where.region} is named" if where.region else "no level is named")
    value = where.conflict or where.region or "none"
    notes.ask(resource, node["bodySite"], "level_unknown", day.on, reason, value=value, draft=held)
    return [held]


def place_bone_metastases(notes: Notes, found: Cancers, irradiated: tuple[str, ...], reported: tuple[str, ...]) -> None:
    """Bone metastases without a site: spinal where radiotherapy went to a vertebra or a report names one, else asked.

    `irradiated` and `reported` are the single levels that radiotherapy volumes and imaging reports name.
    """
    levels = irradiated or reported
    source = "the radiotherapy volume" if irradiated else "an imaging report"
    for resource, day in found.unplaced:
        code = resource.node["code"]
        words = code.wording or "A bone metastasis"
        for level in levels:
            found.lesions.append(_lesion(resource, day, level, f"level from {source}"))
        if levels:
            said = (words, source, ", ".join(levels))
            notes.ask(resource, code, "level_from_elsewhere", *said, fact=resource.key)
            continue
        notes.ask(resource, code, "bone_metastasis_site", words, day.on, draft=_lesion(resource, day, ""))


def lesions_once(notes: Notes, lesions: Iterable[LesionDraft]) -> tuple[LesionDraft, ...]:
    """One lesion a level, by its first day: later conditions of the same level are the same lesion."""
    kept: dict[str, LesionDraft] = {}
    for draft in sorted(lesions, key=lambda one: (one.occurred_on, one.source_key)):
        key = draft.level or draft.source_key
        if key in kept:
            expected = f"one lesion a level; {kept[key].source_key} counts"
            notes.note_read(draft.place, draft.level, "repeated_lesion", expected)
            continue
        kept[key] = draft
    return tuple(kept.values())
