"""The policy in force, every row with its reason; read-only here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from tracker import clock
from tracker.queries.policies import policy_in_force, policy_rows, policy_versions
from tracker.web.look.frame import page
from tracker.web.look.lists import Empty
from tracker.web.look.marks import Link
from tracker.web.policy.view import names_in_words, policy_groups


@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Every row of the version behind today's dates, and all versions."""
    today = clock.today()
    rows = policy_rows(today)
    return page(
        request,
        "policies/page.html",
        "policies",
        policy=policy_in_force(today),
        groups=policy_groups(rows) if rows else (),
        names=names_in_words(rows) if rows else {},
        versions=policy_versions(today),
        empty=Empty(
            "No policy is in force",
            ("Nobody can be planned until a version is published.",),
            (Link("Go to the queue", reverse("home")),),
        ),
    )
