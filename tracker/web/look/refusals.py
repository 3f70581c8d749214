"""A refusal that no form answers becomes a page that says it: what, why, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from tracker.errors import Refused, TrackerError
from tracker.full_disk import NotStored
from tracker.web.look.frame import page

View = Callable[..., HttpResponse]


def in_sentences(view: View) -> View:
    """The view, with refusals answered as a page: 403 for a person who may not, 409 for what cannot happen now.

    A full disk is refused further out, by a page that needs nothing; see `full_disk`.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotStored:
            raise
        except TrackerError as refusal:
            status = 403 if isinstance(refusal, Refused) else 409
            return page(request, "refused.html", "", status=status, sentence=str(refusal), allowed=status != 403)

    return answered
