"""Re-plan patients: read the record, ask the engine, compare with what is open, write what changed and nothing else.

A plan is written under a lock on its patients, so that two plans of one person follow each other. The nightly round
first compares without the lock and writes nothing where everything stands; only those that changed are read again under
it. Whoever records a fact plans the patient in the same transaction, so a comparison that came too early is harmless.

The plan's tasks: one is raised when the plan begins to ask for it, and ended by the scheduler when the plan stops
asking. One that a person has ended is not raised again until the plan has dropped it once and asks anew; until then
what is missing stays visible as a gap.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from scheduling import publishing
from scheduling.deriving import facts_of
from scheduling.engine.following.changes import Complete
from scheduling.engine.following.stands_until import decide_until
from tracker.facts import histories
from tracker.models import Patient, PlanningRound
from tracker.services.acts.occasion import Occasion
from tracker.services.schedule import leftovers
from tracker.services.schedule import standing as reads
from tracker.services.schedule.changes import KIND_OF_CHANGE, ScheduleChange, schedule_changes
from tracker.services.schedule.looking import look_again, raise_failed, whose_day_has_come
from tracker.services.schedule.standing import Before
from tracker.services.schedule.writing import Act, Planned, Writes

log = logging.getLogger(__name__)

BATCH = 500
#: What a record raises that holds a value nobody checked; such a patient is set aside and shown.
UNPLANNABLE = (ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What planning some patients wrote.

    `failed` holds the keys of patients that could not be planned, `unforeseen` of those whose plan was to stand and did
    not: where nothing was recorded since, that is a fault.
    """

    patients: int = 0
    changed: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    tasks_raised: int = 0
    tasks_ended: int = 0
    failed: tuple[int, ...] = ()
    unforeseen: tuple[int, ...] = ()

    def __add__(self, other: BatchResult) -> BatchResult:
        return BatchResult(
            self.patients + other.patients,
            self.changed + other.changed,
            self.counts + other.counts,
            self.tasks_raised + other.tasks_raised,
            self.tasks_ended + other.tasks_ended,
            self.failed + other.failed,
            self.unforeseen + other.unforeseen,
        )


def replan(patient: Patient | int, *, occasion: Occasion, cause: str = "fact") -> list[ScheduleChange]:
    """Re-plan one patient after a recorded fact, in the caller's transaction; what changed, imaging first.

    Who acts recorded the fact and stands behind what is closed by it; a completed follow-up is closed by whoever
    recorded the study or visit. `cause` is a cause of `FollowUpEvent`. Raises NoPolicyInForce.
    """
    key = patient if isinstance(patient, int) else patient.pk
    ruling = _Ruling(occasion, cause, strict=True)
    with transaction.atomic(savepoint=False):
        reads.lock([key])
        decisions = ruling.decide([key], reads.stored_schedules([key]))
        ruling.write(decisions)
    if key not in decisions:
        return []
    before, decision, _ = decisions[key]
    return schedule_changes(before, decision)


def _in_batches(
    keys: list[int],
    ruling: _Ruling,
    progress: Callable[[int], object] | None,
    batch_size: int,
    *,
    expect_changes: bool,
) -> BatchResult:
    result = BatchResult()
    for start in range(0, len(keys), batch_size):
        batch = keys[start : start + batch_size]
        result += _batch(batch, ruling, expect_changes=expect_changes)
        if progress is not None:
            progress(len(batch))
    return result


def replan_all(
    *,
    occasion: Occasion,
    cause: str = "policy",
    progress: Callable[[int], object] | None = None,
    batch_size: int = BATCH,
) -> BatchResult:
    """Re-plan everybody; by night what moves a date is the policy's own clock, hence `cause`.

    Who is planned by this version already is compared first, without a lock: a night in which nothing changed locks
    and writes nothing but the round itself.
    """
    _note_round(occasion)
    return _in_batches(
        patient_keys(),
        _Ruling(occasion, cause),
        progress,
        batch_size,
        expect_changes=False,
    )


def replan_whose_day_has_come(*, occasion: Occasion, progress: Callable[[int], object] | None = None) -> BatchResult:
    """Re-plan those whose plan may differ today (`whose_day_has_come`); the plans of all others stand.

    Each of them is written at least a new day until which the plan stands, so they are read under the lock at once.
    """
    _note_round(occasion)
    ruling = _Ruling(occasion, "policy")
    keys = whose_day_has_come(occasion.today, ruling.act.policy_version_id)
    return _in_batches(keys, ruling, progress, BATCH, expect_changes=True)


