"""Who works in the demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Permission

from tracker.models import Membership, Role, Team, User
from tracker.services.acts.occasion import Occasion

#: Username, name, role, team.
STAFF: tuple[tuple[str, str, Role, str], ...] = (
    ("alice", "Alice Avocet", Role.NURSE, "Estuary"),
    ("sorrel", "Sorrel Teal", Role.NURSE, "Estuary"),
    ("bob", "Mr Bob Brambling", Role.SURGEON, "Estuary"),
    ("wharfe", "Miss Ann Wharfe", Role.SURGEON, "Estuary"),
    ("charlie", "Charlie Curlew", Role.NURSE, "Moorland"),
    ("ada", "Ada Dunlin", Role.ADMIN, ""),
)


def make_staff(password: str, *, today: date) -> dict[str, User]:
    """The staff by username, made where absent; `bob` is also the clinical lead who may approve a policy."""
    people: dict[str, User] = {}
    for username, name, role, team_name in STAFF:
        user, new = User.objects.get_or_create(
            username=username,
            defaults={
                "display_name": name,
                "role": role,
                "email": f"{username}@example.org",
                "may_assign": username == "alice",
                "is_staff": role == Role.ADMIN,
                "is_superuser": role == Role.ADMIN,
            },
        )
        if new:
            user.set_password(password)
            user.save()
        if team_name:
            team, _ = Team.objects.get_or_create(
                name=team_name, defaults={"phone": "01632 960 000", "started_on": today - timedelta(days=900)}
            )
            Membership.objects.get_or_create(user=user, team=team)
        people[username] = user
    people["bob"].user_permissions.add(Permission.objects.get(codename="approve_policyversion"))
    return people


@dataclass(frozen=True, slots=True)
class Clinic:
    """Who works in the demo, and the day and moment on which everything is done."""

    staff: dict[str, User]
    today: date
    at: datetime

    def occasion(self, username: str) -> Occasion:
        """What this member of staff does."""
        return Occasion(self.staff[username], self.today, self.at)
