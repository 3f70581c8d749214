"""A night as it was, everybody planned and counted by the plans, and as it is, whose day has come; in one run."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from tests.benchmarks.databases import analysed, migrated, on_both, seconds

TODAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 0, 5, tzinfo=UTC)
#: Two sizes, so that growth is seen.
SIZES = (500, 2000)
#: The quiet night is short: so many of it stand against the middle of `WHOLE` nights of the old kind.
QUIET, WHOLE = 9, 3
SHARES = (1, 5)
#: Nights in a row in which nobody records anything.
IN_A_ROW = 5


def run(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """Measure both databases, each in a process of its own; one that does not answer is named with its reason."""
    figures: dict[str, Any] = {"sizes": sizes} | on_both("tests.benchmarks.nights", *map(str, sorted(sizes)))
    figures["lines"] = [line for name in ("sqlite", "postgresql") for line in lines(figures[name])]
    return figures


def lines(measured: dict[str, Any]) -> list[str]:
    if "skipped" in measured:
        return [f"  {measured['skipped']}"]
    lines = [f"  {measured['database']}"]
    for size in measured["nights"]:
        lines.append(f"    {size['patients']:,} patients; in {IN_A_ROW} nights {size['looked_at']:.2%} looked at")
        for name, one in size["nights"].items():
            lines.append(
                f"      {name:16} everybody {one['whole_ms']:9,.0f} ms, whose day has come {one['due_ms']:8,.1f} ms: "
                f"{one['ratio']:,.0f} times"
            )
    return lines


# In the child


def measure(sizes: list[int]) -> dict[str, Any]:
    """Both kinds of night, with nothing recorded and with a study for one in a hundred and one in twenty."""
    from tests.benchmarks.replanning_rows import make_patients
    from tracker.services.acts.occasion import by_the_scheduler
    from tracker.services.policies import ensure_default
    from tracker.services.schedule.planning import replan_all

    database = migrated()
    ensure_default(occasion=by_the_scheduler(TODAY, AT))
    draw = random.Random(20_261_120)
    keys: list[int] = []
    nights = []
    for size in sizes:
        keys += make_patients(size - len(keys), draw, TODAY)
        replan_all(occasion=by_the_scheduler(TODAY, AT))
        analysed()
        nights.append(_nights(keys, draw))
    return {"database": database, "nights": nights}


def _nights(keys: list[int], draw: random.Random) -> dict[str, Any]:
    today = TODAY
    measured = {"nothing recorded": _compared(lambda: None, today)}
    for share in SHARES:
        few = draw.sample(keys, len(keys) * share // 100)
        measured[f"{share} % recorded"] = _compared(lambda few=few: _recorded(few, today), today)
    looked_at = 0
    for night in range(1, IN_A_ROW + 1):
        looked_at += _night_now(today + timedelta(night))
    return {"patients": len(keys), "nights": measured, "looked_at": looked_at / IN_A_ROW / len(keys)}


def _compared(before: Callable[[], object], today: date) -> dict[str, float]:
    """Both nights after the same happened; what comes before them is not counted."""
    quiet = before() is None
    due = [seconds(lambda: _night_now(today))]
    due += [seconds(lambda: _night_now(today)) for _ in range(QUIET if quiet else 0)]
    whole = []
    for _ in range(WHOLE if quiet else 1):
        before()
        whole.append(seconds(lambda: _night_before(today)))
    return {
        "whole_ms": median(whole) * 1e3,
        "due_ms": median(due) * 1e3,
        "ratio": median(whole) / median(due),
    }


def _recorded(keys: list[int], today: date) -> bool:
    """One more study for each, as a service would leave it before the night."""
    from tests.benchmarks.replanning_rows import add_studies
    from tracker.services.schedule.looking import look_again

    add_studies(keys, today, AT, kind="ct_systemic")
    look_again(keys)
    return True


def _night_now(today: date) -> int:
    """Plan whose day has come and count in the database; how many were looked at."""
    from tracker.queries.conservation import counted
    from tracker.services.acts.occasion import by_the_scheduler
    from tracker.services.schedule.planning import replan_whose_day_has_come

    done = replan_whose_day_has_come(occasion=by_the_scheduler(today, AT))
    assert counted(today, failed=done.failed).holds
    return done.patients


def _night_before(today: date) -> None:
    """Plan everybody, then count everybody by a plan of their own."""
    from tracker.services.acts.occasion import by_the_scheduler
    from tracker.services.schedule.census import count_states
    from tracker.services.schedule.planning import replan_all

    replan_all(occasion=by_the_scheduler(today, AT))
    assert count_states(today).holds


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure([int(size) for size in sys.argv[1:]])))
