"""Who works here: teams and people by the names that a command or a form is given."""

from __future__ import annotations

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
