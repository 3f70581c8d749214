"""What the drawing of the spine is made of: bodies, bulges, labels and brackets, as numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MappedLesion:
    """What the map says of one lesion; `band` is a SINS band, ``unknown`` or ``stabilised``; `escc` "" is not known."""

    level: str
    band: str
    title: str
    under: str
    escc: str


@dataclass(frozen=True, slots=True)
class Treated:
    """Radiation at levels, with the words of its bracket."""

    levels: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Body:
    """One vertebra: its middle, its size and its turn in degrees."""

    level: str
    x: float
    y: float
    width: float
    height: float
    turn: float
    band: str = ""

    @property
    def left(self) -> float:
        """Left edge before the turn."""
        return round(self.x - self.width / 2, 1)

    @property
    def top(self) -> float:
        """Upper edge before the turn."""
        return round(self.y - self.height / 2, 1)

    @property
    def back(self) -> float:
        """Right edge before the turn, where the canal begins."""
        return round(self.x + self.width / 2, 1)

    @property
    def process(self) -> float:
        """Left edge of the spinous process, behind the canal."""
        return round(self.x + self.width / 2 + 17, 1)


@dataclass(frozen=True, slots=True)
class Bulge:
    """Tumour in the canal at one level; an unknown grade is a dashed ring."""

    x: float
    y: float
    depth: float
    tone: str


@dataclass(frozen=True, slots=True)
class MapLabel:
    """A lesion's words at the right and the leader to its level."""

    x: int
    y: float
    from_x: float
    from_y: float
    title: str
    under: str

    @property
    def under_y(self) -> float:
        """Where the second line stands."""
        return round(self.y + 14, 1)

    @property
    def leader(self) -> str:
        """Points of the line from the level to the words."""
        return f"{self.from_x},{self.from_y} {self.x - 26},{self.y} {self.x - 4},{self.y}"


@dataclass(frozen=True, slots=True)
class Bracket:
    """Levels that were irradiated, at the far left."""

    top: float
    bottom: float
    words: str

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return round((self.top + self.bottom) / 2 + 4, 1)


@dataclass(frozen=True, slots=True)
class SpineMap:
    """The whole drawing."""

    width: int
    height: int
    words: str
    bodies: tuple[Body, ...]
    hit: frozenset[str]
    cord: str
    cauda: str
    bulges: tuple[Bulge, ...]
    labels: tuple[MapLabel, ...]
    brackets: tuple[Bracket, ...]
    rods: tuple[str, ...]
