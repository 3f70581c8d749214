"""Drugs by name, brand and code; the class of a therapy; drugs against markers."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest

from scheduling.catalog.drug_table import COMBINATIONS, DRUGS, DrugKind
from scheduling.catalog.drugs import drug_named, find_drug, read_drugs, therapy_class_of
from scheduling.catalog.markers import MARKERS, marker_named
from scheduling.catalog.pairs import PAIRS, check_pair, marker_class, pairs
from scheduling.catalog.primaries import PRIMARIES
from scheduling.catalog.sources import AS_OF, Tag
from scheduling.engine.vocabulary import SUBTYPES, MarkerClass, Site, TherapyClass


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("osimertinib", ["osimertinib"]),
        ("Tagrisso", ["osimertinib"]),
        ("ALECENSA caps", ["alectinib"]),
        ("CABOMETYX", ["cabozantinib"]),
        ("Lupron/Zytiga", ["leuprolide", "abiraterone"]),
        ("Kisqali + Femara", ["ribociclib", "letrozole"]),
        ("ipi/nivo", ["ipilimumab", "nivolumab"]),
        ("letrozole;ribociclib", ["letrozole", "ribociclib"]),
        ("pembrolizumab-axitinib", ["pembrolizumab", "axitinib"]),
        ("pembrolizumab (with axitinib)", ["pembrolizumab", "axitinib"]),
        ("trastuzumab deruxtecan", ["trastuzumab deruxtecan"]),
        ("fam-trastuzumab deruxtecan-nxki", ["trastuzumab deruxtecan"]),
        ("trastuzumab-dkst", ["trastuzumab"]),
        ("Phesgo", ["trastuzumab", "pertuzumab"]),
        ("Opdualag", ["nivolumab", "relatlimab"]),
        ("osimertinib 80 MG Oral Tablet", ["osimertinib"]),
        ("5 ML hyaluronidase-oysk 2000 UNT/ML / trastuzumab 120 MG/ML Injection", ["trastuzumab"]),
        ("PACLitaxel (175 mg/m² IV), 272.01mg", ["paclitaxel"]),
        ("carboplatin AUC5 + pemetrexed 500mg/m2", ["carboplatin", "pemetrexed"]),
        ("177Lu-PSMA-617", ["lutetium vipivotide tetraxetan"]),
        ("nab-paclitaxel", ["nab-paclitaxel"]),
        ("T-DM1", ["trastuzumab emtansine"]),
    ],
)
def test_drugs_are_read_from_names_brands_and_displays(text: str, names: list[str]) -> None:
    read = read_drugs(text)
    assert [drug.name for drug in read.drugs] == names
    assert read.unknown == ()
    found = find_drug(text)
    assert (found.name if found else None) == (names[0] if len(names) == 1 else None)


@pytest.mark.parametrize("text", ["trastuzumab somethingnew", "osimertinibb", "TKI", "", "chemotherapy", "trial drug"])
def test_nothing_is_guessed_from_a_part_of_a_name(text: str) -> None:
    assert find_drug(text) is None
    assert therapy_class_of([text]) is None


def test_unread_words_are_kept_for_a_person() -> None:
    read = read_drugs(["Tagrisso 80mg", "trastuzumab somethingnew"])
    assert [drug.name for drug in read.drugs] == ["osimertinib", "trastuzumab"]
    assert read.unknown == ("somethingnew",)


def test_no_two_drugs_share_a_spelling_or_a_code() -> None:
    spellings = Counter(spelling.lower() for drug in DRUGS for spelling in (drug.name, *drug.brands, *drug.aliases))
    spellings.update(brand.lower() for brand in COMBINATIONS)
    assert [spelling for spelling, count in spellings.items() if count > 1] == []
    codes = Counter(row.code for drug in DRUGS for row in drug.rxnorm)
    assert [code for code, count in codes.items() if count > 1] == []
    for drug in DRUGS:
        for spelling in (drug.name, *drug.brands, *drug.aliases):
            assert find_drug(spelling) == drug, spelling


def test_recalled_and_wrong_rxnorm_codes_are_not_kept() -> None:
    assert find_drug("1721581") == drug_named("osimertinib")
    for wrong in ("1732461", "1716277", "1860498", "1600416", "1721560", "1547545", "999999999"):
        assert find_drug(wrong) is None
    assert all(row.tag in (Tag.VERIFIED, Tag.SECONDARY) and row.source for drug in DRUGS for row in drug.rxnorm)


def test_every_drug_of_the_terminology_is_recognised(shared: Path) -> None:
    with (shared / "interop/terminology/drugs.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            drug = find_drug(row["ingredient"])
            assert drug is not None, row
            if row["therapy_class_for_engine"] == "bone_agent":
                assert drug.kind is DrugKind.BONE_AGENT
            elif drug.kind is not DrugKind.ENDOCRINE_PARTNER:
                assert therapy_class_of([drug]) == row["therapy_class_for_engine"], row
            if row["rxnorm"]:
                verified = row["status"].startswith("verified")
                assert find_drug(row["rxnorm"]) == (drug if verified else None), row


@pytest.mark.parametrize(
    ("drugs", "expected"),
    [
        (["pembrolizumab", "carboplatin", "pemetrexed"], "ici"),
        (["nivolumab", "cabozantinib"], "ici_tki"),
        (["lenvatinib", "pembrolizumab"], "ici_tki"),
        (["ipilimumab", "nivolumab"], "ici"),
        (["amivantamab", "carboplatin", "pemetrexed"], "chemo_adc"),
        (["amivantamab", "lazertinib"], "tki"),
        (["tucatinib", "capecitabine", "trastuzumab"], "tki"),
        (["docetaxel", "trastuzumab", "pertuzumab"], "chemo_adc"),
        (["letrozole", "ribociclib"], "endocrine"),
        (["ribociclib"], "endocrine"),
        (["fulvestrant", "capivasertib"], "endocrine"),
        (["capivasertib"], "tki"),
        (["exemestane", "everolimus"], "endocrine"),
        (["lenvatinib", "everolimus"], "tki"),
        (["leuprolide", "darolutamide"], "arpi_parp"),
        (["leuprolide", "olaparib"], "arpi_parp"),
        (["leuprolide"], "endocrine"),
        (["abiraterone", "prednisone"], "arpi_parp"),
        (["177Lu-PSMA-617", "leuprolide"], "radioligand"),
        (["osimertinib", "denosumab"], "tki"),
        (["denosumab"], None),
        (["prednisone"], None),
        (["lifileucel"], None),
        (["pembrolizumab", "somethingnew"], None),
        ([], None),
    ],
)
def test_class_of_a_therapy(drugs: list[str], expected: str | None) -> None:
    assert therapy_class_of(drugs) == expected
    assert therapy_class_of(list(reversed(drugs))) == expected


def test_drugs_of_the_cohort_are_all_read_and_classed(shared: Path) -> None:
    """Chemotherapy beside a checkpoint inhibitor is `ici` here, as in the worked cases; the cohort says chemo_adc."""
    other = set()
    with gzip.open(shared / "interop/cohort-25k/therapies.csv.gz", "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["class"] != TherapyClass.NONE:
                assert read_drugs(row["drugs"]).unknown == (), row
                if therapy_class_of([row["drugs"]]) != row["class"]:
                    other.add((row["drugs"].lower(), row["class"], therapy_class_of([row["drugs"]])))
    assert other == {
        ("carboplatin;pemetrexed;pembrolizumab", "chemo_adc", "ici"),
        ("paclitaxel;pembrolizumab", "chemo_adc", "ici"),
    }


# --- pairs


def test_every_pair_names_a_drug_a_marker_a_source_and_a_day() -> None:
    for pair in PAIRS:
        assert drug_named(pair.drug)
        assert pair.marker is None or marker_named(pair.marker)
        assert pair.source
        assert pair.as_of <= AS_OF
        assert not (pair.matched and pair.marker is None)
    assert len({marker.code for marker in MARKERS}) == len(MARKERS)
    keys = Counter((pair.site, pair.marker, pair.drug) for pair in PAIRS)
    assert [key for key, count in keys.items() if count > 1] == []


def test_t790m_belongs_to_osimertinib_not_crizotinib() -> None:
    assert {pair.drug for pair in pairs("egfr_t790m", "nsclc") if pair.matched} == {"osimertinib"}
    assert check_pair("osimertinib", ["EGFR T790M"], "nsclc") is None
    warning = check_pair("crizotinib", ["EGFR T790M"], "nsclc")
    assert warning is not None
    assert "ALK fusion" in warning.sentence
    assert "osimertinib" in warning.sentence


def test_crizotinib_targets_alk_ros1_and_met() -> None:
    assert {pair.marker for pair in pairs(site="nsclc") if pair.drug == "crizotinib"} == {
        "alk_fusion",
        "ros1_fusion",
        "met_ex14",
    }


def test_renal_cell_cancer_needs_no_marker() -> None:
    for drug in ("cabozantinib", "sunitinib", "axitinib", "belzutifan", "pembrolizumab", "lenvatinib"):
        assert check_pair(drug, [], "rcc") is None, drug
    assert not [pair for pair in pairs(site="rcc") if pair.site and pair.marker]


def test_braf_pairs_name_both_inhibitors() -> None:
    drugs = {pair.drug for pair in pairs("braf_v600", "melanoma")}
    assert {"dabrafenib", "trametinib", "encorafenib", "binimetinib", "vemurafenib", "cobimetinib"} <= drugs


@pytest.mark.parametrize(
    ("drug", "markers", "site", "words"),
    [
        ("gefitinib", ["EGFR L858R", "EGFR T790M"], "nsclc", "resistant to gefitinib"),
        ("osimertinib", [], "nsclc", "recorded: no marker"),
        ("osimertinib", ["EGFR L858R negative"], "nsclc", "recorded: no marker"),
        ("osimertinib", ["EGFR exon 20 insertion"], "nsclc", "Listed for what is recorded: amivantamab"),
        ("sotorasib", ["KRAS G12D"], "nsclc", "is listed here with KRAS G12C"),
        ("olaparib", ["HRR wild type"], "prostate", "recorded: no marker"),
        ("sunitinib", [], "breast", "is not listed for breast"),
        ("alpelisib", ["PIK3CA wild type"], "breast", "PIK3CA mutation"),
    ],
)
def test_a_pair_that_is_not_listed_gives_a_warning(drug: str, markers: list[str], site: str, words: str) -> None:
    warning = check_pair(drug, markers, site)
    assert warning is not None
    assert words in warning.sentence
    assert str(AS_OF) in warning.sentence


@pytest.mark.parametrize(
    ("drug", "markers", "site"),
    [
        ("docetaxel", [], "nsclc"),
        ("pembrolizumab", ["PD-L1 60%"], "nsclc"),
        ("letrozole", [], "breast"),
        ("enzalutamide", [], "prostate"),
        ("selpercatinib", ["RET M918T"], "thyroid"),
        ("larotrectinib", ["NTRK1 fusion"], "other"),
        ("trastuzumab deruxtecan", ["HER2 3+"], "breast"),
        ("olaparib", ["BRCA2 pathogenic variant"], "prostate"),
        ("lenvatinib", ["RET wild type"], "thyroid"),
    ],
)
def test_a_listed_pair_or_a_drug_without_markers_gives_none(drug: str, markers: list[str], site: str) -> None:
    assert check_pair(drug, markers, site) is None


@pytest.mark.parametrize(
    ("site", "markers", "drugs", "expected"),
    [
        ("nsclc", ["EGFR exon 19 deletion"], ["osimertinib"], MarkerClass.DRIVER_ON_MATCHED_THERAPY),
        (
            "nsclc",
            ["EGFR exon 19 deletion", "EGFR T790M"],
            ["Tagrisso"],
            MarkerClass.DRIVER_ON_MATCHED_THERAPY,
        ),
        ("nsclc", ["KRAS G12C"], ["sotorasib"], MarkerClass.DRIVER_ON_MATCHED_THERAPY),
        ("nsclc", ["ROS1 fusion"], ["entrectinib"], MarkerClass.DRIVER_ON_MATCHED_THERAPY),
        (
            "nsclc",
            ["EGFR exon 20 insertion"],
            ["amivantamab", "carboplatin", "pemetrexed"],
            MarkerClass.DRIVER_ON_MATCHED_THERAPY,
        ),
        ("nsclc", ["EGFR L858R", "EGFR T790M"], ["gefitinib"], MarkerClass.NO_DRIVER),
        ("nsclc", ["EGFR L858R"], ["docetaxel"], MarkerClass.NO_DRIVER),
        ("nsclc", ["EGFR L858R"], [], MarkerClass.NO_DRIVER),
        ("nsclc", ["EGFR L858R"], ["datopotamab deruxtecan"], MarkerClass.NO_DRIVER),
        ("nsclc", ["no driver found"], ["pembrolizumab"], MarkerClass.NO_DRIVER),
        ("nsclc", ["no driver found", "PD-L1 60%"], ["pembrolizumab"], MarkerClass.NO_DRIVER),
        ("nsclc", ["PD-L1 60%"], ["pembrolizumab"], None),
        ("nsclc", ["EGFR wild type"], ["pembrolizumab"], None),
        ("nsclc", ["EGFR L858R negative"], ["osimertinib"], None),
        ("nsclc", [], ["osimertinib"], None),
        ("melanoma", ["BRAF/NRAS wild type"], ["nivolumab"], MarkerClass.NO_DRIVER),
        ("melanoma", ["NRAS Q61R"], ["nivolumab"], MarkerClass.NO_DRIVER),
        ("rcc", [], ["cabozantinib"], None),
        ("rcc", ["VHL loss"], ["cabozantinib"], None),
        ("breast", ["ER+"], ["letrozole"], None),
    ],
)
def test_marker_class_of_a_record(
    site: str, markers: list[str], drugs: list[str], expected: MarkerClass | None
) -> None:
    assert marker_class(site, markers, drugs) == expected


# --- primaries


def test_primaries_hold_every_site_and_the_closed_subtypes() -> None:
    assert [primary.site for primary in PRIMARIES] == list(Site)
    for primary in PRIMARIES:
        assert primary.closed is (primary.site in SUBTYPES)
        if primary.closed:
            assert tuple(subtype.code for subtype in primary.subtypes) == SUBTYPES[primary.site]
