"""Policies and cases are read by the same rules: what no value can be is refused in both, with its place and line."""

from __future__ import annotations

import pytest

from scheduling.cases import CaseErrors, read_cases
from scheduling.engine.policy.document import PolicyErrors
from scheduling.files import load_policy
from scheduling.safe_yaml.documents import A_NUMBER, MAX_DEPTH

#: Where the value stands, and what comes before it.
POLICY = "version: a\nlow_risk:\n  value: "
CASE = "policy_version: a\npatients:\n- id: A\n  contact_failures: "

Refusal = tuple[str, str, int | None, str]


def refused_policy(value: str) -> list[Refusal]:
    with pytest.raises(PolicyErrors) as caught:
        load_policy(f"{POLICY}{value}\n".encode())
    return [(error.given, error.expected, error.line, error.path) for error in caught.value.errors]


def refused_case(value: str) -> list[Refusal]:
    with pytest.raises(CaseErrors) as caught:
        read_cases(f"{CASE}{value}\n")
    return [(error.given, error.expected, error.line, error.path) for error in caught.value.problems]


@pytest.mark.parametrize(
    "number",
    [
        "1e400",
        "-1e400",
        ".inf",
        "-.INF",
        ".nan",
        "1e15",
        "1234567890123456",
        "-1234567890123456",
        "1" * 5000,
        "0." + "1" * 50,
    ],
)
def test_a_number_without_end_or_too_large_is_named_with_its_place_in_both(number: str) -> None:
    assert refused_policy(number) == [(number[:40], A_NUMBER, 3, "low_risk.value")]
    assert (number[:40], A_NUMBER, 4, "contact_failures") in refused_case(number)


def test_a_number_of_fifteen_digits_is_a_number_in_both() -> None:
    assert A_NUMBER not in {expected for _, expected, _, _ in refused_policy("123456789012345")}
    assert [refusal for refusal in refused_case("123456789012345") if refusal[3] == "contact_failures"] == [
        ("123456789012345", "a whole number, 0 to 1,000,000", 4, "contact_failures")
    ]


@pytest.mark.parametrize(
    ("value", "given"),
    [
        ("*other", "*other"),
        ("&name 1", "&name"),
        ("&name [1]", "&name"),
        ("!!int 1", "the tag tag:yaml.org,2002:int"),
        ("!own {a: 1}", "the tag !own"),
        ("! 1", "the tag !"),
        ("{&key a: 1}", "&key"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), f"more than {MAX_DEPTH} levels"),
        ("{a: " * 100, f"more than {MAX_DEPTH} levels"),
        ("{[a]: 1}", "a list or a mapping as a key"),
    ],
)
def test_what_multiplies_disguises_or_nests_refuses_the_whole_document_in_both(value: str, given: str) -> None:
    (policy,) = refused_policy(value)
    (case,) = refused_case(value)
    assert policy[0] == case[0] == given
    assert policy[1] == case[1]
    assert (policy[2:], case[2:]) == ((3, "document"), (4, "document"))


def test_a_key_given_twice_is_named_with_the_line_of_the_second_in_both() -> None:
    again = ('the key "a" a second time', "each key once")
    assert refused_policy("{b: 1, a: 1,\n a: 2}") == [(*again, 4, "low_risk.value.a")]
    for key, again_line, path in (("id: B", 5, "id"), ("registered: 2026-01-01", 6, "registered")):
        name = key.partition(":")[0]
        twice = f"1\n  {key}" + (f"\n  {key}" if name == "registered" else "")
        refusals = refused_case(twice)
        assert (f'the key "{name}" a second time', "each key once", again_line, path) in refusals
