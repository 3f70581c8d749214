"""A policy whose rows are called something else, and what was planned with it told in the other names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from scheduling.engine.policy.document import policy_to_mapping, read_policy
from scheduling.engine.policy.rows import Policy


def renamed(policy: Policy) -> tuple[Policy, dict[str, str]]:
    """The policy with other row ids, which sort in another order and share no first letter, and old id to new."""
    names = {row.id: f"Z{99 - place}" for place, row in enumerate(policy.rows)}
    return read_policy(in_names(policy_to_mapping(policy), names)), names


def in_names(value: Any, names: Mapping[str, str]) -> Any:
    """Plain values of anything, with every row's name exchanged."""
    if isinstance(value, str):
        return names.get(value, value)
    if is_dataclass(value):
        return {field.name: in_names(getattr(value, field.name), names) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: in_names(one, names) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [in_names(one, names) for one in value]
    if isinstance(value, (set, frozenset)):
        return {in_names(one, names) for one in value}
    return value
