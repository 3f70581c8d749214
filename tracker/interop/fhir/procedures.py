"""Operations on the spine, read from their names; hospice care; everything else is counted as not needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from scheduling.catalog.codes import SNOMED
from scheduling.catalog.observation_codes import HOSPICE
from scheduling.engine.vocabulary import PatientStatus, ProcedureKind
from tracker.interop.days import Day
from tracker.interop.drafts import ProcedureDraft, StatusDraft
from tracker.interop.fhir.anatomy import Where, levels_in_text, says_spine, where_of
from tracker.interop.fhir.notes import Notes
from tracker.interop.fhir.resources import Resource

_DONE = frozenset({"completed", "stopped"})
_NEVER = frozenset({"not-done", "preparation"})
_KINDS: tuple[tuple[re.Pattern[str], ProcedureKind], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"separation surgery", ProcedureKind.SEPARATION_SURGERY),
        (r"kyphoplast|vertebroplast|cementoplast|cement augmentation", ProcedureKind.CEMENTOPLASTY),
        (r"ablation|cryoablat", ProcedureKind.ABLATION),
        (
            r"fusion|arthrodesis|stabili[sz]|instrumentation|pedicle screw|corpectomy|vertebrectomy|fixation",
            ProcedureKind.STABILIZATION,
        ),
        (r"laminectomy|decompress", ProcedureKind.DECOMPRESSION),
    )
)
#: Kinds whose names are of the spine alone; for the others the site must say so.
_ALWAYS_SPINE = re.compile(r"kyphoplast|vertebroplast|laminectomy", re.IGNORECASE)


@dataclass(slots=True)
class Operations:
    """What the procedures say, radiotherapy and imaging apart."""

    procedures: list[ProcedureDraft] = field(default_factory=list)
    statuses: list[StatusDraft] = field(default_factory=list)


def was_done(notes: Notes, resource: Resource) -> bool:
    """Whether a procedure took place: what is in error or never done is said, what is not known is asked."""
    status = resource.node["status"]
    words = resource.node["code"].wording or "A procedure"
    if status.text in _DONE:
        return True
    if status.text == "entered-in-error":
        notes.in_error(resource, status, words)
    elif status.text in _NEVER:
        value = f"{status.text}: {words}"
        notes.skip(resource, status, "not_done", "a procedure that took place; left out", value)
    else:
        notes.ask(resource, status, "status_unknown/procedure", words, status.text)
    return False


def performed(notes: Notes, resource: Resource, what: str) -> Day | None:
    """The day a procedure was done: its end where a period is given."""
    node = resource.node
    period = node["performedPeriod"]
    given = period.first("end", "start") if period else node["performedDateTime"]
    if not given:
        notes.ask(resource, node["performedDateTime"], "no_date/procedure", node["code"].wording or what)
        return None
    return notes.usable_day(resource, given, what)


def read_procedures(notes: Notes, resources: Iterable[Resource]) -> Operations:
    """Operations on the spine and hospice care among procedures that are neither radiotherapy nor imaging."""
    found = Operations()
    hospice: list[tuple[Day, Resource]] = []
    for resource in resources:
        if resource.node["code"].has_code(SNOMED, HOSPICE):
            if was_done(notes, resource) and (day := performed(notes, resource, "hospice care")) is not None:
                hospice.append((day, resource))
        else:
            _operation(notes, resource, found)
    if hospice:
        _hospice(notes, hospice, found)
    return found


def _operation(notes: Notes, resource: Resource, found: Operations) -> None:
    code = resource.node["code"]
    words = " ".join(dict.fromkeys(filter(None, (code["text"].text, *(c.display for c in code.codings)))))
    kinds = list(dict.fromkeys(kind for pattern, kind in _KINDS if pattern.search(words)))
    where = where_of(resource.node["bodySite"])
    if not where.named:
        where = Where(levels_in_text(words), says_spine(words) or bool(_ALWAYS_SPINE.search(words)), True)
    if where.spinal and not kinds and not _MINOR.search(words):
        notes.ask(resource, code, "procedure_kind/unknown", words or "A procedure", value=words)
        return
    if not where.spinal or not kinds:
        expected = "an operation or radiotherapy of the spine, or imaging"
        notes.unused(resource, code, "procedure_not_needed", expected, words)
        return
    day = performed(notes, resource, "operation") if was_done(notes, resource) else None
    if day is None:
        return
    kind = kinds[0]
    at = resource.dated(day)
    draft = ProcedureDraft(**at, kind=str(kind), levels=where.levels, note=words[:200])
    if len(kinds) > 1:
        said = (words, day.on, " or ".join(kinds), kind)
        notes.ask(resource, code, "procedure_kind/several", *said, draft=draft)
    else:
        expected = f"a kind of operation; read as {kind} by its name"
        notes.remark(resource, code, "procedure_by_name", expected, words)
    found.procedures.append(draft)


#: Procedures at the spine that are no treatment of the tumour.
_MINOR = re.compile(
    r"biops|punctur|inject|imaging|x-?ray|\bMRI?\b|\bCT\b|tomograph|physio|examin|anaesth|anesth|block", re.I
)


def _hospice(notes: Notes, hospice: list[tuple[Day, Resource]], found: Operations) -> None:
    """Hospice care stops messages to the patient at once; that it stops surveillance a clinician confirms."""
    day, resource = min(hospice, key=lambda pair: (pair[0].on, pair[1].key))
    at, reason = resource.dated(day, part="hospice"), "hospice care recorded at the source"
    draft = StatusDraft(**at, status=PatientStatus.HOSPICE, reason=reason)
    found.statuses.append(draft)
    value = f"{len(hospice)} records"
    notes.ask(resource, resource.node["code"], "hospice", day.on, value=value, fact=draft.source_key)
    for other_day, other in hospice:
        if other is not resource:
            expected = f"the first record, of {day.on}"
            notes.unused(other, other.node["code"], "hospice_repeated", expected, str(other_day.on))
