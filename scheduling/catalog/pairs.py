"""Which drug is listed for which marker, and the warning when it is not; a warning never blocks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from scheduling.catalog.drug_table import DRUGS, Drug, DrugKind
from scheduling.catalog.drugs import drug_named, read_drugs
from scheduling.catalog.markers import Finding, Result, driver_of, marker_named, read_finding
from scheduling.catalog.sources import AS_OF, DOSSIER, LABEL, Tag
from scheduling.engine.vocabulary import MarkerClass, Site


class Pair(NamedTuple):
    """A drug listed for a marker at a site.

    `site` None: for any tumour. `marker` None: no marker is needed. `matched`: the drug acts on the marker, so that
    a patient with both is on matched therapy; an indication after or beside a marker is listed, not matched.
    """

    site: Site | None
    marker: str | None
    drug: str
    matched: bool
    tag: Tag
    source: str
    note: str = ""
    as_of: date = AS_OF


class PairWarning(NamedTuple):
    """A drug that the catalogue does not list for what is recorded; `sentence` is for people."""

    drug: str
    site: Site
    sentence: str


def _rows(
    site: Site | None,
    marker: str | None,
    names: str,
    *,
    matched: bool = True,
    tag: Tag = Tag.KNOWN_HIGH,
    source: str = DOSSIER,
    note: str = "",
) -> tuple[Pair, ...]:
    return tuple(Pair(site, marker, name.strip(), matched, tag, source, note) for name in names.split(","))


_BRAF_MEK = "dabrafenib, trametinib, vemurafenib, cobimetinib, encorafenib, binimetinib"
_BOTH = "a BRAF and a MEK inhibitor together"
_EGFR_TKI = "osimertinib, erlotinib, gefitinib, afatinib, dacomitinib, amivantamab, lazertinib"
_ATA = "ATA 2025"
_CHECKPOINT = "pembrolizumab, nivolumab, ipilimumab, atezolizumab, cemiplimab, durvalumab"
_ENDOCRINE = (
    "palbociclib, ribociclib, abemaciclib, fulvestrant, letrozole, anastrozole, exemestane, tamoxifen, everolimus"
)

PAIRS: tuple[Pair, ...] = (
    # non-small-cell lung cancer
    *_rows(Site.NSCLC, "egfr_ex19del", _EGFR_TKI),
    *_rows(Site.NSCLC, "egfr_l858r", _EGFR_TKI),
    *_rows(Site.NSCLC, "egfr_t790m", "osimertinib", tag=Tag.VERIFIED, source="AURA3; FDA 2015 and 2017"),
    *_rows(Site.NSCLC, "egfr_ex20ins", "amivantamab, sunvozertinib", tag=Tag.VERIFIED, source=LABEL,
           note="sunvozertinib accelerated 2 Jul 2025; mobocertinib withdrawn"),
    *(pair for marker in ("egfr_ex19del", "egfr_l858r", "egfr_t790m", "egfr_ex20ins", "egfr")
      for pair in _rows(Site.NSCLC, marker, "datopotamab deruxtecan", matched=False, tag=Tag.SECONDARY, source=LABEL,
                        note="after EGFR therapy; does not act on EGFR")),
    *_rows(Site.NSCLC, "alk_fusion", "alectinib, brigatinib, lorlatinib, ceritinib, crizotinib, ensartinib"),
    *_rows(Site.NSCLC, "ros1_fusion", "crizotinib, entrectinib, repotrectinib"),
    *_rows(Site.NSCLC, "ros1_fusion", "taletrectinib", tag=Tag.SECONDARY, source=LABEL, note="11 Jun 2025"),
    *_rows(Site.NSCLC, "met_ex14", "capmatinib, tepotinib"),
    *_rows(Site.NSCLC, "met_ex14", "crizotinib", note="off-label"),
    *_rows(Site.NSCLC, "met_overexpression", "telisotuzumab vedotin", tag=Tag.SECONDARY, source=LABEL,
           note="14 May 2025"),
    *_rows(Site.NSCLC, "ret_fusion", "selpercatinib, pralsetinib"),
    *_rows(Site.NSCLC, "braf_v600", "dabrafenib, trametinib, encorafenib, binimetinib", note=_BOTH),
    *_rows(Site.NSCLC, "kras_g12c", "sotorasib, adagrasib"),
    *_rows(Site.NSCLC, "her2_mutation", "trastuzumab deruxtecan, zongertinib", tag=Tag.VERIFIED, source=LABEL,
           note="zongertinib 8 Aug 2025"),
    *_rows(Site.NSCLC, "ntrk_fusion", "larotrectinib, entrectinib, repotrectinib"),
    *_rows(Site.NSCLC, "pd_l1", _CHECKPOINT, matched=False),
    *_rows(Site.NSCLC, None, _CHECKPOINT, matched=False, note="where no driver was found"),
    # breast
    *_rows(Site.BREAST, "pik3ca", "alpelisib, inavolisib, capivasertib"),
    *_rows(Site.BREAST, "akt1", "capivasertib"),
    *_rows(Site.BREAST, "pten", "capivasertib"),
    *_rows(Site.BREAST, "esr1", "elacestrant", tag=Tag.KNOWN_MEDIUM, note="later oral SERDs: check"),
    *_rows(Site.BREAST, "her2",
           "trastuzumab, pertuzumab, trastuzumab emtansine, trastuzumab deruxtecan, tucatinib, lapatinib, neratinib"),
    *_rows(Site.BREAST, "brca1", "olaparib, talazoparib", note="germline"),
    *_rows(Site.BREAST, "brca2", "olaparib, talazoparib", note="germline"),
    *_rows(Site.BREAST, "er", _ENDOCRINE, matched=False, note="hormone receptor, not a driver"),
    *_rows(Site.BREAST, "pr", _ENDOCRINE, matched=False, note="hormone receptor, not a driver"),
    *_rows(Site.BREAST, None, "sacituzumab govitecan", matched=False, note="triple negative"),
    *_rows(Site.BREAST, "pd_l1", "pembrolizumab", matched=False, note="triple negative"),
    # melanoma
    *_rows(Site.MELANOMA, "braf_v600", _BRAF_MEK, note=_BOTH),
    *_rows(Site.MELANOMA, "kit", "imatinib", note="off-label"),
    *_rows(Site.MELANOMA, None, "nivolumab, ipilimumab, relatlimab, pembrolizumab, lifileucel", matched=False),
    # renal cell: nothing is chosen on a marker; VEGFR, AXL and MET are targets of the drugs
    *_rows(Site.RCC, None, "pembrolizumab, nivolumab, ipilimumab", matched=False),
    *_rows(Site.RCC, None, "cabozantinib, sunitinib, pazopanib, axitinib, tivozanib, lenvatinib, sorafenib",
           matched=False),
    *_rows(Site.RCC, None, "everolimus", matched=False, note="with lenvatinib"),
    *_rows(Site.RCC, None, "belzutifan", matched=False, note="HIF-2a"),
    # prostate
    *_rows(Site.PROSTATE, "brca1", "olaparib, rucaparib", tag=Tag.VERIFIED, source="FDA May 2020",
           note="castration-resistant"),
    *_rows(Site.PROSTATE, "brca2", "olaparib, rucaparib", tag=Tag.VERIFIED, source="FDA May 2020",
           note="castration-resistant"),
    *_rows(Site.PROSTATE, "hrr", "olaparib", tag=Tag.VERIFIED, source="FDA May 2020", note="castration-resistant"),
    *(pair for marker in ("brca1", "brca2", "hrr")
      for pair in _rows(Site.PROSTATE, marker, "talazoparib", note="castration-resistant, with enzalutamide")),
    *(pair for marker in ("brca1", "brca2")
      for pair in _rows(Site.PROSTATE, marker, "niraparib", note="castration-resistant, with abiraterone")),
    *_rows(Site.PROSTATE, "msi_h", "pembrolizumab", matched=False),
    *_rows(Site.PROSTATE, None, "abiraterone, enzalutamide, apalutamide, darolutamide", matched=False),
    *_rows(Site.PROSTATE, None, "docetaxel, lutetium vipivotide tetraxetan, radium-223", matched=False),
    # thyroid
    *_rows(Site.THYROID, None, "lenvatinib, sorafenib, cabozantinib", matched=False, tag=Tag.VERIFIED, source=_ATA,
           note="radioiodine refractory; cabozantinib also medullary"),
    *_rows(Site.THYROID, None, "vandetanib", matched=False, tag=Tag.KNOWN_MEDIUM, note="medullary"),
    *_rows(Site.THYROID, "ret_fusion", "selpercatinib", tag=Tag.VERIFIED, source=_ATA),
    *_rows(Site.THYROID, "ret_mutation", "selpercatinib", tag=Tag.KNOWN_MEDIUM, note="medullary"),
    *_rows(Site.THYROID, "ret_fusion", "pralsetinib", tag=Tag.KNOWN_MEDIUM, note="thyroid use: check status"),
    *_rows(Site.THYROID, "ret_mutation", "pralsetinib", tag=Tag.KNOWN_MEDIUM, note="thyroid use: check status"),
    *_rows(Site.THYROID, "ntrk_fusion", "larotrectinib, entrectinib, repotrectinib", tag=Tag.VERIFIED, source=_ATA),
    *_rows(Site.THYROID, "alk_fusion", "alectinib, brigatinib, lorlatinib, ceritinib, crizotinib, ensartinib",
           tag=Tag.VERIFIED, source=_ATA),
    *_rows(Site.THYROID, "braf_v600", "dabrafenib, trametinib", tag=Tag.VERIFIED, source=_ATA,
           note=f"{_BOTH}; after a multikinase inhibitor in differentiated cancer"),
    # any tumour
    *_rows(None, "ntrk_fusion", "larotrectinib, entrectinib, repotrectinib", note="tissue-agnostic label"),
    *_rows(None, "ret_fusion", "selpercatinib", note="tissue-agnostic label"),
    *_rows(None, "braf_v600", "dabrafenib, trametinib", note="tissue-agnostic label"),
    *_rows(None, "her2", "trastuzumab deruxtecan", note="tissue-agnostic label, HER2 3+"),
    *_rows(None, "msi_h", "pembrolizumab", matched=False, note="tissue-agnostic label"),
    *_rows(None, "tmb_h", "pembrolizumab", matched=False, note="tissue-agnostic label"),
)  # fmt: skip

#: Drugs that a recorded resistance alteration takes out of the match (from knowledge, high confidence).
RESISTANT: dict[str, frozenset[str]] = {
    "egfr_t790m": frozenset({"erlotinib", "gefitinib", "afatinib", "dacomitinib"}),
}

# Drugs that are chosen on a marker somewhere, and every kinase inhibitor: these are asked about. Checkpoint
# inhibitors, chemotherapy and endocrine drugs have uses without a marker at nearly every site.
_ASKED_ABOUT = frozenset(pair.drug for pair in PAIRS if pair.matched) | frozenset(
    drug.name for drug in DRUGS if drug.kind is DrugKind.TKI
)


def pairs(marker: str | None = None, site: str | None = None) -> tuple[Pair, ...]:
    """The catalogue's pairs for a marker code, for a site (tissue-agnostic ones included), or for both."""
    return tuple(
        pair
        for pair in PAIRS
        if (marker is None or pair.marker == marker) and (site is None or pair.site in (site, None))
    )


