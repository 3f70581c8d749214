"""A fact that was entered in error never was: the schedule is that of a life in which nobody recorded it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from tests.journeys.test_conservation import START, STEPS, Life, pass_the_night
from tests.tracker import people
from tests.tracker.schedules import STABLE
from tracker.errors import InvalidFact, NotPossible, Refused
from tracker.models import (
    Fact,
    FollowUp,
    Lesion,
    LowRiskExit,
    PatientPlan,
    StepDownApproval,
    Symptom,
    Task,
    TherapyLine,
    kind_of,
)
from tracker.services import records
from tracker.services.schedule.planning import replan_all

Wrong = Callable[["Errs"], Fact]


@dataclass
class Errs(Life):
    """A life in which one fact is wrong; nobody looks at it when they record others."""

    wrong: Fact | None = None
    done: list[bool] = field(default_factory=list)
    minutes: int | None = None
    calls: set[str | None] = field(default_factory=set)

    @property
    def at(self) -> datetime:
        """Nine o'clock at each act, or a minute later each time."""
        if self.minutes is None:
            return super().at
        self.minutes += 1
        return super().at + timedelta(minutes=self.minutes)

    def right(self, model: type[Fact], **where: Any) -> Any:
        rows = model._default_manager.filter(patient=self.patient, entered_in_error_at__isnull=True, **where)
        return (rows.exclude(pk=self.wrong.pk) if isinstance(self.wrong, model) else rows).order_by("pk").last()


def look(escc: str) -> Callable[[Errs], object]:
    def step(life: Errs) -> object:
        lesion = life.right(Lesion, level="T8")
        values: dict[str, Any] = {"occurred_on": life.today, "escc": escc, "occasion": life.nurse_now}
        if lesion is None:
            return records.record_lesion(life.patient, level="T8", sins=STABLE, **values)
        return records.record_assessment(life.patient, lesion.pk, **values)

    return step


def close_symptom(life: Errs) -> object:
    symptom = life.right(Symptom, closed_on__isnull=True)
    given = {"closed_on": life.today, "reason": "settled", "occasion": life.surgeon_now}
    return symptom and records.close_symptom(life.patient, symptom.pk, **given)


def stop_therapy(life: Errs) -> object:
    line = life.right(TherapyLine, stopped_on__isnull=True)
    return line and records.stop_therapy(life.patient, line.pk, stopped_on=life.today, occasion=life.nurse_now)


def approve(life: Errs) -> object:
    return records.approve_step_down(life.patient, occasion=life.surgeon_now)


RIGHT = STEPS | {
    "escc 0": look("0"),
    "escc 1b": look("1b"),
    "escc 2": look("2"),
    "symptom closed": close_symptom,
    "therapy stopped": stop_therapy,
    "approved": approve,
}


def recorded(verb: Callable[..., Any], **fields: Any) -> Wrong:
    """Something recorded by the surgeon on the day."""

    def wrong(life: Errs) -> Fact:
        fact: Fact = verb(life.patient, occasion=life.surgeon_now, **{"occurred_on": life.today} | fields).fact
        return fact

    return wrong


def own_window(life: Errs) -> Fact:
    on = [life.today + timedelta(days) for days in (7, 14, 21, 60)]
    given = dict(zip(("earliest_on", "due_on", "latest_on", "until_on"), on, strict=True))
    return recorded(records.record_override, stream="imaging", reason="a hunch", **given)(life)


def scores(life: Errs) -> Fact:
    """A second look at the one lesion, where there is one."""
    lesion = life.right(Lesion, level="T8")
    if lesion is None:
        raise NotPossible("There is no lesion.")
    return recorded(lambda patient, **values: records.record_assessment(patient, lesion.pk, **values), escc="3")(life)


#: A fact of the wrong patient, of every kind that the schedule reads.
WRONG: dict[str, Wrong] = {
    "study": recorded(records.record_study, kind="mri", coverage="whole_spine"),
    "body ct": recorded(records.record_study, kind="ct_systemic", coverage="whole_body"),
    "visit": recorded(records.record_visit),
    "lesion": recorded(records.record_lesion, level="L1", escc="2", sins=STABLE),
    "response": recorded(records.record_response, spine="progressive"),
    "stable": recorded(records.record_response, spine="stable"),
    "neurology": recorded(records.open_symptom, kind="neuro"),
    "pain": recorded(records.open_symptom, kind="pain_suggestive"),
    "therapy": recorded(records.record_therapy, therapy_class="tki", drugs=["osimertinib"]),
    "procedure": recorded(records.record_procedure, kind="sbrt", levels=["T8"]),
    "death": recorded(records.record_status, status="deceased"),
    "discharge": recorded(records.record_status, status="discharged", reason="said so"),
    "back": recorded(records.record_status, status="active", reason="said so"),
    "own window": own_window,
    "approval": lambda life: records.approve_step_down(life.patient, occasion=life.surgeon_now).fact,
    "cancer": recorded(records.record_primary, site="rcc"),
    "pacemaker": recorded(partial(records.record_fact, "imaging_safety"), mri="unsafe_device"),
    "scores": scores,
}


