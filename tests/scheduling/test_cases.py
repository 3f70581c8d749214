"""The case format: read strictly with every mistake at once, and written so that it reads back the same."""

import io
import subprocess
import sys
import textwrap
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scheduling.cases import LIMIT_BYTES, CaseErrors, NotACase, case_to_mapping, flow, read_cases, write_cases
from scheduling.engine.record.facts import DatedFact, Facts, Lesion, Primary, Sins
from scheduling.safe_yaml.documents import read_parts
from tests.scheduling.patients import AS_OF, patients, words

RUN = "response: {category: stable, since: 2026-01-01, date: 2026-05-01"
MINIMAL = "id: A\nas_of: 2026-06-01\nregistered: 2026-01-01\nprimary: {site: rcc}\n"


def cases_text(*given_patients: str) -> str:
    listed = "".join(
        "- " + textwrap.indent(textwrap.dedent(one).strip(), "  ").strip() + "\n" for one in given_patients
    )
    return f"policy_version: default-0.2\npatients:\n{listed}"


def mistakes(text: str | bytes, as_of: date | None = None, limit: int = LIMIT_BYTES) -> list[tuple[str, str]]:
    """Patient and path of every mistake."""
    with pytest.raises(CaseErrors) as caught:
        read_cases(text, as_of, limit)
    assert all(problem.given and problem.expected for problem in caught.value.problems)
    return [(problem.patient, problem.path) for problem in caught.value.problems]


def said(text: str | bytes, **limits: int) -> str:
    with pytest.raises(CaseErrors) as caught:
        read_cases(text, **limits)  # type: ignore[arg-type]
    return str(caught.value)


@given(patients())
def test_a_patient_reads_back_as_it_was_written(facts: Facts) -> None:
    out = io.StringIO()
    assert write_cases([case_to_mapping(facts, "SYN1", AS_OF, "no: one")], out) == 1
    (case,) = read_cases(out.getvalue())
    assert case.facts == facts
    assert (case.id, case.as_of, case.title) == ("SYN1", AS_OF, "no: one")


@given(words)
@example("no")
@example("12:30")
@example("\u2028\x85\ud7ff\ufeff")
def test_text_stays_the_text_it_was(text: str) -> None:
    read = list(read_parts(f"a: {flow(text)}\nb: {{c: {flow(text)}}}\n"))
    assert [entry.value for entry in read] == [text, {"c": text}]


def test_a_patient_with_nothing_recorded_has_nothing_assumed() -> None:
    (case,) = read_cases(cases_text(MINIMAL))
    assert case.facts == Facts(registered=date(2026, 1, 1), primaries=(Primary("rcc"),))
    assert case.expect is None


def test_null_is_an_absence_and_none_is_a_word() -> None:
    lesion = "lesions: [{level: T8, finding_date: 2026-01-01, escc: null, sins: {collapse: none, pain: null}}]"
    (case,) = read_cases(cases_text(MINIMAL + lesion))
    assert case.facts.lesions == (Lesion("T8", date(2026, 1, 1), None, Sins(collapse="none")),)


