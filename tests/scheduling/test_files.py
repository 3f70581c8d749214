"""Policy files: what YAML may do to a document, and what it may not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.engine.policy.document import policy_to_mapping, read_policy
from scheduling.engine.policy.mistakes import Mistake, PolicyErrors
from scheduling.engine.policy.rows import Policy
from scheduling.files import MAX_BYTES, load_policy, load_yaml
from scheduling.policies import default_document, default_policy


def refusal(content: str | bytes) -> str:
    with pytest.raises(PolicyErrors) as caught:
        load_yaml(content.encode() if isinstance(content, str) else content)
    return str(caught.value)


def test_plain_values_follow_yaml_1_2_and_keep_their_lines() -> None:
    loaded = load_yaml(b"a: no\nb: off\nc: '2'\nd: [2, 2.5, true, null, ~]\ne: 2026-06-01\nf: '2026-06-01'\ng:\n")
    assert loaded.value == {
        "a": "no",
        "b": "off",
        "c": "2",
        "d": [2, 2.5, True, None, None],
        "e": date(2026, 6, 1),
        "f": "2026-06-01",
        "g": None,
    }
    assert loaded.lines()[("d",)] == 4
    assert loaded.lines()[("d", 2)] == 4


def test_a_bomb_of_aliases_is_refused_before_it_is_built() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    assert "no anchors" in refusal(bomb)
    assert "line 1" in refusal(bomb)
    assert "no aliases" in refusal("a: *other\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a: 1\na: 2\n", 'the key "a" a second time'),
        ("a:\n  b: 1\n  b: 2\nc: {d: 1, d: 2}\n", "c.d"),
        ("a: !!python/object:os.system x\n", "no tags"),
        ("a: !secret x\n", "no tags"),
        ("a: 1\n---\nb: 2\n", "one document"),
        ("a: [1, 2\n", "valid YAML"),
        ("a: 'b\n", "valid YAML"),
        ("\ta: 1\n", "valid YAML"),
        ("? [a]\n: 1\n", "a word as a key"),
        ("[" * 100 + "]" * 100, "nested less deep"),
        ("[" * 50_000, "nested less deep"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"a: \x00", "valid YAML"),
        ("x" * (MAX_BYTES + 1), "at most 256 kB"),
    ],
)
def test_what_is_refused(content: str | bytes, words: str) -> None:
    assert words in refusal(content)


def test_every_key_given_twice_is_named_with_its_line() -> None:
    with pytest.raises(PolicyErrors) as caught:
        load_yaml(b"a: 1\na: 2\nb:\n  c: 1\n  c: 2\n")
    assert [(error.path, error.line) for error in caught.value.errors] == [("a", 2), ("b.c", 5)]


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(10**9)
    with pytest.raises(PolicyErrors, match="at most 256 kB"):
        load_policy(large)


def test_a_policy_file_is_read_from_a_path_and_its_mistakes_have_lines(tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_bytes(default_document())
    assert load_policy(good) == default_policy()
    text = default_document().decode()
    line = 1 + text[: text.index("window: [10 w, 12 w, 16 w]")].count("\n")
    bad = text.replace("window: [10 w, 12 w, 16 w]", "window: [2 months, 12 w, 16 w]", 1).encode()
    with pytest.raises(PolicyErrors) as caught:
        load_policy(bad)
    (error,) = caught.value.errors
    assert error.line == line
    assert "write weeks" in error.expected
    assert str(error).startswith(f"line {line}, rows.")


@pytest.mark.parametrize("content", [b"", b"- a\n", b"just text\n", b"3\n"])
def test_a_file_without_keys_is_one_error(content: bytes) -> None:
    with pytest.raises(PolicyErrors) as caught:
        load_policy(content)
    assert len(caught.value.errors) == 1


@given(st.binary(max_size=60) | st.text(alphabet="ab:-[]{}&*!'\"#|>?, \n\t1.~", max_size=60).map(str.encode))
def test_any_bytes_are_values_or_an_error(content: bytes) -> None:
    try:
        load_yaml(content)
    except PolicyErrors as error:
        refused = error.errors
    else:
        refused = ()
    assert all(error.expected for error in refused)


#: What YAML makes of what somebody may type, nested and huge values too.
ODD_TEXTS = (
    "", "~", "''", "' '", "0", "-0", "1e400", "-1e400", ".nan", ".inf", f"{10**30}", "9" * 5000, "0x7fffffffffffffff",
    "0o17", "1_000", "no", "off", "2026-02-30", "2026-01-01", "12:30", "[]", "{}", "[[]]", "[{}]", "{a: {b: [1e400]}}",
    "[" * 60 + "]" * 60, "[[[[[[x]]]]]]", "'" + "x" * 100_000 + "'", "99999 w", "9999 w", "!!python/name:os.system x",
    "&a [x]", "*a", '"\\0"', "[7, 1e400]", "['0 d', 1e400, 1]", "{neuro: 1}",
)  # fmt: skip
PLACES = (
    b"version: default-0.2",
    b"format: 1",
    b"next_review_on: 2027-05-21",
    b"sins_bands: [sins_indeterminate, sins_unstable]",
    b"stated_reason_counts_without_response_for: 84 d",
    b"otherwise: fast",
    b"window: [0 d, 0 d, 1 d]",
    b"urgency: emergency",
    b"grade: guideline",
    b"until_closed: true",
    b"count_from: last_visit",
    b"counted_by: visit",
    b"marks: [low_risk]",
    b"tasks:",
)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.split(b":")[0].decode())
def test_a_typed_value_is_an_error_with_its_path_or_comes_back(place: bytes) -> None:
    key = place.split(b":")[0]
    assert place in default_document()
    for text in ODD_TEXTS:
        refused, policy = _read(default_document().replace(place, key + b": " + text.encode(), 1))
        if policy is None:
            assert refused, text
            assert all(one.path and one.given and one.expected and one.line for one in refused), text
        else:
            assert read_policy(policy_to_mapping(policy)) == policy, text


def _read(typed: bytes) -> tuple[tuple[Mistake, ...], Policy | None]:
    try:
        return (), load_policy(typed)
    except PolicyErrors as error:
        return error.errors, None
