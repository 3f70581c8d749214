"""What planning runs of a policy: its rules as functions, and which of them are left for a pattern of bits.

The index (`index`) says with bits which rules can still hold for a person. For each pattern the functions that are
left are kept together (`Left`), with what needs no further question standing ready; `compiling` writes the functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scheduling.engine.planning.index import Index, Rule
from scheduling.engine.plans import FactRead, Gap, PlannedItem
from scheduling.engine.record.view import Sets, View


class CompiledRow(NamedTuple):
    """What planning keeps of a row beside the text. `rule` is what the index knows and leaves open.

    `place` is the row's bit; `kept` is None where the row suspends nothing.
    """

    id: str
    rank: int
    place: int
    rule: Rule
    kept: frozenset[str] | None
    keep_dates: bool
    replaces: frozenset[str]
    replaces_in: frozenset[str]
    counted_by: dict[str, str]


#: A row that is listed: its id, the rank of its urgency, what it read and what it asks for.
Fired = tuple[str, int, tuple[FactRead, ...], list[PlannedItem]]


Ask = Callable[[View, list[Fired]], None]
Holds = Callable[[View], bool]


class Left(NamedTuple):
    """What can still hold for one pattern of bits; what needs no further question stands ready.

    `rows` are the rows that suspend nothing, by the chosen one. `tasks` are by the row that governs, None for none.
    """

    suspending: bool
    choice: tuple[tuple[str, Holds | None], ...]
    rows: dict[str, tuple[Ask, ...]]
    tasks: dict[str | None, tuple[frozenset[str], tuple[Callable[[View, list[str]], None], ...]]]
    gaps: tuple[tuple[Gap, ...], tuple[Callable[[View, list[Gap]], None], ...]]
    requests: tuple[tuple[str, Holds | None], ...]


class Placed(NamedTuple):
    """A rule's bit, what it is about, and its function; None where the bit alone answers."""

    place: int
    name: str
    act: Callable[..., Any] | None


#: So many patterns are kept; a clinic has a few thousand.
_MOST = 50_000


@dataclass(frozen=True)
class Compiled:
    """What planning runs."""

    sets: Sets
    index: Index
    rows: tuple[CompiledRow, ...]
    suspend: Callable[[View, int], tuple[list[Fired], str | None]]
    asks: tuple[Placed, ...]
    choice: tuple[Placed, ...]
    otherwise: str
    tasks: tuple[tuple[str | None, Placed], ...]
    gaps: tuple[Placed, ...]
    requests: tuple[Placed, ...]
    asks_nothing: frozenset[str]
    known: dict[int, Left] = field(default_factory=dict)

    def left(self, mask: int) -> Left:
        """What is left for a pattern, worked out when it is first met."""
        if len(self.known) >= _MOST:
            self.known.clear()
        found = self.known[mask] = self._left(mask)
        return found

    def _left(self, mask: int) -> Left:
        def of(placed: tuple[Placed, ...]) -> list[Placed]:
            return [one for one in placed if mask >> one.place & 1]

        asked, chosen_from = of(self.asks), of(self.choice)
        choosable = {one.name for one in self.choice}
        tasks = {}
        for under in dict.fromkeys(under for under, _ in self.tasks):
            left = of(tuple(one for other, one in self.tasks if other == under))
            ready = frozenset(one.name for one in left if one.act is None)
            tasks[under] = ready, tuple(one.act for one in left if one.act is not None)
        gaps = of(self.gaps)
        return Left(
            suspending=any(row.kept is not None and mask >> row.place & 1 for row in self.rows),
            choice=tuple((one.name, one.act) for one in chosen_from),
            rows={
                chosen: tuple(
                    one.act
                    for one in self.asks
                    if one.act is not None
                    and (one.name == chosen or (one in asked and one.name not in choosable))
                )
                for chosen in {self.otherwise, *(one.name for one in chosen_from)}
            },
            tasks=tasks,
            gaps=(
                tuple(Gap(one.name) for one in gaps if one.act is None),
                tuple(one.act for one in gaps if one.act is not None),
            ),
            requests=tuple((one.name, one.act) for one in of(self.requests)),
        )
