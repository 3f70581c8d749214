"""How a form is sent: with a key of its own, so that twice records once, and with answers to what was asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, TypeVar

from django.http import HttpRequest

from tracker.errors import Doubt, NeedsAnswer
from tracker.services.acts.occasion import Occasion
from tracker.services.acts.once import Sent, once
from tracker.words import moment_text

Done = TypeVar("Done")

KEY = "form_key"
ANSWER = "answer."
_A_KEY = re.compile(r"[0-9a-f]{32}")
#: Not typed: they differ between two that say the same.
_AROUND = frozenset({KEY, "csrfmiddlewaretoken", "seen"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands on a form that waits for answers: the doubts that are open, and the answers given so far by field."""

    doubts: tuple[tuple[str, Doubt], ...]
    answered: tuple[tuple[str, str], ...]


def asked(question: NeedsAnswer, occasion: Occasion) -> Asked:
    """The doubts of a form with the names of their fields."""
    return Asked(
        tuple((ANSWER + doubt.code, doubt) for doubt in question.doubts),
        tuple((ANSWER + code, answer) for code, answer in occasion.answers),
    )


def answers_of(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """What the person answered on the form, by the code of the doubt."""
    given = request.POST.items() if request.method == "POST" else ()
    return tuple((name.removeprefix(ANSWER), str(value)) for name, value in given if name.startswith(ANSWER))


def save_once(
    request: HttpRequest, occasion: Occasion, act: Callable[[], Done], told: Callable[[Done], dict[str, Any]]
) -> tuple[dict[str, Any], str]:
    """Do what a form asks for, once; what is told of it, and a sentence where the form had been sent before.

    Raises what `act` raises, and NotPossible where the form was sent before with other values.
    """
    answer, at = once(_sent(request), act, told, occasion=occasion)
    return answer, f"Sent twice, saved once: {moment_text(at)}." if at is not None else ""


def _sent(request: HttpRequest) -> Sent:
    key = request.POST.get(KEY, "")
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in _AROUND)
    content = blake2b(repr(typed).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return Sent(key if _A_KEY.fullmatch(key) else "", request.path[:200], content)