def check_pair(drug: Drug | str, markers: Iterable[str], site: str) -> PairWarning | None:
    """Warn when the catalogue does not list this drug for the recorded markers at this site; None when it does.

    A drug that is never chosen on a marker gives no warning. The warning never blocks: labels change monthly.
    """
    row = drug if isinstance(drug, Drug) else drug_named(drug)
    place = Site(site)
    found = _found(tuple(read_finding(text) for text in markers))
    if row.name not in _ASKED_ABOUT:
        return None
    listed = [pair for pair in PAIRS if pair.drug == row.name and pair.site in (place, None)]
    resistance = next((code for code, names in RESISTANT.items() if code in found and row.name in names), None)
    if resistance is None and any(pair.marker is None or pair.marker in found for pair in listed):
        return None
    return PairWarning(row.name, place, _sentence(row.name, place, listed, found, resistance))


def _sentence(drug: str, site: Site, listed: list[Pair], found: frozenset[str], resistance: str | None) -> str:
    recorded = ", ".join(sorted(marker_named(code).name for code in found)) or "no marker"
    names = sorted({marker_named(pair.marker).name for pair in listed if pair.marker})
    if resistance:
        reason = f"{marker_named(resistance).name} makes a tumour resistant to {drug}"
    elif names:
        reason = f"{drug} is listed here with {', '.join(names)}"
    else:
        reason = f"{drug} is not listed for {site}"
    instead = sorted(
        {pair.drug for pair in PAIRS if pair.matched and pair.marker in found and pair.site in (site, None)}
    )
    if resistance:
        instead = sorted({pair.drug for pair in PAIRS if pair.marker == resistance and pair.matched})
    hint = f" Listed for what is recorded: {', '.join(instead)}." if instead else ""
    return f"{reason}; recorded: {recorded}.{hint} Check the drug and the marker (catalogue as of {AS_OF})."


