"""Standard codes of cancers, spinal metastases and vertebral levels that the product reads, each with its rule.

A few dozen codes with their licence holders' notice: SNOMED CT codes are used inside health records under national
licences; ICD-10-CM is in the public domain. A site with its own larger list loads it with `load_site_codes`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from scheduling.catalog.sources import MCODE
from scheduling.engine.vocabulary import LEVELS, Site

SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
HGNC = "http://www.genenames.org"

_ICD_SYSTEMS = frozenset({ICD10CM, ICD10})


class SiteReading(NamedTuple):
    """What a code says of the primary. `sure` False: proposed, a person confirms; `site` None: it cannot say."""

    site: Site | None
    subtype: str | None = None
    sure: bool = True
    question: str = ""
    source: str = MCODE


_LUNG = SiteReading(None, None, False, "lung cancer without histology: non-small-cell or small-cell?")
_KIDNEY = SiteReading(Site.RCC, None, False, "kidney cancer without histology: is it renal cell carcinoma?")
_EYE = SiteReading(Site.MELANOMA, "uveal", False, "eye tumour: is it uveal melanoma?")
_UROTHELIAL = SiteReading(Site.OTHER, "urothelial", True)
_BONE_TUMOUR = SiteReading(
    Site.OTHER,
    "primary_bone",
    False,
    "primary bone tumour of the spine, not a metastasis: does this patient belong here?",
)


def _each(codes: str, reading: SiteReading) -> dict[str, SiteReading]:
    return dict.fromkeys(codes.split(), reading)


#: SNOMED CT disorder to primary.
SNOMED_PRIMARIES: dict[str, SiteReading] = {
    **_each("254637007 424132000 425048006 422968005 423121009 703230006", SiteReading(Site.NSCLC)),
    **_each("703228009 426964009 427038005 722425009 830060005 1141627001", SiteReading(Site.NSCLC)),
    **_each("254626006 707451005 15956341000119105 15956381000119100", SiteReading(Site.NSCLC, "adenocarcinoma")),
    **_each("254634000 254622008 723301009 423295000", SiteReading(Site.NSCLC, "squamous")),
    **_each("423468007 425230006 425376008", SiteReading(Site.NSCLC, "squamous")),
    **_each("254629004 424938000 423050000 424970000 423600008", SiteReading(Site.NSCLC, "large_cell")),
    "707405009": SiteReading(Site.NSCLC, "adenosquamous"),
    **_each("363358000 93880001 254625005 363493006 314954002", _LUNG),
    **_each("254632001 683991000119103", SiteReading(Site.OTHER, "small_cell_lung")),
    **_each("254837009 372137005 372064008 254838004 254840009 278054005 408643008", SiteReading(Site.BREAST)),
    **_each("93796005 93884005 372095001 353431000119107 417181009 314955001", SiteReading(Site.BREAST)),
    **_each("372244006 302837001", SiteReading(Site.MELANOMA)),
    **_each("93655004 254731001", SiteReading(Site.MELANOMA, "cutaneous")),
    **_each("255021005 255015006 274087000 399660006", SiteReading(Site.MELANOMA, "uveal")),
    **_each("702391001 717735006 763101411000119100 894171571000119107", SiteReading(Site.RCC)),
    **_each("254915003 764961009", SiteReading(Site.RCC, "clear_cell")),
    **_each("733608000", SiteReading(Site.RCC, "papillary")),
    **_each("733471003", SiteReading(Site.RCC, "chromophobe")),
    **_each("363518003 93849006 188250002 314967004 354351000119105 354361000119107", _KIDNEY),
    **_each("408642003 15959061000119101 15959101000119103", _UROTHELIAL),
    **_each("399068003 93974005 254900004 399490008 314969001", SiteReading(Site.PROSTATE)),
    "396198006": SiteReading(Site.PROSTATE, "neuroendocrine", False, "small cell cancer: neuroendocrine?"),
    "126906006": SiteReading(Site.PROSTATE, None, False, '"neoplasm of prostate": is it prostate cancer?'),
    **_each("363478007 94098005 314953008 448216007", SiteReading(Site.THYROID)),
    **_each("255029007 255028004 255030002 772992009 423158009", SiteReading(Site.THYROID, "differentiated")),
    "255032005": SiteReading(Site.THYROID, "medullary"),
    **_each("255031003 724553007", SiteReading(Site.THYROID, "anaplastic")),
}  # fmt: skip

#: ICD-10 and ICD-10-CM to primary, the longest matching start of the code counts.
ICD_PRIMARIES: dict[str, SiteReading] = {
    "C34": _LUNG,
    "C50": SiteReading(Site.BREAST),
    "C43": SiteReading(Site.MELANOMA, "cutaneous"),
    "C69.3": _EYE,
    "C69.4": _EYE,
    "C64": _KIDNEY,
    "C65": _UROTHELIAL,
    "C61": SiteReading(Site.PROSTATE),
    "C73": SiteReading(Site.THYROID),
    "C80.1": SiteReading(Site.UNKNOWN),
    "C41.2": _BONE_TUMOUR,
}


class SecondaryRule(StrEnum):
    """What a metastasis code means for the spine."""

    SPINE = "spine"
    #: Bone, not further specified: spinal only if a body site, a radiotherapy volume or a report says a vertebra.
    BONE_UNSPECIFIED = "bone_unspecified"
    NOT_SPINE = "not_spine"
    #: Cord, meninges or cauda equina: neural disease, another pathway, to be asked.
    NEURAL = "neural"


_SPINE, _BONE = SecondaryRule.SPINE, SecondaryRule.BONE_UNSPECIFIED

SNOMED_SECONDARIES: dict[str, SecondaryRule] = {
    "94602001": _SPINE,  # vertebral column
    "94250008": _SPINE,  # cervical
    "94274006": _SPINE,  # thoracic
    "94389000": _SPINE,  # lumbar
    "94527001": _SPINE,  # sacrum
    "285619009": _SPINE,  # vertebral column, unknown primary
    "866087009": _SPINE,  # metastatic fracture of a vertebra
    "94222008": _BONE,
    "91281000119103": _BONE,
    "91271000119101": _BONE,
    "134421000": _BONE,
    "424887002": _BONE,
    "285618001": _BONE,
    "94526005": _BONE,  # sacrococcygeal region: bone or soft tissue
    "94217008": SecondaryRule.NOT_SPINE,  # marrow
    "94478006": SecondaryRule.NOT_SPINE,  # pelvic bone
    "94502008": SecondaryRule.NOT_SPINE,  # presacral region
    "94225005": SecondaryRule.NOT_SPINE,  # brain
    "94600009": SecondaryRule.NEURAL,
    "94601008": SecondaryRule.NEURAL,
    "94242004": SecondaryRule.NEURAL,
    "188462001": SecondaryRule.NEURAL,
}

#: ICD-10-CM has no code for a vertebral metastasis. C79.31 is brain, whatever a label beside it says.
ICD_SECONDARIES: dict[str, SecondaryRule] = {
    "C79.51": _BONE,
    "C79.5": _BONE,
    "C7B.03": _BONE,
    "C79.52": SecondaryRule.NOT_SPINE,
    "C79.31": SecondaryRule.NOT_SPINE,
    "C79.32": SecondaryRule.NEURAL,
    "C79.49": SecondaryRule.NEURAL,
}

_LEVEL_CODES = """
    14806007 39976000 91116008 14705001 67479001 88298007 16126006
    56094003 50060007 73138009 86197001 6105006 32430008 71737002 77435000 33766003 48405002 52120002 280849005
    61032001 53983007 55492004 71996003 21799000
    65985001 11808007 49967005 69950008 21452006
