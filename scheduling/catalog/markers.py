"""Tumour markers: what a written marker says, in one canonical wording."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from scheduling.catalog.sources import DOSSIER, Tag
from scheduling.engine.vocabulary import Site


class Result(StrEnum):
    """What a test of a marker found; an equivocal or unwritten result is undecided, never negative."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    UNDECIDED = "undecided"


class Marker(NamedTuple):
    """A marker of the catalogue. `driver`: an alteration that drives the tumour and that a drug can match."""

    code: str
    name: str
    driver: bool
    genes: tuple[str, ...] = ()
    tag: Tag = Tag.KNOWN_HIGH
    source: str = DOSSIER


MARKERS: tuple[Marker, ...] = (
    Marker("egfr_ex19del", "EGFR exon 19 deletion", True, ("EGFR",)),
    Marker("egfr_l858r", "EGFR L858R", True, ("EGFR",)),
    Marker("egfr_t790m", "EGFR T790M", True, ("EGFR",), Tag.VERIFIED),
    Marker("egfr_ex20ins", "EGFR exon 20 insertion", True, ("EGFR",), Tag.VERIFIED),
    Marker("egfr", "EGFR mutation", True, ("EGFR",)),
    Marker("alk_fusion", "ALK fusion", True, ("ALK",)),
    Marker("ros1_fusion", "ROS1 fusion", True, ("ROS1",)),
    Marker("met_ex14", "MET exon 14 skipping", True, ("MET",)),
    Marker("met_overexpression", "MET overexpression", True, ("MET",), Tag.SECONDARY),
    Marker("ret_fusion", "RET fusion", True, ("RET",)),
    Marker("ret_mutation", "RET mutation", True, ("RET",)),
    Marker("braf_v600", "BRAF V600", True, ("BRAF",)),
    Marker("braf", "BRAF mutation", True, ("BRAF",)),
    Marker("kras_g12c", "KRAS G12C", True, ("KRAS",)),
    Marker("kras", "KRAS mutation", True, ("KRAS",)),
    Marker("nras", "NRAS mutation", True, ("NRAS",)),
    Marker("kit", "KIT mutation", True, ("KIT",)),
    Marker("her2_mutation", "HER2 mutation", True, ("ERBB2",), Tag.VERIFIED),
    Marker("her2", "HER2", True, ("ERBB2",)),
    Marker("ntrk_fusion", "NTRK fusion", True, ("NTRK1", "NTRK2", "NTRK3")),
    Marker("brca1", "BRCA1 pathogenic variant", True, ("BRCA1",)),
    Marker("brca2", "BRCA2 pathogenic variant", True, ("BRCA2",)),
    Marker("hrr", "HRR pathogenic variant", True, ("ATM", "PALB2")),
    Marker("pik3ca", "PIK3CA mutation", True, ("PIK3CA",)),
    Marker("akt1", "AKT1 mutation", True),
    Marker("pten", "PTEN alteration", True, ("PTEN",)),
    Marker("esr1", "ESR1 mutation", True, ("ESR1",)),
    Marker("msi_h", "MSI-H or dMMR", False),
    Marker("tmb_h", "TMB-H", False),
    Marker("pd_l1", "PD-L1", False),
    Marker("er", "ER", False),
    Marker("pr", "PR", False),
    # Not selecting: no drug is chosen on it.
    Marker("vhl", "VHL", False, ("VHL",)),
)

_BY_CODE = {marker.code: marker for marker in MARKERS}


class Finding(NamedTuple):
    """One written marker: `text` in canonical wording, its catalogue row if it has one, and the result.

    `panel` marks a statement about all drivers of the site ("none found", "HRR wild type").
    """

    text: str
    marker: Marker | None
    result: Result
    panel: bool = False


class MarkerReading(NamedTuple):
    """What a written marker decides. `subtype` and `driver` stay None where it does not decide them."""

    subtype: str | None
    markers: tuple[str, ...]
    driver: bool | None
    findings: tuple[Finding, ...] = ()
    unread: str = ""


def marker_named(code: str) -> Marker:
    """The catalogue row of a marker code; raises KeyError for a code that is not in the catalogue."""
    return _BY_CODE[code]


