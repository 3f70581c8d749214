"""How codes and days are said in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from scheduling.engine.vocabulary import (
    Hardware,
    MriSafety,
    PatientStatus,
    ProcedureKind,
    ResponseCategory,
    Site,
    StudyKind,
    SymptomKind,
    TherapyClass,
    TherapyReason,
)

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Said(NamedTuple):
    """How a code is said inside a sentence, and as a label of its own where that is more than a capital."""

    inside: str
    label: str = ""


#: The one table of clinical codes: closed set, code, words.
TERMS: dict[type[StrEnum], dict[str, Said]] = {
    Site: {
        "nsclc": Said("NSCLC", "Lung, non-small-cell"),
        "breast": Said("breast"),
        "melanoma": Said("melanoma"),
        "rcc": Said("RCC", "Kidney"),
        "prostate": Said("prostate"),
        "thyroid": Said("thyroid"),
        "other": Said("other", "Other primary"),
        "unknown": Said("unknown", "Primary not known"),
    },
    TherapyClass: {
        "tki": Said("TKI", "Tyrosine kinase inhibitor"),
        "ici": Said("immunotherapy", "Checkpoint inhibitor"),
        "ici_tki": Said("immunotherapy with TKI", "Checkpoint inhibitor with TKI"),
        "endocrine": Said("endocrine therapy", "Endocrine"),
        "arpi_parp": Said("ARPI or PARP inhibitor"),
        "radioligand": Said("radioligand therapy", "Radioligand"),
        "chemo_adc": Said("chemotherapy or ADC", "Chemotherapy or antibody conjugate"),
        "none": Said("none", "Stopped"),
    },
    TherapyReason: {
        "first_line": Said("first line"),
        "switch_after_spine_pd": Said("switch after spinal progression", "Switch after spine progression"),
        "none": Said("none"),
        "other": Said("other"),
    },
    ResponseCategory: {
        "complete": Said("complete response", "Complete (CR)"),
        "partial": Said("partial response", "Partial (PR)"),
        "stable": Said("stable disease", "Stable (SD)"),
        "progressive": Said("progression", "Progressive (PD)"),
        "mixed": Said("mixed response", "Mixed"),
        "pseudoprogression_suspected": Said("pseudoprogression suspected", "Flare or pseudoprogression suspected"),
        "not_assessed": Said("response not assessed", "Not assessed"),
    },
    ProcedureKind: {
        "separation_surgery": Said("separation surgery"),
        "decompression": Said("decompression"),
        "stabilization": Said("stabilisation"),
        "sbrt": Said("SBRT"),
        "cebrt": Said("conventional radiotherapy"),
        "cementoplasty": Said("cementoplasty"),
        "ablation": Said("ablation"),
    },
    Hardware: {"titanium": Said("titanium"), "carbon_peek": Said("carbon-PEEK", "Carbon or PEEK")},
    SymptomKind: {
        "neuro": Said("neurological symptom", "New neurology (red flag)"),
        "pain_suggestive": Said("suggestive pain", "Pain suggestive of progression"),
    },
    StudyKind: {
        "mri": Said("MRI"),
        "ct_spine": Said("CT of the spine", "CT spine"),
        "ct_systemic": Said("body CT", "CT body"),
        "ct_myelogram": Said("CT myelogram"),
        "pet_ct": Said("PET/CT"),
        "bone_scan": Said("bone scan"),
        "xray": Said("X-ray"),
    },
    PatientStatus: {
        "active": Said("active"),
        "hospice": Said("hospice", "Hospice or comfort care"),
        "declined": Said("declined"),
        "transferred": Said("transferred"),
        "deceased": Said("deceased"),
        "discharged": Said("discharged"),
    },
    MriSafety: {
        "ok": Said("cleared", "cleared"),
        "conditional_device": Said("conditional device", "conditional device: radiology decides"),
        "unsafe_device": Said("unsafe device", "unsafe device: no MRI"),
        "unknown": Said("not known", "not known"),
    },
}
#: Codes as a reason says them, where their set is not told: an MRI decision is never said without its set.
_INSIDE = {
    "ct": "CT",
    **{code: said.inside for kind, codes in TERMS.items() if kind is not MriSafety for code, said in codes.items()},
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
    return _INSIDE.get(code) or code.replace("_", " ")


def word_of(kind: type[StrEnum], code: str) -> str:
    """A code of a closed set as people say it inside a sentence."""
    return TERMS[kind][code].inside


def labels(kind: type[StrEnum]) -> dict[str, str]:
    """The codes of a closed set with the words of a label or a choice."""
    return {code: said.label or said.inside[:1].upper() + said.inside[1:] for code, said in TERMS[kind].items()}


def code_words(code: str) -> str:
    """A name that somebody gave, as words: ``step_down_eligible`` as ``step-down eligible``."""
    return code.replace("_", " ").replace("step down", "step-down")


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


def day_text(on: date) -> str:
    """A date as people say it: 20 May 2026. The one form of a day; the others below add to it or leave its year out."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def weekday_text(on: date) -> str:
    """A date with its day of the week: Wed 20 May 2026."""
    return f"{_WEEKDAYS[on.weekday()]} {day_text(on)}"


def near_day(on: date, today: date) -> str:
    """With the day of the week within two weeks of `today`."""
    return weekday_text(on) if abs((on - today).days) <= 14 else day_text(on)


def short_day(on: date, today: date | None = None) -> str:
    """20 May; with the year where it is not the year of `today`."""
    if today is not None and on.year != today.year:
        return day_text(on)
    return f"{on.day} {MONTHS[on.month - 1]}"


def window_text(opens_on: date, due_on: date, closes_on: date, today: date) -> str:
    """29 Sep · 27 Oct · 3 Nov; the year once at the end where it is another than today's."""
    elsewhere = None if closes_on.year == today.year else today
    first, middle = (short_day(on, None if on.year == closes_on.year else elsewhere) for on in (opens_on, due_on))
    return f"{first} · {middle} · {short_day(closes_on, today)}"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its thing: 1 day, 17 days, 1,067 rows."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def period(days: int) -> str:
    """Days or whole weeks: 3 days, 12 weeks."""
    return count(days // 7, "week") if days and days % 7 == 0 else count(days, "day")


def listed(words: Iterable[str], last: str = "or") -> str:
    """One, two or three."""
    *first, end = list(words) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end
