"""What decides beside the record and the policy: the code of this release, and the clinic's zone."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

#: The rooms whose code can change a decision, or when it is looked at.
_ROOMS = ("scheduling", "tracker")


class Deciding(NamedTuple):
    """What a run decided with; where either differs from the last run's, everybody is planned."""

    release: str
    zone: str


def deciding() -> Deciding:
    """The release as a fingerprint of its own code, so that nobody has to raise a number; and the zone."""
    return Deciding(_fingerprint(), settings.TIME_ZONE)


@cache
def _fingerprint() -> str:
    root = Path(settings.BASE_DIR)
    seen = hashlib.sha256()
    for room in _ROOMS:
        for file in sorted((root / room).rglob("*.py")):
            seen.update(file.relative_to(root).as_posix().encode())
            seen.update(file.read_bytes())
    return seen.hexdigest()
