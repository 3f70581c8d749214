"""Reading drugs from names, brands and RxNorm codes, and the class of a therapy from its drugs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from scheduling.catalog.drug_table import COMBINATIONS, DRUGS, Drug, DrugKind
from scheduling.engine.vocabulary import TherapyClass

_BY_NAME: dict[str, Drug] = {drug.name: drug for drug in DRUGS}
_BY_RXNORM: dict[str, Drug] = {row.code: drug for drug in DRUGS for row in drug.rxnorm}

_SPELLINGS: dict[str, tuple[Drug, ...]] = {
    spelling.lower(): (drug,) for drug in DRUGS for spelling in (drug.name, *drug.brands, *drug.aliases)
}
_SPELLINGS |= {brand.lower(): tuple(_BY_NAME[name] for name in names) for brand, names in COMBINATIONS.items()}

# Longest first, so that trastuzumab deruxtecan is never read as trastuzumab.
_ANY_SPELLING = re.compile(
    r"(?<![a-z0-9])(?:"
    + "|".join(re.escape(spelling) for spelling in sorted(_SPELLINGS, key=len, reverse=True))
    + r")(?![a-z0-9])"
)
# The four letters that tell a biosimilar or a later batch of the same ingredient apart (trastuzumab-dkst).
_SUFFIX = re.compile(r"(?<=[a-z]{4}(?:ab|se|in|an))-[a-z]{4}(?![a-z0-9])")
_NOISE = frozenset(
    """mg mcg ug g kg ml l unt units iu hr hrs hour hours m2 m² mg/m² auc dose mci mbq kbq
    oral tablet tablets tab tabs capsule capsules cap caps injection injectable inj solution suspension infusion
    intravenous iv subcutaneous sc im po prefilled syringe pen vial kit pack film coated extended release concentrate
    hydrochloride hcl mesylate mesilate tosylate acetate citrate phosphate malate maleate succinate ditosylate
    dimethyl sulfoxide dihydrochloride disodium sodium esylate fumarate camsylate s-malate hyaluronidase
    once twice daily weekly every day days week weeks cycle cycles bd bid od qd tds q2w q3w q4w q6w monthly
    and with plus for then combined per on""".split()  # noqa: SIM905
)  # fmt: skip


class DrugsRead(NamedTuple):
    """What a text names: the drugs in the order of the text, and the words that nobody could read."""

    drugs: tuple[Drug, ...]
    unknown: tuple[str, ...]


def read_drugs(texts: str | Iterable[str]) -> DrugsRead:
    """Read every drug in one or several texts: generic and brand names in any case, doses and forms ignored.

    A word that is neither a drug nor a dose goes to `unknown`, for a person; nothing is guessed from a part of it.
    """
    drugs: dict[str, Drug] = {}
    unknown: list[str] = []
    for text in (texts,) if isinstance(texts, str) else texts:
        words = _SUFFIX.sub("", " ".join(text.lower().split()))
        for found in _ANY_SPELLING.findall(words):
            drugs.update((drug.name, drug) for drug in _SPELLINGS[found])
        for fragment in re.split(r"[;+&|,/()\[\]\s]", _ANY_SPELLING.sub(" ; ", words)):
            word = fragment.strip(" .:-_®™'\"*")
            if word and word not in _NOISE and not re.fullmatch(r"[\d.,%]+(?:[a-zµ²³]{1,3}\d?)?|auc\d+", word):
                unknown.append(word)
    return DrugsRead(tuple(drugs.values()), tuple(dict.fromkeys(unknown)))


def find_drug(text_or_rxnorm: str) -> Drug | None:
    """The one drug that a name, a brand or a verified RxNorm code stands for; None when it names none or several.

    A name with a word that is not understood (``trastuzumab somethingnew``) is not its first word: None.
    """
    text = text_or_rxnorm.strip()
    if text.isdigit():
        return _BY_RXNORM.get(text)
    read = read_drugs(text)
    return read.drugs[0] if len(read.drugs) == 1 and not read.unknown else None


def drug_named(name: str) -> Drug:
    """The catalogue row of a generic name; raises KeyError for a name that is not in the catalogue."""
    return _BY_NAME[name]


def therapy_class_of(drugs: Iterable[Drug | str]) -> TherapyClass | None:
    """Class of one line of therapy from its drugs.

    Checkpoint inhibitor with TKI: ici_tki; with chemotherapy: ici. TKI with chemotherapy or an antibody: tki. A
    CDK4/6, PI3K, AKT or mTOR inhibitor takes the class of the endocrine drug beside it. Bone agents and
    supportive drugs have no class. None, to be asked, when a drug is not in the catalogue or none has a class.
    """
    rows: list[Drug] = []
    for drug in drugs:
        if isinstance(drug, Drug):
            rows.append(drug)
            continue
        read = read_drugs(drug)
        if read.unknown or not read.drugs:
            return None
        rows += read.drugs
    kinds = {row.kind for row in rows} - {DrugKind.BONE_AGENT, DrugKind.SUPPORTIVE}
    if DrugKind.UNCLASSED in kinds:
        return None
    if DrugKind.ENDOCRINE_PARTNER in kinds:
        kinds.discard(DrugKind.ENDOCRINE_PARTNER)
        kinds.add(DrugKind.ENDOCRINE if _is_endocrine_regimen(rows) else DrugKind.TKI)
    if DrugKind.ICI in kinds:
        return TherapyClass.ICI_TKI if DrugKind.TKI in kinds else TherapyClass.ICI
    return next((therapy for kind, therapy in _PRECEDENCE if kind in kinds), None)


_CDK46 = frozenset({"palbociclib", "ribociclib", "abemaciclib"})

_PRECEDENCE = (
    (DrugKind.TKI, TherapyClass.TKI),
    (DrugKind.CHEMO_ADC, TherapyClass.CHEMO_ADC),
    (DrugKind.RADIOLIGAND, TherapyClass.RADIOLIGAND),
    (DrugKind.ARPI_PARP, TherapyClass.ARPI_PARP),
    (DrugKind.ENDOCRINE, TherapyClass.ENDOCRINE),
)


def _is_endocrine_regimen(rows: list[Drug]) -> bool:
    """A CDK4/6 inhibitor belongs to endocrine therapy also where a record forgot to name the partner."""
    return any(row.kind is DrugKind.ENDOCRINE or row.name in _CDK46 for row in rows)
