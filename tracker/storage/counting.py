"""Studies that count, as the database says it: the same as `scheduling.engine.record.counting`, and a test compares."""

from __future__ import annotations

from django.db.models import Q

from scheduling.engine.record.counting import OF_THE_BODY


def counts() -> Q:
    """Studies that show what they were done for."""
    return ~Q(quality="not") & ~Q(kind__in=sorted(OF_THE_BODY), spine_read="not_read")
