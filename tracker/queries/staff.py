"""Who works here: teams and people, by the names and keys that a command or a form is given."""

from __future__ import annotations

from tracker import access
from tracker.models import Role, Team, User


def teams_by_name() -> dict[str, Team]:
    """Every care team by its name; one query."""
    return {team.name: team for team in Team.objects.all()}


def people_by_username(role: Role | None = None) -> dict[str, User]:
    """Everybody who works here by user name, or those of one role; one query."""
    people = User.objects.filter(is_active=True)
    if role is not None:
        people = people.filter(role=role)
    return {person.username: person for person in people}


def team_names(user: User) -> tuple[str, ...]:
    """The teams a person belongs to, by name; one query."""
    return tuple(access.teams_of(user).order_by("name").values_list("name", flat=True))


def team_of(user: User, key: str) -> Team | None:
    """A team that this person belongs to; None for any other."""
    return access.teams_of(user).filter(pk=key).first() if key.isdecimal() else None


def member_of(team: Team, key: str) -> User | None:
    """A colleague who works in this team; None for anybody else."""
    found = team.memberships.filter(user_id=key, user__is_active=True).select_related("user").first()
    return found.user if found else None