# Marker by what its text contains, the more specific first. Texts are lower case, "exon" is written out.
_RECOGNISED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (r"egfr.*\bt790m", "egfr_t790m"),
        (r"egfr.*\bl858r", "egfr_l858r"),
        (r"egfr.*exon ?19", "egfr_ex19del"),
        (r"egfr.*exon ?20", "egfr_ex20ins"),
        (r"\begfr\b", "egfr"),
        (r"\balk\b", "alk_fusion"),
        (r"\bros1\b", "ros1_fusion"),
        (r"\bmet\b.*exon ?14", "met_ex14"),
        (r"(\bc-?met\b|\bmet\b).*(over-?expression|ihc|high)", "met_overexpression"),
        (r"\bret\b.*(fusion|rearrange)", "ret_fusion"),
        (r"\bret\b", "ret_mutation"),
        (r"braf.*v600", "braf_v600"),
        (r"\bbraf\b", "braf"),
        (r"kras.*g12c", "kras_g12c"),
        (r"\bkras\b", "kras"),
        (r"\bnras\b", "nras"),
        (r"\bkit\b", "kit"),
        (r"(her-?2|erbb2).*mutation", "her2_mutation"),
        (r"her-?2|erbb2", "her2"),
        (r"\bntrk[123]?\b", "ntrk_fusion"),
        (r"brca-?1\b", "brca1"),
        (r"brca-?2\b", "brca2"),
        (r"\b(hrr|hrd|atm|palb2|chek2|cdk12|rad51[bcd]?|fanca|brip1|bard1)\b", "hrr"),
        (r"\bpik3ca\b", "pik3ca"),
        (r"\bakt1\b", "akt1"),
        (r"\bpten\b", "pten"),
        (r"\besr1\b", "esr1"),
        (r"\bmsi\b|\bdmmr\b|mismatch repair|microsatellite", "msi_h"),
        (r"\btmb\b", "tmb_h"),
        (r"pd-?l1", "pd_l1"),
        (r"\bvhl\b", "vhl"),
        (r"\b(er|estrogen receptor|oestrogen receptor)(?![a-z])", "er"),
        (r"\b(pr|pgr|progesterone receptor)(?![a-z])", "pr"),
    )
)

_NOT_FOUND = re.compile(
    r"wild[- ]?type|\bwt\b|negative|\bneg\b|not (found|detected|present|mutated)|undetect|un-?mutated|non-?mutated"
    r"|absent|\bno(?:ne)?\b|(?<=\w)-(?!\w)|<\s?1\s?%|(?<![\d.])0\s?%"
)
_UNDECIDED = re.compile(
    r"equivocal|unknown|pending|failed|insufficient|uncertain|\bvus\b|indeterminate|benign|not tested"
)
_HER2_IHC = re.compile(r"\b([0-3])\s?\+|\bihc\s?0\b|\bihc\s?([0-3])\b")
# A bare name ("EGFR", "HER2") is not a finding: a result or a variant must be written beside it.
_FOUND = re.compile(
    r"positive|\bpos\b|present|detected|fusion|mutation|mutant|mutated|rearrange|pathogenic|amplif|deletion|insertion"
    r"|skipping|loss|high|over-?expression|\bmsi-?h\b|\bdmmr\b|\btmb-?h\b|\d ?%|(?<=\w)\+|\b3\s?\+"
    r"|\b[a-z]\d{2,4}[a-z]?\b|\b[a-z]\d{2,4}_|exon \d+ ?(?:del|ins)|exon 14"
)


def read_finding(text: str) -> Finding:
    """Read one marker such as ``EGFR L858R``, ``HER2 3+``, ``BRAF wild type`` or ``PD-L1 60%``.

    The wording is kept (white space tidied) except where the catalogue has a canonical one. Unknown texts give a
    finding without a marker; an equivocal result stays undecided.
    """
    tidy = " ".join(text.replace("\u00a0", " ").split())
    if tidy.lower() in _PANELS:
        return Finding(_PANELS[tidy.lower()], None, Result.NOT_FOUND, panel=True)
    lowered = re.sub(r"\bex(?:on)?[ .]?(?=\d)", "exon ", tidy.lower())
    code = next((code for pattern, code in _RECOGNISED if pattern.search(lowered)), None)
    if code is None:
        return Finding(tidy, None, Result.UNDECIDED)
    marker = _BY_CODE[code]
    return Finding(tidy, marker, _result(code, lowered), panel=bool(re.search(r"\bhrr\b", lowered)))


def _result(code: str, lowered: str) -> Result:
    if _UNDECIDED.search(lowered):
        return Result.UNDECIDED
    if code == "her2" and (grade := _HER2_IHC.search(lowered)):
        value = grade[1] or grade[2] or "0"
        return {"3": Result.FOUND, "2": Result.UNDECIDED}.get(value, Result.NOT_FOUND)
    if code == "msi_h" and re.search(r"\bmss\b|stable|proficient|pmmr", lowered):
        return Result.NOT_FOUND
    if _NOT_FOUND.search(lowered):
        return Result.NOT_FOUND
    return Result.FOUND if _FOUND.search(lowered) else Result.UNDECIDED


