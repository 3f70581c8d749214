"""Who has died or left the programme, and since when: the word that stands wherever the patient is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from scheduling.engine.vocabulary import PatientStatus
from tracker import words
from tracker.models import Patient, StatusEvent


class Leaving(NamedTuple):
    """A status other than active and the day from which it holds.

    `stops`: appointments, calls and messages end with it. A transfer that the other team has not accepted stops
    nothing; a neurological symptom may still be open beside hospice, refusal and discharge.
    """

    status: str
    on: date
    stops: bool

    @property
    def word(self) -> str:
        """``Deceased``; a transfer says where it stands."""
        word = words.PATIENT_STATUS[self.status]
        return word if self.stops else f"{word}, not yet accepted"

    @property
    def because(self) -> str:
        """``the patient died``, as the end of a sentence."""
        return words.STOPPED_BECAUSE[self.status]


def leaving_as_read(patient: Patient, newest: StatusEvent | None) -> Leaving | None:
    """The same from the patient's newest status that was read already; no query."""
    if patient.deceased_on is not None:
        return Leaving(PatientStatus.DECEASED, patient.deceased_on, stops=True)
    if newest is None or newest.status == PatientStatus.ACTIVE:
        return None
    stops = newest.transfer_accepted or newest.status != PatientStatus.TRANSFERRED
    return Leaving(newest.status, newest.occurred_on, stops=stops)


def leaving(patients: Iterable[Patient], today: date) -> dict[int, Leaving]:
    """Who of these patients has died or left by `today`, by their key; one query."""
    known = {patient.pk: patient for patient in patients}
    found = _statuses(known, today)
    for key, patient in known.items():
        if patient.deceased_on is not None and patient.deceased_on <= today:
            found[key] = Leaving(PatientStatus.DECEASED, patient.deceased_on, stops=True)
    return found


def leaving_of(patient: Patient, today: date) -> Leaving | None:
    """The same for one patient; None for who is still followed."""
    return leaving([patient], today).get(patient.pk)


def _statuses(keys: Collection[int], today: date) -> dict[int, Leaving]:
    """The newest status of each, oldest read first so that the newest stands."""
    if not keys:
        return {}
    found: dict[int, Leaving] = {}
    events = (
        StatusEvent.objects.filter(patient_id__in=keys, entered_in_error_at__isnull=True, occurred_on__lte=today)
        .order_by("occurred_on", "recorded_at", "pk")
        .values_list("patient_id", "status", "occurred_on", "transfer_accepted")
    )
    for key, status, on, accepted in events:
        found[key] = Leaving(status, on, stops=accepted or status != PatientStatus.TRANSFERRED)
    return {key: one for key, one in found.items() if one.status != PatientStatus.ACTIVE}
