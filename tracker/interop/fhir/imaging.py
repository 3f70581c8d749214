"""Imaging examinations from reports, studies and procedures: each once, with its report for people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from scheduling.catalog.imaging_codes import ImagingCode, imaging_of
from scheduling.catalog.sources import Tag
from scheduling.engine.vocabulary import Coverage, StudyKind, span_levels
from tracker.interop.days import Day
from tracker.interop.drafts import StudyDraft
from tracker.interop.fhir.anatomy import levels_in_text, says_spine, where_of
from tracker.interop.fhir.elements import Node
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.procedures import performed, was_done
from tracker.interop.fhir.resources import Resource
from tracker.interop.fhir.results import stands

_REPORTED = frozenset({"final", "amended", "corrected", "appended"})
_AVAILABLE = frozenset({"available"})
_GONE = frozenset({"entered-in-error", "cancelled"})
#: DICOM modalities that show the spine.
_MODALITIES = {"MR": StudyKind.MRI, "CT": StudyKind.CT_SPINE}
_MODALITY_WORDS = re.compile(r"\bMRI?\b|magnetic|\bCT\b|tomograph|\bPET\b|scintigra|bone scan|myelogra", re.IGNORECASE)
_SENTENCE = re.compile(r"[.;\n]")
_TUMOUR = re.compile(r"metasta|lesion|deposit|lytic|blastic|sclerotic|tumou?r", re.IGNORECASE)
_DENIED = re.compile(
    r"\bno\b|\bnot\b|without|negative|free of|unremarkable|exclude|resolved|benign|haemangioma|hemangioma",
    re.I,
)
#: T1 and T2 are also MRI sequences.
_SEQUENCES = frozenset({"T1", "T2"})


@dataclass(frozen=True, slots=True)
class Examination:
    """One study as one resource tells it."""

    resource: Resource
    draft: StudyDraft


def is_imaging(resource: Resource) -> bool:
    """Whether a Procedure is an examination of the imaging table."""
    return _code(resource.node["code"]) is not None


def read_imaging(
    notes: Notes, reports: Iterable[Resource], studies: Iterable[Resource], procedures: Iterable[Resource]
) -> tuple[StudyDraft, ...]:
    """Every examination that was done, once: a report, a study and a procedure of one day and kind are one."""
    found = [
        *(one for resource in reports if (one := _report(notes, resource)) is not None),
        *(one for resource in studies if (one := _study(notes, resource)) is not None),
        *(one for resource in procedures if (one := _procedure(notes, resource)) is not None),
    ]
    return _joined(notes, found)


def _code(concepts: Node) -> ImagingCode | None:
    return next((row for c in concepts.codings if (row := imaging_of(c.system, c.code)) is not None), None)


def _draft(resource: Resource, day: Day, row: ImagingCode, report: str = "") -> StudyDraft:
    contrast = "unknown"
    if "with contrast" in row.name or "and with contrast" in row.name:
        contrast = "yes"
    elif "without contrast" in row.name:
        contrast = "no"
    kind, coverage = str(row.kind), str(row.coverage or "")
    return StudyDraft(**resource.dated(day), kind=kind, coverage=coverage, contrast=contrast, report=report)


def _report(notes: Notes, resource: Resource) -> Examination | None:
    node = resource.node
    row = _code(node["code"])
    words = node["code"].wording
    if row is None:
        is_spine = says_spine(words) and bool(_MODALITY_WORDS.search(words))
        _unlisted(notes, resource, node["code"], words, is_spine)
        return None
    if not stands(notes, resource, _REPORTED, _GONE):
        return None
    period = node["effectivePeriod"]
    given = period.first("end", "start") if period else node["effectiveDateTime"]
    if not given and node["issued"]:
        given = node["issued"]
        expected = "the day of the examination; the day of the report is taken"
        notes.remark(resource, given, "report_day", expected)
    day = _day(notes, resource, given)
    return None if day is None else Examination(resource, _draft(resource, day, row, node["conclusion"].text))


def _study(notes: Notes, resource: Resource) -> Examination | None:
    node = resource.node
    row = _code(node["procedureCode"]) or _by_modality(node)
    words = node["procedureCode"].wording or node["description"].text
    if row is None:
        _unlisted(notes, resource, node["procedureCode"], words or "a study", says_spine(words))
        return None
    if not stands(notes, resource, _AVAILABLE, _GONE):
        return None
    day = _day(notes, resource, node["started"])
    return None if day is None else Examination(resource, _draft(resource, day, row))


def _procedure(notes: Notes, resource: Resource) -> Examination | None:
    row = _code(resource.node["code"])
    if row is None or not was_done(notes, resource):
        return None
    day = performed(notes, resource, "examination")
    return None if day is None else Examination(resource, _draft(resource, day, row))


def _day(notes: Notes, resource: Resource, given: Node) -> Day | None:
    if not given:
        notes.skip(resource, given, "no_date", "the day of this examination; left out", "none")
        return None
    return notes.usable_day(resource, given, "examination")


def _by_modality(node: Node) -> ImagingCode | None:
    """A study without a known code, by DICOM modality and the body site of its series."""
    modalities = {one["code"].text for one in node["modality"]} | {
        one["modality"]["code"].text for one in node["series"]
    }
    kind = next((_MODALITIES[one] for one in modalities if one in _MODALITIES), None)
    sites = [Node({"coding": [one["bodySite"].value]}, one.path) for one in node["series"] if one["bodySite"]]
    where = where_of(sites)
    if kind is None or not where.spinal:
        return None
    whole = where.region in ("vertebral column", "spine", "spinal")
    return ImagingCode("", "", "", kind, None if whole else Coverage.SEGMENT, Tag.LOCAL)


def _unlisted(notes: Notes, resource: Resource, node: Node, words: str, spinal: bool) -> None:
    if not spinal:
        expected = "imaging of the spine by a code of the table"
        notes.unused(resource, node, "not_spine_imaging", expected, words)
        return
    notes.ask(resource, node, "imaging_code", words)


def _joined(notes: Notes, found: list[Examination]) -> tuple[StudyDraft, ...]:
    """Resources of different kinds on one day with one modality tell of one examination; the first tells most."""
    kept: list[Examination] = []
    for one in found:
        same = next((other for other in kept if _is_same(one, other)), None)
        if same is None:
            kept.append(one)
            continue
        first, other = same.draft, one.draft
        contrast = other.contrast if first.contrast == "unknown" else first.contrast
        joined = replace(first, coverage=first.coverage or other.coverage, contrast=contrast)
        kept[kept.index(same)] = replace(same, draft=joined)
        expected = f"one examination; {same.resource.key} counts"
        notes.note_read(other.place, str(other.occurred_on), "same_examination", expected)
    return tuple(one.draft for one in kept)


def _is_same(one: Examination, other: Examination) -> bool:
    mine, theirs = one.draft, other.draft
    return (
        one.resource.kind != other.resource.kind
        and (mine.occurred_on, mine.kind) == (theirs.occurred_on, theirs.kind)
        and (not mine.coverage or not theirs.coverage or mine.coverage == theirs.coverage)
    )


def reported_levels(studies: Iterable[StudyDraft]) -> tuple[str, ...]:
    """Levels at which a report's conclusion places a lesion, in sentences that deny nothing.

    Only used where a bone metastasis names no site at all, and always with a question.
    """
    levels: list[str] = []
    for study in studies:
        for sentence in _SENTENCE.split(study.report):
            if not _TUMOUR.search(sentence) or _DENIED.search(sentence):
                continue
            named = (entry for entry in levels_in_text(sentence) if entry not in _SEQUENCES)
            levels += [level for entry in named for level in span_levels(entry)]
    return tuple(dict.fromkeys(levels))
