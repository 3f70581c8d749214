"""Patients planned a second, all reasons kept, beside zen-engine selecting rows of the same policy, in one run.

Each size has a process of its own. In it each measured pass has patients of its own, which no cache has seen; the same
patients are then planned once more. Every answer is kept in a list, on both sides. zen-engine answers one by one and in
its own loop mode, and what it reads is derived from the same facts, which is counted apart.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from scheduling.engine.planning.plan import plan
from scheduling.engine.planning.prepared import prepare, prepared
from scheduling.engine.plans import Plan
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.facts import Facts
from scheduling.engine.record.view import look
from scheduling.policies import default_policy
from tests.benchmarks.databases import memory_mb
from tests.benchmarks.decision_table import decision_table, derived_inputs, rows_that_hold
from tests.benchmarks.planning_patients import POPULATIONS
from tests.engine.strategies import TODAY

ROOT = Path(__file__).resolve().parents[2]
#: 100,000 takes some minutes more.
SIZES = (5_000, 25_000)
#: Passes of a size, each over its own share of the patients.
PASSES = 5
#: Patients that zen-engine gets at once in its loop mode; more at once were not faster.
AT_ONCE = 1_000
#: Patients for whom both must select the same rows.
CHECKED = 1_000
SEED = 20261121


def run(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """Measure every size; the crowded patients at the smallest alone. Without zen-engine our side stands alone."""

    figures: dict[str, Any] = {"passes": PASSES, "typical": [_child("typical", size) for size in sizes]}
    figures["crowded"] = [_child("crowded", min(sizes))]
    figures["lines"] = list(_lines(figures))
    return figures


def _child(population: str, size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.planning", population, str(size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.strip() or f"{population}, {size}: no answer")
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    yield f"  µs of processor time a patient, median of {figures['passes']} passes; every answer is kept"
    for population in POPULATIONS:
        for one in figures[population]:
            yield f"  {population}: {one['patients']:,} patients, {one['items_per_patient']:.1f} windows each"
            yield from (f"    {value:8} {what}" for value, what in _said(one))


def _said(one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each figure of a size with what was counted."""
    yield (
        f"{one['first_us']:.1f}",
        "planned, never seen before: facts to rows, windows, reasons, tasks and gaps",
    )
    yield f"{one['second_us']:.1f}", "planned a second time: the same patients, caches warm"
    yield (
        f"{one['to_looking']:.1f} x",
        f"our first pass against its limit, reading the facts of the day without a question ({one['look_us']:.1f})",
    )
    yield f"{one['patients_mb']:.0f} MB", "of memory with the patients made"
    yield f"{one['peak_mb']:.0f} MB", "at most, with all plans kept"
    if "ratio" not in one:
        yield "", "zen-engine is not installed (dependency group `bench`): nothing stands beside it"
        return
    derive, alone, loop = one["derive_us"], one["zen_one_us"], one["zen_loop_us"]
    yield f"{derive + alone:.1f}", f"zen-engine one by one: facts to inputs {derive:.1f}, to rows {alone:.1f}"
    yield (
        f"{derive + loop:.1f}",
        f"zen-engine in its loop mode, {AT_ONCE:,} at once: facts to inputs {derive:.1f}, to rows {loop:.1f}",
    )
    yield (
        f"{one['ratio']:.2f} x",
        "zen-engine in its best mode, facts to rows, against our first pass; the rest of a plan is ours alone",
    )
    yield (
        f"{one['ratio_rows_alone']:.2f} x",
        "zen-engine in its best mode, ready inputs to rows, against our first pass from facts",
    )


# In the child


