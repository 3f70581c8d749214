"""`import_fhir` end to end: taken in, planned, the same file twice, withdrawn at the source, printed as cases."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from scheduling.cases import read_cases
from tests.tracker import people
from tests.tracker.interop.fhir_builder import (
    AS_OF,
    L1,
    T8,
    breast,
    bundle,
    observation,
    order,
    patient,
    radiotherapy,
    report,
    snomed,
    spinal,
    status,
    write,
)
from tracker.models import (
    AuditEvent,
    FollowUp,
    ImportRun,
    Lesion,
    Patient,
    PrimaryCancer,
    Procedure,
    Question,
    Response,
    Team,
)
from tracker.services.imports import questions

ROOT = Path(__file__).resolve().parents[3]


def run(*arguments: Any) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the command."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_fhir", *map(str, arguments), "--as-of", "2026-06-01", "-v0", stdout=out, stderr=err)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
    return 0, out.getvalue(), err.getvalue()


def alice(folder: Path, *more: Any) -> Path:
    """A bundle of Alice with a breast cancer, a metastasis of T8 treated there, a drug, an MRI and a response."""
    return write(
        folder / "alice.json",
        bundle(
            patient(), breast(), spinal(T8), radiotherapy("rt"), order("drug", "letrozole"), report("mri"),
            status("s", "359746009"), *more,
        ),
    )  # fmt: skip


@pytest.mark.django_db
def test_it_takes_in_plans_and_reports(tmp_path: Path) -> None:
    Team.objects.create(name="Spine")
    code, out, _ = run(alice(tmp_path), "--team", "Spine")
    assert code == 0
    assert "Patients: 1 created, 0 updated, 0 unchanged, 0 skipped" in out
    one = Patient.objects.get()
    assert (one.number, one.source_key[-6:], one.team) == ("MRN-1", ":alice", Team.objects.get())
    assert Lesion.objects.get().level == "T8"
    assert Response.objects.get().source == "fhir"
    assert FollowUp.objects.filter(patient=one).count() == 2
    assert Question.objects.get().kind == "confirm_for_spine"
    assert ImportRun.objects.get().kind == "fhir"


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = alice(tmp_path)
    run(path)
    before = (AuditEvent.objects.count(), FollowUp.objects.count(), Question.objects.count())
    _, out, _ = run(path)
    assert "Patients: 0 created, 0 updated, 1 unchanged, 0 skipped" in out
    assert "; 0 new" in out
    assert (AuditEvent.objects.count(), FollowUp.objects.count(), Question.objects.count()) == before


@pytest.mark.django_db
def test_material_twice_changes_nothing(shared: Path) -> None:
    for name in ("mcode-spine", "mcode-hl7", "mcode-synthea", "bulk-ndjson"):
        run(shared / "interop" / name)
        before = AuditEvent.objects.count()
        _, out, _ = run(shared / "interop" / name, "--format", "json")
        report = json.loads(out)
        assert (report["patients"]["created"], report["patients"]["updated"]) == (0, 0), name
        assert report["questions_asked"] == 0, name
        assert AuditEvent.objects.count() == before, name


@pytest.mark.django_db
def test_what_the_source_withdraws_goes_and_what_it_adds_comes(tmp_path: Path) -> None:
    run(alice(tmp_path))
    wrong = bundle(
        patient(), breast(), spinal(T8, L1), status("s", "359746009") | {"status": "entered-in-error"},
        status("new", "271299001", on="2026-05-20"),
    )  # fmt: skip
    code, out, _ = run(write(tmp_path / "alice.json", wrong), "--complete")
    assert code == 0
    assert "0 created, 1 updated" in out
    standing = Response.objects.filter(entered_in_error_at__isnull=True)
    assert [one.source_key for one in standing] == ["Observation/new"]
    lesions = Lesion.objects.filter(entered_in_error_at__isnull=True)
    assert sorted(one.level for one in lesions) == ["L1", "T8"]


@pytest.mark.django_db
def test_what_a_person_answered_stays_when_the_same_file_comes_again(
    tmp_path: Path,
) -> None:
    nurse = people.alice()
    doubtful = breast() | {"code": snomed("126906006", "Neoplasm of prostate")}
    path = write(tmp_path / "alice.json", bundle(patient(), doubtful, spinal(T8), radiotherapy("rt", 800, 1)))
    run(path, "--team", people.estuary().name)
    for question in Question.objects.exclude(proposal=None):
        questions.accept(question.pk, occasion=people.occasion(nurse, today=AS_OF))
    _, out, _ = run(path)
    assert "1 unchanged" in out
    assert PrimaryCancer.objects.get(entered_in_error_at=None).site == "prostate"
    assert Procedure.objects.get(entered_in_error_at=None).kind == "sbrt"
    assert not Question.objects.filter(state="open").exists()


@pytest.mark.django_db
def test_a_wrong_patient_is_not_taken_and_the_others_are(tmp_path: Path) -> None:
    write(tmp_path / "bob.json", bundle(patient("bob", "MRN-2"), spinal(T8, of="bob")))
    code, out, _ = run(alice(tmp_path, observation("ecog", "89247-1", valueInteger=9)).parent, "--format", "json")
    found = json.loads(out)
    assert (code, [one.number for one in Patient.objects.all()]) == (1, ["MRN-2"])
    (error,) = [one for one in found["problems"] if one["severity"] == "error"]
    assert error["place"] == "alice.json Observation/ecog Observation.valueInteger"
    assert (error["value"], error["expected"]) == ("9", "a whole number from 0 to 5")


@pytest.mark.django_db
def test_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    _, dry, _ = run(alice(tmp_path), "--dry-run", "--format", "json")
    assert (Patient.objects.count(), ImportRun.objects.count()) == (0, 0)
    _, real, _ = run(tmp_path / "alice.json", "--format", "json")
    one, other = json.loads(dry), json.loads(real)
    for name in ("patients", "facts", "problems", "questions"):
        assert one[name] == other[name]


@pytest.mark.django_db
def test_cases_can_be_read_again(tmp_path: Path) -> None:
    code, out, _ = run(alice(tmp_path), "--dry-run", "--format", "cases")
    (case,) = read_cases(out)
    assert (code, case.id, [one.level for one in case.facts.lesions]) == (0, "alice", ["T8"])


@pytest.mark.django_db
def test_material_as_cases_is_planned(shared: Path) -> None:
    code, out, err = run(shared / "interop/mcode-spine", "--dry-run", "--format", "cases")
    assert (code, len(read_cases(out).cases)) == (0, 6)
    assert "EXPECTED.csv" in err
    planned = subprocess.run(
        [sys.executable, "manage.py", "plan_cases", "-"],
        cwd=ROOT,
        input=out,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "rows: [R1, N1, B1, B0]" in planned.stdout


@pytest.mark.django_db
def test_a_patient_of_unknown_level_is_named_and_no_case(tmp_path: Path) -> None:
    write(tmp_path / "bob.json", bundle(patient("bob", "MRN-2"), spinal(of="bob")))
    code, out, err = run(alice(tmp_path).parent, "--dry-run", "--format", "cases")
    assert (code, [case.id for case in read_cases(out)]) == (3, ["alice"])
    assert "MRN-2" in err


@pytest.mark.django_db
def test_nothing_to_read_ends_with_two(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path, write(tmp_path / "x.json", {"resourceType": "Bundle"})):
        code, _, err = run(path)
        assert (code, bool(err)) == (2, True)


@pytest.mark.django_db
def test_a_sites_own_codes_are_added(tmp_path: Path) -> None:
    table = tmp_path / "codes.csv"
    table.write_text("kind,class,system,code\nprimary,melanoma,http://snomed.info/sct,93209006\n", encoding="utf-8")
    code_ = {"coding": [{"system": "http://snomed.info/sct", "code": "93209006", "display": "Malignant melanoma"}]}
    path = write(tmp_path / "alice.json", bundle(patient(), breast() | {"code": code_}, spinal(T8)))
    _, plain, _ = run(path, "--dry-run", "--format", "json")
    _, added, _ = run(path, "--dry-run", "--format", "json", "--site-codes", table)
    assert [one["kind"] for one in json.loads(plain)["questions"]] == ["primary_site"]
    assert json.loads(added)["questions"] == []
    table.write_text("kind,class,system,code\nprimary,unheard,x,1\n", encoding="utf-8")
    code, _, err = run(path, "--site-codes", table)
    assert (code, "unheard" in err) == (2, True)


def test_importing_the_reader_does_not_load_the_model() -> None:
    asked = "import sys, tracker.interop.fhir; print('fhir.resources' in sys.modules, 'pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
