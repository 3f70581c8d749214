"""What was planned and known at the moment something was arranged: it cannot be rebuilt from later records."""

from __future__ import annotations

from scheduling.engine.scores.escc import worst
from scheduling.engine.scores.sins import score
from scheduling.engine.vocabulary import ProcedureKind
from scheduling.publishing import rulebook
from tracker.facts import facts_for
from tracker.models import FollowUp, PatientPlan, TherapyLine
from tracker.services.acts.occasion import Occasion


def snapshot_of(follow_up: FollowUp, *, occasion: Occasion, taken: str = "ordered") -> dict[str, object]:
    """Policy version, rows, window, request, tempo, ESCC, SINS, response, therapy line, weeks since SBRT on `today`.

    A value that is not known is None. `taken` says on which occasion: ``ordered``, ``booked``, ``recorded``.
    """
    patient = follow_up.patient
    plan = PatientPlan.objects.filter(patient=patient).select_related("policy_version").first()
    rules = rulebook(plan.policy_version).history if plan else None
    facts = facts_for([patient.pk], occasion.today, rules=rules)[patient.pk]
    lesions = [lesion for lesion in facts.lesions if not lesion.stabilized]
    totals = [score(lesion.sins).total for lesion in lesions]
    sbrt = [p.on for p in facts.procedures if p.kind == ProcedureKind.SBRT]
    line = TherapyLine.objects.filter(
        patient=patient, entered_in_error_at__isnull=True, occurred_on__lte=occasion.today
    ).count()
    therapy = facts.therapy
    return {
        "taken": taken,
        "taken_at": occasion.at.isoformat(),
        "policy_version": follow_up.policy_version_id,
        "stream": follow_up.stream,
        "rows": list(plan.rows) if plan else [],
        "row": follow_up.row,
        "window": [day.isoformat() for day in (follow_up.opens_on, follow_up.due_on, follow_up.closes_on)],
        "request": follow_up.request or None,
        "urgency": follow_up.urgency,
        "tempo": plan.tempo if plan else None,
        "escc": worst(lesion.escc for lesion in facts.lesions),
        "escc_known": bool(facts.lesions) and all(lesion.escc is not None for lesion in facts.lesions),
        "sins": max((total for total in totals if total is not None), default=None),
        "sins_known": bool(facts.lesions) and None not in totals,
        "response": facts.response.category if facts.response else None,
        "therapy_class": therapy.therapy_class if therapy else None,
        "therapy_line": line or None,
        "weeks_since_sbrt": (occasion.today - max(sbrt)).days // 7 if sbrt else None,
    }