""".split()  # noqa: SIM905
#: SNOMED CT body structure of each vertebra, in the order of the spine (mCODE radiotherapy location value set).
SNOMED_OF_LEVEL: dict[str, str] = dict(zip(LEVELS, _LEVEL_CODES, strict=True))
_LEVEL_OF_SNOMED = {code: level for level, code in SNOMED_OF_LEVEL.items()}

_LEVEL_TEXT = re.compile(
    r"(?:vertebra[l]?\s+)?(?P<region>C|Th?|D|L|S)\s?0?(?P<number>\d{1,2})(?:\s+(?:vertebra|vertebral body|level))?",
    re.IGNORECASE,
)


def level_of(code: str) -> str | None:
    """The level of a SNOMED CT vertebra code; None for any other code."""
    return _LEVEL_OF_SNOMED.get(code.strip())


def level_of_text(text: str) -> str | None:
    """The level that a short text names (``T8``, ``Th8``, ``D8``, ``L1 vertebra``); None for anything else."""
    match = _LEVEL_TEXT.fullmatch(text.strip())
    if not match:
        return None
    region = match["region"].upper()[0].replace("D", "T")
    level = f"{region}{int(match['number'])}"
    return level if level in SNOMED_OF_LEVEL else None


def clean_code(code: str) -> str | None:
    """A code without the white space and the ``.0`` that spreadsheets add; None where its digits are lost.

    A code in scientific notation (``6.7811E+13``) cannot be repaired: it is never read as another one.
    """
    tidy = code.strip()
    if re.fullmatch(r"\d(?:\.\d+)?[eE]\+?\d+", tidy):
        return None
    return tidy[:-2] if re.fullmatch(r"\d{6,18}\.0", tidy) else tidy


class SiteTable(NamedTuple):
    """Codes of primaries and metastases; a site's own list may add to ours and never overrules it."""

    snomed: dict[str, SiteReading]
    snomed_secondary: dict[str, SecondaryRule]
    icd: dict[str, SiteReading]
    icd_secondary: dict[str, SecondaryRule]

    def primary(self, system: str, code: str) -> SiteReading | None:
        """What one code says of the primary; None for a code that is not in the table."""
        tidy = clean_code(code)
        if tidy is None:
            return None
        if system == SNOMED:
            return self.snomed.get(tidy)
        return _by_start(self.icd, tidy) if system in _ICD_SYSTEMS else None

    def secondary(self, system: str, code: str) -> SecondaryRule | None:
        """What one code says of a metastasis; None for a code that is not in the table."""
        tidy = clean_code(code)
        if tidy is None:
            return None
        if system == SNOMED:
            return self.snomed_secondary.get(tidy)
        return self.icd_secondary.get(_dotted(tidy)) if system in _ICD_SYSTEMS else None

    def primary_of_codings(self, codings: Iterable[tuple[str, str]]) -> SiteReading | None:
        """The reading of one condition with several codings: a sure one before a proposed one.

        Two sure codings that name different sites give a reading without a site, to be asked.
        """
        readings = [reading for system, code in codings if (reading := self.primary(system, code))]
        sure = [reading for reading in readings if reading.sure]
        if not sure:
            return readings[0] if readings else None
        sites = {reading.site for reading in sure}
        if len(sites) > 1:
            named = ", ".join(sorted(site.value for site in sites if site))
            return SiteReading(None, None, False, f"the codings of one condition name different cancers: {named}")
        subtypes = {reading.subtype for reading in sure if reading.subtype}
        return sure[0]._replace(subtype=subtypes.pop() if len(subtypes) == 1 else None)


