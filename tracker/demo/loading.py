"""The demo: an invented cohort, its staff, and what they have done so far. No real person anywhere.

Everything goes in by the same import and the same verbs that a clinic uses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from tracker.demo.cohort import cohort
from tracker.demo.staff import Clinic, make_staff
from tracker.demo.work import work
from tracker.models import Patient, Team
from tracker.services import policies
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.imports import taking_in as imports
from tracker.services.schedule import planning


def load(
    *, size: int, password: str, today: date, at: datetime, progress: Callable[[int], object] | None = None
) -> int:
    """Load the demo whole, where no patient stands yet; how many came in, 0 when there were some already."""
    # All or nothing: a demo stopped half-way begins anew.
    with transaction.atomic():
        program = by_the_scheduler(today, at)
        policies.ensure_default(occasion=program)
        staff = make_staff(password, today=today)
        clinic = Clinic(staff, today, at)
        if Patient.objects.exists():
            return 0
        imports.import_records(
            cohort(size, today=today),
            team=Team.objects.get(name="Estuary"),
            surgeon=staff["bob"],
            occasion=replace(clinic.occasion("alice"), source="csv"),
            progress=progress,
        )
        work(clinic)
        planning.replan_all(occasion=program)
        return Patient.objects.count()
