"""Files that are damaged or meant to harm: each is refused with one clear sentence, soon, and in little memory."""

import json
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tracker.interop.fhir_builder import AS_OF, breast, bundle, patient, readings, spinal, write
from tracker.interop.fhir import loading, open_fhir
from tracker.interop.fhir.loading import Refused, parse
from tracker.interop.records import Problem, SourceRefused

MEGABYTE = 1_000_000


@contextmanager
def bounded(seconds: float, megabytes: int) -> Iterator[None]:
    """The block takes no more time and memory than this; tracing makes it several times slower than it is."""
    tracemalloc.start()
    begun = time.perf_counter()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - begun < seconds
    assert peak < megabytes * MEGABYTE


def only_error(path: Path) -> Problem:
    found = [problem for one in readings(path) for problem in one.problems if problem.severity == "error"]
    return found[0]


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        parse(data)
    return caught.value.kind


@pytest.mark.parametrize(
    "data",
    [b"[" * 100_000, b'{"a":' * 100_000, b'{"resourceType":"Bundle","x":' + b"[" * 41 + b"]" * 41 + b"}"],
    ids=["lists", "objects", "just too deep"],
)
def test_deep_nesting(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "deep.json"
    path.write_bytes(data)
    with bounded(5, 50):
        problem = only_error(path)
    assert problem.kind == "too_deep"
    assert problem.expected == "at most 40 levels of nesting"
    assert problem.place == "deep.json"


def test_brackets_inside_texts_are_no_nesting() -> None:
    assert parse(b'{"a": "' + b"[" * 100 + b'\\"{"}') == {"a": "[" * 100 + '"{'}


def test_a_text_without_end_full_of_escaped_marks_is_passed_over_once() -> None:
    data = b'{"a":"' + b'\\"' * 2_000_000
    with bounded(10, 60):
        assert refused(data) == "truncated"


def test_gigabyte_file_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as out:
        out.seek(2_000 * MEGABYTE)
        out.write(b"}")
    with bounded(2, 5):
        problem = only_error(path)
    assert problem.kind == "too_large"
    assert "larger data as NDJSON" in problem.expected


def test_a_line_without_end_is_passed_over_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "Patient.ndjson"
    with path.open("wb") as out:
        out.seek(100 * MEGABYTE)
        out.write(b"\n" + json.dumps(patient()).encode() + b"\n")
    with bounded(20, 40):
        found = readings(path)
    assert next(problem.kind for one in found for problem in one.problems) == "too_large"
    assert [one.name for one in found if one.patient is not None] == ["alice"]


def test_megabytes_of_text_in_one_element(tmp_path: Path) -> None:
    name = [{"family": "x" * (loading.LIMIT_TEXT + 1)}]
    problem = only_error(write(tmp_path / "long.json", bundle(patient(name=name))))
    assert problem.place == "long.json Patient/alice Patient.name[0].family"
    assert problem.expected == "at most 1000000 characters"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Pat', "truncated"),
        (b'{"resourceType": "Bundle", "entry": [', "truncated"),
        (b'{"resourceType": "Bundle",, "entry": []}', "not_json"),
        (b'{"a": 1, "b": {"a": 1, "a": 2}}', "doubled_key"),
        (b'{"a": NaN}', "not_json"),
        (b'{"a": -Infinity}', "not_json"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not_json"),
        (b'{"a": 1e999999999}', "not_json"),
        ("{\"family\": \"Müller\"}".encode("latin-1"), "encoding"),
        ("{}".encode("utf-16"), "encoding"),
        (b"<Bundle xmlns='http://hl7.org/fhir'/>", "not_json"),
    ],
)  # fmt: skip
def test_what_is_no_json_is_named(data: bytes, kind: str) -> None:
    assert refused(data) == kind


def test_the_place_of_a_wrong_byte_is_said() -> None:
    with pytest.raises(Refused, match="byte 0xfc in line 2"):
        parse('{"a": 1,\n"b": "ü"}'.encode("latin-1"))


def test_mark_of_byte_order_is_no_mistake() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "odd.json"),
        ("Patient", "odd.json"),
        ({"id": "alice"}, "odd.json"),
        ({"resourceType": "Bundle", "entry": {"resource": {}}}, "odd.json"),
        ({"resourceType": "Bundle", "entry": ["x"]}, "odd.json Bundle.entry[0]"),
        ({"resourceType": "Bundle", "entry": [{"resource": 5}]}, "odd.json Bundle.entry[0]"),
        (
            {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": 7}}]},
            "odd.json Bundle.entry[0]",
        ),
        (
            {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "../x"}}]},
            "odd.json Bundle.entry[0]",
        ),
        (bundle(bundle(patient())), "odd.json Bundle.entry[0]"),
    ],
)
def test_wrong_types_are_named_with_their_place(tmp_path: Path, document: object, place: str) -> None:
    problem = only_error(write(tmp_path / "odd.json", document))
    assert (problem.kind, problem.place) == ("not_fhir", place)


@pytest.mark.parametrize(
    "damage",
    [
        {"subject": ["Patient/alice"]}, {"subject": {"reference": 7}}, {"code": "breast"}, {"code": {"coding": {}}},
        {"code": {"coding": [None]}}, {"bodySite": 3}, {"extension": {"url": []}}, {"meta": "x"}, {"id": {"a": 1}},
        {"meta": {"profile": {"a": [1]}}}, {"contained": "x"}, {"text": 5}, {"verificationStatus": []},
    ],
)  # fmt: skip
def test_any_element_of_a_wrong_type_is_an_error_and_no_crash(tmp_path: Path, damage: dict[str, object]) -> None:
    path = write(tmp_path / "odd.json", bundle(patient(), breast() | damage))
    assert only_error(path).severity == "error"


def test_html_of_the_narrative_is_dropped(tmp_path: Path) -> None:
    narrative = {"status": "generated", "div": "<div><script>alert(1)</script></div>"}
    path = write(tmp_path / "html.json", bundle(patient(text=narrative), spinal(text=narrative)))
    (found,) = readings(path)
    assert found.patient is not None
    assert "script" not in repr(found)


def test_characters_that_no_database_takes(tmp_path: Path) -> None:
    for text in ("Al\x00ice", "Al\ud800ice"):
        path = write(tmp_path / "odd.json", bundle(patient(name=[{"family": text}])))
        assert only_error(path).place.endswith("Patient.name[0].family")


def test_nothing_to_read_is_refused_at_once(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path, write(tmp_path / "empty.json", bundle())):
        with pytest.raises(SourceRefused):
            open_fhir(path, as_of=AS_OF)
