"""The policy's page says every condition of the shipped policy in words."""

from __future__ import annotations

import pytest
from django.test import Client

from scheduling.policies import default_policy
from tests.tracker import people
from tracker.web.policy.condition_words import conditions_in_words, named_in_words


def said(row: str) -> tuple[str, ...]:
    return conditions_in_words(default_policy().row(row).when)


def test_every_condition_of_the_default_policy_is_said_without_a_code() -> None:
    policy = default_policy()
    phrases = [phrase for row in policy.rows for phrase in conditions_in_words(row.when)]
    phrases += [phrase for lines in named_in_words(policy).values() for phrase in lines]
    assert len(phrases) > 40
    assert [phrase for phrase in phrases if "_" in phrase or ": {" in phrase or "[" in phrase] == []
    assert [phrase for phrase in phrases if ": " in phrase.replace("open: ", "")] == []


def test_some_rows_read_as_a_clinician_says_them() -> None:
    assert said("C1")[0].startswith("SINS of the lesion 7 to 12")
    assert said("E1") == ("open: new neurology",)
    assert said("P1")[0] == "SBRT within the last 78 weeks"
    assert said("S5") == ("the patient was discharged",)


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
