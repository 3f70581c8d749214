"""Any value at any place of a bundle: the reader never falls over, and says something about what it did not take."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.interop.fhir_builder import (
    HGNC,
    LOINC,
    T8,
    Fhir,
    breast,
    bundle,
    concept,
    observation,
    order,
    patient,
    procedure,
    radiotherapy,
    readings,
    report,
    snomed,
    spinal,
    status,
    variant,
    write,
)
from tests.tracker.interop.fhir_builder import given as administered

SOUND = bundle(
    patient(name=[{"family": "Estuary", "given": ["Alice"]}], telecom=[{"system": "phone", "value": "1"}]),
    breast(),
    spinal(T8),
    variant("v", [concept(HGNC, "HGNC:3236", "EGFR")], change="p.(Thr790Met)"),
    observation("er", "16112-5", valueCodeableConcept=snomed("10828004")),
    observation("ecog", "89247-1", valueInteger=1, interpretation=[concept(LOINC, "LA9623-5")]),
    observation("egfr", "98979-8", valueQuantity={"value": 60, "unit": "mL/min"}),
    status("s", "359746009"),
    order("drug", "letrozole", end="2026-05-01", status="stopped"),
    administered("dose", "docetaxel", "2026-05-01"),
    radiotherapy("rt"),
    procedure("op", "Kyphoplasty of T8"),
    report("mri", conclusion="Stable."),
)
_Path = tuple[str | int, ...]


def _places(value: object, path: _Path = ()) -> Iterator[_Path]:
    yield path
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _places(child, (*path, key))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _places(child, (*path, number))


PLACES = [path for path in _places(SOUND) if path]
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**12), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12), st.sampled_from(["2026-13-01", "2019-02-30", "0000", "9999-12-31", "T8", "6.7811E+13"]),
    st.sampled_from(["#", "Patient/", "entered-in-error", "urn:uuid:", "http://x/Patient/alice"]),
    st.sampled_from([[], {}, [[]], [None], {"coding": [{}]}, {"reference": "x"}, [{"extension": [{}]}]]),
)  # fmt: skip


@given(place=st.sampled_from(PLACES), value=VALUES)
def test_damage_anywhere_is_no_crash(place: _Path, value: object) -> None:
    document: Fhir = copy.deepcopy(SOUND)
    holder = document
    for step in place[:-1]:
        holder = holder[step]  # type: ignore[index]
    holder[place[-1]] = value  # type: ignore[index]
    with TemporaryDirectory() as folder:
        found = readings(write(Path(folder) / "alice.json", document))
    taken = [one.patient for one in found if one.patient is not None]
    said = [problem for one in found for problem in one.problems]
    assert taken or any(problem.severity == "error" for problem in said)
    for one in found:
        assert all(len(question.text) <= 500 and len(question.place) <= 300 for question in one.questions)
        json.dumps([str(problem) for problem in one.problems])


def test_the_sound_bundle_is_taken_whole(tmp_path: Path) -> None:
    (found,) = readings(write(tmp_path / "alice.json", SOUND))
    assert found.patient is not None
    one = found.patient
    counts = [len(facts) for facts in (one.primaries, one.markers, one.lesions, one.lines, one.procedures, one.studies)]
    assert counts == [1, 2, 1, 2, 2, 1]
    assert len(one.responses) == len(one.functions) == len(one.safety) == 1
