"""Scheduled, in window, due in grace or overdue on a day: the ends belong to the earlier state."""

from __future__ import annotations

from datetime import date

from scheduling.engine.vocabulary import TimeStatus


def status_on(today: date, opens_on: date, due_on: date, closes_on: date) -> TimeStatus:
    """Time status of the window `opens_on`..`due_on`..`closes_on` on `today` (clinical dossier 3.6)."""
    if today < opens_on:
        return TimeStatus.SCHEDULED
    if today <= due_on:
        return TimeStatus.IN_WINDOW
    if today <= closes_on:
        return TimeStatus.DUE_IN_GRACE
    return TimeStatus.OVERDUE