def marker_class(site: str, markers: Iterable[str], running_drugs: Iterable[Drug | str]) -> MarkerClass | None:
    """The marker class that a record gives: a running drug matched to a recorded marker, no driver, or unknown.

    `no_driver` when drivers were tested and none found, or when a driver has no running matched drug; None when
    the record says nothing of drivers. A person can set another class.
    """
    findings: tuple[Finding, ...] = tuple(read_finding(text) for text in markers)
    found = _found(findings)
    place = Site(site)
    running = {name for drug in running_drugs for name in _names(drug)}
    resisted = frozenset().union(*(RESISTANT.get(code, frozenset()) for code in found))
    if any(
        pair.matched and pair.marker in found and pair.drug in running - resisted and pair.site in (place, None)
        for pair in PAIRS
    ):
        return MarkerClass.DRIVER_ON_MATCHED_THERAPY
    return None if driver_of(findings) is None else MarkerClass.NO_DRIVER


def _names(drug: Drug | str) -> tuple[str, ...]:
    return (drug.name,) if isinstance(drug, Drug) else tuple(row.name for row in read_drugs(drug).drugs)


def _found(findings: tuple[Finding, ...]) -> frozenset[str]:
    return frozenset(finding.marker.code for finding in findings if finding.marker and finding.result is Result.FOUND)
