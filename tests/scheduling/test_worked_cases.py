"""Every worked case of the material comes out exactly, and a wrong expectation is found."""

from dataclasses import replace
from pathlib import Path

import pytest

from scheduling.cases import Case, CaseFile, answer, compare, lesion_answers, read_cases
from scheduling.cases.expectations import Expectation, LesionAnswer
from scheduling.engine.planning.plan import plan
from scheduling.policies import default_policy


@pytest.fixture(scope="module")
def worked(shared: Path) -> CaseFile:
    with (shared / "cases" / "default-policy.yaml").open("rb") as source:
        return read_cases(source)


def planned(case: Case) -> tuple[Expectation, list[tuple[int, LesionAnswer]]]:
    given = answer(
        plan(case.facts, default_policy(), case.as_of),
        case.as_of,
        case.expect.prognosis if case.expect else (),
    )
    return given, list(enumerate(lesion_answers(case.facts)))


def test_the_file_holds_what_it_should(worked: CaseFile) -> None:
    assert worked.policy_version == default_policy().version
    assert len(worked) >= 43
    assert all(case.expect for case in worked)
    scores = {one.score for case in worked if case.expect for one in case.expect.prognosis}
    assert scores == {"tokuhashi", "tomita", "modified_bauer", "nesms"}


def test_every_worked_case_comes_out_exactly(worked: CaseFile) -> None:
    found = [str(difference) for case in worked for difference in compare(case, *planned(case))]
    assert found == []


def test_any_other_answer_is_a_difference(worked: CaseFile) -> None:
    """The comparison looks at every key: each one changed by itself is found."""
    for case in worked:
        assert case.expect is not None
        given, lesions = planned(case)
        changed = {
            "rows": replace(given, rows=(*given.rows, "X")),
            "tempo": replace(given, tempo="sideways"),
            "urgency": replace(given, urgency="whenever"),
            "tasks": replace(given, tasks=given.tasks ^ {"score_missing"}),
        }
        for stream in ("imaging", "surgeon"):
            winner = getattr(given, stream)
            if winner is None:
                changed[stream] = replace(given, **{stream: given.surgeon or given.imaging})
                if getattr(changed[stream], stream) is None:
                    del changed[stream]
                continue
            changed[stream] = replace(given, **{stream: None})
            for key in winner._fields:
                if key != "modality" or stream == "imaging":
                    changed[f"{stream}.{key}"] = replace(given, **{stream: winner._replace(**{key: "other"})})
        for index, one in enumerate(given.prognosis):
            others = (*given.prognosis[:index], one._replace(total=99), *given.prognosis[index + 1 :])
            changed[f"prognosis.{one.score}.total"] = replace(given, prognosis=others)
        for path, other in changed.items():
            assert [difference.path for difference in compare(case, other, lesions)] == [path], case.id
        for index, lesion in lesions:
            if case.lesion_expectations[index].values:
                wrong = [(index, lesion._replace(sins_total=99, sins_band="shaky"))]
                kept = [pair for pair in lesions if pair[0] != index]
                paths = {difference.path for difference in compare(case, given, [*kept, *wrong])}
                assert paths == {
                    f"lesions[{index}].sins_{key}" for key in case.lesion_expectations[index].values
                }
