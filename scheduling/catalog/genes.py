"""Genes by HGNC id: the id decides, a display beside it is checked."""

from __future__ import annotations

import re
from typing import NamedTuple

from scheduling.catalog.sources import MCODE, Tag


class Gene(NamedTuple):
    """A gene that markers name."""

    symbol: str
    hgnc: int
    tag: Tag
    source: str


_REPOSITORIES = "several public repositories"
_KNOWLEDGE = "genenames.org, from knowledge"

GENES: tuple[Gene, ...] = (
    Gene("EGFR", 3236, Tag.VERIFIED, MCODE),
    Gene("BRCA2", 1101, Tag.VERIFIED, MCODE),
    Gene("PTEN", 9588, Tag.VERIFIED, MCODE),
    Gene("BRAF", 1097, Tag.VERIFIED, MCODE),
    Gene("ALK", 427, Tag.VERIFIED, MCODE),
    Gene("BRCA1", 1100, Tag.VERIFIED, MCODE),
    Gene("MET", 7029, Tag.VERIFIED, MCODE),
    Gene("PALB2", 26144, Tag.VERIFIED, MCODE),
    Gene("ERBB2", 3430, Tag.SECONDARY, _REPOSITORIES),
    Gene("PIK3CA", 8975, Tag.SECONDARY, _REPOSITORIES),
    Gene("ROS1", 10261, Tag.SECONDARY, _REPOSITORIES),
    Gene("RET", 9967, Tag.KNOWN_HIGH, _KNOWLEDGE),
    Gene("KRAS", 6407, Tag.KNOWN_HIGH, _KNOWLEDGE),
    # Public examples swap these two: 7989 is NRAS and 6342 is KIT.
    Gene("NRAS", 7989, Tag.KNOWN_HIGH, _KNOWLEDGE),
    Gene("KIT", 6342, Tag.KNOWN_HIGH, _KNOWLEDGE),
    Gene("NTRK1", 8031, Tag.KNOWN_HIGH, _KNOWLEDGE),
    Gene("NTRK2", 8032, Tag.KNOWN_HIGH, _KNOWLEDGE),
    Gene("NTRK3", 8033, Tag.KNOWN_HIGH, _KNOWLEDGE),
    Gene("ATM", 795, Tag.KNOWN_HIGH, _KNOWLEDGE),
    Gene("ESR1", 3467, Tag.KNOWN_HIGH, _KNOWLEDGE),
    Gene("VHL", 12687, Tag.KNOWN_HIGH, _KNOWLEDGE),
    Gene("AXL", 905, Tag.KNOWN_HIGH, _KNOWLEDGE),
    Gene("KDR", 6307, Tag.KNOWN_HIGH, _KNOWLEDGE),
)

_BY_HGNC = {gene.hgnc: gene for gene in GENES}
_BY_SYMBOL = {gene.symbol: gene for gene in GENES}
_ALIASES = {"HER2": "ERBB2", "HER-2": "ERBB2", "HER2/NEU": "ERBB2", "VEGFR2": "KDR"}


class GeneReading(NamedTuple):
    """What an HGNC id and a display say; `gene` is None when neither is known, `problem` tells of a conflict."""

    gene: Gene | None
    problem: str = ""


def gene_named(symbol: str) -> Gene | None:
    """The gene with this symbol or common alias, in any case."""
    name = symbol.strip().upper()
    return _BY_SYMBOL.get(_ALIASES.get(name, name))


def read_gene(code: str | None, display: str | None) -> GeneReading:
    """Read an HGNC id, with or without its prefix, and the display beside it.

    The two disagreeing is never resolved by a guess: `gene` is None and `problem` names both.
    """
    match = re.fullmatch(r"(?:HGNC:)?\s*(\d{1,6})", (code or "").strip(), re.IGNORECASE)
    by_id = _BY_HGNC.get(int(match[1])) if match else None
    by_name = gene_named(display) if display else None
    if by_id and by_name and by_id is not by_name:
        return GeneReading(None, f"{code} is {by_id.symbol}, but its display says {display}; expected the two to agree")
    if match and not by_id and by_name:
        return GeneReading(
            None, f"{code} is not the id of {by_name.symbol} (HGNC:{by_name.hgnc}), which its display names"
        )
    return GeneReading(by_id or by_name)
