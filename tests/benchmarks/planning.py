"""Patients planned a second, all reasons kept, beside zen-engine selecting rows of the same policy, in one run."""

from __future__ import annotations

import gc
import json
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scheduling.engine.compiled import compile_policy
from scheduling.engine.facts import Facts
from scheduling.engine.planning import plan
from scheduling.engine.policy import Policy
from scheduling.engine.view import look
from scheduling.policies import default_policy
from tests.benchmarks.decision_table import decision_table, derived_inputs, rows_that_hold
from tests.engine.strategies import TODAY, Choices

PATIENTS = 1000
ROUNDS = 9
SEED = 20261121


def typical_patients(chance: random.Random) -> list[Facts]:
    """Active patients as a clinic has them: one lesion or two, mostly graded, some studies and visits."""
    patients = []
    for _ in range(PATIENTS):
        choices = Choices(chance.randbytes(120))
        found = choices.day()
        lesions = tuple(
            replace(
                choices.lesion(), finding_date=found, escc_found_on=None, sins_found_on=None, graded_on=None
            )
            for _ in range(chance.choice((1, 1, 1, 2)))
        )
        facts = choices.low_risk_patient() if chance.random() < 0.3 else choices.patient()
        patients.append(
            replace(
                facts,
                lesions=facts.lesions if chance.random() < 0.5 else lesions,
                procedures=facts.procedures[: chance.choice((0, 1))],
                symptoms=facts.symptoms if chance.random() < 0.1 else (),
                overrides=(),
            )
        )
    return patients


def crowded_patients(chance: random.Random) -> list[Facts]:
    """Random active patients in whom much happens at once: up to three lesions, two procedures, own windows."""
    return [Choices(chance.randbytes(120)).patient() for _ in range(PATIENTS)]


POPULATIONS: dict[str, Callable[[random.Random], list[Facts]]] = {
    "typical": typical_patients,
    "crowded": crowded_patients,
}


def seconds(work: Callable[[], object]) -> float:
    """Processor time of the work, so that others on the machine count less."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def run() -> dict[str, Any]:
    """Measure both in turns on each population; the medians are compared."""
    try:
        import zen
    except ImportError as error:
        raise SystemExit("zen-engine is not installed: install the dependency group `bench`") from error

    policy = default_policy()
    decision = zen.ZenEngine().create_decision(json.dumps(decision_table()))
    compile_ms = seconds(lambda: compile_policy(policy)) * 1e3
    figures: dict[str, Any] = {
        "rounds": ROUNDS,
        "rows_in_policy": len(policy.rows),
        "compile_policy_ms": compile_ms,
        "lines": [
            f"  processor time, median of {ROUNDS} rounds in turns; a policy compiles in {compile_ms:.0f} ms"
        ],
    }
    for name, make in POPULATIONS.items():
        measured = _measure(make(random.Random(SEED)), policy, decision)
        figures[name] = measured
        own, peer = measured["plan_us"], measured["zen_us"]
        figures["lines"] += [
            f"  {name}: {measured['patients']} patients, {measured['items_per_patient']:.1f} items each",
            f"    plan, all reasons kept            {own:8.1f} µs a patient {1e6 / own:10,.0f} a second",
            f"    zen-engine, row selection alone   {peer:8.1f} µs a patient {1e6 / peer:10,.0f} a second",
            f"    ratio {peer / own:.1f} (best rounds {measured['ratio_best']:.1f})",
        ]
    return figures


def _measure(patients: list[Facts], policy: Policy, decision: Any) -> dict[str, Any]:
    views = [look(facts, TODAY, policy.compiled.sets) for facts in patients]
    contexts = [derived_inputs(view, policy) for view in views]
    for view, context in zip(views, contexts, strict=True):
        answered = {hit["row"] for hit in decision.evaluate(context)["result"]}
        held = rows_that_hold(view, policy)
        if answered != held:
            raise SystemExit(f"the table selects {sorted(answered)}, the policy {sorted(held)}: {context}")

    def own() -> None:
        for facts in patients:
            plan(facts, policy, TODAY)

    def peer() -> None:
        for context in contexts:
            decision.evaluate(context)

    plans = [plan(facts, policy, TODAY) for facts in patients]  # the index is filled once, as a process does
    counts = {
        "patients": len(patients),
        "fired_rows_per_patient": sum(len(one.fired) for one in plans) / len(plans),
        "items_per_patient": sum(len(row.items) for one in plans for row in one.fired) / len(plans),
    }
    del plans, views
    rounds = [
        (seconds(own) / len(patients) * 1e6, seconds(peer) / len(patients) * 1e6) for _ in range(ROUNDS)
    ]
    plan_us, zen_us = (statistics.median(times) for times in zip(*rounds, strict=True))
    best_plan, best_zen = (min(times) for times in zip(*rounds, strict=True))
    return counts | {
        "plan_us": plan_us,
        "plan_us_best": best_plan,
        "plans_a_second": 1e6 / plan_us,
        "zen_us": zen_us,
        "zen_us_best": best_zen,
        "ratio": zen_us / plan_us,
        "ratio_best": best_zen / best_plan,
    }
