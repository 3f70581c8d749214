"""A night's work, once a day: re-plan everybody, then count where every stream of every active patient stands."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from scheduling import publishing
from scheduling.engine.following.conservation import ConservationState, state_of
from scheduling.engine.planning.plan import plan
from scheduling.engine.record.facts import Facts
from scheduling.engine.vocabulary import PatientStatus, Stream
from tracker import audit
from tracker.facts import facts_of, histories
from tracker.models import ConservationCount, NightlyRun
from tracker.services.acts.occasion import Occasion
from tracker.services.schedule import standing as reads
from tracker.services.schedule.planning import BATCH, UNPLANNABLE, BatchResult, patient_keys, replan_all

log = logging.getLogger(__name__)

#: A run that has neither finished nor failed for this many seconds was cut off, and another may take the day over.
CUT_OFF_AFTER = 3 * 3600
#: So many keys of patients stand in a failed run; the log has them all.
NAMED = 50


class ConservationError(Exception):
    """A stream of an active patient stands in no state, or a patient could not be planned."""


@dataclass(frozen=True, slots=True)
class Census:
    """Where the streams of all active patients stand on a day.

    `figures` counts the active patients by (stream, state), so that each stream adds up to `patients`. `absent` holds
    (patient, stream) that stand in no state, also of patients who have left with something still open; `unplanned`
    holds patients whose record cannot be planned. The census holds where both are empty.
    """

    on: date
    patients: int
    figures: Counter[tuple[str, str]]
    absent: tuple[tuple[int, str], ...]
    unplanned: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether everybody is in exactly one state per stream."""
        return not self.absent and not self.unplanned

    def problems(self) -> list[str]:
        """What is wrong, a sentence each; no person is named, only database keys."""
        sentences = [f"patient row {key}: {stream} stands in no state" for key, stream in self.absent]
        return sentences + [f"patient row {key} cannot be planned" for key in self.unplanned]


def run_if_due(*, occasion: Occasion) -> NightlyRun | None:
    """The night's work unless it is done for the day or another process is at it; see `run_nightly`."""
    known = NightlyRun.objects.filter(on=occasion.today).first()
    if known is not None and (
        known.finished_at or (occasion.at - known.started_at).total_seconds() < CUT_OFF_AFTER
    ):
        return None
    return run_nightly(occasion=occasion)


def run_nightly(*, occasion: Occasion, progress: Callable[[int], object] | None = None) -> NightlyRun:
    """Re-plan everybody and count. A day that is done stays done; a run that was cut off or failed is done again.

    Raises ConservationError after storing the figures where a stream stands in no state or a patient cannot be planned:
    the run then stays unfinished, with what is wrong in its result and in the audit.
    """
    run = _begun(occasion=occasion)
    if run is None:
        return NightlyRun.objects.get(on=occasion.today)
    planned = replan_all(occasion=occasion, progress=progress)
    census = count_states(occasion.today)
    result = _result(planned, census)
    with transaction.atomic():
        store(census, occasion=occasion)
        run.result = result
        run.finished_at = occasion.at if result["holds"] else None
        run.save(update_fields=["result", "finished_at"])
        verb = "nightly.finished" if result["holds"] else "nightly.failed"
        figures = {"patients": (None, census.patients), "problems": (None, len(result["problems"]))}
        if not result["holds"] or planned.changed:
            audit.record(by=occasion.by, verb=verb, target=run, at=occasion.at, changes=figures)
    if not result["holds"]:
        for problem in result["problems"]:
            log.error("nightly count of %s: %s", occasion.today, problem)
        raise ConservationError(
            f"The count of {occasion.today} does not add up: {len(result['problems'])} findings. "
            f"First: {result['problems'][0]}. See the failed run of that day."
        )
    return run


def _begun(*, occasion: Occasion) -> NightlyRun | None:
    """The run of the day, taken by this process; None where the day is done."""
    try:
        with transaction.atomic():
            return NightlyRun.objects.create(on=occasion.today, started_at=occasion.at)
    except IntegrityError:
        taken = NightlyRun.objects.filter(on=occasion.today, finished_at__isnull=True).update(
            started_at=occasion.at
        )
        return NightlyRun.objects.get(on=occasion.today) if taken else None


def _result(planned: BatchResult, census: Census) -> dict[str, Any]:
    failed = [f"patient row {key} cannot be planned" for key in planned.failed]
    problems = sorted({*failed, *census.problems()})
    return {
        "holds": not problems,
        "problems": problems[:NAMED],
        "patients": planned.patients,
        "changed": planned.changed,
        "counts": dict(sorted(planned.counts.items())),
        "tasks_raised": planned.tasks_raised,
        "tasks_ended": planned.tasks_ended,
    }


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
            active = not _ended(facts)
            patients += active
            for stream in Stream:
                stored = schedules[key].follow_ups.get(stream)
                state = state_of(stream, planned, stored.row if stored else None, today, rules.reconcile)
                if active:
                    figures[stream.value, state.value] += 1
                if state is ConservationState.ABSENT:
                    absent.append((key, stream.value))
    return Census(today, patients, figures, tuple(absent), tuple(unplanned))


def _ended(facts: Facts) -> bool:
    """Whether everything has ended for the person (S1, S4); refusal, hospice and discharge leave room for an E1."""
    transferred = facts.status == PatientStatus.TRANSFERRED and facts.transfer_accepted
    return facts.status == PatientStatus.DECEASED or transferred


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
