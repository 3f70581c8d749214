"""The rows of the default policy as a decision table for zen-engine, over the inputs that the engine derives too."""

from __future__ import annotations

from typing import Any

from scheduling.engine.policy.rows import Policy
from scheduling.engine.record.view import View

ROWS: dict[str, dict[str, str]] = {
    "S1": {"status": '"deceased"'},
    "S2": {"status": '"hospice"'},
    "S3": {"status": '"declined"'},
    "S4": {"status": '"transferred"', "transfer_accepted": "true"},
    "S5": {"status": '"discharged"'},
    "E1": {"neuro_open": "true"},
    "E2": {"pain_open": "true"},
    "E3": {"untreated_high_escc": "> 0"},
    "E4": {"unstabilised_sins_13_18": "> 0"},
    "R1": {"response": '"progressive"'},
    "R2": {"response": '"mixed"'},
    "R3a": {"response": '"pseudoprogression_suspected"', "therapy": '"ici", "ici_tki"'},
    "R3b": {"response": '"pseudoprogression_suspected"', "therapy": 'not($ in ["ici", "ici_tki"])'},
    "C2": {"treated_high_or_1c": "> 0"},
    "C1": {"unstabilised_sins_7_12": "> 0"},
    "C3": {"escc_1a_1b": "> 0"},
    "P3": {"days_since_surgery": "[0..546]"},
    "P1": {"days_since_sbrt": "[0..546]"},
    "P4": {"days_since_cementoplasty": "[0..182]"},
    "P5": {"days_since_cebrt": "[0..182]"},
    "P6": {"days_since_ablation": "[0..182]"},
    "P2": {"days_since_sbrt": "> 546"},
    "N1": {"therapy": 'not($ in ["none", "unknown"])'},
    "D1": {"low_risk": "false", "step_down_eligible": "true", "step_down_approved": "true"},
    "B1": {"low_risk": "false", "stepped_down": "false", "base": '"fast"'},
    "B2": {"low_risk": "false", "stepped_down": "false", "base": '"intermediate"'},
    "B3": {"low_risk": "false", "stepped_down": "false", "base": '"slow"'},
    "B0": {"low_risk": "false", "stepped_down": "false", "visits": "0"},
    "B4": {"low_risk": "false", "stepped_down": "false", "studies": "0"},
    "B5": {"ungraded_unimaged": "> 0"},
    "A1": {"low_risk": "true"},
}
INPUTS = tuple(dict.fromkeys(name for cells in ROWS.values() for name in cells))
_NEVER = -1


def decision_table(each_of: str = "") -> dict[str, Any]:
    """The table in zen-engine's own format: every row that holds is collected.

    With `each_of` it is asked of each entry of that list, in the engine's own loop mode.
    """
    loop = {"executionMode": "loop", "inputField": each_of, "outputPath": each_of, "passThrough": False}
    table = (loop if each_of else {}) | {
        "hitPolicy": "collect",
        "inputs": [{"id": name, "name": name, "field": name} for name in INPUTS],
        "outputs": [{"id": "row", "name": "row", "field": "row"}],
        "rules": [
            {"_id": row, "row": f'"{row}"'} | {name: cells.get(name, "") for name in INPUTS}
            for row, cells in ROWS.items()
        ],
    }
    place = {"x": 0, "y": 0}
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": place},
            {"id": "rows", "name": "rows", "type": "decisionTableNode", "position": place, "content": table},
            {"id": "out", "name": "out", "type": "outputNode", "position": place},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rows"},
            {"id": "2", "type": "edge", "sourceId": "rows", "targetId": "out"},
        ],
    }


def derived_inputs(view: View, policy: Policy) -> dict[str, Any]:
    """The inputs of the table for one person; lesions are counted, since a table has no row for each."""
    names = dict(policy.named)

    def named(question: str, lesion: Any = None) -> bool:
        return bool(names[question].test(policy.names)(view, lesion))

    def since(procedures: str) -> int:
        newest = view.newest_procedure(policy.names.procedures[procedures])
        return _NEVER if newest is None else (view.today - newest[0]).days

    lesions = view.lesions
    high_treated = sum(named("high_compression_treated", one) for one in lesions)
    low_risk = bool(policy.row("A1").when.test(policy.names)(view, None))
    eligible = named("step_down_eligible")
    approved = view.facts.step_down_approved
    canal = view.newest.get("canal_study")
    sins = [one.lowest for one in lesions if not one.stabilized]
    return {
        "status": view.facts.status,
        "transfer_accepted": view.facts.transfer_accepted,
        "neuro_open": "neuro" in view.symptoms,
        "pain_open": "pain_suggestive" in view.symptoms,
        "untreated_high_escc": sum(named("high_compression_untreated", one) for one in lesions),
        "treated_high_or_1c": high_treated + sum(one.escc == "1c" for one in lesions),
        "escc_1a_1b": sum(one.escc in ("1a", "1b") for one in lesions),
        "unstabilised_sins_13_18": sum(13 <= lowest <= 18 for lowest in sins),
        "unstabilised_sins_7_12": sum(7 <= lowest <= 12 for lowest in sins),
        "ungraded_unimaged": sum(one.escc is None and (canal is None or canal < one.found) for one in lesions),
        "response": view.response,
        "therapy": "unknown" if view.therapy is None else view.therapy.therapy_class,
        "days_since_surgery": since("surgery"),
        "days_since_sbrt": since("sbrt"),
        "days_since_cementoplasty": since("cementoplasty"),
        "days_since_cebrt": since("cebrt"),
        "days_since_ablation": since("ablation"),
        "low_risk": low_risk,
        "step_down_eligible": eligible,
        "step_down_approved": approved,
        "stepped_down": eligible and approved,
        "base": view.tempo if view.escc_known and view.sins_known else "fast",
        "visits": int(view.last_visit is not None),
        "studies": int("study" in view.newest),
    }


def rows_that_hold(view: View, policy: Policy) -> set[str]:
    """The rows whose conditions hold, asked one by one without index, suspension or items: what the table answers."""
    low_risk = policy.row("A1").when.test(policy.names)(view, None)
    stepped = policy.row("D1").when.test(policy.names)(view, None)
    base = (
        "B1"
        if not (view.escc_known and view.sins_known)
        else {"fast": "B1", "intermediate": "B2"}.get(view.tempo, "B3")
    )
    view.chosen = "A1" if low_risk else "D1" if stepped else base
    held: set[str] = set()
    for row in policy.rows:
        if row.id in policy.choice.first_of:
            if row.id == view.chosen:
                held.add(row.id)
        elif row.for_each == "lesion":
            if any(row.when.test(policy.names)(view, one) for one in view.lesions):
                held.add(row.id)
        elif not row.for_each and row.when.test(policy.names)(view, None):
            held.add(row.id)
    return held
