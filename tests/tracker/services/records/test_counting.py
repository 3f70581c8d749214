"""A study that shows nothing counts for nothing; what it leaves to be done; and what limits imaging, said in parts."""

from __future__ import annotations

from itertools import product

import pytest

from scheduling.engine.record.counting import why_not_counted
from scheduling.engine.vocabulary import StudyKind
from scheduling.models import PolicyVersion
from tests.tracker import people
from tests.tracker.people import NOW, TODAY, days
from tests.tracker.schedules import add
from tests.tracker.services.recording import act, current, do, problems, routine
from tracker.errors import NotPossible, Refused
from tracker.facts import histories
from tracker.models import AuditEvent, ImagingSafety, Patient, Study, User
from tracker.queries.patient.overview import page_of
from tracker.queries.queues.lists import queue_counts, queue_page
from tracker.queries.queues.rows import QueueFilters
from tracker.queries.results import to_act_on, to_repeat
from tracker.services import records
from tracker.services.follow_ups import arranging
from tracker.storage.counting import counts

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

NOTHING = [
    {"kind": "mri", "quality": "not"},
    {"kind": "ct_systemic", "spine_read": "not_read"},
    {"kind": "pet_ct", "spine_read": "not_read"},
    {"kind": "bone_scan", "spine_read": "not_read"},
]


@pytest.fixture(autouse=True)
def in_force(db: None) -> PolicyVersion:
    return people.policy_version()


def test_the_database_counts_the_studies_that_the_engine_counts(patient: Patient) -> None:
    grid = list(product(StudyKind, ("diagnostic", "limited", "not", "unknown"), ("explicit", "not_read", "unknown")))
    for kind, quality, read in grid:
        add(Study, patient, TODAY, kind=kind, quality=quality, spine_read=read)
    rows = Study.objects.filter(counts()).values_list("kind", "quality", "spine_read")
    assert sorted(rows) == sorted(case for case in grid if not why_not_counted(*case))
    assert len(histories([patient.pk])[patient.pk].studies) == len(rows) == 9 * len(StudyKind) - 9


@pytest.mark.parametrize("study", NOTHING, ids=lambda study: study["kind"])
def test_a_study_that_shows_nothing_leaves_the_overdue_follow_up_where_it_was(
    study: dict[str, str], patient: Patient, alice: User
) -> None:
    routine(patient)
    before = current(patient)
    assert before.closes_on < TODAY
    recorded = do(records.record_study, patient, occurred_on=TODAY, **study)
    after = current(patient)
    assert (after.pk, after.due_on, after.state) == (before.pk, before.due_on, "open")
    assert (recorded.changes, len(recorded.asks)) == ([], 1)
    (task,) = page_of(alice, patient, NOW).tasks[-1:]
    assert (task.title, task.owner) == ("Repeat or explain", "Alice Avocet")
    assert [row.patient for row in queue_page(alice, "repeat", QueueFilters(), 1, NOW).tasks] == [patient]


def test_what_is_not_known_of_a_study_counts(patient: Patient) -> None:
    before = current(routine(patient))
    do(records.record_study, patient, kind="pet_ct", occurred_on=TODAY)
    assert current(patient).pk != before.pk


def test_repeat_or_explain_falls_with_its_cause_and_with_a_study_that_counts(patient: Patient) -> None:
    broken = do(records.record_study, patient, kind="mri", quality="not", occurred_on=days(-3)).fact
    assert list(to_repeat()) == [broken]
    do(records.record_study, patient, kind="ct_systemic", occurred_on=days(-2))
    assert list(to_repeat()) == [broken]  # the canal is shown by an MRI alone
    again = do(records.record_study, patient, kind="mri", occurred_on=days(-1)).fact
    assert list(to_repeat()) == []
    do(records.mark_entered_in_error, patient, "study", again.pk, reason="Another patient's.")
    assert list(to_repeat()) == [broken]
    do(records.mark_entered_in_error, patient, "study", broken.pk, reason="Another patient's.")
    assert list(to_repeat()) == []


def test_a_person_explains_why_it_is_not_repeated(patient: Patient, alice: User) -> None:
    broken = do(records.record_study, patient, kind="mri", quality="not", occurred_on=TODAY).fact
    assert set(problems(records.explain_study, patient, broken.pk, reason=" ")) == {"reason"}
    do(records.explain_study, patient, broken.pk, reason="Claustrophobia; CT is booked.")
    assert list(to_repeat()) == []
    broken.refresh_from_db()
    assert (broken.explained_by, broken.explained_on) == (alice, TODAY)
    assert AuditEvent.objects.filter(verb="study.explained", by=alice, patient=patient).exists()
    with pytest.raises(NotPossible, match="Alice Avocet explained it"):
        do(records.explain_study, patient, broken.pk, reason="Again.")
    good = do(records.record_study, patient, kind="mri", occurred_on=days(-1)).fact
    with pytest.raises(NotPossible, match="counts"):
        do(records.explain_study, patient, good.pk, reason="No cause.")


def test_a_report_that_the_spine_was_not_read_takes_the_study_out_of_the_count(patient: Patient) -> None:
    before = current(routine(patient))
    study = do(records.record_study, patient, kind="ct_systemic", occurred_on=TODAY).fact
    assert current(patient).due_on > TODAY
    recorded = do(records.report_study, patient, study.pk, reported_on=TODAY, spine_read="not_read")
    assert recorded.asks == ("spine_not_read",)
    assert (current(patient).due_on, current(patient).closes_on) == (before.due_on, before.closes_on)