def test_every_mistake_of_a_file_at_once() -> None:
    text = cases_text(
        """
        id: A
        as_of: 2026-06-01
        registered: 2026-07-01
        primary: {site: brest, subtype: x}
        therapy: {class: no, start: 2026-02-30}
        response: {category: stable, since: 2026-05-01}
        procedures: [{type: sbrt, date: 2026-05-01, levels: [T7-T5], dose_gy: 0, fractions: 1.5}]
        lesions:
        - {level: T8, finding_date: '2026-01-01', escc: 2, sins: {location: mobile, foo: 1}}
        - {level: T8, finding_date: 2026-02-01, escc_found_on: 2026-01-01, graded_on: 2026-01-01}
        nonsense: 1
        """,
        """
        id: A
        registered: 2026-01-01
        status: declined
        primary: {site: breast, subtype: luminal}
        imaging: [{date: 2026-01-01, modality: mri, modality: ct}]
        symptoms: {}
        constraints: {egfr: .nan, gadolinium_allergy: 'false'}
        overrides:
        - stream: imaging
          earliest: 2026-03-01
          due: 2026-02-01
          latest: 2026-04-01
          from: 2026-02-01
          until: 2026-01-01
        contact_failures: -1
        """,
        "3",
    )
    assert sorted(mistakes(text)) == sorted(
        [
            ("A", "registered"),
            ("A", "primary.site"),
            ("A", "therapy.class"),
            ("A", "therapy.start"),
            ("A", "response.date"),
            ("A", "procedures[0].levels[0]"),
            ("A", "procedures[0].dose_gy"),
            ("A", "procedures[0].fractions"),
            ("A", "lesions[0].finding_date"),
            ("A", "lesions[0].escc"),
            ("A", "lesions[0].sins.foo"),
            ("A", "lesions[0].sins.location"),
            ("A", "lesions[1].escc_found_on"),
            ("A", "nonsense"),
            ("A", "id"),
            ("A", "as_of"),
            ("A", "declined_on"),
            ("A", "primary.subtype"),
            ("A", "imaging[0].modality"),
            ("A", "symptoms"),
            ("A", "constraints.egfr"),
            ("A", "constraints.gadolinium_allergy"),
            ("A", "overrides[0].due"),
            ("A", "overrides[0].until"),
            ("A", "contact_failures"),
            ("patients[2]", "patient"),
        ]
    )


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        ("lesions: [{level: T8, finding_date: 2026-01-01, escc: 0}]", "lesions[0].escc", "'0' in quotes"),
        ("lesions: [{level: T8, finding_date: 2026-01-01, escc: 2a}]", "lesions[0].escc", "one of '0', 1a"),
        ("lesions: [{level: T13, finding_date: 2026-01-01}]", "lesions[0].level", "one of C1, C2"),
        ("spine_symptomatic: yes", "spine_symptomatic", "true or false"),
        ("therapy: {class: ici, start: 2026-01-01, drugs: nivolumab}", "therapy.drugs", "a list"),
        ("therapy: {class: ici, start: 2026-01-01, drugs: [5]}", "therapy.drugs[0]", "text"),
        ("surgeon_visits: [2026-06-02]", "surgeon_visits[0]", "not after as_of (2026-06-01)"),
        ("symptoms: [{kind: neuro, date: 2026-06-02}]", "symptoms[0].date", "not after as_of (2026-06-01)"),
        ("Status: active", "Status", "did you mean status?"),
        ("title: 5", "title", "text"),
        (f"{RUN}, run: [2026-02-01, 2026-05-01]}}", "response.run[0]", "since (2026-01-01)"),
        (f"{RUN}, run: [2026-01-01, 2026-04-30]}}", "response.run[1]", "date (2026-05-01)"),
        (f"{RUN}, run: [2026-01-01, 2026-03-01, 2026-02-01, 2026-05-01]}}", "response.run[2]", "after the one before"),
        (f"{RUN}, run: [2026-01-01, 2026-01-01, 2026-05-01]}}", "response.run[1]", "after the one before"),
        (f"{RUN}, run: []}}", "response.run", "the days of the assessments"),
        (f"{RUN}, run: 2026-01-01}}", "response.run", "a list"),
        (f"{RUN}, run: [2026-01-01, 2026-06-02, 2026-05-01]}}", "response.run[1]", "not after as_of"),
        ("response: {category: stable, date: 2026-05-01, run: [2026-01-01, 2026-05-01]}", "response.run[0]", "since"),
        ("response: {category: not_assessed, run: [2026-01-01]}", "response.run", "beside a date"),
        ("primary: {site: rcc}", "primary", "each key once"),
    ],
)  # fmt: skip
def test_a_mistake_says_what_was_expected(line: str, path: str, expected: str) -> None:
    with pytest.raises(CaseErrors) as caught:
        read_cases(cases_text(MINIMAL + line))
    (problem,) = caught.value.problems
    assert (problem.patient, problem.path) == ("A", path)
    assert expected in problem.expected
    assert str(problem).startswith(f"A (line 7): {path}: given ")


