"""A night's work, once a day: plan whose day has come, then count where every stream of every active patient stands.

Everybody is planned where the release or the clinic's zone is another than the last run's, and once a week in a sweep,
which proves that no plan changed before the day until which it was to stand and that the database counts what the plans
say. A policy version that begins or ends needs no night of its own: a plan that another version made is looked at.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction

from tracker import audit
from tracker.models import NightlyRun
from tracker.queries.conservation import Census, counted
from tracker.services.acts.occasion import Occasion
from tracker.services.messages import reminders
from tracker.services.schedule.census import count_states, store
from tracker.services.schedule.planning import BatchResult, replan_all, replan_whose_day_has_come
from tracker.services.schedule.release import Deciding, deciding

log = logging.getLogger(__name__)

#: A run that has neither finished nor failed for this many seconds was cut off, and another may take the day over.
CUT_OFF_AFTER = 3 * 3600
#: So many keys of patients stand in a failed run; the log has them all.
NAMED = 50
#: A sweep follows the last one after so long.
SWEPT_EVERY = timedelta(weeks=1)


class ConservationError(Exception):
    """A stream of an active patient stands in no state, a patient could not be planned, or a sweep found a fault."""


class Scope(StrEnum):
    """Whom a night plans."""

    DUE = "due"
    EVERYBODY = "everybody"
    SWEEP = "sweep"


def run_if_due(*, occasion: Occasion) -> NightlyRun | None:
    """The night's work unless it is done for the day or another process is at it; see `run_nightly`."""
    known = NightlyRun.objects.filter(on=occasion.today).first()
    if known is not None and (known.finished_at or (occasion.at - known.started_at).total_seconds() < CUT_OFF_AFTER):
        return None
    return run_nightly(occasion=occasion)


def run_nightly(*, occasion: Occasion, progress: Callable[[int], object] | None = None) -> NightlyRun:
    """Plan whose day has come and count. A day that is done stays done; a run that was cut off or failed is done again.

    Raises ConservationError after storing the figures where a stream stands in no state, a patient cannot be planned or
    a sweep found a fault: the run then stays unfinished, with what is wrong in its result and in the audit.
    """
    run = _begun(occasion=occasion)
    if run is None:
        return NightlyRun.objects.get(on=occasion.today)
    now = deciding()
    scope = _scope(occasion.today, now)
    planned = _planned(scope, occasion, progress)
    census = counted(occasion.today, failed=planned.failed)
    faults = [*run.result.get("faults", [])]  # what an earlier run of the day found and mended stays told
    if scope is Scope.SWEEP:
        faults += _faults(occasion.today, planned, census)
    result = _result(scope, planned, census, faults)
    with transaction.atomic():
        store(census, occasion=occasion)
        run.result, run.release, run.zone = result, now.release, now.zone
        run.swept = run.swept or scope is Scope.SWEEP
        run.finished_at = occasion.at if result["holds"] else None
        run.save(update_fields=["result", "release", "zone", "swept", "finished_at"])
        verb = "nightly.finished" if result["holds"] else "nightly.failed"
        figures = {"patients": (None, census.patients), "problems": (None, len(result["problems"]))}
        if not result["holds"] or planned.changed:
            audit.record(by=occasion.by, verb=verb, target=run, at=occasion.at, changes=figures)
    _check(occasion.today, result)
    return run


def _check(today: date, result: dict[str, Any]) -> None:
    if result["holds"]:
        return
    for problem in result["problems"]:
        log.error("nightly count of %s: %s", today, problem)
    raise ConservationError(
        f"The count of {today} does not add up: {len(result['problems'])} findings. "
        f"First: {result['problems'][0]}. See the failed run of that day."
    )


def _begun(*, occasion: Occasion) -> NightlyRun | None:
    """The run of the day, taken by this process; None where the day is done."""
    try:
        with transaction.atomic():
            return NightlyRun.objects.create(on=occasion.today, started_at=occasion.at)
    except IntegrityError:
        taken = NightlyRun.objects.filter(on=occasion.today, finished_at__isnull=True).update(started_at=occasion.at)
        return NightlyRun.objects.get(on=occasion.today) if taken else None


def _scope(today: date, now: Deciding) -> Scope:
    """Whom to plan, from what the last run that came to its count was made with."""
    counted_runs = NightlyRun.objects.exclude(release="")
    last = counted_runs.order_by("-on").values_list("release", "zone").first()
    if last is None or Deciding(*last) != now:
        return Scope.EVERYBODY
    swept = counted_runs.filter(swept=True, on__gt=today - SWEPT_EVERY, on__lte=today).exists()
    return Scope.DUE if swept else Scope.SWEEP


def _planned(scope: Scope, occasion: Occasion, progress: Callable[[int], object] | None) -> BatchResult:
    if scope is Scope.DUE:
        return replan_whose_day_has_come(occasion=occasion, progress=progress)
    if scope is Scope.EVERYBODY:
        reminders.ask_everybody_again()
    return replan_all(occasion=occasion, progress=progress)


def _faults(today: date, planned: BatchResult, census: Census) -> Iterator[str]:
    """What a sweep found that a quiet night would have missed."""
    for key in planned.unforeseen:
        yield f"patient row {key}: the plan changed before the day until which it was to stand"
    for key in reminders.overlooked(today=today):
        yield f"follow-up row {key}: a step of its ladder was due before the day on which it was to be asked"
    whole = count_states(today)
    for stream, state in sorted(census.figures | whole.figures):
        kept, found = census.figures[stream, state], whole.figures[stream, state]
        if kept != found:
            yield f"{stream} {state.replace('_', ' ')}: {kept} counted in the database, {found} by the plans"


def _result(scope: Scope, planned: BatchResult, census: Census, faults: list[str]) -> dict[str, Any]:
    problems = sorted({*census.problems(), *faults})
    return {
        "holds": not problems,
        "problems": problems[:NAMED],
        "faults": faults[:NAMED],
        "scope": scope,
        "patients": census.patients,
        "planned": planned.patients,
        "changed": planned.changed,
        "counts": dict(sorted(planned.counts.items())),
        "tasks_raised": planned.tasks_raised,
        "tasks_ended": planned.tasks_ended,
    }
