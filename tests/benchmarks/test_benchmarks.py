"""The benchmarks run with the present code: a handful of patients each, on the database of the tests."""

from __future__ import annotations

import re

import pytest

from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks import nights, replanning


def test_planning_is_measured_for_each_population(capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmarks.main(["planning", "--patients", "10"]) == 0
    said = capsys.readouterr().out
    assert re.findall(r"(\w+): (\d+) patients", said) == [("typical", "10"), ("crowded", "10")]
    assert len(re.findall(r"[1-9][\d.]*\s+planned, never seen before", said)) == 2


@pytest.mark.django_db
def test_replanning_is_measured_beside_the_loop_and_the_limit() -> None:
    measured = replanning.measure(8)
    assert measured["patients"] == 8
    assert measured["bare"]["read"] > 1
    assert measured["bare"]["written"] > 1, "the new policy changed the rows of the patients"
    assert len(list(replanning.lines(measured))) == 7


@pytest.mark.django_db
def test_a_night_is_measured_beside_one_that_plans_everybody() -> None:
    measured = nights.measure([20])
    assert [size["patients"] for size in measured["nights"]] == [20]
    assert len(nights.lines(measured)) == 5


def test_an_unknown_benchmark_and_a_size_of_nobody_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in (["sorting"], ["planning", "--patients", "0"], ["planning", "--patients", "x"]):
        with pytest.raises(SystemExit):
            benchmarks.main(wrong)
    assert "unknown benchmark sorting" in capsys.readouterr().err
