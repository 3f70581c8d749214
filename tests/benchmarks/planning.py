"""Patients planned a second, all reasons kept, beside zen-engine selecting rows of the same policy, in one run."""

from __future__ import annotations

import gc
import json
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from scheduling.engine.facts import Facts
from scheduling.engine.planning import plan
from scheduling.engine.view import look
from scheduling.policies import default_policy
from tests.benchmarks.decision_table import decision_table, derived_inputs, rows_that_hold
from tests.engine.strategies import TODAY, Choices

PATIENTS = 1000
ROUNDS = 7
SEED = 20261121


def invented_patients(count: int = PATIENTS, seed: int = SEED) -> list[Facts]:
    """Random active patients, a third of them near the low-risk rows."""
    chance = random.Random(seed)
    patients = []
    for number in range(count):
        choices = Choices(chance.randbytes(120))
        patients.append(choices.low_risk_patient() if number % 3 == 0 else choices.patient())
    return patients


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def run() -> dict[str, Any]:
    """Measure both in turns, so that a busy machine slows both; the medians are compared."""
    try:
        import zen
    except ImportError as error:
        raise SystemExit("zen-engine is not installed: install the dependency group `bench`") from error

    policy = default_policy()
    patients = invented_patients()
    views = [look(facts, TODAY, policy.compiled.sets) for facts in patients]
    contexts = [derived_inputs(view, policy) for view in views]
    decision = zen.ZenEngine().create_decision(json.dumps(decision_table()))
    for view, context in zip(views, contexts, strict=True):
        answered = {hit["row"] for hit in decision.evaluate(context)["result"]}
        held = rows_that_hold(view, policy)
        if answered != held:
            raise SystemExit(f"the table selects {sorted(answered)}, the policy {sorted(held)}: {context}")

    plans = [plan(facts, policy, TODAY) for facts in patients]  # the index is filled once, as a process does
    items = sum(len(row.items) for one in plans for row in one.fired)
    rounds = {"plan": [], "zen": []}  # type: dict[str, list[float]]
    for _ in range(ROUNDS):
        rounds["plan"].append(seconds(lambda: [plan(facts, policy, TODAY) for facts in patients]))
        rounds["zen"].append(seconds(lambda: [decision.evaluate(context) for context in contexts]))
    own, peer = (statistics.median(rounds[name]) / len(patients) * 1e6 for name in ("plan", "zen"))
    best_own, best_peer = (min(rounds[name]) / len(patients) * 1e6 for name in ("plan", "zen"))
    compile_ms = seconds(lambda: _compile_again()) * 1e3
    return {
        "patients": len(patients),
        "rounds": ROUNDS,
        "rows_in_policy": len(policy.rows),
        "fired_rows_per_patient": sum(len(one.fired) for one in plans) / len(plans),
        "items_per_patient": items / len(plans),
        "plan_us": own,
        "plan_us_best": best_own,
        "plans_a_second": 1e6 / own,
        "zen_us": peer,
        "zen_us_best": best_peer,
        "ratio": peer / own,
        "ratio_best": best_peer / best_own,
        "compile_policy_ms": compile_ms,
        "lines": [
            f"  {len(patients)} patients, {items / len(plans):.1f} items each, median of {ROUNDS} rounds in turns",
            f"  plan with all reasons kept          {own:8.1f} µs a patient  {1e6 / own:10,.0f} patients a second",
            f"  zen-engine, row selection alone     {peer:8.1f} µs a patient  {1e6 / peer:10,.0f} patients a second",
            f"  ratio {peer / own:.1f} (best rounds {best_peer / best_own:.1f}); a policy is compiled once, in {compile_ms:.1f} ms",
        ],
    }


def _compile_again() -> object:
    from scheduling.engine.compiled import compile_policy

    return compile_policy(default_policy())
