"""How codes and days are said in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_WORDS = {
    "sbrt": "SBRT",
    "cebrt": "conventional radiotherapy",
    "stabilization": "stabilisation",
    "mri": "MRI",
    "ct": "CT",
    "ct_spine": "CT of the spine",
    "ct_systemic": "body CT",
    "ct_myelogram": "CT myelogram",
    "pet_ct": "PET/CT",
    "xray": "X-ray",
    "tki": "TKI",
    "ici": "immunotherapy",
    "ici_tki": "immunotherapy with TKI",
    "arpi_parp": "ARPI or PARP inhibitor",
    "chemo_adc": "chemotherapy or ADC",
    "endocrine": "endocrine therapy",
    "radioligand": "radioligand therapy",
    "neuro": "neurological symptom",
    "pain_suggestive": "suggestive pain",
    "nsclc": "NSCLC",
    "rcc": "RCC",
    "first_line": "first line",
    "switch_after_spine_pd": "switch after spinal progression",
    "progressive": "progression",
    "pseudoprogression_suspected": "pseudoprogression suspected",
    "mixed": "mixed response",
    "not_assessed": "response not assessed",
    "complete": "complete response",
    "partial": "partial response",
    "stable": "stable disease",
    "titanium": "titanium",
    "carbon_peek": "carbon-PEEK",
}

_MRI = {
    "ok": "cleared",
    "conditional_device": "conditional",
    "unsafe_device": "unsafe",
    "unknown": "not known",
}
_ANCHORS = {
    "registered": "registration",
    "left_low_risk_on": "end of the low-risk plan",
    "declined_on": "refusal",
    "therapy_start": "therapy start",
    "response_date": "response of",
    "response_start": "start of the run of responses",
    "first_unvisited_response": "response not followed by a visit",
    "last_visit": "last visit",
    "lesion_found_on": "lesion found",
    "lesion_escc_found_on": "ESCC grade found",
    "lesion_sins_found_on": "SINS band found",
    "override": "own window of",
}


def word(code: str) -> str:
    """A code as people say it."""
    return _WORDS.get(code) or code.replace("_", " ")


def code_words(code: str) -> str:
    """A name that somebody gave, as words: ``step_down_eligible`` as ``step-down eligible``."""
    return code.replace("_", " ").replace("step down", "step-down")


def mri_words(code: str) -> str:
    """A decision on MRI safety, as people say it."""
    return _MRI.get(code) or code_words(code)


def anchor_words(key: str) -> str:
    """A named day as people say it, from the `anchor` of an item."""
    if key in _ANCHORS:
        return _ANCHORS[key]
    kind, _, rest = key.partition("_")
    if kind == "newest":
        return word(rest)
    if kind == "earliest":
        return f"first open {word(rest)}"
    return key.replace("_", " ")


def day(on: date) -> str:
    """A date as people say it: 20 May 2026."""
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def period(days: int) -> str:
    """Days or whole weeks: 3 days, 12 weeks."""
    number, unit = (days // 7, "week") if days and days % 7 == 0 else (days, "day")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def listed(words: Iterable[str], last: str = "or") -> str:
    """One, two or three."""
    *first, end = list(words) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end