def begin(low: bool) -> Errs:
    registered = START - timedelta(400)
    at = datetime(2026, 1, 5, tzinfo=UTC)
    life = Errs(people.patient(registered_on=registered, created_at=at), people.alice(), people.bob())
    if low:
        life.today = START - timedelta(1)
        then = {"occurred_on": START - timedelta(200), "occasion": life.nurse_now}
        records.record_primary(life.patient, site="prostate", subtype="hormone_sensitive", **then)
        records.record_lesion(life.patient, level="T8", escc="0", sins=STABLE, **then)
        records.record_study(life.patient, kind="ct_systemic", coverage="whole_body", **then)
        records.record_visit(life.patient, **then)
        life.today = START
    return life


def live(life: Errs, steps: list[tuple[str, int]], chosen: list[bool] | None) -> None:
    """Take the steps; of a life without the error those that were possible in the other one."""
    for place, (name, days) in enumerate(steps):
        if days:
            life.today += timedelta(days)
            replan_all(occasion=life.night)
            pass_the_night(life)
        if chosen is not None and not chosen[place]:
            continue
        try:
            with transaction.atomic():
                life.done.append(RIGHT[name](life) is not None)  # None: there was nothing to act on
        except (NotPossible, InvalidFact, Refused):
            assume(chosen is None)  # what one life refuses and the other does not is another act
            life.done.append(False)


def schedule(life: Errs) -> dict[str, Any]:
    """Everything that a schedule says, without keys, revisions and moments."""
    of_rows = ("stream", "state", "opens_on", "due_on", "closes_on", "first_due_on", "row", "urgency", "request",
               "awaiting_closure_on", "ordered_on", "booked_on", "missed_count", "hold_until_on", "snoozed_until",
               "owner", "done_on")  # fmt: skip
    mine = {"patient": life.patient}
    rows = FollowUp.objects.filter(passed_to__isnull=True, **mine).exclude(outcome="in_error")
    facts = {"entered_in_error_at__isnull": True, **mine}
    tasks = Task.objects.filter(ended_at__isnull=True, **mine)
    plan = PatientPlan.objects.values().get(patient=life.patient)
    return {
        "rows": sorted(map(str, rows.filter(closed_at__isnull=True).values(*of_rows))),
        "ended": sorted(map(str, rows.filter(closed_at__isnull=False).values("stream", "state", "done_on"))),
        "plan": {name: plan[name] for name in ("rows", "tasks", "gaps", "low_risk", "active", "stands_until")},
        "tasks": sorted(map(str, tasks.exclude(kind="call_patient").values("kind", "due_on"))),
        "left": sorted(LowRiskExit.objects.filter(**facts).values_list("occurred_on", flat=True)),
        "approved": list(StepDownApproval.objects.filter(**facts).values_list("occurred_on", "ended_on", "ended_row")),
    }


STEP = st.tuples(st.sampled_from(sorted(RIGHT)), st.sampled_from([0, 0, 1, 7, 30, 90]))


Steps = list[tuple[str, int]]
CALLS = {"kind": "call_patient", "ended_at__isnull": True}


def lived(low: bool, before: Steps, between: Steps, wrong: str, chosen: list[bool] | None) -> tuple[list[Any], Errs]:
    """A life with the error, or that of the `chosen` steps without it: its schedule at once and three days later."""
    with transaction.atomic():
        life = begin(low)
        replan_all(occasion=life.night)
        live(life, before, None if chosen is None else chosen[: len(before)])
        if chosen is None:
            life.wrong = WRONG[wrong](life)
        live(life, between, None if chosen is None else chosen[len(before) :])
        if life.wrong is not None:
            withdraw(life, life.wrong)
        replan_all(occasion=life.night)
        found = [schedule(life)]
        life.today += timedelta(3)
        pass_the_night(life)
        found.append(schedule(life))
        life.calls = set(Task.objects.filter(**CALLS).values_list("follow_up__stream", flat=True))
        transaction.set_rollback(True)
    return found, life


@pytest.mark.django_db
@pytest.mark.storage
@settings(max_examples=12, phases=[Phase.explicit, Phase.generate])
@given(
    wrong=st.sampled_from(sorted(WRONG)),
    before=st.lists(STEP, max_size=6),
    between=st.lists(STEP, max_size=5),
    low=st.booleans(),
)
def test_what_is_entered_in_error_was_never_recorded(wrong: str, before: Steps, between: Steps, low: bool) -> None:
    with transaction.atomic():
        people.policy_version()
        try:
            erring, life = lived(low, before, between, wrong, None)
        except (NotPossible, InvalidFact, Refused):
            assume(False)
        told, other = lived(low, before, between, wrong, life.done)
        assert erring == told
        assert life.calls <= other.calls
        transaction.set_rollback(True)


def withdraw(life: Errs, fact: Fact) -> None:
    records.mark_entered_in_error(
        life.patient, kind_of(fact).code, fact.pk, reason="Of another patient.", occasion=life.surgeon_now
    )
