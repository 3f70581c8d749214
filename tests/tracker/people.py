"""The people of all tests: Alice and Bob on one team, Charlie from elsewhere, Dana who administers; all invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from scheduling.engine.vocabulary import URGENCY_RANK
from scheduling.models import Policy, PolicyVersion
from scheduling.publishing import DEFAULT
from tracker.models import FollowUp, Membership, Patient, Role, Team, User
from tracker.services.acts.occasion import Occasion
from tracker.services.people import system_user
from tracker.services.policies import ensure_default

#: The day and the moment of the tests: Friday 20 November 2026, 09:47.
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 47, tzinfo=UTC)

_numbers = count(20_001)
#: The version of the default policy as the first test published it.
_published: dict[str, Any] = {}
_KEPT = (
    "version", "document", "fingerprint", "effective_from", "created_at", "published_at", "next_review_on",
)  # fmt: skip


def days(number: int, today: date = TODAY) -> date:
    """The day `number` days after today; negative before it."""
    return today + timedelta(number)


def occasion(by: User | None = None, today: date = TODAY, at: datetime = NOW, **source: str) -> Occasion:
    """The occasion of an act of the tests: on their day, by Alice unless somebody else is named."""
    return Occasion(by or alice(), today, at, **source)


def person(username: str, name: str, role: Role, team: Team | None = None, **more: Any) -> User:
    """A member of staff, made once."""
    user, new = User.objects.get_or_create(username=username, defaults={"display_name": name, "role": role, **more})
    if new:
        user.set_password(f"{username}-test-password")
        user.save()
    if team is not None:
        Membership.objects.get_or_create(user=user, team=team)
    return user


def estuary() -> Team:
    """The team of Alice and Bob."""
    return Team.objects.get_or_create(name="Estuary", defaults={"phone": "01632 960 000"})[0]


def moorland() -> Team:
    """The team of Charlie."""
    return Team.objects.get_or_create(name="Moorland", defaults={"phone": "01632 961 000"})[0]


def alice() -> User:
    """Specialist nurse on the Estuary team."""
    return person("alice", "Alice Avocet", Role.NURSE, estuary())


def bob() -> User:
    """Spine surgeon on the Estuary team."""
    return person("bob", "Bob Brambling", Role.SURGEON, estuary())


def beth() -> User:
    """A second surgeon on the Estuary team, for what needs two."""
    return person("beth", "Beth Bittern", Role.SURGEON, estuary())


def charlie() -> User:
    """Specialist nurse from elsewhere: sees nobody of Estuary."""
    return person("charlie", "Charlie Curlew", Role.NURSE, moorland())


def dana() -> User:
    """Administrator without a team: sees no patient."""
    return person("dana", "Dana Dunlin", Role.ADMIN)


def patient(**fields: Any) -> Patient:
    """A new patient of the Estuary team, born 1965, registered two years ago; `fields` override."""
    values: dict[str, Any] = {
        "number": f"RBX {next(_numbers)}",
        "given_name": "Tamar",
        "family_name": "Wren",
        "birth_on": date(1965, 3, 14),
        "sex": "female",
        "phone": "01632 960 144",
        "team": estuary(),
        "nurse": alice(),
        "surgeon": bob(),
        "registered_on": days(-700),
        "created_at": NOW,
        "created_by": alice(),
    }
    return Patient.objects.create(**(values | fields))


def policy_version() -> PolicyVersion:
    """The shipped default policy, in force. It is checked and published once; later tests are given the same row."""
    if _published and not PolicyVersion.objects.exists():
        line = Policy.objects.create(slug=DEFAULT, title="Default")
        PolicyVersion.objects.create(policy=line, published_by=system_user(), **_published)
    version = ensure_default(occasion=occasion(system_user()))
    for name in _KEPT:
        _published.setdefault(name, getattr(version, name))
    return version


def follow_up(of: Patient, *, opens: int = -52, due: int = -24, closes: int = -17, **fields: Any) -> FollowUp:
    """A current follow-up whose window stands `opens`, `due` and `closes` days from today."""
    urgency = fields.get("urgency", "routine")
    values: dict[str, Any] = {
        "patient": of,
        "stream": "imaging",
        "state": "open",
        "opens_on": days(opens),
        "due_on": days(due),
        "closes_on": days(closes),
        "first_due_on": days(due),
        "row": "B1",
        "urgency": urgency,
        "urgency_rank": URGENCY_RANK[urgency],
        "counted_by": "study",
        "request": "MRI_WS_GAD" if fields.get("stream", "imaging") == "imaging" else "",
        "policy_version": policy_version(),
        "created_at": NOW,
        "changed_at": NOW,
    }
    if fields.get("state") in ("ordered", "booked"):
        values["arranged_as"] = values["request"]
    return FollowUp.objects.create(**(values | fields))
