"""Where in the spine: levels and regions from codes and short texts; a level that is not said stays unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from scheduling.catalog.codes import SNOMED, clean_code, level_of, level_of_text
from scheduling.engine.vocabulary import span_levels
from tracker.interop.fhir.elements import Node

#: SNOMED CT structures of the spine that are no single vertebra, with what they are called (from knowledge, high).
REGIONS: dict[str, str] = {
    "421060004": "vertebral column",
    "51282000": "vertebra",
    "122494005": "cervical spine",
    "122495006": "thoracic spine",
    "122496007": "lumbar spine",
    "54735007": "sacrum",
}
_REGION_WORDS = re.compile(
    r"\b(?:(?:cervical|thoracic|dorsal|lumbar|lumbosacral|sacral)\s+(?:spine|vertebra\w*)|vertebra\w*|spine|spinal"
    r"|sacrum)\b",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9])(?:C|Th?|D|L|S)\s?\d{1,2}(?:\s?(?:-|to|/)\s?(?:C|Th?|D|L|S)?\s?\d{1,2})?(?![A-Za-z0-9])"
)


class Where(NamedTuple):
    """Levels (``T8``, or a span ``T5-T7``), whether it is the spine at all, and what code and text contradict in."""

    levels: tuple[str, ...] = ()
    spinal: bool = False
    named: bool = False
    conflict: str = ""
    region: str = ""

    def __or__(self, other: Where) -> Where:
        return Where(
            tuple(dict.fromkeys((*self.levels, *other.levels))),
            self.spinal or other.spinal,
            self.named or other.named,
            self.conflict or other.conflict,
            self.region or other.region,
        )


NOWHERE = Where()


def where_of(sites: Iterable[Node]) -> Where:
    """What body sites (CodeableConcepts) say; a code and a text that name different levels are a conflict."""
    found = NOWHERE
    for site in sites:
        found |= _site(site)
    return found


def _site(site: Node) -> Where:
    codes = [clean_code(c.code) or "" for c in site.codings if c.system in (SNOMED, "")]
    by_code = tuple(level for code in codes if (level := level_of(code)))
    region = next((REGIONS[code] for code in codes if code in REGIONS), "")
    words = [site["text"].text, *(coding.display for coding in site.codings)]
    by_text = tuple(dict.fromkeys(level for text in words for level in levels_in_text(text)))
    conflict = ""
    if len(by_code) == 1 and by_text and by_code[0] not in _expanded(by_text):
        conflict = f"the code says {by_code[0]}, the text {', '.join(by_text)}"
    if not region:
        region = next((match[0].lower() for text in words if (match := _REGION_WORDS.search(text))), "")
    levels = () if conflict else by_code or by_text
    return Where(levels, bool(by_code or by_text or region), True, conflict, region)


def _expanded(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(level for entry in entries for level in span_levels(entry))


def levels_in_text(text: str) -> tuple[str, ...]:
    """Every level or span that a text names, such as ``PTV_T8``, ``T5-T7``, ``T8 vertebra``; each once."""
    found: list[str] = []
    for match in _IN_TEXT.finditer(text.replace("_", " ")):
        parts = re.split(r"\s?(?:-|to|/)\s?", match[0])
        first = level_of_text(parts[0])
        if first is None:
            continue
        if len(parts) == 1:
            found.append(first)
            continue
        last = level_of_text(parts[1]) or level_of_text(first[0] + parts[1])
        try:
            span_levels(f"{first}-{last}")
        except ValueError:
            found.append(first)
        else:
            found.append(f"{first}-{last}")
    return tuple(dict.fromkeys(found))


def says_spine(text: str) -> bool:
    """Whether a text names the spine or a vertebra."""
    return bool(_REGION_WORDS.search(text) or levels_in_text(text))


def single_levels(where: Where) -> tuple[str, ...]:
    """Each vertebra of the levels, spans opened: a lesion stands at one level."""
    return tuple(dict.fromkeys(level for entry in where.levels for level in span_levels(entry)))