def _note_round(occasion: Occasion) -> None:
    PlanningRound.objects.bulk_create([PlanningRound(on=occasion.today, at=occasion.at)], ignore_conflicts=True)


def patient_keys() -> list[int]:
    """The database keys of every patient, in the order of planning."""
    return list(Patient.objects.order_by("pk").values_list("pk", flat=True))


def replan_batch(patient_ids: Collection[int], *, occasion: Occasion, cause: str = "fact") -> BatchResult:
    """Re-plan a batch with a fixed number of queries; running it again changes nothing.

    A patient whose record cannot be planned is set aside and logged by key; the others are written.
    """
    return _batch(patient_ids, _Ruling(occasion, cause), expect_changes=False)


def _batch(patient_ids: Collection[int], ruling: _Ruling, *, expect_changes: bool) -> BatchResult:
    result = BatchResult(patients=len(patient_ids))
    pending: Collection[int] = patient_ids
    if not expect_changes:
        schedules = reads.stored_schedules(patient_ids)
        known = [key for key in patient_ids if ruling.planned(schedules[key])]
        pending = list(set(patient_ids).difference(known))  # written in any case: not compared first
        pending += ruling.decide(known, schedules)
    if pending:
        with transaction.atomic(savepoint=False):
            reads.lock(pending)
            decisions = ruling.decide(pending, reads.stored_schedules(pending))
            ruling.write(decisions)
        result += _counted(decisions.values()) + BatchResult(unforeseen=ruling.unforeseen(decisions))
    failed = tuple(sorted(ruling.failed & set(patient_ids)))
    if failed:
        look_again(failed)
        raise_failed(failed, at=ruling.act.at)
    return result + BatchResult(failed=failed)


def _counted(decisions: Iterable[Planned]) -> BatchResult:
    counts: Counter[str] = Counter()
    changed = raised = ended = 0
    for _, decision, _ in decisions:
        changed += not decision.nothing
        counts.update(KIND_OF_CHANGE.get(type(change), "restated") for change in decision.changes)
        raised += len(decision.raised)
        ended += len(decision.ended)
    return BatchResult(changed=changed, counts=counts, tasks_raised=raised, tasks_ended=ended)


class _Ruling:
    """One act of planning: the policy in force on the day, and who plans.

    A record that cannot be planned is an error of the act where it is `strict`, else it is set aside.
    """

    def __init__(self, occasion: Occasion, cause: str, *, strict: bool = False) -> None:
        self.strict = strict
        version = publishing.in_force(occasion.today)
        self.rules = publishing.rulebook(version)
        self.act = Act(
            today=occasion.today,
            at=occasion.at,
            by_id=occasion.by.pk,
            cause=cause,
            policy_version_id=version.pk,
            own_windows=self.rules.policy.own_windows,
        )
        self.failed: set[int] = set()

    def planned(self, before: Before) -> bool:
        """Whether the plan that is kept was made by this version."""
        return before.kept is not None and before.kept.policy_version_id == self.act.policy_version_id

    def decide(self, patient_ids: Collection[int], schedules: dict[int, Before]) -> dict[int, Planned]:
        """What has to be written, by patient; patients for whom everything stands are left out."""
        if not patient_ids:
            return {}
        decisions: dict[int, Planned] = {}
        for key, history in histories(patient_ids).items():
            before = schedules[key]
            try:
                standing = before.seen_from(self.act.policy_version_id)
                planned = Planned(before, *decide_until(history, standing, self.rules, self.act.today, facts_of))
            except UNPLANNABLE:
                if self.strict:
                    raise
                log.exception("patient row %d cannot be planned", key)
                self.failed.add(key)
                continue
            if not planned.decision.nothing or planned.stands_anew(self.act.today):
                decisions[key] = planned
        return decisions

    def unforeseen(self, decisions: Mapping[int, Planned]) -> tuple[int, ...]:
        """Who is planned otherwise on a day on which the kept plan was still to stand."""
        version, today = self.act.policy_version_id, self.act.today
        return tuple(
            key
            for key, (before, decision, _) in decisions.items()
            if not decision.nothing and before.kept is not None and before.kept.stands(version, today)
        )

    def write(self, decisions: Mapping[int, Planned]) -> None:
        """Write what was decided, with its events and audit, in the transaction that holds the patients."""
        if not decisions:
            return
        done = [
            (key, change.stream, change.on)
            for key, (_, decision, _) in decisions.items()
            for change in decision.changes
            if isinstance(change, Complete)
        ]
        recorders = reads.recorders(done)
        writes = Writes(self.act)
        for key, planned in decisions.items():
            writes.add(key, planned, recorders)
        writes.write()
        leftovers.settle(decisions, self.act)
