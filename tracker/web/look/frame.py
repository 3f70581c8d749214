"""What every page carries: sections, who is signed in, the policy behind the dates, what was just done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from scheduling.engine.words import day_text, weekday_text
from tracker import clock
from tracker.full_disk import why_not_saved
from tracker.models import Role, User
from tracker.queries.policies import PolicyInForce, policy_in_force
from tracker.queries.staff import team_names
from tracker.services.acts.occasion import Occasion
from tracker.web.look.sending import answers_of

_TOAST = "toast"
THEMES = (("", "As the system"), ("light", "Light"), ("dark", "Dark"))
_SECTIONS = (
    ("queue", "Queue", "home"),
    ("patients", "Patients", "patients"),
    ("calendar", "Calendar", "calendar"),
    ("policies", "Policies", "policies"),
    ("help", "Help", "help"),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One word of the bar."""

    word: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class ThemeChoice:
    """Light, dark or as the system says."""

    value: str
    word: str
    on: bool


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """The policy in force and who approved it; a draft says so on every page."""

    name: str
    lead: str
    tail: str
    draft: bool
    draft_words: str


@dataclass(frozen=True, slots=True)
class Toast:
    """What was done, what follows from it, and the way back."""

    text: str
    changes: tuple[str, ...] = ()
    undo_url: str = ""

    def plain(self) -> dict[str, Any]:
        """The toast as it can be kept."""
        return {"text": self.text, "changes": list(self.changes), "undo_url": self.undo_url}

    @classmethod
    def of(cls, kept: Mapping[str, Any], more: str = "") -> Toast:
        """A toast that was kept, with one line more where there is one."""
        return cls(kept["text"], (*kept["changes"], *([more] if more else [])), kept["undo_url"])


@dataclass(frozen=True, slots=True)
class Frame:
    """The bar, the foot and the toasts."""

    sections: tuple[Section, ...]
    person: str
    role_line: str
    is_staff: bool
    theme: str
    themes: tuple[ThemeChoice, ...]
    keys_on: bool
    moment: str
    policy: PolicyLine
    sought: str
    #: Why nothing can be saved now; empty where it can.
    not_saving: str = ""
    toasts: tuple[Toast, ...] = field(default=())


def policy_line(policy: PolicyInForce | None) -> PolicyLine:
    """The words about the policy behind the dates."""
    if policy is None:
        return PolicyLine("none", "No policy is in force:", "", True, "No policy is published, so no date is planned.")
    if policy.draft:
        return PolicyLine(
            policy.name,
            "Dates from policy",
            ", not approved",
            True,
            f"{policy.name} has no approver. Every date on this page is a proposal until a clinical lead approves it.",
        )
    approved = f", approved {day_text(policy.approved_on)}" if policy.approved_on else ", approved"
    return PolicyLine(policy.name, "Dates from policy", f"{approved} by {policy.approved_by}", False, "")


def frame(request: HttpRequest, section: str) -> Frame:
    """The frame of this request's page."""
    user = person(request)
    today = clock.today()
    now = clock.at_clinic(clock.now())
    theme = request.COOKIES.get("theme", "")
    teams = " and ".join(team_names(user))
    role = Role(user.role).label
    policy = policy_line(policy_in_force(today))
    return Frame(
        sections=tuple(Section(word, reverse(name), code == section) for code, word, name in _SECTIONS),
        person=str(user),
        role_line=f"{role}, {teams}" if teams else f"{role}, no team",
        is_staff=user.is_staff,
        theme=theme if theme in ("light", "dark") else "",
        themes=tuple(ThemeChoice(value, word, value == theme) for value, word in THEMES),
        keys_on=request.COOKIES.get("keys") != "off",
        moment=f"{weekday_text(today)}, {now:%H:%M}",
        policy=policy,
        sought=request.GET.get("q", "")[:80] if section == "patients" else "",
        not_saving=why_not_saved(),
        toasts=read_toasts(request),
    )


def person(request: HttpRequest) -> User:
    """Who is signed in; every page but the door asks for that."""
    assert isinstance(request.user, User)
    return request.user


def occasion(request: HttpRequest) -> Occasion:
    """The occasion of what the signed-in person does now, typed by them, with their answers to what was asked."""
    return Occasion(person(request), clock.today(), clock.now(), answers=answers_of(request))


def in_place(request: HttpRequest) -> bool:
    """Whether a part of a page was asked for, to be exchanged in place."""
    return request.headers.get("HX-Request") == "true"


def page(request: HttpRequest, template: str, section: str, *, status: int = 200, **context: object) -> HttpResponse:
    """A whole page in its frame; nothing of it is kept by a browser or a proxy."""
    response = render(request, template, {"frame": frame(request, section), **context}, status=status)
    return never_kept(response)


def part(request: HttpRequest, template: str, *, status: int = 200, **context: object) -> HttpResponse:
    """A part of a page, for an exchange in place."""
    return never_kept(render(request, template, context, status=status))


def never_kept(response: HttpResponse) -> HttpResponse:
    """Clinical pages leave no copy behind on a shared machine."""
    response.headers["Cache-Control"] = "no-store"
    return response


def say(request: HttpRequest, toast: Toast) -> None:
    """Keep a toast for the next page, in the session: a cookie would carry names to every machine it passes."""
    request.session[_TOAST] = toast.plain()


def read_toasts(request: HttpRequest) -> tuple[Toast, ...]:
    """The toast kept by `say`; it is shown once and stays until it is replaced."""
    kept = request.session.pop(_TOAST, None)
    return (Toast.of(kept),) if isinstance(kept, dict) else ()
