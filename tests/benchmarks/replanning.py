"""Facts in the database to reconciled rows, beside a naive loop and the bare reading and writing of the same rows.

The loop plans one patient after the other with queries and a transaction each, saves every row by itself, and skips
what has not changed. It gets a sample of as many patients like the others, in turns with the code that is measured.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from scheduling.engine.periods import Offset
from scheduling.engine.policy.rows import StreamRule
from scheduling.engine.vocabulary import Urgency
from tests.benchmarks.databases import analysed, memory_mb, migrated, on_both, seconds

TODAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SIZES = (2_000,)
#: What waits for nobody: a policy that lengthened it would be refused.
PRESSING = (Urgency.EMERGENCY, Urgency.URGENT)
#: Ours and the loop take turns, so that a busy machine slows both.
ROUNDS = 4
#: Patients of the loop in a round, and patients that are planned alone.
NAIVE, SINGLE = 15, 60
ACTS = {
    "first_plan": "first plan, everybody written",
    "unchanged": "nothing changed, everybody compared",
    "new_policy": "a new policy, everybody planned and written",
}


def run(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """Measure each size on both databases, each in a process of its own."""
    figures: dict[str, Any] = {"rounds": ROUNDS, "naive_patients_a_round": NAIVE}
    figures["sizes"] = [on_both("tests.benchmarks.replanning", str(size)) for size in sizes]
    figures["lines"] = [line for size in figures["sizes"] for measured in size.values() for line in lines(measured)]
    return figures


def lines(measured: dict[str, Any]) -> Iterator[str]:
    if "skipped" in measured:
        yield f"  {measured['skipped']}"
        return
    yield (
        f"  {measured['database']}, {measured['patients']:,} patients: µs of processor time a patient, of this process "
        "and the server's"
    )
    for name, words in ACTS.items():
        one = measured[name]
        yield (
            f"    {words:44} {one['us']:7,.0f}; naive loop {one['naive_us']:7,.0f}: ratio {one['ratio']:.1f} "
            "(facts to plans and rows saved; both skip what stands)"
        )
    bare = measured["bare"]
    yield (
        f"    limit: the same {bare['read']:.1f} rows a patient read bare and {bare['written']:.1f} rows written bare "
        f"({bare['by']}) {bare['us']:7,.0f}: a new policy costs {bare['ratio']:.1f} times that"
    )
    single = measured["one_patient_ms"]
    yield f"    one patient re-planned and saved {single:.2f} ms of processor time, mean of {SINGLE}"
    yield f"    memory {measured['peak_mb']:.0f} MB at most"


# In the child


def measure(size: int) -> dict[str, Any]:
    """All figures on the database that the settings name."""
    from tests.benchmarks.replanning_bare import bare
    from tests.benchmarks.replanning_rows import add_studies, make_patients
    from tracker.services.acts.occasion import by_the_scheduler
    from tracker.services.policies import ensure_default
    from tracker.services.schedule import planning

    database = migrated()
    ensure_default(occasion=by_the_scheduler(TODAY, AT))
    draw = random.Random(20_261_120)
    share = max(1, size // ROUNDS)
    keys = [make_patients(share, draw, TODAY) for _ in range(ROUNDS)]
    others = [make_patients(min(NAIVE, share), draw, TODAY) for _ in range(ROUNDS)]
    analysed()
    measured: dict[str, Any] = {"database": database, "patients": share * ROUNDS}

    later = AT + timedelta(hours=1)
    measured["first_plan"] = _in_turns(lambda batch: _everybody(batch, AT), keys, others)
    measured["unchanged"] = _in_turns(lambda batch: _everybody(batch, AT), keys, others)
    _publish_longer()
    measured["new_policy"] = _in_turns(lambda batch: _everybody(batch, later), keys, others)
    measured["bare"] = bare(keys, later)
    measured["bare"]["ratio"] = measured["new_policy"]["us"] / measured["bare"]["us"]
    single = keys[0][:SINGLE]
    add_studies(single, TODAY, AT)
    occasion = by_the_scheduler(TODAY + timedelta(100), AT)
    took = seconds(lambda: [planning.replan(key, occasion=occasion) for key in single])
    measured["one_patient_ms"] = took / len(single) * 1e3
    measured["peak_mb"] = memory_mb()
    return measured


def _everybody(keys: list[int], at: datetime) -> None:
    """As `replan_all` does it, for these patients: batches, compared first, written where something changed."""
    from tracker.services.acts.occasion import by_the_scheduler
    from tracker.services.schedule.planning import BATCH, replan_batch

    for start in range(0, len(keys), BATCH):
        replan_batch(keys[start : start + BATCH], occasion=by_the_scheduler(TODAY, at), cause="policy")


def _in_turns(bulk: Callable[[list[int]], object], keys: list[list[int]], others: list[list[int]]) -> dict[str, float]:
    """Rounds of both in turns; medians."""
    from tests.benchmarks.replanning_rows import naive_replan

    times: tuple[list[float], list[float]] = [], []
    for together, alone in zip(keys, others, strict=True):
        times[0].append(seconds(lambda batch=together: bulk(batch)) / len(together))
        loop = seconds(lambda batch=alone: [naive_replan(key, TODAY, AT) for key in batch])
        times[1].append(loop / len(alone))
    mine, naive = median(times[0]), median(times[1])
    return {"us": mine * 1e6, "naive_us": naive * 1e6, "ratio": naive / mine}


def _publish_longer() -> None:
    """The default policy as another version: each window closes a week later, but for what presses."""
    from scheduling.policies import default_policy
    from tracker.services.acts.occasion import by_the_scheduler
    from tracker.services.policies import publish

    policy = default_policy()
    rows = tuple(
        row if row.urgency in PRESSING else replace(row, streams=tuple(map(_a_week_later, row.streams)))
        for row in policy.rows
    )
    occasion = by_the_scheduler(TODAY, AT)
    publish(replace(policy, version="benchmark", rows=rows), occasion=occasion, effective_from=TODAY)


def _a_week_later(rule: StreamRule) -> StreamRule:
    """The rule with each window closing a week later."""
    items = [
        replace(
            item,
            windows=tuple(replace(one, window=_longer(one.window)) for one in item.windows),
            windows_by=tuple((word, window and _longer(window)) for word, window in item.windows_by),
        )
        for item in rule.items
    ]
    return replace(rule, items=tuple(items))


def _longer(window: Offset) -> Offset:
    return replace(window, latest=window.latest + 7)


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
