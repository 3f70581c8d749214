"""Refusals of the programming interface as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from tracker.errors import Refused, TrackerError

MEDIA_TYPE = "application/problem+json"
_NOT_HERE = "There is nothing at this address."


class WrongQuery(Exception):
    """The query string asks for something that does not exist: parameter name to a sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{name}: {sentence}" for name, sentence in problems.items()))


def answer(error: Exception, context: Mapping[str, object]) -> Response | None:
    """The answer to an error, for a person and for a program; None for a fault of ours, which Django reports."""
    match error:
        case WrongQuery():
            named = [{"parameter": name, "detail": text} for name, text in error.problems.items()]
            return _problem(HTTPStatus.BAD_REQUEST, str(error), errors=named)
        case Http404():
            return _problem(HTTPStatus.NOT_FOUND, str(error) or _NOT_HERE)
        case Refused():
            return _problem(HTTPStatus.FORBIDDEN, str(error))
        case TrackerError():
            return _problem(HTTPStatus.CONFLICT, str(error))
        case PermissionDenied():
            return _problem(HTTPStatus.FORBIDDEN, "This person may not do this.")
        case APIException():
            return _problem(HTTPStatus(error.status_code), str(error.detail))
    return None


def _problem(status: HTTPStatus, detail: str, **more: object) -> Response:
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail, **more}
    return Response(body, status=int(status), content_type=MEDIA_TYPE)
