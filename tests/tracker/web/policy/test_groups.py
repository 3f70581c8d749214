"""The headings of the policy's page stand in the document: rows of any name keep theirs."""

from dataclasses import replace

from scheduling.policies import default_policy
from tests.engine.following.renaming import renamed
from tracker.web.policy.view import policy_groups


def test_headings_follow_the_document_and_not_the_names() -> None:
    groups = policy_groups(default_policy())
    assert [(group.title, len(group.rows)) for group in groups][:4] == [
        ("Stops", 5),
        ("Emergency, cord and stability", 1),
        ("A clinician’s own window", 1),
        ("Emergency, cord and stability", 3),
    ]
    other, names = renamed(default_policy())
    again = policy_groups(other)
    assert [group.title for group in again] == [group.title for group in groups]
    assert [[names[row.code] for row in group.rows] for group in groups] == [
        [row.code for row in group.rows] for group in again
    ]


def test_rows_without_a_heading_stand_under_other() -> None:
    plain = replace(default_policy(), rows=tuple(replace(row, group="") for row in default_policy().rows))
    assert [group.title for group in policy_groups(plain)] == ["Other"]