def test_a_location_that_does_not_fit_needs_a_person() -> None:
    lesion = "lesions: [{{level: T8, finding_date: 2026-01-01, sins: {{location: rigid{}}}}}]"
    assert mistakes(cases_text(MINIMAL + lesion.format(""))) == [("A", "lesions[0].sins.location")]
    (case,) = read_cases(cases_text(MINIMAL + lesion.format(", location_overridden: true")))
    assert case.facts.lesions[0].sins.location == "rigid"


def test_the_day_asked_for_wins_and_later_facts_are_no_mistake() -> None:
    later = MINIMAL.replace("as_of: 2026-06-01\n", "") + "surgeon_visits: [2026-06-02]"
    (case,) = read_cases(cases_text(later), date(2026, 3, 1))
    assert (case.as_of, case.facts.visits) == (date(2026, 3, 1), (date(2026, 6, 2),))
    with_own_day = MINIMAL + "surgeon_visits: [2026-06-02]"
    assert mistakes(cases_text(with_own_day), date(2026, 3, 1)) == [("A", "surgeon_visits[0]")]


def test_an_override_may_lie_ahead() -> None:
    own = """
overrides:
- {stream: surgeon, earliest: 2026-07-01, due: 2026-07-02, latest: 2026-07-03, from: 2026-06-05, until: 2027-01-01}
"""
    (case,) = read_cases(cases_text(MINIMAL + own))
    assert case.facts.overrides[0].latest == date(2026, 7, 3)


EXPECT = """
expect:
  rows: [B1]
  tempo: null
  imaging: {row: B1, earliest: 2026-06-01, due: 2026-06-29, latest: 2026-07-06, modality: MRI_WS_GAD, state: in_window}
  surgeon: null
  urgency: routine
  tasks: [score_missing, 're_offer_on:2026-11-30']
"""


def test_what_is_expected_is_read_as_strictly() -> None:
    (case,) = read_cases(cases_text(MINIMAL + EXPECT))
    assert case.expect is not None
    assert case.expect.imaging is not None
    assert case.expect.imaging.due == date(2026, 6, 29)
    assert case.expect.tasks == {"score_missing", "re_offer_on:2026-11-30"}
    worse = (
        EXPECT.replace("  surgeon: null\n", "").replace("MRI_WS_GAD", "MRI").replace("score_missing", "score_mising")
    )
    assert mistakes(cases_text(MINIMAL + worse)) == [
        ("A", "expect.imaging.modality"),
        ("A", "expect.tasks[0]"),
        ("A", "expect.surgeon"),
    ]


