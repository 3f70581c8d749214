"""People who change: what follows where somebody leaves a team, takes another role or no longer works here."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from tracker import audit
from tracker.models import Patient, User
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.releasing import release


@transaction.atomic
def settle(person: User, *, occasion: Occasion) -> int:
    """After an account or its teams were changed: what this person may not see any more is not theirs any more.

    Their patients and rows go to the patient's nurse, or stand under "No owner". How many patients were looked at.
    """
    theirs = Q(nurse=person) | Q(surgeon=person) | Q(follow_ups__owner=person, follow_ups__closed_at__isnull=True)
    teams = sorted(person.memberships.values_list("team__name", flat=True))
    now = {"role": person.role, "is_active": person.is_active, "teams": teams}
    audit.record(
        by=occasion.by,
        verb="account.changed",
        target=person,
        at=occasion.at,
        changes={name: (None, value) for name, value in now.items()},
    )
    return release(Patient.objects.filter(theirs).values_list("pk", flat=True), occasion=occasion)
