"""`plan_cases`: prints the answer of every patient, lists every difference, never touches the database."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from scheduling.files import load_policy
from scheduling.policies import default_document
from scheduling.safe_yaml.documents import read_whole
from tests.tracker.people import NOW
from tracker.services import policies
from tracker.services.acts.occasion import by_the_scheduler

CASE = """policy_version: default-0.2
patients:
- id: EX1
  as_of: 2026-06-01
  registered: 2026-04-06
  primary: {site: rcc}
  therapy: {class: ici_tki, start: 2026-01-12}
  response: {category: stable, date: 2026-04-06, since: 2026-04-06}
  spine_symptomatic: true
  imaging:
  - {date: 2026-04-06, modality: mri, coverage: whole_spine}
  - {date: 2026-05-18, modality: ct_systemic, coverage: whole_body}
  surgeon_visits: [2026-04-13]
  lesions:
  - level: T8
    finding_date: 2026-04-06
    escc: 1a
    sins: {location: semirigid, pain: occasional_non_mechanical, bone_lesion: lytic, alignment: normal, collapse: none,
      posterolateral: none}
    expect_sins_total: 4
    expect_sins_band: stable
  expect:
    rows: [C3, B1]
    tempo: fast
    imaging:
      {row: C3, earliest: 2026-06-01, due: 2026-06-29, latest: 2026-07-06, modality: MRI_WS_GAD, state: in_window}
    surgeon: {row: C3, earliest: 2026-06-22, due: 2026-07-06, latest: 2026-08-03, state: scheduled}
    urgency: routine
    tasks: []
    must_show: [never compared]
"""
EXPECTED = {
    "rows": ["C3", "B1"],
    "tempo": "fast",
    "imaging": {
        "row": "C3",
        "earliest": "2026-06-01",
        "due": "2026-06-29",
        "latest": "2026-07-06",
        "modality": "MRI_WS_GAD",
        "state": "in_window",
    },
    "surgeon": {
        "row": "C3",
        "earliest": "2026-06-22",
        "due": "2026-07-06",
        "latest": "2026-08-03",
        "state": "scheduled",
    },
    "urgency": "routine",
    "tasks": [],
    "lesions": [{"level": "T8", "sins_total": 4, "sins_band": "stable"}],
}

Run = Callable[..., tuple[int, str, str]]
pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Call the command with a file of this text; gives exit code, standard output and standard error."""

    def call(text: str, *options: str) -> tuple[int, str, str]:
        path = tmp_path / "cases.yaml"
        path.write_text(text)
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("plan_cases", str(path), *options, stdout=out, stderr=err)
        except CommandError as error:
            return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
        return 0, out.getvalue(), err.getvalue()

    return call


