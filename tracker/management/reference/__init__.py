"""The reference pages of docs/reference, written from the code they describe."""

from __future__ import annotations

from collections.abc import Callable

from tracker.management.reference import default_policy, document, life, staff, waits

#: File name -> what writes its text.
PAGES: dict[str, Callable[[], str]] = {
    "policy-document.md": document.page,
    "default-policy.md": default_policy.page,
    "follow-up.md": life.follow_up_page,
    "queues.md": life.queues_page,
    "roles.md": staff.page,
    "waits.md": waits.waits_page,
}
