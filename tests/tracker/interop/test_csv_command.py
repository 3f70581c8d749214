"""`import_csv`: its report, its cases, its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from scheduling.cases import read_cases
from scheduling.files import load_policy
from scheduling.policies import default_document
from tests.tracker.interop.cohorts import SOUND, write
from tests.tracker.people import NOW
from tracker.interop.csv.tables import TABLES
from tracker.models import ImportRun, Patient, Team
from tracker.services import policies
from tracker.services.acts.occasion import by_the_scheduler

ROOT = Path(__file__).resolve().parents[3]
WHOLE: dict[str, list[dict[str, str]]] = {name: [{}] for name in SOUND}
LEVEL_UNKNOWN = {**WHOLE, "lesions": [{"level": "t8-t9"}]}


def run(*arguments: Any) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the command."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_csv", *map(str, arguments), "--as-of", "2026-06-01", "-v0", stdout=out, stderr=err)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_it_takes_in_and_reports(tmp_path: Path) -> None:
    Team.objects.create(name="Spine")
    code, out, _ = run(write(tmp_path, WHOLE), "--team", "Spine")
    assert (code, Patient.objects.get().team) == (0, Team.objects.get())
    assert "1 created, 0 updated, 0 unchanged, 0 skipped" in out
    assert ImportRun.objects.get().finished_at is not None


@pytest.mark.django_db
def test_what_was_not_read_ends_with_one_and_the_rest_came_in(tmp_path: Path) -> None:
    people = [{}, {"patient_id": "P2", "mrn": "N2", "status": "gone"}]
    code, out, _ = run(write(tmp_path, {"patients": people}), "--format", "json")
    report = json.loads(out)
    assert (code, Patient.objects.count()) == (1, 1)
    assert report["problems"][0]["place"] == "patients.csv:3 status"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--team", "Spin"], "Did you mean Spine?"),
        (["--surgeon", "nobody"], "no surgeon 'nobody'"),
        (["--by", "nobody"], "no user 'nobody'"),
        (["--format", "cases"], "--dry-run"),
    ],
)
def test_an_option_that_cannot_be_used_takes_in_nothing(tmp_path: Path, options: list[str], said: str) -> None:
    Team.objects.create(name="Spine")
    code, _, err = run(write(tmp_path, WHOLE), *options)
    assert (code, Patient.objects.count()) == (2, 0)
    assert said in err


@pytest.mark.django_db
def test_files_that_cannot_be_read_take_in_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path, WHOLE)
    (folder / "visits.csv").write_text("patient_id\n")
    code, _, err = run(folder)
    assert (code, Patient.objects.count(), ImportRun.objects.count()) == (2, 0, 0)
    assert "visits.csv:1: '': a column visit_id" in err


@pytest.mark.django_db
def test_a_dry_run_reports_and_writes_nothing(tmp_path: Path) -> None:
    code, out, _ = run(write(tmp_path, WHOLE), "--dry-run")
    assert (code, Patient.objects.count(), ImportRun.objects.count()) == (0, 0, 0)
    assert "1 created" in out
    assert "nothing was written" in out


@pytest.mark.django_db
def test_cases_are_printed_and_read_strictly(tmp_path: Path) -> None:
    people = [{}, {"patient_id": "P2", "mrn": "N2"}]
    lesions = [{}, {"patient_id": "P2", "level": "t8-t9"}]
    folder = write(tmp_path, {**WHOLE, "patients": people, "lesions": lesions})
    code, out, err = run(folder, "--dry-run", "--format", "cases")
    assert code == 3
    assert "N2: 1 of 1 lesions have no known level" in err
    assert "Cases for default-0.2, the policy that ships; no other is in force here." in err
    (case,) = read_cases(out)
    assert case.id == "P1"
    assert case.facts.procedures[0].dose_gy == 27
    assert "N1" not in out
    assert "night pain" not in out


@pytest.mark.django_db
def test_cases_are_read_as_the_policy_in_force_says(tmp_path: Path) -> None:
    document = default_document().replace(b"version: default-0.2", b"version: trial-1", 1)
    occasion = by_the_scheduler(NOW.date(), NOW)
    policies.publish(load_policy(document), occasion=occasion, effective_from=date(2020, 1, 1))
    _, out, err = run(write(tmp_path, WHOLE), "--dry-run", "--format", "cases")
    assert "Cases for trial-1, the policy in force on 2026-06-01." in err
    assert read_cases(out).policy_version == "trial-1"


def test_cases_need_no_database(tmp_path: Path) -> None:
    folder = write(tmp_path, WHOLE)
    command = [
        "manage.py",
        "import_csv",
        str(folder),
        "--as-of",
        "2026-06-01",
        "--dry-run",
        "--format",
        "cases",
    ]
    printed = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "SECRET_KEY": "x" * 50},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.startswith("policy_version: default-0.2")
    assert "the policy that ships" in printed.stderr


@pytest.mark.django_db
def test_standard_output_can_be_piped_into_plan_cases(tmp_path: Path) -> None:
    folder = write(tmp_path, WHOLE)
    command = [sys.executable, "manage.py", "import_csv", str(folder), "--as-of", "2026-06-01", "--dry-run"]
    printed = subprocess.run([*command, "--format", "cases"], cwd=ROOT, capture_output=True, check=True)
    planned = subprocess.run(
        [sys.executable, "manage.py", "plan_cases", "-"],
        cwd=ROOT,
        input=printed.stdout,
        capture_output=True,
        check=True,
    )
    assert planned.stdout.startswith(b"P1:\n  rows: [E2")


def test_the_reference_page_lists_every_file_and_column() -> None:
    page = (ROOT / "docs" / "reference" / "csv-cohort.md").read_text(encoding="utf-8")
    for table in TABLES:
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{table.name}` |")]
        assert [column for column in table.required if f"**`{column}`**" not in line] == []
        assert [column for column in table.optional if f" `{column}`" not in line] == []
