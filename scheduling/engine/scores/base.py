"""What every score shares: its description, its items, and a result that never totals a missing item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeVar

Letter = TypeVar("Letter", bound=str)

#: Shown on survival scores while a targeted therapy or an actionable marker is recorded (clinical dossier 1.10).
CAUTION = "This score predates this patient's therapy. It must not be used alone to exclude surgery or follow-up."


class Direction(StrEnum):
    """Which end of a scale is the bad one; shown beside every value, because the published scores disagree."""

    HIGHER_IS_BETTER = "higher_is_better"
    HIGHER_IS_WORSE = "higher_is_worse"
    NO_ORDER = "no_order"

    @property
    def arrow(self) -> str:
        """The words shown beside a value."""
        return _ARROWS[self]


_ARROWS = {
    Direction.HIGHER_IS_BETTER: "↑ higher is better",
    Direction.HIGHER_IS_WORSE: "↑ higher is worse",
    Direction.NO_ORDER: "a summary, not a number",
}


class ScoreKind(StrEnum):
    """The kinds of score, which are never mixed: only anatomy drives intervals."""

    ANATOMY = "anatomy"
    PROGNOSIS = "prognosis"
    FRAMEWORK = "framework"
    FUNCTION = "function"


class Band(NamedTuple):
    """A named range of totals, both ends included."""

    code: str
    lowest: int
    highest: int
    meaning: str


class Option(NamedTuple):
    """One answer to an item, with its published points."""

    code: str
    points: int
    label: str


class Item(NamedTuple):
    """One question of a score with its closed set of answers."""

    code: str
    label: str
    options: tuple[Option, ...]


class ScoreResult(NamedTuple):
    """One use of a score: a total only when every item is known, else the range it can still take."""

    total: int | None
    lowest: int
    highest: int
    band: str | None
    missing: tuple[str, ...]

    @property
    def known_points(self) -> int:
        """The sum of what is known: the lowest total still possible."""
        return self.lowest

    @property
    def text(self) -> str:
        """The value as shown: ``11``, or ``6 to 10, undetermined`` while an item is missing."""
        return str(self.total) if self.total is not None else f"{self.lowest} to {self.highest}, undetermined"


@dataclass(frozen=True, slots=True)
class Score:
    """A published instrument, as it is shown.

    `derived_before` is the year before which its patients were treated; None where it measures no survival.
    `calculate` takes the items by name and gives a ScoreResult; None where nothing is ever computed.
    """

    code: str
    name: str
    kind: ScoreKind
    direction: Direction
    lowest: int | None
    highest: int | None
    source: str
    year: int
    derived_before: int | None = None
    items: tuple[Item, ...] = ()
    bands: tuple[Band, ...] = ()
    limits: tuple[str, ...] = ()
    calculate: Callable[..., ScoreResult] | None = field(default=None, compare=False, repr=False)

    @property
    def provenance(self) -> str:
        """The sentence about the patients behind it; empty where no survival was measured."""
        return f"derived from patients treated before {self.derived_before}" if self.derived_before else ""

    def band_of(self, total: int) -> str | None:
        """Code of the band that holds `total`; None where the score has no bands."""
        return next((band.code for band in self.bands if band.lowest <= total <= band.highest), None)


class ScoreInputError(ValueError):
    """One or several items that are not what the instrument asks for; `problems` names each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def check_items(score: str, items: tuple[Item, ...], values: Mapping[str, object], known: Sequence[str] = ()) -> None:
    """Refuse every answer outside its item's closed set with what is `known` to be wrong; None is "not recorded".

    Raises ScoreInputError, all problems at once.
    """
    problems = list(known)
    for item in items:
        value = values[item.code]
        if value is not None and value not in {option.code for option in item.options}:
            expected = ", ".join(option.code for option in item.options)
            problems.append(f"{score}.{item.code}: {value!r} is not an answer; expected one of {expected}")
    if problems:
        raise ScoreInputError(tuple(problems))


def grades(meanings: Mapping[Letter, str]) -> tuple[Item, ...]:
    """The one item of a scale of grades that carry no points."""
    return (Item("grade", "Grade", tuple(Option(one, 0, f"{one}: {text}") for one, text in meanings.items())),)


def add_up(
    score: str,
    items: tuple[Item, ...],
    bands: tuple[Band, ...],
    values: Mapping[str, str | None],
    problems: Sequence[str] = (),
) -> ScoreResult:
    """Add the points of an additive score; a missing item gives no total and no band, but the possible range.

    Raises ScoreInputError with `problems` and every answer outside its set.
    """
    check_items(score, items, values, problems)
    lowest = highest = 0
    missing = []
    for item in items:
        value = values[item.code]
        if value is None:
            points = [option.points for option in item.options]
            missing.append(item.code)
        else:
            points = [option.points for option in item.options if option.code == value]
        lowest += min(points)
        highest += max(points)
    if missing:
        return ScoreResult(None, lowest, highest, None, tuple(missing))
    band = next((band.code for band in bands if band.lowest <= lowest <= band.highest), None)
    return ScoreResult(lowest, lowest, lowest, band, ())


def caution_for(score: Score, *, targeted_therapy: bool, actionable_marker: bool) -> str | None:
    """The fixed caution, on survival scores of a patient with a targeted therapy or an actionable marker."""
    if score.kind is ScoreKind.PROGNOSIS and (targeted_therapy or actionable_marker):
        return CAUTION
    return None
