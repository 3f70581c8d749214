"""The addresses of the programming interface: each asks the gate, then one question, and renders the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tracker import access, clock
from tracker.api import problems, shapes
from tracker.api.asking import PAGE, nothing_asked, queue_query
from tracker.models import User
from tracker.queries.leaving import leaving_of
from tracker.queries.patient.plans import due_cards
from tracker.queries.policies import policy_in_force, policy_versions
from tracker.queries.queues import lists as queues
from tracker.queries.queues.registry import BY_SLUG

Handler = Callable[[Exception, Mapping[str, object]], Response | None]


class Door(APIView):
    """What every address here has: a signed-in person, JSON alone, reading alone, problem details, no copy kept."""

    authentication_classes = [SessionAuthentication]
    permission_classes = [IsAuthenticated]
    renderer_classes = [JSONRenderer]
    parser_classes = [JSONParser]
    http_method_names = ["get", "head", "options"]

    def get_exception_handler(self) -> Handler:
        """Errors become problem details."""
        return problems.answer

    def finalize_response(self, request: Request, response: Response, *args: object, **kwargs: object) -> Response:
        """Nothing of an answer is kept by a browser or a proxy."""
        answered = super().finalize_response(request, response, *args, **kwargs)
        answered.headers["Cache-Control"] = "no-store"
        return answered


def _person(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


class Queues(Door):
    """Every queue of this person with its count."""

    def get(self, request: Request) -> Response:
        nothing_asked(request.query_params)
        now = clock.now()
        return Response(shapes.counts(queues.queue_counts(_person(request), now), clock.day_of(now)))


class Queue(Door):
    """One page of one queue, with the filters of its page."""

    def get(self, request: Request, slug: str) -> Response:
        if slug not in BY_SLUG:
            raise Http404(f"There is no queue of this name; there are {', '.join(BY_SLUG)}.")
        filters, number = queue_query(request.query_params)
        now = clock.now()
        found = queues.queue_page(_person(request), slug, filters, number, now)
        following = _at_page(request, found.page + 1) if found.page < found.pages else None
        previous = _at_page(request, found.page - 1) if found.page > 1 else None
        return Response(shapes.page(found, clock.day_of(now), following, previous))


class Schedule(Door):
    """What is due for one patient in both streams, and why."""

    def get(self, request: Request, key: UUID) -> Response:
        nothing_asked(request.query_params)
        user, now = _person(request), clock.now()
        today = clock.day_of(now)
        patient = access.patient_for(user, str(key))
        return Response(
            {
                "on": today,
                "patient": {"key": str(patient.key), "number": patient.number},
                "left": shapes.leaving(leaving_of(patient, today)),
                "policy_in_force": shapes.policy(policy_in_force(today)),
                "streams": [shapes.card(card, today) for card in due_cards(user, patient, now)],
            }
        )


class Policies(Door):
    """The version in force, and every version there was."""

    def get(self, request: Request) -> Response:
        nothing_asked(request.query_params)
        today = clock.today()
        return Response(
            {
                "on": today,
                "in_force": shapes.policy(policy_in_force(today)),
                "versions": [shapes.version(line) for line in policy_versions(today)],
            }
        )


class Nothing(Door):
    """Any other address below /api/."""

    def get(self, request: Request, rest: str = "") -> Response:
        raise Http404


def _at_page(request: Request, number: int) -> str:
    """The address of another page, with the same filters."""
    pairs = {name: value for name, value in request.query_params.items() if name != PAGE}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**pairs, PAGE: number})}")
