"""Re-planning in batches: a fixed number of queries, the same rows as one by one, nothing where nothing changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduling.models import PolicyVersion
from tests.tracker.people import patient as new_patient
from tests.tracker.schedules import AT, TODAY, add, ago, low_risk, row_counts
from tracker.models import FollowUp, Patient, Study, Visit
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.policies import ensure_default
from tracker.services.schedule import planning

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return ensure_default(occasion=by_the_scheduler(TODAY, AT))


def cohort(size: int) -> list[int]:
    """Patients with different records."""
    keys = []
    for number in range(size):
        one = new_patient()
        if number % 2:
            low_risk(one)
        if number % 3 == 0:
            add(Visit, one, ago(20 + number))
        keys.append(one.pk)
    return keys


def test_a_batch_does_what_one_by_one_does() -> None:
    def stored(keys: list[int]) -> list[tuple[object, ...]]:
        rows = FollowUp.objects.filter(patient_id__in=keys).order_by("patient_id", "stream")
        return list(rows.values_list("stream", "row", "due_on", "closes_on", "urgency", "reasons"))

    together, alone = cohort(6), cohort(6)
    for pair in zip(together, alone, strict=True):
        assert Patient.objects.filter(pk__in=pair).values("registered_on").distinct().count() == 1
    result = planning.replan_batch(together, occasion=by_the_scheduler(TODAY, AT))
    for key in alone:
        planning.replan(key, occasion=by_the_scheduler(TODAY, AT))
    assert stored(together) == stored(alone)
    assert (result.patients, result.changed) == (6, 6)
    assert result.counts["opened"] == FollowUp.objects.filter(patient_id__in=together).count()


@pytest.mark.parametrize("first", [True, False], ids=["first plan", "unchanged"])
def test_the_number_of_queries_does_not_grow_with_the_batch(first: bool) -> None:
    def queries(size: int) -> int:
        keys = cohort(size)
        if not first:
            planning.replan_batch(keys, occasion=by_the_scheduler(TODAY, AT))
        tonight = by_the_scheduler(TODAY, AT)
        with CaptureQueriesContext(connection) as caught:
            planning.replan_batch(keys, occasion=tonight)
        return len(caught)

    queries(2)
    assert queries(4) == queries(12)


def test_a_night_in_which_nothing_changed_writes_nothing() -> None:
    cohort(9)
    planning.replan_all(occasion=by_the_scheduler(TODAY, AT))
    before, rows = row_counts(), list(FollowUp.objects.order_by("pk").values())
    with CaptureQueriesContext(connection) as caught:
        result = planning.replan_all(occasion=by_the_scheduler(TODAY + timedelta(1), AT + timedelta(1)))
    written = [q["sql"] for q in caught if not q["sql"].lstrip().upper().startswith("SELECT")]
    assert (result.patients, result.changed) == (9, 0)
    assert [sql.split('"')[1] for sql in written] == ["tracker_planninground"]
    assert (row_counts(), list(FollowUp.objects.order_by("pk").values())) == (before, rows)


def test_a_record_that_cannot_be_planned_is_set_aside_and_the_others_are_written(
    caplog: pytest.LogCaptureFixture,
) -> None:
    good, bad = cohort(1)[0], new_patient()
    lesion = low_risk(bad)
    type(lesion).objects.filter(pk=lesion.pk).update(level="T99")
    result = planning.replan_batch([good, bad.pk], occasion=by_the_scheduler(TODAY, AT))
    assert (result.failed, result.changed) == ((bad.pk,), 1)
    assert f"patient row {bad.pk}" in caplog.text
    assert bad.number not in caplog.text


def test_batches_report_their_progress() -> None:
    cohort(5)
    heard: list[int] = []
    planning.replan_all(occasion=by_the_scheduler(TODAY, AT), batch_size=2, progress=heard.append)
    assert heard == [2, 2, 1]


def test_a_large_batch_is_written_as_one_by_one_would_be() -> None:
    keys = cohort(45)  # beyond the size from which PostgreSQL copies
    planning.replan_batch(keys, occasion=by_the_scheduler(TODAY, AT))
    for key in keys:
        add(Study, Patient.objects.get(pk=key), ago(2), kind="mri", coverage="whole_spine")
    result = planning.replan_batch(keys, occasion=by_the_scheduler(TODAY, AT))
    assert result.changed == 45
    assert FollowUp.objects.filter(closed_at__isnull=True, stream="imaging").count() == 45
    assert planning.replan_batch(keys, occasion=by_the_scheduler(TODAY, AT)).changed == 0
