"""The policies that ship, as documents."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from scheduling.engine.policy.rows import Policy
from scheduling.files import load_policy

DEFAULT = "default-0.2.yaml"


def default_document() -> bytes:
    """The default policy as it ships."""
    return files(__package__).joinpath(DEFAULT).read_bytes()


@cache
def default_policy() -> Policy:
    """The default policy, read once."""
    return load_policy(default_document())
