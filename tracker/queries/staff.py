"""Who works here: teams and people, by the names and keys that a command or a form is given."""

from __future__ import annotations

from collections.abc import Sequence

from tracker import access
from tracker.models import Patient, Role, Team, User


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


def told(audience: str, patient: Patient, staff: Sequence[User], owner_id: int | None = None) -> list[User]:
    """Who is told of a patient's follow-up or work, as ``nurse`` or as ``surgeon``; nobody but `staff` ever is.

    `staff` are those who may see the patient (`access.staff_of`). The person named is told: the owner or the patient's
    nurse, the responsible surgeon; else everybody of that role; where there is none, whoever else may see the patient.
    """
    role = Role.SURGEON if audience == "surgeon" else Role.NURSE
    named = (patient.surgeon_id,) if role == Role.SURGEON else (owner_id, patient.nurse_id)
    known = {person.pk: person for person in staff}
    first = next((known[key] for key in named if key in known), None)
    if first is not None:
        return [first]
    return [person for person in staff if person.role == role] or list(staff)
