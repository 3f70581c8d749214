"""The policy's page says every condition of the shipped policy in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from scheduling import publishing
from scheduling.policies import default_policy
from tests.tracker import people


@pytest.mark.django_db
def test_the_page_shows_conditions_windows_grade_and_reason(nurse: Client) -> None:
    people.policy_version()
    page = nurse.get("/policies/").content.decode()
    for words in (
        "SINS of the lesion 7 to 12",
        "SBRT within the last 78 weeks",
        "What the names stand for",
        "8 / 12 / 13",
    ):
        assert words in page, words


@pytest.mark.django_db
def test_an_unsafe_draft_says_why_it_is_not_published(nurse: Client) -> None:
    people.policy_version()
    policy = default_policy()
    kept = tuple(row for row in policy.rows if row.id != "E2")
    publishing.draft(replace(policy, version="v9", rows=kept), slug=publishing.DEFAULT, at=people.NOW)
    for page in (nurse.get("/policies/").content.decode(), nurse.get("/api/policies/").content.decode()):
        assert "no urgent row asks for open suggestive pain" in page
    assert "Unsafe: neither published nor approved" in nurse.get("/policies/").content.decode()
    shown = nurse.get("/api/policies/").json()["versions"]
    assert [(one["version"], bool(one["unsafe"])) for one in shown] == [("v9", True), ("default-0.2", False)]
