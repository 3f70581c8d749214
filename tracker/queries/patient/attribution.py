"""Where a fact comes from, as every row of a patient's page carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.models import Fact, kind_of


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where a fact comes from. `kind` and `id` name it when it is marked entered in error."""

    kind: str
    id: int
    on: date
    precision: str
    recorded_at: datetime
    by: str
    source: str


def attribution(row: Fact) -> Attribution:
    """Where a fact comes from."""
    return Attribution(
        kind=kind_of(row).code,
        id=row.pk,
        on=row.occurred_on,
        precision=row.precision,
        recorded_at=row.recorded_at,
        by=str(row.recorded_by),
        source=row.source,
    )
