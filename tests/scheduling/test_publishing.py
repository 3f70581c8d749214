"""Versions of a policy: draft, published, approved, retired; a published document never changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, transaction

from scheduling import publishing
from scheduling.engine.policy.document import fingerprint, policy_to_mapping
from scheduling.findings import Severity
from scheduling.models import PolicyVersion
from scheduling.policies import default_policy
from tests.tracker import people
from tracker.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)


def a_version(name: str = "v1", begins: date = date(2026, 6, 1)) -> PolicyVersion:
    draft = publishing.draft(replace(default_policy(), version=name), slug=publishing.DEFAULT, at=AT)
    return publishing.publish(draft, people.dana(), AT, begins)


@pytest.fixture
def lead(db: None) -> User:
    """A surgeon who may approve a policy."""
    bob = people.bob()
    bob.user_permissions.add(Permission.objects.get(codename="approve_policyversion"))
    return bob


def test_a_document_is_checked_whole() -> None:
    assert publishing.check(policy_to_mapping(default_policy())) == ()
    broken = {**policy_to_mapping(default_policy()), "version": 3, "choice": None}
    assert {error.path for error in publishing.check(broken)} >= {"version", "choice"}


def test_what_was_published_is_what_is_planned_with() -> None:
    version = a_version()
    planned_with = publishing.compiled(publishing.in_force(date(2026, 6, 2)))
    # A database may keep the keys of the document in another order, which means nothing.
    assert fingerprint(planned_with) == fingerprint(replace(default_policy(), version="v1"))
    assert version.is_draft_for_clinic


def test_the_version_that_took_effect_last_rules_and_the_first_rules_before_its_day() -> None:
    a_version("v1", date(2026, 6, 1))
    a_version("v2", date(2026, 7, 1))
    days = {date(2026, 5, 1): "v1", date(2026, 6, 30): "v1", date(2026, 7, 1): "v2"}
    assert {day: publishing.in_force(day).version for day in days} == days


def test_without_a_published_version_nobody_is_planned() -> None:
    publishing.draft(default_policy(), slug=publishing.DEFAULT, at=AT)
    with pytest.raises(publishing.NoPolicyInForce, match="publish one"):
        publishing.in_force(date(2026, 6, 1))


def test_only_a_clinical_lead_approves_and_only_once(lead: User) -> None:
    version = a_version()
    with pytest.raises(publishing.NotAllowed):
        publishing.approve(version, people.beth(), AT)
    publishing.approve(version, lead, AT)
    version.refresh_from_db()
    assert (version.approved_by, version.is_draft_for_clinic) == (lead, False)
    with pytest.raises(publishing.PublishingError, match="approved already"):
        publishing.approve(version, lead, AT)


def test_a_draft_is_not_approved_and_a_published_one_not_published_again(lead: User) -> None:
    draft = publishing.draft(default_policy(), slug=publishing.DEFAULT, at=AT)
    with pytest.raises(publishing.PublishingError, match="publish it before"):
        publishing.approve(draft, lead, AT)
    publishing.publish(draft, lead, AT, date(2026, 6, 1))
    with pytest.raises(publishing.PublishingError, match="published already"):
        publishing.publish(draft, lead, AT, date(2026, 7, 1))


def test_the_last_version_in_force_is_not_retired() -> None:
    first = a_version("v1")
    with pytest.raises(publishing.PublishingError, match="only one in force"):
        publishing.retire(first, people.dana(), AT)
    a_version("v2")
    publishing.retire(first, people.dana(), AT)
    assert publishing.in_force(date(2026, 6, 1)).version == "v2"


def test_a_draft_takes_new_content_and_a_published_version_does_not() -> None:
    policy = replace(default_policy(), version="v1")
    changed = replace(policy, about=replace(policy.about, title="Changed"))
    draft = publishing.draft(policy, slug=publishing.DEFAULT, at=AT)
    again = publishing.draft(changed, slug=publishing.DEFAULT, at=AT)
    assert (again.pk, again.document["title"]) == (draft.pk, "Changed")
    publishing.publish(again, people.dana(), AT, date(2026, 6, 1))
    assert publishing.draft(changed, slug=publishing.DEFAULT, at=AT).pk == draft.pk
    with pytest.raises(publishing.PublishingError, match="new version name"):
        publishing.draft(policy, slug=publishing.DEFAULT, at=AT)


@pytest.mark.parametrize(
    "change",
    [
        {"document": {"rows": []}},
        {"fingerprint": "0" * 64},
        {"version": "v9"},
        {"effective_from": date(2020, 1, 1)},
        {"published_at": None, "published_by": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_to_change_a_published_version(change: dict[str, object]) -> None:
    version = a_version()
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).delete()


def test_a_draft_can_be_thrown_away() -> None:
    draft = publishing.draft(default_policy(), slug=publishing.DEFAULT, at=AT)
    draft.delete()
    assert not PolicyVersion.objects.exists()


def an_unsafe_draft(name: str = "v2") -> PolicyVersion:
    """Without an emergency row, and without the stop after death."""
    policy = default_policy()
    rows = tuple(row for row in policy.rows if row.id not in ("E1", "S1"))
    tasks = tuple(task for task in policy.tasks if task.under not in ("E1", "S1"))
    unsafe = replace(policy, version=name, rows=rows, tasks=tasks)
    suspending = tuple(
        replace(row, suspends=replace(row.suspends, keep_rows=())) if row.suspends else row for row in unsafe.rows
    )
    requests = unsafe.requests[-1:]
    return publishing.draft(replace(unsafe, rows=suspending, requests=requests), slug=publishing.DEFAULT, at=AT)


def test_an_unsafe_policy_is_not_published_and_every_finding_is_named() -> None:
    draft = an_unsafe_draft()
    with pytest.raises(publishing.UnsafePolicy) as refused:
        publishing.publish(draft, people.dana(), AT, date(2026, 6, 1))
    unsafe = [one for one in publishing.findings(draft) if one.severity is Severity.UNSAFE]
    assert len(unsafe) > 2
    assert all(one.text in str(refused.value) for one in unsafe)
    for words in ("no row stops planning after death", "no emergency row", "is unsafe and cannot take effect"):
        assert words in str(refused.value)
    draft.refresh_from_db()
    assert draft.published_at is None


def test_an_unsafe_policy_is_not_approved_either(lead: User) -> None:
    """One that came into force before anybody asked."""
    draft = an_unsafe_draft()
    PolicyVersion.objects.filter(pk=draft.pk).update(
        published_at=AT, published_by=people.dana(), effective_from=date(2026, 6, 1)
    )
    draft.refresh_from_db()
    with pytest.raises(publishing.UnsafePolicy, match="no row stops planning after death"):
        publishing.approve(draft, lead, AT)
    draft.refresh_from_db()
    assert draft.approved_at is None


def test_what_is_to_complete_refuses_nothing(lead: User) -> None:
    version = a_version()
    assert {one.severity for one in publishing.findings(version)} == {Severity.TO_COMPLETE, Severity.NOTE}
    assert publishing.approve(version, lead, AT).approved_by == lead