def test_a_report_that_says_nothing_of_the_images_leaves_what_was_said_of_them(patient: Patient) -> None:
    study = do(records.record_study, patient, kind="mri", quality="not", occurred_on=TODAY).fact
    do(records.report_study, patient, study.pk, reported_on=TODAY, report="Broken off.")
    study.refresh_from_db()
    assert study.quality == "not"


def test_attending_an_examination_that_was_broken_off_completes_nothing_and_says_why(patient: Patient) -> None:
    row = current(routine(patient))
    done = act(arranging.complete, row, on=TODAY, quality="not")
    assert done.event.text.endswith("it does not complete this: its images show nothing.")
    assert (current(patient).pk, current(patient).due_on) == (row.pk, row.due_on)


# A result that needs an act


def doubtful(patient: Patient) -> Study:
    study = do(
        records.record_study, patient, kind="mri", occurred_on=days(-5), reported_on=days(-4), first_call="doubtful"
    ).fact
    assert isinstance(study, Study)
    return study


def test_a_doubtful_result_waits_for_a_response_a_look_or_a_stated_no_action(patient: Patient, alice: User) -> None:
    study = doubtful(patient)
    do(records.record_response, patient, spine="stable", occurred_on=days(-6))
    do(records.record_response, patient, spine="not_assessed", occurred_on=days(-5))
    assert list(to_act_on()) == [study]
    assert [row.source for row in queue_page(alice, "results", QueueFilters(), 1, NOW).tasks] == ["result"]
    figures = {queue.slug: queue.count for group in queue_counts(alice, NOW) for queue in group.queues}
    assert figures["results"] == 1
    response = do(records.record_response, patient, spine="stable", occurred_on=days(-5)).fact
    assert list(to_act_on()) == []
    do(records.mark_entered_in_error, patient, "response", response.pk, reason="Another patient's.")
    assert list(to_act_on()) == [study]
    do(records.record_lesion, patient, level="T8", occurred_on=days(-5), escc="0")
    assert list(to_act_on()) == []


def test_no_action_is_a_clinicians_word_with_its_reason(patient: Patient, alice: User, bob: User) -> None:
    study = doubtful(patient)
    with pytest.raises(Refused, match="Only a clinician"):
        do(records.state_no_action, patient, study.pk, reason="Old.", by=alice)
    assert set(problems(records.state_no_action, patient, study.pk, reason="", by=bob)) == {"reason"}
    do(records.state_no_action, patient, study.pk, reason="Known since March.", by=bob)
    study.refresh_from_db()
    assert (study.actionable, study.action, study.action_decided_on) == ("no", "Known since March.", TODAY)
    assert list(to_act_on()) == []
    assert AuditEvent.objects.filter(verb="study.no_action", by=bob, patient=patient).exists()
    with pytest.raises(NotPossible, match="recorded already"):
        do(records.state_no_action, patient, study.pk, reason="Again.", by=bob)


def test_nobody_is_asked_about_a_patient_who_died(patient: Patient) -> None:
    doubtful(patient)
    do(records.record_study, patient, kind="mri", quality="not", occurred_on=days(-3))
    do(records.record_status, patient, status="deceased", occurred_on=days(-1))
    assert [*to_act_on(), *to_repeat()] == []


# What limits imaging, and refusals


def test_an_unknown_mri_decision_replaces_no_known_one(patient: Patient, alice: User) -> None:
    do(records.record_imaging_safety, patient, occurred_on=days(-30), mri="unsafe_device")
    do(records.record_imaging_safety, patient, occurred_on=days(-2), mri="unknown", egfr=61)
    constraints = histories([patient.pk])[patient.pk].constraints
    assert (constraints.mri, constraints.egfr) == ("unsafe_device", 61)
    (mri, *_) = page_of(alice, patient, NOW).safety
    assert (mri.name, mri.on) == ("MRI", days(-30))


def test_a_note_on_imaging_may_stand_alone_and_outlives_a_decision(patient: Patient, alice: User) -> None:
    do(records.record_imaging_safety, patient, occurred_on=days(-30), note="Claustrophobia.")
    do(records.record_imaging_safety, patient, occurred_on=days(-20), mri="ok", note="Sedation agreed.")
    do(records.record_imaging_safety, patient, occurred_on=days(-2), mri="ok")
    lines = page_of(alice, patient, NOW).safety
    assert [line.value for line in lines if line.name == "Note"] == ["Sedation agreed.", "Claustrophobia."]
    assert set(problems(records.record_imaging_safety, patient, occurred_on=TODAY, note=" ")) == {""}
    assert ImagingSafety.objects.count() == 3


def test_a_refusal_stops_both_streams_and_says_so(patient: Patient) -> None:
    refused = {"status": "declined", "occurred_on": TODAY, "reason": "Too far."}
    found = problems(records.record_status, patient, scope="imaging", **refused)
    assert "expected both, since a refusal stops both here" in found["scope"][0]
    other = {"status": "transferred", "occurred_on": TODAY, "reason": "To Exeter."}
    assert set(problems(records.record_status, patient, scope="both", **other)) == {"scope"}
    assert do(records.record_status, patient, **refused).fact.scope == "both"


def test_who_declines_one_stream_goes_on_in_the_other(patient: Patient) -> None:
    row = current(routine(patient))
    act(arranging.cancel, row, outcome="refused", reason="No more MRI.", until=days(70))
    assert current(patient).state == "cancelled"
    assert current(patient, "surgeon").state == "open"
