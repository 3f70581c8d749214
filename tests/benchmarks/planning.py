"""Patients planned a second, all reasons kept, beside zen-engine selecting rows of the same policy, in one run."""

from __future__ import annotations

import gc
import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from scheduling.engine.planning.plan import plan
from scheduling.engine.planning.prepared import prepare, prepared
from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.facts import (
    Facts,
    Lesion,
    Primary,
    Procedure,
    Response,
    Sins,
    Study,
    Symptom,
    Therapy,
)
from scheduling.engine.record.view import look
from scheduling.policies import default_policy
from tests.benchmarks.decision_table import decision_table, derived_inputs, rows_that_hold
from tests.engine.strategies import TODAY, Choices

PATIENTS = 1000
ROUNDS = 9
SEED = 20261121


_CANCERS = (
    *(Primary("nsclc", None, (), "driver_on_matched_therapy"),) * 3,
    Primary("nsclc", None, (), "no_driver"),
    *(Primary("breast", "hr_pos_her2_neg"),) * 3,
    Primary("breast", "her2_pos"),
    Primary("breast", "tnbc"),
    Primary("melanoma"),
    *(Primary("rcc", "clear_cell"),) * 2,
    Primary("prostate", "hormone_sensitive"),
    *(Primary("prostate", "mcrpc"),) * 2,
    Primary("thyroid", "rai_refractory"),
)
_RESPONSES = (
    "stable " * 9 + "partial " * 4 + "complete not_assessed not_assessed progressive progressive mixed "
)
_RESPONSES += "pseudoprogression_suspected"
_GRADES = ("0",) * 11 + ("1a", "1a", "1b", "1b", "1c", "2", "3", None, None)
_SCORES = (
    *(Sins("semirigid", "pain_free", "mixed", "normal", "none", "none"),) * 5,
    *(Sins("mobile", "occasional_non_mechanical", "lytic", "normal", "none", "none"),) * 3,
    *(Sins("junctional", "occasional_non_mechanical", "lytic", "normal", "under_50", "unilateral"),) * 3,
    Sins("junctional", "mechanical", "lytic", "deformity", "over_50", "unilateral"),
    Sins("junctional", "occasional_non_mechanical", "lytic", None, "none", "none"),
)


def typical_patients(chance: random.Random) -> list[Facts]:
    """Active patients as a clinic has them: most are stable, with one graded lesion, some studies and visits."""
    return [_typical(chance) for _ in range(PATIENTS)]


def _typical(chance: random.Random) -> Facts:
    def ago(most: int, least: int = 0) -> date:
        return TODAY - timedelta(chance.randint(least, most))

    registered = ago(900, 60)
    category = chance.choice(_RESPONSES.split())
    on = ago(120)
    assessed = category != "not_assessed"
    procedures = chance.choices((0, 1, 2), (9, 9, 2))[0]
    return Facts(
        registered=registered,
        primaries=(chance.choice(_CANCERS),),
        therapy=Therapy(
            chance.choice(("tki", "ici", "ici_tki", "endocrine", "arpi_parp", "chemo_adc")), ago(700)
        ),
        response=Response(
            category, on if assessed else None, on - timedelta(chance.randint(0, 400)) if assessed else None
        ),
        procedures=tuple(
            Procedure(
                chance.choice(("sbrt", "cebrt", "stabilization", "cementoplasty", "ablation")),
                ago(900),
                ("T8",),
            )
            for _ in range(procedures)
        ),
        symptoms=(Symptom("pain_suggestive", ago(9)),) if chance.random() < 0.05 else (),
        studies=(
            Study(ago(100), "mri", "whole_spine"),
            *(
                Study(ago(600), chance.choice(("mri", "ct_systemic", "pet_ct")))
                for _ in range(chance.randint(0, 3))
            ),
        ),
        visits=(ago(160), *(ago(700) for _ in range(chance.randint(0, 2)))),
        lesions=tuple(
            Lesion(
                level,
                ago(800),
                chance.choice(_GRADES),
                chance.choice(_SCORES),
                stabilized=chance.random() < 0.1,
            )
            for level in ("T8", "L1", "C4")[: chance.choice((1, 1, 1, 2))]
        ),
        spine_symptomatic=chance.random() < 0.5,
    )


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
    prepare_ms = seconds(lambda: prepare(policy)) * 1e3
    figures: dict[str, Any] = {
        "rounds": ROUNDS,
        "rows_in_policy": len(policy.rows),
        "prepare_policy_ms": prepare_ms,
        "lines": [
            f"  processor time, median of {ROUNDS} rounds in turns; a policy is prepared in {prepare_ms:.1f} ms"
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
    views = [look(facts, TODAY, prepared(policy).sets) for facts in patients]
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

    plans = [plan(facts, policy, TODAY) for facts in patients]
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
