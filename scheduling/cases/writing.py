"""Facts → the case format: one patient as a mapping, and mappings as YAML that reads back as the same facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import IO, Any

from scheduling.cases.documents import plain
from scheduling.engine.record.facts import Facts, Lesion, Override, Primary, Procedure, Sins
from scheduling.engine.vocabulary import SINS_ITEMS

CaseMapping = dict[str, Any]


class NotACase(ValueError):
    """The case format has no words for this patient; the message says which fact."""


def case_to_mapping(
    facts: Facts,
    id: str,  # noqa: A002 - the word of the format
    as_of: date,
    title: str | None = None,
    leading: Callable[[tuple[Primary, ...]], Primary] | None = None,
) -> CaseMapping:
    """One patient in the words of the case format, without identity; what is not recorded is left out.

    Raises NotACase for a lesion of unknown level. The format holds one primary: of several `leading` chooses (the one
    with the fastest tempo gives the same plan); without it several raise NotACase.
    """
    unplaced = sum(lesion.level is None for lesion in facts.lesions)
    if unplaced:
        raise NotACase(
            f"{unplaced} of {len(facts.lesions)} lesions have no known level; the case format needs one"
        )
    primaries = facts.primaries
    if len(primaries) != 1 and (leading is None or not primaries):
        raise NotACase(f"{len(primaries)} primaries are recorded; the case format holds one")
    primary = primaries[0] if len(primaries) == 1 or leading is None else leading(primaries)
    return _present(
        {
            "id": id,
            "title": title,
            "as_of": as_of,
            "registered": facts.registered,
            "status": facts.status,
            "declined_on": facts.declined_on,
            "transfer_accepted": facts.transfer_accepted or None,
            "left_low_risk_on": facts.left_low_risk_on,
            "primary": _primary(primary),
            "therapy": _therapy(facts),
            "response": _response(facts),
            "procedures": [_procedure(one) for one in facts.procedures],
            "symptoms": [
                _present({"kind": one.kind, "date": one.on, "detail": one.detail or None})
                for one in facts.symptoms
            ],
            "spine_symptomatic": facts.spine_symptomatic or None,
            "imaging": [
                _present({"date": one.on, "modality": one.kind, "coverage": one.coverage})
                for one in facts.studies
            ],
            "surgeon_visits": list(facts.visits),
            "lesions": [_lesion(one) for one in facts.lesions],
            "constraints": _constraints(facts),
            "step_down_approved": facts.step_down_approved or None,
            "overrides": [_override(one) for one in facts.overrides] or None,
            "contact_failures": facts.contact_failures or None,
        }
    )


def _present(values: CaseMapping) -> CaseMapping:
    return {key: value for key, value in values.items() if value is not None}


def _primary(primary: Primary) -> CaseMapping:
    return _present(
        {
            "site": primary.site,
            "subtype": primary.subtype,
            "markers": list(primary.markers) or None,
            "marker_class": primary.marker_class,
        }
    )


def _therapy(facts: Facts) -> CaseMapping | None:
    if facts.therapy is None:
        return None
    return _present(
        {
            "class": facts.therapy.therapy_class,
            "drugs": list(facts.therapy.drugs) or None,
            "start": facts.therapy.start,
            "reason": facts.therapy.reason,
        }
    )


def _response(facts: Facts) -> CaseMapping | None:
    if facts.response is None:
        return None
    return _present(
        {"category": facts.response.category, "date": facts.response.on, "since": facts.response.since}
    )


def _procedure(procedure: Procedure) -> CaseMapping:
    return _present(
        {
            "type": procedure.kind,
            "date": procedure.on,
            "levels": list(procedure.levels) or None,
            "hardware": procedure.hardware,
            "dose_gy": procedure.dose_gy,
            "fractions": procedure.fractions,
        }
    )


def _lesion(lesion: Lesion) -> CaseMapping:
    return _present(
        {
            "level": lesion.level,
            "finding_date": lesion.finding_date,
            "escc_found_on": lesion.escc_found_on,
            "sins_found_on": lesion.sins_found_on,
            "graded_on": lesion.graded_on,
            "stabilized": lesion.stabilized or None,
            "escc": lesion.escc,
            "sins": _sins(lesion.sins) or None,
        }
    )


def _sins(sins: Sins) -> CaseMapping:
    values = _present({item: getattr(sins, item) for item in SINS_ITEMS})
    return {**values, "location_overridden": True} if sins.location_overridden else values


def _constraints(facts: Facts) -> CaseMapping | None:
    known = facts.constraints
    values = {"mri": known.mri, "gadolinium_allergy": known.gadolinium_allergy, "egfr": known.egfr}
    return _present(values) or None


def _override(override: Override) -> CaseMapping:
    return _present(
        {
            "stream": override.stream,
            "earliest": override.earliest,
            "due": override.due,
            "latest": override.latest,
            "from": override.starts_on,
            "until": override.until_on,
            "second_approval": override.second_approval or None,
        }
    )


def write_cases(
    cases: Iterable[Mapping[str, Any]],
    stream: IO[str],
    policy_version: str = "default-0.2",
    name: str = "patients",
) -> int:
    """Write a file of cases; `cases` are mappings as `case_to_mapping` gives them. Returns how many."""
    stream.write(f"policy_version: {scalar(policy_version)}\n{name}:")
    count = 0
    for count, case in enumerate(cases, start=1):  # noqa: B007 - the count is the answer
        stream.write("\n" + _block(case))
    stream.write("\n" if count else " []\n")
    return count


def _block(case: Mapping[str, Any]) -> str:
    lines = []
    for key, value in case.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            lines.append(f"{key}:")
            lines += [f"- {flow(item)}" for item in value]
        else:
            lines.append(f"{key}: {flow(value)}")
    return "- " + "\n  ".join(lines)


def flow(value: object) -> str:
    """A value on one line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./+() -]*[A-Za-z0-9_./+()-])?")
#: Words that older readers of YAML take for marks.
_MARKS = frozenset({"y", "n", "yes", "no", "on", "off"})
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_UNSAFE = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]')


def scalar(value: object) -> str:
    """A scalar of YAML that reads back as the same value: text that looks like anything else is quoted."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | date):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and plain(text) == text and text.lower() not in _MARKS:
        return text
    return '"' + _UNSAFE.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPED.get(character) or f"\\u{ord(character):04x}"
