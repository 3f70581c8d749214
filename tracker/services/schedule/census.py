"""The whole count: where every stream of every active patient stands, by the plan of the record as it is now."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import date

from scheduling import publishing
from scheduling.deriving import facts_of
from scheduling.engine.following.conservation import ConservationState, is_active, state_of
from scheduling.engine.planning.plan import plan
from scheduling.engine.vocabulary import Stream
from tracker.facts import histories
from tracker.models import ConservationCount
from tracker.queries.conservation import Census
from tracker.services.acts.occasion import Occasion
from tracker.services.schedule import standing as reads
from tracker.services.schedule.planning import BATCH, UNPLANNABLE, patient_keys

log = logging.getLogger(__name__)


def count_states(today: date, *, batch_size: int = BATCH) -> Census:
    """Count every active patient and stream from what is stored, against the plan of the record on `today`.

    Active is everybody but the deceased and those whose transfer was accepted, for whom everything has ended; of them
    it is checked that nothing is left open.
    """
    rules = publishing.rulebook(publishing.in_force(today))
    figures: Counter[tuple[str, str]] = Counter()
    absent: list[tuple[int, str]] = []
    unplanned: list[int] = []
    patients = 0
    keys = patient_keys()
    for start in range(0, len(keys), batch_size):
        batch = keys[start : start + batch_size]
        schedules = reads.stored_schedules(batch)
        for key, history in histories(batch).items():
            try:
                facts = facts_of(history, today, rules.history)
                planned = plan(facts, rules.policy, today)
            except UNPLANNABLE:
                log.exception("patient row %d cannot be planned", key)
                unplanned.append(key)
                continue
            active = is_active(facts)
            patients += active
            for stream in Stream:
                stored = schedules[key].follow_ups.get(stream)
                state = state_of(stream, planned, stored.row if stored else None, today, rules.reconcile)
                if active:
                    figures[stream.value, state.value] += 1
                if state is ConservationState.ABSENT:
                    absent.append((key, stream.value))
    return Census(today, patients, figures, tuple(absent), tuple(unplanned))


def store(census: Census, *, occasion: Occasion) -> None:
    """Keep the figures of a day; a second count of the day takes the place of the first. Zeros are kept too."""
    ConservationCount.objects.filter(on=census.on).delete()
    ConservationCount.objects.bulk_create(
        ConservationCount(
            on=census.on,
            stream=stream,
            state=state,
            patients=census.figures[stream.value, state.value],
            counted_at=occasion.at,
        )
        for stream in Stream
        for state in ConservationState
    )
