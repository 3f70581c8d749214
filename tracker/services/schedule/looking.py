"""Whom the night looks at: plans whose day has come, what an act touched, plans that are missing or failed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Q

from scheduling.models import PolicyVersion
from tracker.models import AT_ONCE, Patient, PatientPlan, Task

PLAN_FAILED = "plan_failed"
#: Columns of a patient that the engine reads, beside the dated facts.
READ_OF_A_PATIENT = frozenset({"registered_on", "contact_failures"})


def look_again(patient_ids: Collection[int]) -> None:
    """These plans stand no longer, because an act touched what they follow or because planning failed."""
    stands = Q(stands_until__isnull=True) | Q(stands_until__gt=AT_ONCE)
    PatientPlan.objects.filter(stands, pk__in=patient_ids).update(stands_until=AT_ONCE)


def raise_failed(patient_ids: Collection[int], *, at: datetime) -> None:
    """A record that cannot be planned waits for a person: one task a patient, which ends with the next plan."""
    known = Task.objects.filter(patient__in=patient_ids, kind=PLAN_FAILED, ended_at__isnull=True)
    asked = set(known.values_list("patient_id", flat=True))
    Task.objects.bulk_create(
        Task(
            patient_id=key,
            kind=PLAN_FAILED,
            raised_by="plan",
            text="What is recorded cannot be planned; the dates shown are those of the last plan.",
            raised_at=at,
        )
        for key in patient_ids
        if key not in asked
    )


def whose_day_has_come(today: date, policy_version_id: int) -> list[int]:
    """The keys of patients whose plan may differ on `today`, in the order of planning.

    A plan is looked at from the day until which it stands, where it was made for a later day, where another version
    than the one in force made it, and where there is none. Each is found through an index.
    """
    others = list(PolicyVersion.objects.exclude(pk=policy_version_id).values_list("pk", flat=True))
    come = Q(stands_until__lte=today) | Q(stands_from__gt=today) | Q(policy_version__in=others)
    keys = set(PatientPlan.objects.filter(come).values_list("pk", flat=True))
    keys.update(Patient.objects.filter(plan__isnull=True).values_list("pk", flat=True))
    return sorted(keys)
