"""The shipped policy in force as a draft, and what a clinical lead and an administrator do with versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from scheduling import publishing
from scheduling.models import PolicyVersion
from scheduling.policies import default_policy
from tests.tracker.people import occasion
from tests.tracker.schedules import AT, TODAY, plan_now
from tracker.errors import NotPossible, Refused
from tracker.models import AuditEvent, FollowUp, Patient, Role, User
from tracker.services import policies
from tracker.services.acts.occasion import by_the_scheduler
from tracker.services.people import system_user, system_user_id

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def test_the_shipped_policy_rules_as_a_draft_and_once() -> None:
    first = policies.ensure_default(occasion=by_the_scheduler(TODAY, AT))
    again = policies.ensure_default(occasion=by_the_scheduler(TODAY, AT))
    assert (again.pk, first.version, first.is_draft_for_clinic) == (first.pk, "default-0.2", True)
    assert first.published_by == system_user()
    assert AuditEvent.objects.filter(verb="policy.published").count() == 1


def test_the_scheduler_exists_from_the_start_and_cannot_sign_in() -> None:
    scheduler = User.objects.get(username="scheduler")
    assert (scheduler.role, scheduler.is_active, scheduler.has_usable_password()) == (
        Role.SYSTEM,
        False,
        False,
    )
    assert system_user_id() == scheduler.pk == system_user().pk


def test_approval_needs_the_permission_and_is_audited(bob: User, beth: User) -> None:
    version = policies.ensure_default(occasion=by_the_scheduler(TODAY, AT))
    bob.user_permissions.add(Permission.objects.get(codename="approve_policyversion"))
    with pytest.raises(Refused, match="clinical lead"):
        policies.approve(version, occasion=occasion(beth))
    policies.approve(version, occasion=occasion(User.objects.get(pk=bob.pk)))
    event = AuditEvent.objects.get(verb="policy.approved")
    assert (event.by, event.target_key) == (bob, str(version.pk))
    with pytest.raises(NotPossible, match="approved already"):
        policies.approve(version, occasion=occasion(User.objects.get(pk=bob.pk)))


def test_a_new_version_rules_from_its_day_and_follow_ups_name_the_version_of_their_dates(
    patient: Patient, dana: User
) -> None:
    first = policies.ensure_default(occasion=by_the_scheduler(TODAY, AT))
    plan_now(patient)
    second = policies.publish(
        replace(default_policy(), version="default-0.3"),
        occasion=occasion(dana),
        effective_from=TODAY + timedelta(2),
    )
    plan_now(patient, today=TODAY + timedelta(1))
    assert set(FollowUp.objects.values_list("policy_version", "revision")) == {(first.pk, 1)}
    plan_now(patient, today=TODAY + timedelta(2))
    assert set(FollowUp.objects.values_list("policy_version", "revision")) == {(second.pk, 1)}


def test_a_published_version_name_is_taken(dana: User) -> None:
    policies.ensure_default(occasion=by_the_scheduler(TODAY, AT))
    changed = replace(default_policy(), about=replace(default_policy().about, title="Changed"))
    with pytest.raises(NotPossible, match="new version name"):
        policies.publish(changed, occasion=occasion(dana), effective_from=TODAY)


def test_the_only_version_is_not_retired(dana: User) -> None:
    version = policies.ensure_default(occasion=by_the_scheduler(TODAY, AT))
    with pytest.raises(NotPossible, match="only one in force"):
        policies.retire(version, occasion=occasion(dana))
    policies.publish(replace(default_policy(), version="v2"), occasion=occasion(dana), effective_from=TODAY)
    policies.retire(PolicyVersion.objects.get(pk=version.pk), occasion=occasion(dana))
    assert publishing.in_force(TODAY).version == "v2"
