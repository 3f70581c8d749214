"""Whether the newest night's count held: what a nurse or administrator has to know before trusting the lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.models import NightlyRun, Role, User


@dataclass(frozen=True, slots=True)
class FailedCount:
    """The newest night whose figures did not add up: how many findings, the first in words."""

    on: date
    findings: int
    first: str


def failed_count(user: User) -> FailedCount | None:
    """The newest night's failure, for nurses and administrators; None where it held or has not ended. One query."""
    if user.role not in (Role.NURSE, Role.ADMIN):
        return None
    newest = NightlyRun.objects.exclude(result={}).order_by("-on").values_list("on", "result").first()
    if newest is None or newest[1].get("holds", True):
        return None
    problems = newest[1].get("problems", [])
    return FailedCount(newest[0], len(problems), problems[0] if problems else "")
