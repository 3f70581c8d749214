"""Every worked case comes out exactly, those that ship and those of the material, and a wrong expectation is found."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from scheduling.cases import Case, CaseFile, answer, compare, lesion_answers, read_cases
from scheduling.cases.expectations import Expectation, LesionAnswer
from scheduling.engine.planning.plan import plan
from scheduling.engine.vocabulary import TherapyClass, TimeStatus
from scheduling.policies import default_policy
from tests.conftest import ROOT

OWN = read_cases((ROOT / "scheduling" / "policies" / "cases" / "default-0.2.yaml").read_bytes())


@pytest.fixture(scope="module")
def material(shared: Path) -> CaseFile:
    with (shared / "cases" / "default-policy.yaml").open("rb") as source:
        return read_cases(source)


def planned(case: Case) -> tuple[Expectation, list[tuple[int, LesionAnswer]]]:
    given = answer(
        plan(case.facts, default_policy(), case.as_of),
        case.as_of,
        case.expect.prognosis if case.expect else (),
    )
    return given, list(enumerate(lesion_answers(case.facts)))


def differences(cases: Iterable[Case]) -> list[str]:
    return [str(difference) for case in cases for difference in compare(case, *planned(case))]


@pytest.mark.parametrize("case", OWN.cases, ids=lambda case: case.id)
def test_every_case_of_the_project_comes_out_exactly(case: Case) -> None:
    assert case.expect is not None
    assert differences([case]) == []


def test_together_they_show_all_of_the_policy() -> None:
    policy = default_policy()
    expected = [case.expect for case in OWN if case.expect]
    windows = [one for each in expected for one in (each.imaging, each.surgeon) if one]
    assert OWN.policy_version == policy.version
    assert {row for each in expected for row in each.rows} == {row.id for row in policy.rows}
    assert {task.partition(":")[0] for each in expected for task in each.tasks} == {rule.task for rule in policy.tasks}
    assert {each.imaging.modality for each in expected if each.imaging} == {one.request for one in policy.requests}
    assert {window.state for window in windows} == set(TimeStatus)
    pending = {
        case.facts.therapy.therapy_class
        for case in OWN
        if case.expect and case.facts.therapy and "N1" in case.expect.rows
    }
    assert pending == set(TherapyClass) - {TherapyClass.NONE}
    scores = {one.score for each in expected for one in each.prognosis}
    assert scores == {"tokuhashi", "tomita", "modified_bauer", "nesms"}


def test_every_case_of_the_material_comes_out_exactly(material: CaseFile) -> None:
    assert material.policy_version == default_policy().version
    assert len(material) >= 43
    assert all(case.expect for case in material)
    assert differences(material) == []


def test_any_other_answer_is_a_difference() -> None:
    """The comparison looks at every key: each one changed by itself is found."""
    for case in OWN:
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
                assert paths == {f"lesions[{index}].sins_{key}" for key in case.lesion_expectations[index].values}
