"""Systemic drugs: generic name, kind, brand names and the RxNorm codes somebody verified."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from scheduling.catalog.sources import AS_OF, MCODE, SYNTHEA, Tag


class DrugKind(StrEnum):
    """What a drug counts as when the class of a therapy is worked out."""

    TKI = "tki"
    ICI = "ici"
    ENDOCRINE = "endocrine"
    #: Given with endocrine therapy, whose class it then takes (CDK4/6, PI3K, AKT and mTOR inhibitors).
    ENDOCRINE_PARTNER = "endocrine_partner"
    ARPI_PARP = "arpi_parp"
    RADIOLIGAND = "radioligand"
    CHEMO_ADC = "chemo_adc"
    BONE_AGENT = "bone_agent"
    SUPPORTIVE = "supportive"
    #: A systemic cancer drug that none of the classes describes: a person must say.
    UNCLASSED = "unclassed"


class Target(StrEnum):
    """What a drug inhibits, where that matters before surgery or radiotherapy (clinical dossier, section 4)."""

    VEGFR = "vegfr"
    BRAF = "braf"
    MEK = "mek"


class RxNorm(NamedTuple):
    """A code, what it stands for, and who verified it. Recalled codes are not kept."""

    code: str
    term_type: str
    tag: Tag
    source: str


class Drug(NamedTuple):
    """One ingredient."""

    name: str
    kind: DrugKind
    brands: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    rxnorm: tuple[RxNorm, ...] = ()
    note: str = ""
    as_of: date = AS_OF
    target: Target | None = None


K, T = DrugKind, Target


def _v(code: str, term_type: str, source: str, tag: Tag = Tag.VERIFIED) -> RxNorm:
    return RxNorm(code, term_type, tag, source)


_CPIC, _GENOMICS, _THIRD = (
    "CPIC drug table",
    "HL7 genomics-reporting 3.0.0 example",
    "third party, said to be from RxNav",
)

DRUGS: tuple[Drug, ...] = (
    # EGFR, HER2, ALK, ROS1, MET, RET, KRAS, NTRK
    Drug("osimertinib", K.TKI, ("Tagrisso",), rxnorm=(_v("1721581", "SCD 80 mg tablet", _THIRD, Tag.SECONDARY),)),
    Drug("erlotinib", K.TKI, ("Tarceva",)),
    Drug("gefitinib", K.TKI, ("Iressa",), rxnorm=(_v("349472", "SCD 250 mg tablet", MCODE),)),
    Drug("afatinib", K.TKI, ("Gilotrif", "Giotrif")),
    Drug("dacomitinib", K.TKI, ("Vizimpro",)),
    Drug("lazertinib", K.TKI, ("Lazcluze",)),
    Drug("sunvozertinib", K.TKI, ("Zegfrovy",), note="accelerated approval 2 Jul 2025"),
    Drug("mobocertinib", K.TKI, ("Exkivity",), note="withdrawn"),
    Drug("zongertinib", K.TKI, ("Hernexeos",), note="approved 8 Aug 2025"),
    Drug("alectinib", K.TKI, ("Alecensa",), rxnorm=(_v("1727455", "IN", MCODE),)),
    Drug("brigatinib", K.TKI, ("Alunbrig",), rxnorm=(_v("1921217", "IN", MCODE),)),
    Drug("lorlatinib", K.TKI, ("Lorbrena", "Lorviqua"), rxnorm=(_v("2103164", "IN", MCODE),)),
    Drug("ceritinib", K.TKI, ("Zykadia",), rxnorm=(_v("1535457", "IN", MCODE),)),
    Drug("crizotinib", K.TKI, ("Xalkori",), rxnorm=(_v("1148495", "IN", MCODE),), note="targets ALK, ROS1, MET"),
    Drug("ensartinib", K.TKI, ("Ensacove",)),
    Drug("entrectinib", K.TKI, ("Rozlytrek",)),
    Drug("repotrectinib", K.TKI, ("Augtyro",)),
    Drug("taletrectinib", K.TKI, ("Ibtrozi",), note="approved 11 Jun 2025"),
    Drug("capmatinib", K.TKI, ("Tabrecta",)),
    Drug("tepotinib", K.TKI, ("Tepmetko",)),
    Drug("selpercatinib", K.TKI, ("Retevmo", "Retsevmo")),
    Drug("pralsetinib", K.TKI, ("Gavreto",)),
    Drug("sotorasib", K.TKI, ("Lumakras", "Lumykras")),
    Drug("adagrasib", K.TKI, ("Krazati",)),
    Drug("larotrectinib", K.TKI, ("Vitrakvi",)),
    Drug("tucatinib", K.TKI, ("Tukysa",)),
    Drug("lapatinib", K.TKI, ("Tykerb", "Tyverb"), rxnorm=(_v("480167", "IN", _GENOMICS),)),
    Drug("neratinib", K.TKI, ("Nerlynx",), rxnorm=(_v("1940648", "SCD 40 mg tablet", SYNTHEA),)),
    # BRAF, MEK, KIT
    Drug("dabrafenib", K.TKI, ("Tafinlar",), rxnorm=(_v("1424911", "IN", _CPIC),), target=T.BRAF),
    Drug("trametinib", K.TKI, ("Mekinist",), target=T.MEK),
    Drug("vemurafenib", K.TKI, ("Zelboraf",), target=T.BRAF),
    Drug("cobimetinib", K.TKI, ("Cotellic",), target=T.MEK),
    Drug("encorafenib", K.TKI, ("Braftovi",), target=T.BRAF),
    Drug("binimetinib", K.TKI, ("Mektovi",), target=T.MEK),
    Drug("imatinib", K.TKI, ("Gleevec", "Glivec")),
    # VEGFR and multikinase, HIF-2a
    Drug("cabozantinib", K.TKI, ("Cabometyx", "Cometriq"), note="before surgery: check current label", target=T.VEGFR),
    Drug("sunitinib", K.TKI, ("Sutent",), target=T.VEGFR),
    Drug("pazopanib", K.TKI, ("Votrient",), target=T.VEGFR),
    Drug("axitinib", K.TKI, ("Inlyta",), target=T.VEGFR),
    Drug("tivozanib", K.TKI, ("Fotivda",), target=T.VEGFR),
    Drug("lenvatinib", K.TKI, ("Lenvima", "Kisplyx"), target=T.VEGFR),
    Drug("sorafenib", K.TKI, ("Nexavar",), target=T.VEGFR),
    Drug("vandetanib", K.TKI, ("Caprelsa",), target=T.VEGFR),
    Drug("belzutifan", K.TKI, ("Welireg",), note="HIF-2a inhibitor; counted with the TKIs (local convention)"),
    # checkpoint inhibitors
    Drug("pembrolizumab", K.ICI, ("Keytruda",)),
    Drug("nivolumab", K.ICI, ("Opdivo",), aliases=("nivo",)),
    Drug("ipilimumab", K.ICI, ("Yervoy",), aliases=("ipi",)),
    Drug("relatlimab", K.ICI),
    Drug("atezolizumab", K.ICI, ("Tecentriq",)),
    Drug("cemiplimab", K.ICI, ("Libtayo",)),
    Drug("durvalumab", K.ICI, ("Imfinzi",)),
    Drug("avelumab", K.ICI, ("Bavencio",)),
    Drug("tremelimumab", K.ICI, ("Imjudo",)),
    Drug("lifileucel", K.UNCLASSED, ("Amtagvi",), note="cell therapy; no class of the policy describes it"),
    # endocrine and its partners
    Drug("letrozole", K.ENDOCRINE, ("Femara",)),
    Drug(
        "anastrozole",
        K.ENDOCRINE,
        ("Arimidex",),
        rxnorm=(_v("84857", "IN", MCODE), _v("199224", "SCD 1 mg tablet", SYNTHEA)),
    ),
    Drug("exemestane", K.ENDOCRINE, ("Aromasin",), rxnorm=(_v("310261", "SCD 25 mg tablet", SYNTHEA),)),
    Drug("fulvestrant", K.ENDOCRINE, ("Faslodex",), rxnorm=(_v("727762", "SCD 5 mL syringe", SYNTHEA),)),
    Drug("tamoxifen", K.ENDOCRINE, ("Nolvadex", "Soltamox"), rxnorm=(_v("198240", "SCD 10 mg tablet", SYNTHEA),)),
    Drug("elacestrant", K.ENDOCRINE, ("Orserdu",), note="later oral SERDs: check"),
    Drug("leuprolide", K.ENDOCRINE, ("Lupron", "Eligard", "Prostap"), aliases=("leuprorelin",)),
    Drug("goserelin", K.ENDOCRINE, ("Zoladex",)),
    Drug("triptorelin", K.ENDOCRINE, ("Decapeptyl", "Trelstar")),
    Drug("degarelix", K.ENDOCRINE, ("Firmagon",)),
    Drug("relugolix", K.ENDOCRINE, ("Orgovyx",)),
    Drug("bicalutamide", K.ENDOCRINE, ("Casodex",)),
    Drug("palbociclib", K.ENDOCRINE_PARTNER, ("Ibrance",), rxnorm=(_v("1601380", "SCD 100 mg capsule", SYNTHEA),)),
    Drug("ribociclib", K.ENDOCRINE_PARTNER, ("Kisqali",), rxnorm=(_v("1873983", "SCD 200 mg tablet", SYNTHEA),)),
    Drug("abemaciclib", K.ENDOCRINE_PARTNER, ("Verzenio", "Verzenios"), rxnorm=(_v("1946840", "SBD 100 mg", SYNTHEA),)),
    Drug("alpelisib", K.ENDOCRINE_PARTNER, ("Piqray",)),
    Drug("inavolisib", K.ENDOCRINE_PARTNER, ("Itovebi",)),
    Drug("capivasertib", K.ENDOCRINE_PARTNER, ("Truqap",)),
    Drug("everolimus", K.ENDOCRINE_PARTNER, ("Afinitor", "Votubia"), note="a TKI where no endocrine drug is given"),
    # androgen receptor pathway, PARP
    Drug("abiraterone", K.ARPI_PARP, ("Zytiga", "Yonsa")),
    Drug("enzalutamide", K.ARPI_PARP, ("Xtandi",)),
    Drug("apalutamide", K.ARPI_PARP, ("Erleada",)),
    Drug("darolutamide", K.ARPI_PARP, ("Nubeqa",)),
    Drug("olaparib", K.ARPI_PARP, ("Lynparza",)),
    Drug("rucaparib", K.ARPI_PARP, ("Rubraca",)),
    Drug("niraparib", K.ARPI_PARP, ("Zejula",)),
    Drug("talazoparib", K.ARPI_PARP, ("Talzenna",)),
    # radioligands
    Drug(
        "lutetium vipivotide tetraxetan",
        K.RADIOLIGAND,
        ("Pluvicto",),
        aliases=("177Lu-PSMA-617", "Lu-PSMA", "lutetium-177 PSMA", "lutetium Lu 177 vipivotide tetraxetan"),
    ),
    Drug("radium-223", K.RADIOLIGAND, ("Xofigo",), aliases=("radium 223", "radium-223 dichloride", "radium Ra 223")),
    # antibodies, conjugates, chemotherapy
    Drug("amivantamab", K.CHEMO_ADC, ("Rybrevant",)),
    Drug("trastuzumab", K.CHEMO_ADC, ("Herceptin", "Herceptin Hylecta", "Kanjinti", "Ogivri", "Trazimera", "Ontruzant"),
         aliases=("trastuzumab hyaluronidase", "hyaluronidase trastuzumab"),
         rxnorm=(_v("2119714", "SCD with hyaluronidase", SYNTHEA),)),
    Drug("pertuzumab", K.CHEMO_ADC, ("Perjeta",)),
    Drug("trastuzumab emtansine", K.CHEMO_ADC, ("Kadcyla",), aliases=("ado-trastuzumab emtansine", "T-DM1", "TDM1")),
    Drug("trastuzumab deruxtecan", K.CHEMO_ADC, ("Enhertu",), aliases=("fam-trastuzumab deruxtecan", "T-DXd")),
    Drug("datopotamab deruxtecan", K.CHEMO_ADC, ("Datroway",), aliases=("Dato-DXd",), note="approved 23 Jun 2025"),
    Drug("sacituzumab govitecan", K.CHEMO_ADC, ("Trodelvy",)),
    Drug("telisotuzumab vedotin", K.CHEMO_ADC, ("Emrelis",), note="approved 14 May 2025"),
    Drug("bevacizumab", K.CHEMO_ADC, ("Avastin",)),
    Drug("ramucirumab", K.CHEMO_ADC, ("Cyramza",)),
    Drug("paclitaxel", K.CHEMO_ADC, ("Taxol",),
         rxnorm=(_v("56946", "IN", MCODE), _v("583214", "SCD 100 mg injection", SYNTHEA))),
    Drug("nab-paclitaxel", K.CHEMO_ADC, ("Abraxane",), aliases=("nab paclitaxel", "paclitaxel protein-bound")),
    Drug("docetaxel", K.CHEMO_ADC, ("Taxotere",)),
    Drug("cabazitaxel", K.CHEMO_ADC, ("Jevtana",)),
    Drug("carboplatin", K.CHEMO_ADC, ("Paraplatin",)),
    Drug("cisplatin", K.CHEMO_ADC, ("Platinol",),
         rxnorm=(_v("309311", "SCD", MCODE), _v("1736854", "SCD 50 mg injection", SYNTHEA))),
    Drug("oxaliplatin", K.CHEMO_ADC, ("Eloxatin",), rxnorm=(_v("1736776", "SCD", SYNTHEA),)),
    Drug("pemetrexed", K.CHEMO_ADC, ("Alimta",)),
    Drug("etoposide", K.CHEMO_ADC, ("Toposar",), rxnorm=(_v("1734340", "SCD 100 mg injection", SYNTHEA),)),
    Drug("gemcitabine", K.CHEMO_ADC, ("Gemzar",)),
    Drug("vinorelbine", K.CHEMO_ADC, ("Navelbine",)),
    Drug("vincristine", K.CHEMO_ADC, rxnorm=(_v("11202", "IN", MCODE),)),
    Drug("capecitabine", K.CHEMO_ADC, ("Xeloda",)),
    Drug("fluorouracil", K.CHEMO_ADC, aliases=("5-fluorouracil", "5-FU")),
    Drug("eribulin", K.CHEMO_ADC, ("Halaven",)),
    Drug("doxorubicin", K.CHEMO_ADC, ("Adriamycin",), rxnorm=(_v("3639", "IN", MCODE), _v("1790099", "SCD", SYNTHEA))),
    Drug("epirubicin", K.CHEMO_ADC, ("Ellence",), rxnorm=(_v("1732186", "SCD", SYNTHEA),)),
    Drug("idarubicin", K.CHEMO_ADC, ("Idamycin",), rxnorm=(_v("5650", "IN", MCODE),)),
    Drug("cyclophosphamide", K.CHEMO_ADC, ("Cytoxan",),
         rxnorm=(_v("3002", "IN", MCODE), _v("1734919", "SCD", SYNTHEA))),
    Drug("dacarbazine", K.CHEMO_ADC, ("DTIC",)),
    Drug("temozolomide", K.CHEMO_ADC, ("Temodar", "Temodal")),
    # read, and never a systemic therapy of their own
    Drug("denosumab", K.BONE_AGENT, ("Xgeva", "Prolia")),
    Drug("zoledronic acid", K.BONE_AGENT, ("Zometa", "Reclast"), aliases=("zoledronate",),
         rxnorm=(_v("1114085", "SCD", SYNTHEA),)),
    Drug("pamidronate", K.BONE_AGENT, ("Aredia",)),
    Drug("prednisone", K.SUPPORTIVE, rxnorm=(_v("8640", "IN", MCODE),)),
    Drug("prednisolone", K.SUPPORTIVE),
    Drug("dexamethasone", K.SUPPORTIVE),
    Drug("leucovorin", K.SUPPORTIVE, aliases=("folinic acid",), rxnorm=(_v("1803932", "SCD 100 mg", SYNTHEA),)),
    Drug("folic acid", K.SUPPORTIVE),
    Drug("ondansetron", K.SUPPORTIVE, ("Zofran",)),
)  # fmt: skip

#: Brands that hold several ingredients.
COMBINATIONS: dict[str, tuple[str, ...]] = {
    "Phesgo": ("trastuzumab", "pertuzumab"),
    "Opdualag": ("nivolumab", "relatlimab"),
    "Akeega": ("niraparib", "abiraterone"),
    "Kisqali Femara Co-Pack": ("ribociclib", "letrozole"),
}
