"""Files, folders and bulk exports: resources find their patient, each is read once, nobody is merged."""

import json
import tracemalloc
from pathlib import Path

import pytest

from tests.tracker.interop.fhir_builder import (
    AS_OF,
    T8,
    Fhir,
    asked,
    breast,
    bundle,
    kinds,
    observation,
    order,
    patient,
    read,
    readings,
    spinal,
    status,
    taken,
    write,
)
from tracker.interop.fhir import open_fhir, read_fhir
from tracker.interop.records import PatientRecord, Problem, Reading, SourceRefused

BOB = patient("bob", "MRN-2")


def lines(path: Path, *resources: Fhir | str) -> Path:
    """An NDJSON file; a text stands as it is."""
    written = (one if isinstance(one, str) else json.dumps(one) for one in resources)
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return path


def names(found: list[Reading]) -> list[str]:
    return [one.name for one in found if one.patient is not None]


def of(found: list[Reading], name: str) -> PatientRecord:
    return next(one.patient for one in found if one.name == name and one.patient is not None)


def errors(found: list[Reading]) -> list[Problem]:
    return [problem for one in found for problem in one.problems if problem.severity == "error"]


# Joining


def test_bulk_export_joins_files_by_patient_in_any_order(tmp_path: Path) -> None:
    lines(tmp_path / "Condition.ndjson", spinal(T8, of="bob"), breast(), "", spinal(T8))
    lines(tmp_path / "Patient.ndjson", patient(), BOB)
    lines(tmp_path / "MedicationRequest.ndjson", order("m", "osimertinib", of="bob"))
    found = readings(tmp_path)
    assert sorted(names(found)) == ["alice", "bob"]
    assert len(of(found, "bob").lines) == len(of(found, "bob").lesions) == len(of(found, "alice").lesions) == 1
    assert of(found, "alice").lesions[0].place.startswith("Condition.ndjson:4 Condition/met")


def test_memory_does_not_grow_with_the_size_of_resources(tmp_path: Path) -> None:
    with (tmp_path / "Observation.ndjson").open("w", encoding="utf-8") as out:
        for number in range(400):
            note = [{"text": "x" * 100_000}]
            out.write(json.dumps(observation(f"o{number}", "2857-1", note=note, of="alice")) + "\n")
    lines(tmp_path / "Patient.ndjson", patient())
    tracemalloc.start()
    cohort = open_fhir(tmp_path, as_of=AS_OF)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert cohort.patients == 1
    assert peak < 5_000_000


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/alice", "http://fhir.example/r4/Patient/alice", "Patient/alice/_history/3", "urn:uuid:0-0-1",
        "Patient?identifier=http://estuary.example|MRN-1",
    ],
)  # fmt: skip
def test_every_form_of_reference_finds_the_patient(tmp_path: Path, reference: str) -> None:
    document = bundle(patient(), spinal(T8) | {"subject": {"reference": reference}})
    document["entry"][0]["fullUrl"] = "urn:uuid:0-0-1"
    assert len(of(readings(write(tmp_path / "a.json", document)), "alice").lesions) == 1


def test_a_reference_by_identifier_alone(tmp_path: Path) -> None:
    subject = {"type": "Patient", "identifier": {"system": "http://estuary.example", "value": "MRN-1"}}
    assert taken(tmp_path, spinal(T8) | {"subject": subject}).lesions


@pytest.mark.parametrize("reference", ["Patient/carol", "Patient?identifier=x|9", "urn:uuid:none"])
def test_what_belongs_to_nobody_here_is_an_error_with_its_place(tmp_path: Path, reference: str) -> None:
    stray = spinal(T8) | {"subject": {"reference": reference}}
    found = readings(write(tmp_path / "a.json", bundle(patient(), stray)))
    (problem,) = errors(found)
    assert (problem.kind, problem.place) == ("no_patient", "a.json Condition/met Condition.subject")
    assert names(found) == ["alice"]


def test_a_group_is_no_patient_and_not_needed(tmp_path: Path) -> None:
    group = observation("o", "89247-1", valueInteger=1) | {"subject": {"reference": "Group/ward"}}
    found = readings(write(tmp_path / "a.json", bundle(patient(), group)))
    assert errors(found) == []
    assert [problem.kind for problem in found[0].problems] == ["other_subject"]


def test_pages_of_one_patient_in_several_files_are_one_patient(tmp_path: Path) -> None:
    write(tmp_path / "1.json", bundle(patient(), spinal(T8), kind="searchset"))
    write(tmp_path / "2.json", bundle(patient(), breast(), kind="searchset"))
    found = readings(tmp_path)
    assert names(found) == ["alice"]
    assert (len(of(found, "alice").lesions), len(of(found, "alice").primaries)) == (1, 1)


