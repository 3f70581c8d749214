"""What belongs to somebody who may not see the patient any more is nobody's, and stands under "No owner"."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from tracker import access, audit
from tracker.models import FollowUp, FollowUpEvent, Patient, Role, User
from tracker.services.acts.occasion import Occasion

#: Patients looked at in one transaction.
BATCH = 500


def release_strangers(*, occasion: Occasion) -> int:
    """Release everywhere, whichever way somebody came to be a stranger; how many patients were concerned."""
    return release(access.owned_by_strangers().values_list("pk", flat=True), occasion=occasion)


def release(patient_ids: Iterable[int], *, occasion: Occasion) -> int:
    """Take nurse, surgeon and owners who may not see these patients (or are no longer that) out of their rows.

    A follow-up without an owner is the patient's nurse's; where there is none it stands under "No owner". Tasks,
    questions, studies and messages belong to the nurse and follow. Each release has its audit, on a row its event.
    """
    keys = sorted(set(patient_ids))
    return sum(_batch(keys[start : start + BATCH], occasion=occasion) for start in range(0, len(keys), BATCH))


def _batch(keys: Collection[int], *, occasion: Occasion) -> int:
    with transaction.atomic():
        held = Patient.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
        patients = {patient.pk: patient for patient in held.select_related("nurse", "surgeon")}
        for patient in patients.values():
            surgeon = patient.surgeon
            if surgeon is not None and not (surgeon.is_active and surgeon.role == Role.SURGEON):
                _leave(patient, "surgeon", occasion=occasion)
        staff = access.staff_of(keys)
        for patient in patients.values():
            nurse = patient.nurse
            if nurse is not None and (nurse.role != Role.NURSE or nurse not in staff[patient.pk]):
                _leave(patient, "nurse", occasion=occasion)
        rows = FollowUp.objects.select_for_update(of=("self",)).select_related("owner").order_by("pk")
        owned = rows.filter(patient__in=keys, closed_at__isnull=True, owner__isnull=False)
        strange = [row for row in owned if row.owner not in staff[row.patient_id]]
        for row in strange:
            row.patient = patients[row.patient_id]
            _disown(row, occasion=occasion)
    return len(patients)


def _leave(patient: Patient, role: str, *, occasion: Occasion) -> None:
    """The patient's nurse or surgeon is that no longer."""
    before = getattr(patient, role).pk
    setattr(patient, role, None)
    patient.save(update_fields=[role])
    changes = {role: (before, None)}
    audit.record(
        by=occasion.by, verb="patient.released", target=patient, at=occasion.at, patient=patient, changes=changes
    )


def _disown(row: FollowUp, *, occasion: Occasion) -> None:
    owner: User | None = row.owner
    row.owner = None
    row.save(update_fields=["owner"])
    FollowUpEvent.objects.create(
        follow_up=row,
        kind="released",
        at=occasion.at,
        on=occasion.today,
        by=occasion.by,
        cause="person",
        text=f"No longer with {owner}, who may not see this patient any more.",
        opens_on=row.opens_on,
        due_on=row.due_on,
        closes_on=row.closes_on,
        row=row.row,
        policy_version_id=row.policy_version_id,
        before={"wrote": {"owner": [owner.pk if owner else None, None]}},
    )
    audit.record(
        by=occasion.by,
        verb="follow_up.released",
        target=row,
        at=occasion.at,
        patient=row.patient,
        changes={"owner": (owner.pk if owner else None, None)},
    )
