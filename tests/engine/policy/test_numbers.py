"""The section `numbers`: what several places share stands once, under a name."""

from __future__ import annotations

from typing import Any

import pytest

from scheduling.engine.policy.document import fingerprint, policy_to_mapping, read_policy
from scheduling.policies import default_policy
from tests.engine.policy.test_document import document, errors_of, spoiled


def test_a_number_with_a_name_is_changed_in_one_place() -> None:
    given = document()
    given["numbers"] |= {"sins_indeterminate": 8, "dense_after_sbrt": "52 w", "imaging_fast": ["6 w", "8 w", "9 w"]}
    policy = read_policy(given)
    assert policy_to_mapping(policy) == given
    assert policy.record.sins_bands == (8, 13)
    asked = {getattr(part, "period", None) for row_id in ("P1", "P2") for part in policy.row(row_id).when.parts}
    assert asked == {52 * 7}
    (c1, _), (low,) = policy.row("C1").when.parts, [one for name, one in policy.named if name == "low_scores"]
    assert (c1.at_least, c1.at_most, low.parts[1].part.total) == (8, 12, 7)  # type: ignore[attr-defined]
    windows = [row["imaging"]["items"][0] for row in given["rows"] if row["id"] in ("B1", "A1")]
    assert [windows[0]["window"], windows[1]["window_by"]["tempo"]["fast"]] == ["imaging_fast"] * 2
    b1 = policy.row("B1").stream("imaging")
    assert b1 is not None
    assert b1.items[0].windows[0].window.latest == 9 * 7
    assert fingerprint(policy) != fingerprint(default_policy())


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        (("numbers",), ["a"], "numbers"),
        (("numbers",), {"Seven": 7}, "numbers.Seven"),
        (("numbers", "sins_unstable"), 13.5, "numbers.sins_unstable"),
        (("numbers", "sins_unstable"), True, "numbers.sins_unstable"),
        (("numbers", "sins_unstable"), "13 w", "record.sins_bands.1"),
        (("numbers", "sins_unstable"), 19, "record.sins_bands.1"),
        (("numbers", "sins_unstable"), 7, "record.sins_bands"),
        (("numbers", "dense_after_sbrt"), "18 months", "numbers.dense_after_sbrt"),
        (("numbers", "dense_after_sbrt"), 546, "rows.P1.when.0.procedure_within.period"),
        (("numbers", "imaging_slow"), ["9 w", "8 w", "7 w"], "numbers.imaging_slow"),
        (("numbers", "imaging_slow"), "20 w", "rows.B3.imaging.items.0.window"),
        (("record", "sins_bands"), ["sins_indeterminate", "unstable"], "record.sins_bands.1"),
        (("named", "low_scores", 1, "sins_at_most"), {"below": "nothing"}, "named.low_scores.1.sins_at_most"),
        (("named", "low_scores", 1, "sins_at_most"), {"above": "sins_unstable"}, "named.low_scores.1.sins_at_most"),
    ],
)  # fmt: skip
def test_a_number_of_another_kind_or_without_its_name_is_an_error(
    path: tuple[Any, ...], value: object, at: str
) -> None:
    assert at in [where for where, _ in errors_of(spoiled(path, value))]