def test_a_single_resource_is_a_file_too(tmp_path: Path) -> None:
    write(tmp_path / "p.json", patient())
    write(tmp_path / "c.json", spinal(T8))
    assert of(readings(tmp_path), "alice").lesions


def test_other_files_of_a_folder_are_said_and_not_opened(tmp_path: Path) -> None:
    write(tmp_path / "a.json", bundle(patient(), spinal(T8)))
    (tmp_path / "letter.pdf").write_bytes(b"%PDF")
    (tmp_path / ".hidden").write_text("x")
    found = readings(tmp_path)
    assert [(one.kind, one.place) for one in found[0].problems] == [("other_file", "letter.pdf")]


# Damage


def test_a_damaged_line_costs_the_patient_it_names_and_no_other(tmp_path: Path) -> None:
    broken = json.dumps(spinal(T8)).replace('"status', "status", 1)[:-20]
    lines(
        tmp_path / "Condition.ndjson",
        broken + ' "subject": {"reference": "Patient/alice"}',
        spinal(T8, of="bob"),
    )
    lines(tmp_path / "Patient.ndjson", patient(), BOB)
    found = readings(tmp_path)
    assert names(found) == ["bob"]
    (problem,) = errors(found)
    assert (problem.place, problem.patient) == ("Condition.ndjson:1", "alice")


def test_a_line_in_latin_letters_is_told_with_its_number(tmp_path: Path) -> None:
    path = lines(tmp_path / "Patient.ndjson", BOB, patient(name=[{"family": "Muller"}]))
    path.write_bytes(path.read_bytes().replace(b"Muller", "Müller".encode("latin-1")))
    found = readings(path)
    assert [(one.place, one.kind) for one in errors(found)] == [("Patient.ndjson:2", "encoding")]
    assert names(found) == ["bob"]


def test_placeholders_of_other_registries_are_no_values(tmp_path: Path) -> None:
    unknown = {"text": "[Not Available]"}
    found = read(tmp_path, breast(), spinal(T8, bodySite=[unknown]), order("m", "[Not Applicable]"))
    assert found.patient is not None
    assert [one.level for one in found.patient.lesions] == [""]
    assert kinds(found, "unused") == ["drug_not_needed"]


# Once each


def test_a_resource_given_twice_is_read_once(tmp_path: Path) -> None:
    assert len(taken(tmp_path, spinal(T8), status("s", "359746009"), status("s", "359746009")).responses) == 1


def test_of_two_versions_the_newer_counts(tmp_path: Path) -> None:
    old = status("s", "359746009") | {"meta": {"lastUpdated": "2026-03-02T10:00:00+02:00"}}
    new = status("s", "271299001") | {"meta": {"lastUpdated": "2026-03-02T09:30:00Z"}}
    assert [one.spine for one in taken(tmp_path, spinal(T8), new, old).responses] == ["progressive"]


def test_two_that_differ_under_one_id_are_an_error(tmp_path: Path) -> None:
    found = read(tmp_path, spinal(T8), status("s", "359746009"), status("s", "271299001"))
    assert found.patient is None
    assert kinds(found, "error") == ["two_with_one_id"]


def test_resources_without_an_id_keep_their_key(tmp_path: Path) -> None:
    nameless = {key: value for key, value in spinal(T8).items() if key != "id"}
    first, second = (taken(tmp_path, nameless).lesions[0].source_key for _ in range(2))
    assert first == second
    assert first.startswith("Condition/unnamed-")


# Who is who


def test_two_patients_with_one_number_are_both_refused_and_asked_about_once(tmp_path: Path) -> None:
    write(tmp_path / "a.json", bundle(patient(), spinal(T8)))
    write(tmp_path / "b.json", bundle(patient("bob", "MRN-1"), spinal(T8, of="bob")))
    write(tmp_path / "c.json", bundle(patient("carol", "MRN-3"), spinal(T8, of="carol")))
    found = readings(tmp_path)
    assert names(found) == ["carol"]
    assert [one.kind for one in errors(found)] == ["two_patients_one_number"] * 2
    assert [question.source_key for one in found for question in one.questions] == ["fhir:number:MRN-1"]


def test_two_people_under_one_id_are_not_merged(tmp_path: Path) -> None:
    write(tmp_path / "a.json", bundle(patient(), spinal(T8)))
    write(tmp_path / "b.json", bundle(patient("alice", "MRN-9", birthDate="1950-01-01")))
    found = readings(tmp_path)
    assert names(found) == []
    assert "two_with_one_id" in [one.kind for one in errors(found)]


