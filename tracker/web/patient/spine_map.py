"""The lateral column C1 to S5 as numbers of a drawing: bodies on one smooth line, bulges, labels pushed apart.

Schematic, not an image and not to scale; front is left. The lesion table beside it holds the same facts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from scheduling.engine.vocabulary import LEVEL_RANK, LEVELS, span_levels
from tracker.web.patient.spine_shapes import Body, Bracket, Bulge, MapLabel, MappedLesion, SpineMap, Treated

WIDTH, TOP, LABELS_X, LABEL_STEP = 534, 14, 252, 34
_HEIGHT = {"C": 13.0, "T": 19.0, "L": 25.0, "S": 14.0}
_BODY = {"C": (20.0, 22.0), "T": (23.0, 31.0), "L": (33.0, 37.0), "S": (34.0, 14.0)}
#: Share of the length from head to tail, and how far right of the left edge the line runs there.
_LINE = (
    (0.0, 140),
    (0.10, 134),
    (0.26, 150),
    (0.48, 172),
    (0.62, 160),
    (0.76, 132),
    (0.86, 130),
    (0.93, 146),
    (1.0, 168),
)
#: How far a grade bulges into the canal, in units of the drawing.
_BULGE = {"1a": 3.5, "1b": 5.5, "1c": 8.0, "2": 10.5, "3": 13.0}
_BULGE_TONE = {"1a": "low", "1b": "low", "1c": "own", "2": "high", "3": "high"}


def spine_map(
    lesions: Sequence[MappedLesion],
    radiation: Iterable[Treated] = (),
    instrumented: Iterable[Sequence[str]] = (),
) -> SpineMap:
    """The map of these lesions; those without a level are not drawn and stand in the table alone."""
    placed = sorted((each for each in lesions if each.level in LEVEL_RANK), key=lambda each: LEVEL_RANK[each.level])
    bands: dict[str, str] = {}
    for lesion in placed:
        bands.setdefault(lesion.level, lesion.band)
    bodies = _bodies(bands)
    at = {body.level: body for body in bodies}
    height = round(bodies[-1].y + 24)
    labels = _labels(placed, at, height)
    height = max([height, *(round(label.y) + 24 for label in labels)])
    words = "; ".join(f"{lesion.title}, {lesion.under}" for lesion in placed) or "No lesion with a level is recorded"
    return SpineMap(
        width=WIDTH,
        height=height,
        words=f"Lateral spine, front at the left: {words}.",
        bodies=bodies,
        hit=frozenset(bands),
        cord=_points(bodies[: LEVEL_RANK["L1"] + 1]),
        cauda=_points(bodies[LEVEL_RANK["L1"] :]),
        bulges=tuple(_bulge(lesion, at[lesion.level]) for lesion in placed if lesion.escc != "0"),
        labels=labels,
        brackets=tuple(_brackets(radiation, at)),
        rods=tuple(rod for levels in instrumented if (rod := _rod(levels, at))),
    )


def _bodies(bands: dict[str, str]) -> tuple[Body, ...]:
    steps = [_HEIGHT[level[0]] for level in LEVELS]
    whole = sum(steps)
    bodies, y = [], 0.0
    for level, step in zip(LEVELS, steps, strict=True):
        middle = y + step / 2
        share = middle / whole
        number, count = int(level[1:]), sum(1 for each in LEVELS if each[0] == level[0])
        first, last = _BODY[level[0]]
        width = first + (last - first) * (number - 1) / max(count - 1, 1)
        slope = (_x(min(share + 0.02, 1.0)) - _x(max(share - 0.02, 0.0))) / (0.04 * whole)
        bodies.append(
            Body(
                level,
                round(_x(share), 1),
                round(TOP + middle, 1),
                round(width, 1),
                round(step - 3, 1),
                round(-math.degrees(math.atan(slope)), 1),
                bands.get(level, ""),
            )
        )
        y += step
    return tuple(bodies)


def _x(share: float) -> float:
    """The smooth line through `_LINE` (cosine between neighbours)."""
    for (before, left), (after, right) in pairwise(_LINE):
        if share <= after:
            part = (1 - math.cos((share - before) / (after - before) * math.pi)) / 2
            return left + (right - left) * part
    return float(_LINE[-1][1])


def _points(bodies: Sequence[Body]) -> str:
    return " ".join(f"{round(body.back + 8, 1)},{body.y}" for body in bodies)


def _bulge(lesion: MappedLesion, body: Body) -> Bulge:
    return Bulge(
        body.back + (0 if lesion.escc else 8),
        body.y,
        _BULGE.get(lesion.escc, 0.0),
        _BULGE_TONE.get(lesion.escc, "unknown"),
    )


def _labels(lesions: Sequence[MappedLesion], at: dict[str, Body], height: int) -> tuple[MapLabel, ...]:
    """Wanted beside their level; pushed down, then up, until each has its own two lines."""
    wanted = [at[lesion.level].y for lesion in lesions]
    ys = list(wanted)
    for i in range(1, len(ys)):
        ys[i] = max(ys[i], ys[i - 1] + LABEL_STEP)
    floor = max(height - 20.0, TOP + 8.0 + LABEL_STEP * (len(ys) - 1))
    for i in reversed(range(len(ys))):
        ys[i] = min(ys[i], floor)
        floor = ys[i] - LABEL_STEP
    return tuple(
        MapLabel(
            LABELS_X,
            round(y, 1),
            round(at[lesion.level].back + 36, 1),
            at[lesion.level].y,
            lesion.title,
            lesion.under,
        )
        for lesion, y in zip(lesions, ys, strict=True)
    )


def _spread(levels: Iterable[str]) -> list[str]:
    found: list[str] = []
    for entry in levels:
        try:
            found += span_levels(entry)
        except ValueError:
            continue  # an import may hold words here; the table shows them as written
    return sorted(set(found), key=LEVEL_RANK.__getitem__)


def _brackets(radiation: Iterable[Treated], at: dict[str, Body]) -> list[Bracket]:
    brackets = []
    for treated in radiation:
        levels = _spread(treated.levels)
        if levels:
            first, last = at[levels[0]], at[levels[-1]]
            brackets.append(Bracket(first.top, round(last.top + last.height, 1), treated.words))
    return brackets


def _rod(levels: Sequence[str], at: dict[str, Body]) -> str:
    found = _spread(levels)
    return " ".join(f"{round(at[level].back + 14, 1)},{at[level].y}" for level in found) if len(found) > 1 else ""
