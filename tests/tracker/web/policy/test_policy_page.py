"""The policy's page says every condition of the shipped policy in words."""

from __future__ import annotations

import pytest
from django.test import Client

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
