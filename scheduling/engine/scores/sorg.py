"""SORG mortality probabilities: calculated elsewhere and stored, never computed here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduling.engine.scores.base import Direction, Score, ScoreInputError, ScoreKind


@dataclass(frozen=True, slots=True)
class SorgValue:
    """Probabilities of death after surgery (0 to 1) that a person copied from an external calculator.

    Raises ScoreInputError, all problems at once, for a probability outside 0 to 1, for a longer horizon less
    probable than a shorter one, and for a value that does not say which model gave it.
    """

    calculated_on: date
    model: str
    model_version: str
    calculator_url: str
    six_weeks: float | None = None
    ninety_days: float | None = None
    one_year: float | None = None

    def __post_init__(self) -> None:
        values = {"six_weeks": self.six_weeks, "ninety_days": self.ninety_days, "one_year": self.one_year}
        problems = [
            f"sorg.{name}: {value!r} is not a probability; expected a number from 0 to 1"
            for name, value in values.items()
            if value is not None and (type(value) not in (int, float) or not 0 <= value <= 1)
        ]
        given = [value for value in values.values() if value is not None]
        if not given:
            problems.append("sorg: no probability is given; expected at least one of six_weeks, ninety_days, one_year")
        elif not problems and given != sorted(given):
            problems.append("sorg: a longer horizon is less probable than a shorter one; check the three values")
        for name, text in (("model", self.model), ("model_version", self.model_version)):
            if not text.strip():
                problems.append(f"sorg.{name}: missing; an external value names its model and version")
        if problems:
            raise ScoreInputError(tuple(problems))


SORG = Score(
    code="sorg",
    name="SORG mortality probabilities (calculated externally)",
    kind=ScoreKind.PROGNOSIS,
    direction=Direction.HIGHER_IS_WORSE,
    lowest=0,
    highest=1,
    source="Karhade AV et al. 2019; review DOI 10.1007/s00586-021-06954-6",
    year=2019,
    derived_before=2019,
    limits=("No published coefficients reproduce the model: the value is copied from its calculator.",),
)
