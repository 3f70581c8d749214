"""LOINC codes of observations, the answers they take, and disease status as the spine response it stands for."""

from __future__ import annotations

import re
from typing import NamedTuple

from scheduling.catalog.genes import read_gene
from scheduling.catalog.sources import MCODE, Tag
from scheduling.engine.vocabulary import ResponseCategory


class Observed(NamedTuple):
    """An observation code the product reads."""

    code: str
    name: str
    unit: str
    tag: Tag
    source: str


ECOG, KARNOFSKY, DISEASE_STATUS, VARIANT = "89247-1", "89243-0", "97509-4", "69548-6"
PAIN = "72514-3"

OBSERVATIONS: tuple[Observed, ...] = (
    Observed(ECOG, "ECOG performance status", "{score}", Tag.VERIFIED, MCODE),
    Observed(KARNOFSKY, "Karnofsky performance status", "{score}", Tag.VERIFIED, MCODE),
    Observed(DISEASE_STATUS, "Cancer disease status", "", Tag.VERIFIED, MCODE),
    Observed(VARIANT, "Genetic variant assessment", "", Tag.VERIFIED, MCODE),
    Observed(PAIN, "Pain severity 0 to 10", "{score}", Tag.VERIFIED, "several public repositories"),
    Observed("2857-1", "PSA", "ng/mL", Tag.VERIFIED, MCODE),
    Observed("3013-0", "Thyroglobulin", "ng/mL", Tag.VERIFIED, MCODE),
    Observed("1992-7", "Calcitonin", "pg/mL", Tag.VERIFIED, MCODE),
    Observed("2039-6", "CEA", "ng/mL", Tag.VERIFIED, MCODE),
    Observed("6875-9", "CA 15-3", "U/mL", Tag.VERIFIED, MCODE),  # never 10334-1: that is CA 125
    Observed("17842-6", "CA 27-29", "U/mL", Tag.VERIFIED, MCODE),
    Observed("2532-0", "LDH", "U/L", Tag.VERIFIED, MCODE),
    Observed("98979-8", "eGFR, CKD-EPI 2021", "mL/min/1.73 m2", Tag.VERIFIED, "several public repositories"),
    Observed("62238-1", "eGFR, CKD-EPI 2009", "mL/min/1.73 m2", Tag.KNOWN_MEDIUM, "from knowledge"),
    Observed("1751-7", "Albumin", "g/dL", Tag.KNOWN_HIGH, "from knowledge"),
    Observed("2160-0", "Creatinine", "mg/dL", Tag.SECONDARY, "public repositories"),
    Observed("6768-6", "Alkaline phosphatase", "U/L", Tag.KNOWN_HIGH, "from knowledge"),
)

EGFR_RENAL_CODES = ("98979-8", "62238-1")

#: LOINC answers of the ECOG question (LL529-9), 0 to 5.
ECOG_OF_ANSWER: dict[str, int] = {
    "LA9622-7": 0,
    "LA9623-5": 1,
    "LA9624-3": 2,
    "LA9625-0": 3,
    "LA9626-8": 4,
    "LA9627-6": 5,
    # A public table prints this one, whose check digit is wrong; it stands for no other answer.
    "LA9627-3": 5,
}

PRESENT, ABSENT = "LA9633-4", "LA9634-2"
#: SNOMED CT and LOINC answers of marker tests; any other answer is undecided.
POSITIVE_ANSWERS = frozenset({"10828004", "LA6576-8", PRESENT, "52101004"})
NEGATIVE_ANSWERS = frozenset({"260385009", "LA6577-6", ABSENT, "2667000"})

GENE_STUDIED, PROTEIN_HGVS, CODING_HGVS, SOURCE_CLASS = "48018-6", "48005-3", "48004-6", "48002-0"
GERMLINE, SOMATIC = "LA6683-2", "LA6684-0"


class MarkerTest(NamedTuple):
    """What a marker test says when it is positive or negative, in the wording of the catalogue."""

    positive: str
    negative: str


MARKER_TESTS: dict[str, MarkerTest] = {
    "78205-2": MarkerTest("ALK fusion", "ALK negative"),
    "85299-6": MarkerTest("BRAF V600E", "BRAF V600E negative"),
    "48676-1": MarkerTest("HER2+", "HER2-"),
    "85319-2": MarkerTest("HER2+", "HER2-"),
    "85318-4": MarkerTest("HER2+", "HER2-"),
    "16112-5": MarkerTest("ER+", "ER-"),
    "85337-4": MarkerTest("ER+", "ER-"),
    "16113-3": MarkerTest("PR+", "PR-"),
    "85339-0": MarkerTest("PR+", "PR-"),
    "38530-2": MarkerTest("BRCA2 pathogenic variant", "BRCA2 negative"),
    "83052-1": MarkerTest("PD-L1 positive", "PD-L1 negative"),
    "55766-0": MarkerTest("EGFR L858R", "EGFR L858R negative"),
}