#: Statements about all drivers of a site: tested, and none found.
_PANELS = {
    "none found": "no driver found",
    "no driver found": "no driver found",
    "no driver": "no driver found",
    "braf/nras wild type": "BRAF/NRAS wild type",
    "braf and nras wild type": "BRAF/NRAS wild type",
}

_TRIPLE_NEGATIVE = MarkerReading("tnbc", ("ER-", "PR-", "HER2-"), None)

# Wordings that name a subtype, per site.
_PHRASES: dict[tuple[Site, str], MarkerReading] = {
    (Site.BREAST, "triple negative"): _TRIPLE_NEGATIVE,
    (Site.BREAST, "triple-negative"): _TRIPLE_NEGATIVE,
    (Site.BREAST, "tnbc"): _TRIPLE_NEGATIVE,
    (Site.RCC, "clear cell"): MarkerReading("clear_cell", (), None),
    (Site.RCC, "papillary"): MarkerReading("papillary", (), None),
    (Site.RCC, "chromophobe"): MarkerReading("chromophobe", (), None),
    (Site.THYROID, "anaplastic"): MarkerReading("anaplastic", (), None),
    (Site.THYROID, "medullary"): MarkerReading("medullary", (), None),
    (Site.THYROID, "differentiated"): MarkerReading("differentiated", (), None),
    (Site.THYROID, "differentiated, radioiodine refractory"): MarkerReading("rai_refractory", (), None),
    (Site.THYROID, "radioiodine refractory"): MarkerReading("rai_refractory", (), None),
    (Site.PROSTATE, "neuroendocrine"): MarkerReading("neuroendocrine", (), None),
}
_BETWEEN_MARKERS = re.compile(r"\s*[;|]\s*|\s*/\s*(?=[A-Z])|,\s+")
_BRACKETED_SUBTYPE = re.compile(
    r"^(?P<marker>.+?)\s*\((?P<subtype>medullary|anaplastic|differentiated)\)$", re.IGNORECASE
)


def read_marker(site: str, text: str | None) -> MarkerReading:
    """Read a written marker field of a patient with this primary: subtype, markers, and whether a driver exists.

    `driver` is True where a driver is named, False where the text says that the tested drivers are absent, None
    where it says nothing of them. An empty text decides nothing. What is not understood stands in `unread`.
    """
    tidy = " ".join((text or "").replace("\u00a0", " ").split())
    if not tidy:
        return MarkerReading(None, (), None)
    place = Site(site)
    phrase = _PHRASES.get((place, tidy.lower()))
    if phrase is not None:
        return phrase._replace(findings=phrase.findings or tuple(read_finding(name) for name in phrase.markers))
    subtype = None
    if place is Site.THYROID and (match := _BRACKETED_SUBTYPE.match(tidy)):
        tidy, subtype = match["marker"], match["subtype"].lower()
    parts = [tidy] if tidy.lower() in _PANELS else _BETWEEN_MARKERS.split(tidy)
    findings = tuple(read_finding(part) for part in parts if part)
    if place is Site.BREAST:
        subtype = breast_subtype(findings)
    return MarkerReading(
        subtype,
        tuple(finding.text for finding in findings if finding.marker or finding.panel),
        driver_of(findings),
        findings,
        "; ".join(finding.text for finding in findings if not (finding.marker or finding.panel)),
    )


def driver_of(findings: tuple[Finding, ...]) -> bool | None:
    """Whether recorded findings name a driver (True), say that a panel found none (False), or neither (None)."""
    if any(finding.marker and finding.marker.driver and finding.result is Result.FOUND for finding in findings):
        return True
    if any(finding.panel and finding.result is Result.NOT_FOUND for finding in findings):
        return False
    return None


def breast_subtype(findings: tuple[Finding, ...]) -> str | None:
    """Breast subtype from ER, PR and HER2; None while a result that decides it is missing.

    Two opposite results of one marker decide nothing: a person must say which holds.
    """
    results = {
        code: {finding.result for finding in findings if finding.marker and finding.marker.code == code}
        for code in ("er", "pr", "her2")
    }
    found, absent = {Result.FOUND}, {Result.NOT_FOUND}
    if results["her2"] == found:
        return "her2_pos"
    if results["her2"] != absent:
        return None
    if results["er"] == found or (results["pr"] == found and results["er"] != {Result.FOUND, Result.NOT_FOUND}):
        return "hr_pos_her2_neg"
    return "tnbc" if results["er"] == absent and results["pr"] == absent else None