def test_json_holds_the_keys_of_expect_and_the_lesions(run: Run) -> None:
    code, out, err = run(CASE, "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {"EX1": EXPECTED}


def test_text_says_the_same_and_is_yaml(run: Run) -> None:
    code, out, _ = run(CASE)
    read: Any = read_whole(out).value
    assert code == 0
    assert json.loads(json.dumps(read, default=str)) == {"EX1": EXPECTED}


def test_every_difference_is_listed(run: Run) -> None:
    wrong = CASE.replace("due: 2026-06-29", "due: 2026-06-30").replace("tempo: fast", "tempo: slow")
    wrong = wrong.replace("expect_sins_total: 4", "expect_sins_total: 5").replace("tasks: []", "tasks: [score_stale]")
    code, out, err = run(wrong, "--format", "json")
    assert code == 1
    assert json.loads(out) == {"EX1": EXPECTED}
    assert err.splitlines() == [
        "EX1: tempo: expected slow, came out fast",
        "EX1: imaging.due: expected 2026-06-30, came out 2026-06-29",
        "EX1: tasks: expected [score_stale], came out []",
        "EX1: lesions[0].sins_total: expected 5, came out 4",
        "4 differences in 1 of 1 patient.",
    ]


def test_the_day_asked_for_wins_and_later_facts_are_not_seen(run: Run) -> None:
    before = CASE[: CASE.index("  expect:\n")].replace("    expect_sins_total: 4\n    expect_sins_band: stable\n", "")
    code, out, err = run(before, "--format", "json", "--as-of", "2026-04-10")
    seen = json.loads(out)["EX1"]
    assert (code, err) == (0, "")
    # On 10 April nobody had seen the patient and the body CT had not been made: C3's first visit is finding + 4 weeks.
    assert seen["surgeon"]["row"] == "C3"
    assert seen["surgeon"]["due"] == "2026-05-04"
    code, out, _ = run(before, "--format", "json", "--as-of", "2026-04-05")
    assert json.loads(out)["EX1"]["lesions"] == []


def test_every_mistake_is_listed_and_nothing_is_planned(run: Run) -> None:
    code, out, err = run(CASE.replace("site: rcc", "site: kidney").replace("escc: 1a", "escc: 2"))
    assert (code, out) == (2, "")
    assert 'EX1 (line 6): primary.site: given "kidney"; expected one of nsclc' in err
    assert "EX1 (line 17): lesions[0].escc: given 2; expected '2' in quotes" in err
    assert err.splitlines()[-1] == "2 mistakes; nothing was planned."


def test_a_file_that_is_not_there_and_a_day_that_is_none() -> None:
    with pytest.raises(CommandError, match=r"nowhere\.yaml: No such file") as caught:
        call_command("plan_cases", "nowhere.yaml")
    assert caught.value.returncode == 2
    with pytest.raises(CommandError, match="'June' is not a day; expected a date such as 2026-06-01"):
        call_command("plan_cases", "nowhere.yaml", "--as-of", "June")


def test_another_policy_can_be_tried(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_bytes(default_document().replace(b"version: default-0.2", b"version: trial-1", 1))
    code, _, err = run(CASE, "--policy", str(path))
    assert code == 0
    assert err == f"The file was written for default-0.2; planned with trial-1, the policy of {path}.\n"
    path.write_text("version: 3\nrows: []\n")
    code, out, err = run(CASE, "--policy", str(path))
    assert (code, out) == (2, "")
    assert "nothing was planned" in err


def test_the_policy_in_force_plans_and_is_named_where_the_file_is_of_another(run: Run) -> None:
    other = load_policy(default_document().replace(b"version: default-0.2", b"version: trial-1", 1))
    policies.publish(other, occasion=by_the_scheduler(NOW.date(), NOW), effective_from=date(2026, 1, 1))
    code, _, err = run(CASE)
    assert code == 0
    assert err.startswith("The file was written for default-0.2; planned with trial-1, the policy in force on ")


def test_prognosis_is_computed_from_the_inputs(run: Run) -> None:
    prognosis = """    prognosis:
      tomita: {inputs: {growth: moderate, visceral: none, bone: multiple}, total: 4, band: 4-5}
      nesms: {inputs: {modified_bauer: 3, ambulatory: independent, albumin_g_dl: 3.5}, total: 2}
"""
    code, out, err = run(CASE + prognosis, "--format", "json")
    assert code == 1
    assert "EX1: prognosis.nesms.total: expected 2, came out 3" in err
    assert json.loads(out)["EX1"]["prognosis"] == {
        "tomita": {
            "inputs": {"growth": "moderate", "visceral": "none", "bone": "multiple"},
            "total": 4,
            "band": "4-5",
        },
        "nesms": {
            "inputs": {"modified_bauer": 3, "ambulatory": "independent", "albumin_g_dl": 3.5},
            "total": 3,
        },
    }


def test_it_reads_standard_input_and_needs_no_database(tmp_path: Path) -> None:
    """As in `import_fhir … --format cases | plan_cases -`, with a database address at which nothing answers."""
    root = Path(__file__).resolve().parents[3]
    ran = subprocess.run(
        [sys.executable, str(root / "manage.py"), "plan_cases", "-", "--format", "json"],
        input=CASE,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
            "PATH": "/usr/bin:/bin",
            "VIRTUAL_ENV": sys.prefix,
        },
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout) == {"EX1": EXPECTED}


def test_the_worked_cases_pass(shared: Path) -> None:
    out = io.StringIO()
    call_command("plan_cases", str(shared / "cases" / "default-policy.yaml"), stdout=out)
    assert out.getvalue().startswith("V01:\n")
