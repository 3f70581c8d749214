"""Written markers, genes and variants, and coded tests."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from scheduling.catalog.genes import GENES, read_gene
from scheduling.catalog.markers import read_finding, read_marker
from scheduling.catalog.observation_codes import (
    ECOG_OF_ANSWER,
    MARKER_TESTS,
    OBSERVATIONS,
    RESPONSE_OF_STATUS,
    STATUS_OF_RESPONSE,
    read_marker_test,
    read_variant,
)
from scheduling.engine.vocabulary import ResponseCategory

#: Every distinct value of the cohort's marker column: subtype, markers, is there a driver.
COHORT: dict[tuple[str, str], tuple[str | None, tuple[str, ...], bool | None]] = {
    ("nsclc", "EGFR exon 19 deletion"): (None, ("EGFR exon 19 deletion",), True),
    ("nsclc", "EGFR L858R"): (None, ("EGFR L858R",), True),
    ("nsclc", "EGFR exon 20 insertion"): (None, ("EGFR exon 20 insertion",), True),
    ("nsclc", "ALK fusion"): (None, ("ALK fusion",), True),
    ("nsclc", "ROS1 fusion"): (None, ("ROS1 fusion",), True),
    ("nsclc", "RET fusion"): (None, ("RET fusion",), True),
    ("nsclc", "MET exon 14 skipping"): (None, ("MET exon 14 skipping",), True),
    ("nsclc", "BRAF V600E"): (None, ("BRAF V600E",), True),
    ("nsclc", "KRAS G12C"): (None, ("KRAS G12C",), True),
    ("nsclc", "none found"): (None, ("no driver found",), False),
    ("nsclc", ""): (None, (), None),
    ("breast", "ER+/HER2-"): ("hr_pos_her2_neg", ("ER+", "HER2-"), None),
    ("breast", "HER2+"): ("her2_pos", ("HER2+",), True),
    ("breast", "triple negative"): ("tnbc", ("ER-", "PR-", "HER2-"), None),
    ("breast", ""): (None, (), None),
    ("melanoma", "BRAF V600E"): (None, ("BRAF V600E",), True),
    ("melanoma", "NRAS Q61R"): (None, ("NRAS Q61R",), True),
    ("melanoma", "BRAF/NRAS wild type"): (None, ("BRAF/NRAS wild type",), False),
    ("melanoma", ""): (None, (), None),
    ("rcc", "clear cell"): ("clear_cell", (), None),
    ("rcc", "papillary"): ("papillary", (), None),
    ("rcc", ""): (None, (), None),
    # hormone-sensitive or castration-resistant is not written: unknown
    ("prostate", "BRCA2 pathogenic variant"): (None, ("BRCA2 pathogenic variant",), True),
    ("prostate", "ATM pathogenic variant"): (None, ("ATM pathogenic variant",), True),
    ("prostate", "HRR wild type"): (None, ("HRR wild type",), False),
    ("prostate", ""): (None, (), None),
    # BRAF does not say whether the tumour is differentiated or anaplastic
    ("thyroid", "BRAF V600E"): (None, ("BRAF V600E",), True),
    ("thyroid", "RET M918T (medullary)"): ("medullary", ("RET M918T",), True),
    ("thyroid", "differentiated, radioiodine refractory"): ("rai_refractory", (), None),
    ("thyroid", "anaplastic"): ("anaplastic", (), None),
    ("thyroid", ""): (None, (), None),
}


@pytest.mark.parametrize(("site", "text"), COHORT)
def test_marker_field(site: str, text: str) -> None:
    for written in (text, f" {text}\u00a0", text.upper() if text.islower() else text):
        reading = read_marker(site, written)
        assert (reading.subtype, reading.markers, reading.driver) == COHORT[site, text]
        assert reading.unread == ""


def test_every_value_of_the_cohort_is_decided(shared: Path) -> None:
    with gzip.open(shared / "interop/cohort-25k/patients.csv.gz", "rt", newline="") as lines:
        written = {(row["primary_site"], row["marker"].replace("\u00a0", " ").strip()) for row in csv.DictReader(lines)}
    assert written == set(COHORT)


def test_markers_read_again_from_the_record_say_the_same() -> None:
    for (site, text), (subtype, markers, driver) in COHORT.items():
        again = read_marker(site, "; ".join(markers))
        assert (again.markers, again.driver) == (markers, driver), text
        assert site != "breast" or again.subtype == subtype


@pytest.mark.parametrize(
    ("text", "code", "result"),
    [
        ("HER2 3+", "her2", "found"),
        ("HER2 2+", "her2", "undecided"),
        ("HER2 1+", "her2", "not_found"),
        ("HER2 0+", "her2", "not_found"),
        ("HER2", "her2", "undecided"),
        ("HER2-low", "her2", "undecided"),
        ("HER2 positive", "her2", "found"),
        ("ER+", "er", "found"),
        ("ER-", "er", "not_found"),
        ("ER positive 90%", "er", "found"),
        ("PD-L1 60%", "pd_l1", "found"),
        ("PD-L1 negative", "pd_l1", "not_found"),
        ("PIK3CA H1047R", "pik3ca", "found"),
        ("PIK3CA wild type", "pik3ca", "not_found"),
        ("EGFR not tested", "egfr", "undecided"),
        ("BRAF V600E VUS", "braf_v600", "undecided"),
        ("no EGFR mutation", "egfr", "not_found"),
        ("EGFR ex19del", "egfr_ex19del", "found"),
        ("RET M918T", "ret_mutation", "found"),
        ("ERBB2 mutation", "her2_mutation", "found"),
        ("MSI-H", "msi_h", "found"),
        ("VHL loss", "vhl", "found"),
        ("EGFR", "egfr", "undecided"),
        ("ALK", "alk_fusion", "undecided"),
        ("BRCA2", "brca2", "undecided"),
        ("EGFR exon 19", "egfr_ex19del", "undecided"),
        ("EGFR exon 20 insertion likely benign", "egfr_ex20ins", "undecided"),
        ("MET ex14", "met_ex14", "found"),
        ("EGFR L747_P753delinsS", "egfr", "found"),
        ("PD-L1 <1%", "pd_l1", "not_found"),
        ("PD-L1 10%", "pd_l1", "found"),
        ("ALK rearrangement: none", "alk_fusion", "not_found"),
        ("KRAS G12C undetected", "kras_g12c", "not_found"),
        ("BRAF unmutated", "braf", "not_found"),
    ],
)
def test_findings(text: str, code: str, result: str) -> None:
    finding = read_finding(text)
    assert finding.marker is not None
    assert (finding.marker.code, finding.result) == (code, result)


@pytest.mark.parametrize("text", ["p53 mutated", "Ki-67 40%", "CA 15-3 31", "METASTATIC", "see report", "prior chemo"])
def test_unknown_texts_are_no_marker(text: str) -> None:
    assert read_finding(text).marker is None
    reading = read_marker("nsclc", text)
    assert (reading.markers, reading.driver, reading.unread) == ((), None, text)


@pytest.mark.parametrize(
    ("text", "subtype"),
    [
        ("ER-/PR-/HER2-", "tnbc"),
        ("ER+/PR-/HER2 0+", "hr_pos_her2_neg"),
        ("ER-/PR+/HER2-", "hr_pos_her2_neg"),
        ("ER+/HER2+", "her2_pos"),
        ("ER-/HER2-", None),
        ("ER+", None),
        ("ER+/HER2 2+", None),
        ("ER+/ER-/HER2-", None),
    ],
)
def test_breast_subtype_needs_what_decides_it(text: str, subtype: str | None) -> None:
    assert read_marker("breast", text).subtype == subtype


def test_an_unknown_site_is_refused() -> None:
    with pytest.raises(ValueError, match="colon"):
        read_marker("colon", "KRAS G12C")


# --- genes and variants


def test_gene_ids_agree_with_public_examples_where_those_are_right(shared: Path) -> None:
    text = (shared / "interop/terminology/status_marker_codes.csv").read_text()
    ids = {gene.symbol: gene.hgnc for gene in GENES}
    for symbol in ("EGFR", "BRAF", "ALK", "ERBB2", "BRCA1", "BRCA2", "PIK3CA", "ROS1", "MET"):
        assert f"{symbol} {ids[symbol]}" in text
    # The table repeats a public example that swaps NRAS and KIT.
    assert (ids["NRAS"], ids["KIT"]) == (7989, 6342)
    assert len(set(ids.values())) == len(ids)


def test_gene_by_id_with_and_without_prefix_and_by_name() -> None:
    for code, display in (("HGNC:3236", "EGFR"), ("3236", None), ("HGNC:3236", None), (None, "egfr")):
        gene = read_gene(code, display).gene
        assert gene is not None
        assert gene.symbol == "EGFR"
    her2 = read_gene(None, "HER2").gene
    assert her2 is not None
    assert her2.symbol == "ERBB2"


@pytest.mark.parametrize(("code", "display"), [("HGNC:7989", "KIT"), ("HGNC:6342", "NRAS"), ("HGNC:99999", "EGFR")])
def test_a_gene_whose_id_and_display_disagree_is_asked_about(code: str, display: str) -> None:
    reading = read_gene(code, display)
    assert reading.gene is None
    assert display in reading.problem
    assert read_variant(code, display, "p.(Gln61Arg)").text is None


def test_an_unknown_gene_is_unknown() -> None:
    assert read_gene("HGNC:11998", "TP53").gene is None
    assert read_variant("HGNC:11998", "TP53", "p.R175H").problem == "TP53 is not a gene of the catalogue"


@pytest.mark.parametrize(
    ("gene", "change", "text"),
    [
        ("HGNC:3236", "p.(Thr790Met)", "EGFR T790M"),
        ("HGNC:3236", "p.T790M", "EGFR T790M"),
        ("3236", "NP_005219.2:p.Leu858Arg", "EGFR L858R"),
        ("HGNC:3236", "p.(Glu746_Ala750del)", "EGFR exon 19 deletion"),
        ("HGNC:3236", "p.L747_P753delinsS", "EGFR exon 19 deletion"),
        ("HGNC:3236", "p.(Asp770_Asn771insSerValAsp)", "EGFR exon 20 insertion"),
        ("HGNC:1097", "p.(Val600Glu)", "BRAF V600E"),
        ("HGNC:6407", "p.Gly12Cys", "KRAS G12C"),
        ("HGNC:9967", "p.(Met918Thr)", "RET M918T"),
        ("HGNC:3236", None, "EGFR mutation"),
        ("HGNC:3430", None, "HER2 mutation"),
    ],
)
def test_variants_read_as_the_catalogue_writes_them(gene: str, change: str | None, text: str) -> None:
    assert read_variant(gene, None, change).text == text
    assert read_finding(text).marker is not None


# --- coded tests and statuses


def test_marker_tests() -> None:
    assert read_marker_test("78205-2", "10828004") == "ALK fusion"
    assert read_marker_test("48676-1", "260385009") == "HER2-"
    assert read_marker_test("16112-5", "LA6576-8") == "ER+"
    assert read_marker_test("48676-1", "42425007") is None
    assert read_marker_test("2857-1", "10828004") is None
    for test in MARKER_TESTS.values():
        assert read_finding(test.positive).result == "found"
        assert read_finding(test.negative).result == "not_found"


def test_codes_of_the_terminology_are_known(shared: Path) -> None:
    known = {row.code for row in OBSERVATIONS} | set(MARKER_TESTS)
    with (shared / "interop/terminology/status_marker_codes.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            if row["system"] == "LOINC":
                assert row["code"] in known, row


def test_disease_status_both_ways() -> None:
    assert RESPONSE_OF_STATUS["268910001"] is ResponseCategory.PARTIAL
    assert RESPONSE_OF_STATUS["271299001"] is ResponseCategory.PROGRESSIVE
    assert RESPONSE_OF_STATUS["359746009"] is ResponseCategory.STABLE
    assert "709137006" not in RESPONSE_OF_STATUS
    assert "399409002" not in RESPONSE_OF_STATUS
    assert set(STATUS_OF_RESPONSE) == set(ResponseCategory)
    assert STATUS_OF_RESPONSE[ResponseCategory.MIXED] == "709137006"


def test_ecog_answers() -> None:
    assert [ECOG_OF_ANSWER[code] for code in ("LA9622-7", "LA9623-5", "LA9627-6")] == [0, 1, 5]
    assert set(ECOG_OF_ANSWER.values()) == set(range(6))


def test_ca_15_3_is_not_ca_125() -> None:
    codes = {row.name: row.code for row in OBSERVATIONS}
    assert codes["CA 15-3"] == "6875-9"
    assert "10334-1" not in codes.values()
    assert codes["Karnofsky performance status"] == "89243-0"
