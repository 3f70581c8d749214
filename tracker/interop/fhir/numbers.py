"""Which identifier of a Patient is the hospital's number."""

from __future__ import annotations

from typing import NamedTuple

from tracker.interop.fhir.elements import Node

#: Longest number that is kept.
LONGEST = 80
#: Identifier types (HL7 v2-0203) that name a person outside the hospital: never taken as the number.
_NOT_THE_NUMBER = frozenset({"SS", "DL", "PPN", "TAX", "SB", "BRN", "MCN", "CZ", "PC"})
_HOSPITAL_NUMBER = "MR"


class NumberReading(NamedTuple):
    """The number with its system; empty: there is none. `remark` says why `given` is not the plain hospital number."""

    number: str
    system: str = ""
    remark: str = ""
    path: str = ""
    given: str = "none"


def number_of(patient: Node) -> NumberReading:
    """The hospital's number: an identifier of type MR, else the usual one, else the only one, else the source's own id.

    Social security, driving licence and passport numbers are never taken. A number longer than we keep is not cut:
    the source's own id stands for it.
    """
    usable = [
        identifier
        for identifier in patient["identifier"]
        if identifier["value"].text
        and identifier["use"].text != "old"
        and not any(coding.code in _NOT_THE_NUMBER for coding in identifier["type"].codings)
    ]
    hospital = [one for one in usable if any(c.code == _HOSPITAL_NUMBER for c in one["type"].codings)]
    candidates = hospital or [one for one in usable if one["use"].text in ("usual", "official")] or usable
    usual = [one for one in candidates if one["use"].text == "usual"]
    chosen = next(iter(usual or candidates), None)
    own = patient["id"].text
    if chosen is None:
        remark = "no identifier: the source's own id stands for the number"
        return NumberReading(own if len(own) <= LONGEST else "", "", remark, f"{patient.path}.identifier")
    number, system, path = chosen["value"].text, chosen["system"].text, chosen["value"].path
    if len(number) > LONGEST:
        remark = f"at most {LONGEST} characters: the source's own id stands for the number"
        return NumberReading(own if len(own) <= LONGEST else "", system, remark, path, number)
    if len(candidates) > 1 and not usual:
        remark = f"one hospital number; the first of {len(candidates)} is taken"
        return NumberReading(number, system, remark, path, number)
    if not hospital:
        remark = "an identifier of type MR; this one is taken as the number"
        return NumberReading(number, system, remark, path, number)
    return NumberReading(number, system, "", path)