def measure(population: str, size: int) -> dict[str, Any]:
    """Both sides in turns, over shares of `size` patients; µs a patient, medians."""
    policy = default_policy()
    prepare_ms = _seconds(lambda: prepare(policy)) * 1e3
    chance, make = random.Random(SEED), POPULATIONS[population]
    shares = [[make(chance) for _ in range(max(1, size // PASSES))] for _ in range(PASSES)]
    made = memory_mb()
    peer, plans = _Peer(policy) if find_spec("zen") else None, list[Plan]()
    times: dict[str, list[float]] = {}
    for share in shares:
        for name, seconds in _pass(share, policy, peer, plans):
            times.setdefault(name, []).append(seconds / len(share) * 1e6)
    us = {name: statistics.median(measured) for name, measured in times.items()}
    measured: dict[str, Any] = us | {
        "patients": len(plans),
        "prepare_policy_ms": prepare_ms,
        "items_per_patient": sum(len(row.items) for one in plans for row in one.fired) / len(plans),
        "to_looking": us["first_us"] / us["look_us"],
        "patients_mb": made,
        "peak_mb": memory_mb(),
    }
    if peer is None:
        return measured
    peer.check([facts for share in shares for facts in share][:CHECKED])
    best = min(us["zen_one_us"], us["zen_loop_us"])
    measured["ratio"] = (us["derive_us"] + best) / us["first_us"]
    measured["ratio_rows_alone"] = best / us["first_us"]
    return measured


def _pass(share: list[Facts], policy: Policy, peer: _Peer | None, plans: list[Plan]) -> Iterator[tuple[str, float]]:
    """One share: ours first, so that nothing has seen the patients."""
    sets = prepared(policy).sets
    yield "first_us", _seconds(lambda: plans.extend([plan(facts, policy, TODAY) for facts in share]))
    yield "second_us", _seconds(lambda: [plan(facts, policy, TODAY) for facts in share])
    yield "look_us", _seconds(lambda: [look(facts, TODAY, sets) for facts in share])
    inputs: list[dict[str, Any]] = []
    yield (
        "derive_us",
        _seconds(lambda: inputs.extend([derived_inputs(look(facts, TODAY, sets), policy) for facts in share])),
    )
    if peer is not None:
        yield "zen_one_us", _seconds(lambda: peer.one_by_one(inputs))
        yield "zen_loop_us", _seconds(lambda: peer.in_loops(inputs))


class _Peer:
    """zen-engine with the rows of the policy as its table, once for one patient and once in its loop mode."""

    def __init__(self, policy: Policy) -> None:
        import zen

        engine = zen.ZenEngine()
        self._policy = policy
        self._one = engine.create_decision(json.dumps(decision_table()))
        self._loop = engine.create_decision(json.dumps(decision_table(each_of="patients")))

    def one_by_one(self, inputs: list[dict[str, Any]]) -> list[Any]:
        """The rows of each patient, by one call each."""
        return [self._one.evaluate(one)["result"] for one in inputs]

    def in_loops(self, inputs: list[dict[str, Any]]) -> list[Any]:
        """The rows of each patient, by one call for many."""
        found: list[Any] = []
        for start in range(0, len(inputs), AT_ONCE):
            found += self._loop.evaluate({"patients": inputs[start : start + AT_ONCE]})["result"]["patients"]
        return found

    def check(self, patients: list[Facts]) -> None:
        """Both modes select the rows whose conditions hold; ends the run where they do not."""
        views = [look(facts, TODAY, prepared(self._policy).sets) for facts in patients]
        inputs = [derived_inputs(view, self._policy) for view in views]
        answers = zip(views, self.one_by_one(inputs), self.in_loops(inputs), strict=True)
        for view, alone, together in answers:
            held = rows_that_hold(view, self._policy)
            for answer in (alone, together):
                if (selected := {hit["row"] for hit in answer}) != held:
                    raise SystemExit(f"the table selects {sorted(selected)}, the policy {sorted(held)}: {view.facts}")


def _seconds(work: Callable[[], object]) -> float:
    """Processor time of the work, so that others on the machine count less."""
    gc.collect()
    began = time.process_time()
    kept = work()
    took = time.process_time() - began
    del kept
    return took


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
