"""What a page answers when an act met a full disk and no form was there to say it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tracker.full_disk import SENTENCE, is_full, note_failure

log = logging.getLogger(__name__)


class FullDisk:
    """Middleware: one sentence with status 503 for whatever failed for want of room, an upload or an admin page too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing on the way."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a full disk; every other fault is Django's to report."""
        if not is_full(error):
            return None
        note_failure()
        log.error("not saved, the disk is full: %s", request.resolver_match.view_name if request.resolver_match else "")
        return render(request, "full_disk.html", {"sentence": SENTENCE}, status=503)
