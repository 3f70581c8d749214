"""Why a row is due, as briefly as a queue says it: the sentence of the winning row, its grade, how many rows more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from scheduling.engine.following.sentences import grade_of, short_reason
from scheduling.engine.record.facts import Primary
from scheduling.engine.vocabulary import Site
from scheduling.models import PolicyVersion
from scheduling.publishing import compiled
from tracker.models import FollowUp, PrimaryCancer


class ShortReason(NamedTuple):
    """`why` in at most 48 characters, the `grade` of the winner's dates, `more` other rows; `draft`: not approved."""

    why: str
    grade: str
    more: int
    policy_version: str
    draft: bool


def short_reasons(rows: Iterable[FollowUp]) -> dict[int, ShortReason]:
    """The short reason of each row, by its key; two queries whatever the rows."""
    rows = list(rows)
    # Documents are long: one is read only where this process has not compiled it before.
    versions = PolicyVersion.objects.filter(pk__in={row.policy_version_id for row in rows}).defer("document").in_bulk()
    primaries: dict[int, list[Primary]] = defaultdict(list)
    known = PrimaryCancer.objects.filter(
        patient_id__in={row.patient_id for row in rows}, entered_in_error_at__isnull=True
    ).order_by("pk")
    for patient, site, subtype in known.values_list("patient_id", "site", "subtype"):
        primaries[patient].append(Primary(site, subtype or None))
    unknown = [Primary(Site.UNKNOWN)]
    return {
        row.pk: _short(row, versions[row.policy_version_id], primaries.get(row.patient_id, unknown)) for row in rows
    }


def _short(row: FollowUp, version: PolicyVersion, primaries: list[Primary]) -> ShortReason:
    policy = compiled(version)
    winner = next((reason for reason in row.reasons if reason["row"] == row.row), None)
    try:
        grade = grade_of(policy, row.row, row.stream, primaries)[0]
    except KeyError:  # a booking made under a version that had this row
        grade = ""
    return ShortReason(
        why=short_reason(policy, winner) if winner else "",
        grade=grade,
        more=max(0, len({reason["row"] for reason in row.reasons}) - 1),
        policy_version=version.version,
        draft=version.is_draft_for_clinic,
    )
