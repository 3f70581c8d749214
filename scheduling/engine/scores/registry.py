"""Every score the product knows, in the order of the patient page."""

from __future__ import annotations

from scheduling.engine.scores.asia import ASIA
from scheduling.engine.scores.base import Score
from scheduling.engine.scores.bauer import MODIFIED_BAUER
from scheduling.engine.scores.ecog import ECOG
from scheduling.engine.scores.escc import ESCC
from scheduling.engine.scores.frankel import FRANKEL
from scheduling.engine.scores.karnofsky import KARNOFSKY
from scheduling.engine.scores.nesms import NESMS
from scheduling.engine.scores.noms import NOMS
from scheduling.engine.scores.sins import SINS
from scheduling.engine.scores.sorg import SORG
from scheduling.engine.scores.tokuhashi import TOKUHASHI
from scheduling.engine.scores.tomita import TOMITA

SCORES: tuple[Score, ...] = (
    SINS,
    ESCC,
    TOKUHASHI,
    TOMITA,
    MODIFIED_BAUER,
    NESMS,
    SORG,
    NOMS,
    ECOG,
    KARNOFSKY,
    FRANKEL,
    ASIA,
)

_BY_CODE = {score.code: score for score in SCORES}


def score_named(code: str) -> Score:
    """The score with this code; raises KeyError naming the known ones."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise KeyError(f"{code!r} is not a score; expected one of {', '.join(_BY_CODE)}") from None
