"""Every stored fact about one patient, each kind read once: what stands, what was withdrawn, what the engine sees."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from scheduling.engine.record.history import History
from tracker.facts import history_of
from tracker.kinds import KINDS
from tracker.models import MODELS, Fact, Patient

Stored = TypeVar("Stored", bound=Fact)


class StoredFacts:
    """The facts of one patient; one query a kind, made at once, whatever is asked later."""

    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self._rows: dict[type[Fact], list[Fact]] = {
            MODELS[kind.code]: list(
                MODELS[kind.code]
                ._default_manager.filter(patient=patient)
                .select_related("recorded_by", "entered_in_error_by", *kind.beside)
                .order_by("-occurred_on", "-recorded_at", "-pk")
            )
            for kind in KINDS
        }

    def standing(self, model: type[Stored]) -> list[Stored]:
        """The facts of one kind that stand, newest first."""
        return [row for row in self._rows[model] if isinstance(row, model) and row.entered_in_error_at is None]

    def all_standing(self) -> tuple[Fact, ...]:
        """The facts of every kind that stand, newest first within a kind."""
        return tuple(row for model in self._rows for row in self.standing(model))

    def known_at(self, moment: datetime | None) -> tuple[Fact, ...]:
        """What stood at a moment: recorded by then and not yet withdrawn; with None what stands now."""
        if moment is None:
            return self.all_standing()
        return tuple(
            row
            for rows in self._rows.values()
            for row in rows
            if row.recorded_at <= moment and (row.entered_in_error_at is None or row.entered_in_error_at > moment)
        )

    def in_error(self) -> tuple[Fact, ...]:
        """Facts that were marked as entered in error, of every kind, in no order."""
        return tuple(row for rows in self._rows.values() for row in rows if row.entered_in_error_at)

    def history(self) -> History:
        """The dated record, as the engine sees it."""
        return history_of(self.patient, {model: reversed(self.standing(model)) for model in self._rows})
