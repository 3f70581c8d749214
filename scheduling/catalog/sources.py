"""How sure a catalogue row is, and the day the catalogue stands for."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

#: The catalogue reflects approvals in the USA as known on this day; they change monthly.
AS_OF = date(2026, 11, 21)


class Tag(StrEnum):
    """How a row was verified."""

    VERIFIED = "V"
    SECONDARY = "V2"
    KNOWN_HIGH = "K hi"
    KNOWN_MEDIUM = "K med"
    LOCAL = "local"

    @property
    def meaning(self) -> str:
        """The words shown beside a row."""
        return _MEANINGS[self]


_MEANINGS = {
    Tag.VERIFIED: "verified against the named source",
    Tag.SECONDARY: "seen in a secondary source",
    Tag.KNOWN_HIGH: "from knowledge, high confidence, not verified",
    Tag.KNOWN_MEDIUM: "from knowledge, medium confidence, not verified",
    Tag.LOCAL: "a local convention of this catalogue",
}

#: The rows' common source: the clinical dossier's section on cancers and targeted therapies.
DOSSIER = "clinical dossier, section 4"
LABEL = "US label or approval notice"
MCODE = "HL7 mCODE 4.0.0"
SYNTHEA = "Synthea"