def _dotted(code: str) -> str:
    tidy = code.upper()
    return tidy if "." in tidy or len(tidy) <= 3 else f"{tidy[:3]}.{tidy[3:]}"


def _by_start(table: Mapping[str, SiteReading], code: str) -> SiteReading | None:
    dotted = _dotted(code)
    for length in range(len(dotted), 2, -1):
        if dotted[:length] in table:
            return table[dotted[:length]]
    return None


#: The table that ships.
OWN_CODES = SiteTable(SNOMED_PRIMARIES, SNOMED_SECONDARIES, ICD_PRIMARIES, ICD_SECONDARIES)

_OWN_CLASSES: dict[str, SiteReading] = {
    **{site.value: SiteReading(site, None, True, source="site list") for site in Site},
    "lung_unspecified": _LUNG,
    "sclc": SiteReading(Site.OTHER, "small_cell_lung", source="site list"),
    "kidney_unspecified": _KIDNEY,
}


def load_site_codes(path: Path) -> SiteTable:
    """Our table with a site's own list added: CSV with the columns kind, class, system, code.

    `kind` is primary or secondary; `class` a site, lung_unspecified, kidney_unspecified or sclc, or a metastasis
    rule. Raises ValueError naming every wrong line, and writes nothing.
    """
    own = SiteTable({}, {}, {}, {})
    problems = []
    with path.open(newline="", encoding="utf-8-sig") as lines:
        reader = csv.DictReader(lines)
        lacking = {"kind", "class", "system", "code"} - set(reader.fieldnames or ())
        if lacking:
            raise ValueError(f"{path.name}, line 1: missing columns {', '.join(sorted(lacking))}")
        for row in reader:
            problem = _take_in(own, *(row[key] or "" for key in ("kind", "class", "system", "code")))
            if problem:
                problems.append(f"{path.name}, line {reader.line_num}: {problem}")
    if problems:
        raise ValueError("\n".join(problems))
    return SiteTable(
        own.snomed | OWN_CODES.snomed,
        own.snomed_secondary | OWN_CODES.snomed_secondary,
        own.icd | OWN_CODES.icd,
        own.icd_secondary | OWN_CODES.icd_secondary,
    )


def _take_in(own: SiteTable, kind: str, name: str, system: str, code: str) -> str:
    """Add one line of a site's own list; what is wrong with it, or an empty text."""
    known: Iterable[str] = _OWN_CLASSES if kind == "primary" else SecondaryRule
    if kind not in ("primary", "secondary"):
        return f"kind {kind!r}; expected primary or secondary"
    if name not in list(known):
        return f"class {name!r}; expected one of {', '.join(known)}"
    if clean_code(code) != code or not code:
        return f"code {code!r} is damaged; expected the code as published"
    if system != SNOMED and system not in _ICD_SYSTEMS:
        return f"system {system!r}; expected {SNOMED} or {ICD10CM}"
    if kind == "primary":
        table, key = (own.snomed, code) if system == SNOMED else (own.icd, _dotted(code))
        table[key] = _OWN_CLASSES[name]
    else:
        rules, key = (own.snomed_secondary, code) if system == SNOMED else (own.icd_secondary, _dotted(code))
        rules[key] = SecondaryRule(name)
    return ""