def test_linked_and_unused_records_are_for_people(tmp_path: Path) -> None:
    link = [{"other": {"reference": "Patient/old"}, "type": "replaces"}]
    found = read(tmp_path, spinal(T8), person=patient(link=link, active=False))
    assert found.patient is not None
    assert asked(found) == ["linked_patient", "inactive_record"]


def _identifier(value: str, code: str = "", **more: str) -> Fhir:
    kind = {"type": {"coding": [{"code": code}]}} if code else {}
    return {"system": "http://x.example", "value": value} | kind | more


@pytest.mark.parametrize(
    ("identifiers", "number"),
    [
        ([_identifier("1", "SS"), _identifier("2", "MR")], "2"),
        ([_identifier("1", "MR", use="old"), _identifier("2", "MR")], "2"),
        ([_identifier("1"), _identifier("2", use="usual")], "2"),
        ([_identifier("1", "MR"), _identifier("2", "MR", use="usual")], "2"),
        ([_identifier("1", "SS")], "alice"),
        ([_identifier("1", "DL"), _identifier("2", "PPN")], "alice"),
        ([_identifier("x" * 81, "MR")], "alice"),
        ([], "alice"),
    ],
)
def test_the_number_is_the_hospitals_and_never_the_states(tmp_path: Path, identifiers: list[Fhir], number: str) -> None:
    assert taken(tmp_path, spinal(T8), person=patient(identifier=identifiers)).number == number


def test_a_patient_without_any_identifier_is_asked_about(tmp_path: Path) -> None:
    assert "no_number" in asked(read(tmp_path, spinal(T8), person=patient(number=None)))


def test_short_ids_of_two_servers_are_two_people(tmp_path: Path) -> None:
    here = taken(tmp_path, spinal(T8)).source_key
    other = patient(identifier=[_identifier("7", "MR")])
    there = taken(tmp_path, spinal(T8), person=other).source_key
    assert here != there
    assert here.endswith(":alice")


def test_identity_and_how_to_reach(tmp_path: Path) -> None:
    person = patient(
        name=[{"family": "Old", "use": "old"}, {"family": "Estuary", "given": ["Alice", "Mary"], "use": "official"}],
        telecom=[
            {"system": "phone", "value": "0123", "use": "old"}, {"system": "phone", "value": "0456"},
            {"system": "email", "value": "alice at home"},
        ],
        communication=[{"language": {"coding": [{"code": "de"}]}}],
    )  # fmt: skip
    found = read(tmp_path, spinal(T8), person=person)
    assert found.patient is not None
    one = found.patient
    assert (one.family_name, one.given_name, one.phone, one.email, one.language) == (
        "Estuary",
        "Alice Mary",
        "0456",
        "",
        "de",
    )
    assert kinds(found, "skipped") == ["address"]


# What has gone


def test_a_patient_bundle_says_what_it_holds_completely_and_no_other_does(tmp_path: Path) -> None:
    profile = {"meta": {"profile": ["http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-patient-bundle|4.0.0"]}}
    (found,) = readings(write(tmp_path / "a.json", bundle(patient(), spinal(T8)) | profile))
    assert found.patient is not None
    assert found.patient.whole == ("primaries", "lesions")
    assert taken(tmp_path, spinal(T8)).whole == ()


def test_a_part_of_a_record_withdraws_nothing_and_asks(tmp_path: Path) -> None:
    wrong = status("s", "271299001") | {"status": "entered-in-error"}
    found = readings(write(tmp_path / "a.json", bundle(patient(), spinal(T8), wrong, kind="searchset")))
    assert of(found, "alice").whole == ()
    assert asked(found[0]) == ["entered_in_error"]
    (whole,) = read_fhir(tmp_path / "a.json", as_of=AS_OF, complete=True)
    assert whole.patient is not None
    assert "responses" in whole.patient.whole
    assert asked(whole) == []


def test_deletions_are_counted(tmp_path: Path) -> None:
    document = bundle(patient(), spinal(T8), kind="transaction")
    document["entry"].append({"request": {"method": "DELETE", "url": "Condition/met"}})
    found = readings(write(tmp_path / "a.json", document))
    assert [(one.kind, one.place) for one in found[0].problems] == [("kind_not_needed", "a.json Deletion")]


def test_nobody_to_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", bundle(spinal(T8)))
    with pytest.raises(SourceRefused, match="no patient"):
        open_fhir(path, as_of=AS_OF)
    assert [one.kind for one in errors(readings(path))] == ["no_patient", "source"]