def test_inputs_of_a_score_are_read_as_strictly() -> None:
    prognosis = (
        EXPECT
        + """
  prognosis:
    nesms: {inputs: {modified_bauer: 3, albumin_g_dl: 35}, total: 3}
    tomita: {inputs: {growth: quick}, total: 2, band: 2-3}
    bauer: {}
"""
    )
    assert mistakes(cases_text(MINIMAL + prognosis)) == [
        ("A", "expect.prognosis.nesms.inputs"),
        ("A", "expect.prognosis.tomita.inputs.growth"),
        ("A", "expect.prognosis.bauer"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "not a mapping"),
        ("- 1\n", "not a mapping"),
        ("policy_version: default-0.2\n", "at least one list of patients"),
        ("patients: []\n", "policy_version: given nothing"),
        ("policy_version: 0.2\npatients: []\n", "policy_version: given 0.2; expected text (in quotes"),
        ("policy_version: a\npatients: 3\n", "a list of patients"),
        ("policy_version: a\npatients: []\npatients: []\n", 'the key "patients" a second time'),
        ("policy_version: a\npatients: [}\n", "line 2"),
        ("policy_version: a\n---\npatients: []\n", "a second document"),
        ("a: &x [1, 2]\nb: *x\n", "given &x; expected no anchors"),
        ("a: !!python/object/apply:os.system [true]\n", "expected no tags"),
        ("a: {? [1] : 2}\n", "expected a word as a key"),
        ("a: " + "[" * 5000, "nested less deep"),
        ("a: {b: " + "{c: " * 5000, "nested less deep"),
        (b"a: \xff\xfe", "not UTF-8"),
        ("a: \x01", "control characters"),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_file_is_refused(text: str | bytes, expected: str) -> None:
    assert expected in said(text)


def test_a_file_beyond_the_limit_is_not_read() -> None:
    class Endless(io.RawIOBase):
        read_bytes = 0

        def read(self, size: int = -1) -> bytes:
            assert 0 <= size <= 1001, "never without a bound"
            self.read_bytes += size
            return b"a" * size

    source = Endless()
    with pytest.raises(CaseErrors, match="larger than 1,000 bytes"):
        read_cases(source, limit=1000)
    assert source.read_bytes == 1001


def test_a_yaml_that_expands_to_gigabytes_never_expands() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    assert "expected no anchors" in said(bomb)


def test_a_lesion_of_unknown_level_has_no_words_in_the_format() -> None:
    facts = Facts(date(2026, 1, 1), (Primary("rcc"),), lesions=(Lesion(None, date(2026, 1, 1)),))
    with pytest.raises(NotACase, match="1 of 1 lesions"):
        case_to_mapping(facts, "A", AS_OF)


def test_a_kind_of_fact_without_a_key_is_never_left_out_in_silence() -> None:
    facts = Facts(date(2026, 1, 1), (Primary("rcc"),), others=(DatedFact(date(2026, 1, 1)),))
    with pytest.raises(NotACase, match="no key for DatedFact"):
        case_to_mapping(facts, "A", AS_OF)


def test_of_two_primaries_the_leading_one_is_written() -> None:
    two = Facts(date(2026, 1, 1), (Primary("breast"), Primary("rcc")))
    with pytest.raises(NotACase, match="2 primaries"):
        case_to_mapping(two, "A", AS_OF)
    assert case_to_mapping(two, "A", AS_OF, leading=lambda several: several[1])["primary"] == {"site": "rcc"}


def test_the_slow_reader_of_events_reads_the_same() -> None:
    """Where PyYAML was built without libyaml its own parser reads: the same patients, the same mistakes."""
    program = textwrap.dedent(
        """
        import sys
        sys.modules["yaml._yaml"] = None
        from scheduling.cases import CaseErrors, read_cases
        from scheduling.safe_yaml import documents
        assert documents.LOADER.__name__ == "SafeLoader"
        try:
            print(repr(read_cases(sys.stdin.buffer).cases))
        except CaseErrors as errors:
            print(errors)
        """
    )
    broken = cases_text(MINIMAL + "title: no\nfoo: 1\nlesions: [{level: T8, finding_date: 2026-01-01, escc: 2}]")
    hostile = "a: &x [1]\nb: *x\n"
    for text in (
        cases_text(MINIMAL + EXPECT.replace("score_missing, ", "")),
        broken,
        hostile,
        "a: !!str x\n",
        "a: [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]\n",
    ):
        ran = subprocess.run([sys.executable, "-c", program], input=text.encode(), capture_output=True, check=True)
        try:
            quick = repr(read_cases(text).cases)
        except CaseErrors as errors:
            quick = str(errors)
        assert ran.stdout.decode().strip() == quick


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_no_input_breaks_the_reader(garbage: bytes | str) -> None:
    with pytest.raises(CaseErrors):
        read_cases(garbage)