def read_marker_test(loinc: str, answer: str) -> str | None:
    """The marker that a coded test result stands for; None for another test, or an answer that decides nothing."""
    test = MARKER_TESTS.get(loinc)
    if test is None:
        return None
    if answer in POSITIVE_ANSWERS:
        return test.positive
    return test.negative if answer in NEGATIVE_ANSWERS else None


class VariantReading(NamedTuple):
    """A variant in the catalogue's wording; `text` is None where it cannot be read, `problem` says why."""

    text: str | None
    problem: str = ""


_ONE_LETTER = dict(
    zip(
        "Ala Arg Asn Asp Cys Gln Glu Gly His Ile Leu Lys Met Phe Pro Ser Thr Trp Tyr Val Ter".split(),  # noqa: SIM905
        "ARNDCQEGHILKMFPSTWYV*",
        strict=True,
    )
)
_DISPLAYED = {"ERBB2": "HER2"}
_EGFR_EXON_19, _EGFR_EXON_20 = range(729, 762), range(762, 824)


def read_variant(gene_code: str | None, gene_display: str | None, protein_hgvs: str | None) -> VariantReading:
    """A genomic variant (HGNC id and HGVS protein change, one or three letters) as ``EGFR T790M``.

    EGFR exon 19 deletions and exon 20 insertions get their names from their codons. Without a protein change the
    gene alone is named (``EGFR mutation``). Nothing is guessed for a gene whose id and display disagree.
    """
    reading = read_gene(gene_code, gene_display)
    if reading.gene is None:
        named = gene_display or gene_code or "no gene"
        return VariantReading(None, reading.problem or f"{named} is not a gene of the catalogue")
    symbol = _DISPLAYED.get(reading.gene.symbol, reading.gene.symbol)
    change = re.sub(r"^.*?p\.\s*", "", (protein_hgvs or "").strip()).strip("()")
    if not change:
        return VariantReading(f"{symbol} mutation")
    short = re.sub(r"[A-Z][a-z]{2}", lambda match: _ONE_LETTER.get(match[0], match[0]), change)
    positions = [int(number) for number in re.findall(r"(?<=[A-Z*])\d+", short)]
    if symbol == "EGFR" and positions:
        if "del" in short and all(position in _EGFR_EXON_19 for position in positions):
            return VariantReading("EGFR exon 19 deletion")
        if re.search(r"ins|dup", short) and all(position in _EGFR_EXON_20 for position in positions):
            return VariantReading("EGFR exon 20 insertion")
    return VariantReading(f"{symbol} {short}")


#: Evidence of a disease status. Imaging alone moves the schedule; a tumour marker is a question.
IMAGING_EVIDENCE, TUMOUR_MARKER_EVIDENCE = "363679005", "250724005"

#: mCODE's trend, and the answers of older senders, as a spine response. Undetermined decides nothing.
RESPONSE_OF_STATUS: dict[str, ResponseCategory] = {
    "268910001": ResponseCategory.PARTIAL,
    "359746009": ResponseCategory.STABLE,
    "271299001": ResponseCategory.PROGRESSIVE,
    "550991000124107": ResponseCategory.COMPLETE,
    "103338009": ResponseCategory.COMPLETE,
    "551001000124108": ResponseCategory.PARTIAL,
    "103337004": ResponseCategory.PARTIAL,
}
UNDETERMINED, NOT_A_TREND = "709137006", "399409002"

#: Our response as mCODE's trend, for export. Mixed and suspected pseudoprogression have no code: undetermined.
STATUS_OF_RESPONSE: dict[ResponseCategory, str] = {
    ResponseCategory.COMPLETE: "268910001",
    ResponseCategory.PARTIAL: "268910001",
    ResponseCategory.STABLE: "359746009",
    ResponseCategory.PROGRESSIVE: "271299001",
    ResponseCategory.MIXED: UNDETERMINED,
    ResponseCategory.PSEUDOPROGRESSION_SUSPECTED: UNDETERMINED,
    ResponseCategory.NOT_ASSESSED: UNDETERMINED,
}

#: SNOMED CT codes of a patient's standing.
REFUSED, LOST_TO_FOLLOW_UP, DEAD, HOSPICE = "105480006", "399307001", "419620001", "385763009"
