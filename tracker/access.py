"""Who may see whom and do what: the only gate to patients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404

from tracker.errors import Refused
from tracker.models import FollowUp, Membership, Patient, Reminder, Role, Team, User

#: Who runs a queue.
CLINICAL = (Role.NURSE, Role.SURGEON)


def teams_of(user: User) -> QuerySet[Team]:
    """The teams a person belongs to."""
    return Team.objects.filter(memberships__user=user)


class Sight(NamedTuple):
    """All of a person that decides whom they see: a query made for it holds as long as it is the same."""

    pk: int
    role: str
    may_assign: bool
    is_active: bool

    def user(self) -> User:
        """Somebody who sees the same."""
        return User(**self._asdict())


def sight_of(user: User) -> Sight:
    """What decides whom this person sees; teams are asked by the query itself."""
    return Sight(user.pk, user.role, user.may_assign, user.is_active)


def visible_patients(user: User) -> QuerySet[Patient]:
    """The patients this person may see.

    Nurses and surgeons: those of their teams; a surgeon also those they are responsible for; a nurse who may assign
    also those without a team. An administrator sees patients only as a member of a team. Others: none.
    """
    if not user.is_active or user.role not in (Role.NURSE, Role.SURGEON, Role.ADMIN):
        return Patient.objects.none()
    seen = Q(team__in=teams_of(user))
    if user.role == Role.SURGEON:
        seen |= Q(surgeon=user)
    if user.role == Role.NURSE and user.may_assign:
        seen |= Q(team__isnull=True)
    return Patient.objects.filter(seen)


def staff_of(patient_ids: Collection[int]) -> dict[int, tuple[User, ...]]:
    """The nurses and surgeons who may see each patient: `visible_patients` asked the other way round; four queries."""
    patients = list(Patient.objects.filter(pk__in=patient_ids).values_list("pk", "team_id", "surgeon_id"))
    working = User.objects.filter(is_active=True, role__in=CLINICAL).order_by("pk")
    members: dict[int | None, list[User]] = defaultdict(list)
    teams = {team for _, team, _ in patients if team is not None}
    for member in Membership.objects.filter(team__in=teams, user__in=working).select_related("user").order_by("user"):
        members[member.team_id].append(member.user)
    if any(team is None for _, team, _ in patients):
        members[None] = list(working.filter(role=Role.NURSE, may_assign=True))
    surgeons = working.filter(role=Role.SURGEON).in_bulk({surgeon for _, _, surgeon in patients if surgeon})
    return {
        patient: tuple({one.pk: one for one in (*members[team], *filter(None, [surgeons.get(surgeon)]))}.values())
        for patient, team, surgeon in patients
    }


def owned_by_strangers() -> QuerySet[Patient]:
    """Patients with a nurse, a surgeon or the owner of a current follow-up who may not be that any more."""
    rows = FollowUp.objects.filter(patient=OuterRef("pk"), closed_at__isnull=True, owner__isnull=False)
    surgeon = Q(surgeon__role=Role.SURGEON, surgeon__is_active=True)
    return Patient.objects.filter(
        Exists(rows.exclude(_may_own("owner", "patient__")))
        | Q(nurse__isnull=False) & ~(_may_own("nurse", "") & Q(nurse__role=Role.NURSE))
        | Q(surgeon__isnull=False) & ~surgeon
    )


def _may_own(person: str, patient: str) -> Q:
    """Rows whose `person` is a nurse or surgeon who may see the patient at `patient`."""
    member = Membership.objects.filter(user=OuterRef(f"{person}_id"), team=OuterRef(f"{patient}team_id"))
    responsible = Q(**{f"{person}__role": Role.SURGEON, f"{patient}surgeon": F(person)})
    assigns = Q(**{f"{person}__role": Role.NURSE, f"{person}__may_assign": True, f"{patient}team__isnull": True})
    working = Q(**{f"{person}__is_active": True, f"{person}__role__in": CLINICAL})
    return working & (Q(Exists(member)) | responsible | assigns)


def visible_follow_ups(user: User) -> QuerySet[FollowUp]:
    """The follow-ups of the patients this person may see."""
    return FollowUp.objects.filter(patient__in=visible_patients(user))


def patient_for(user: User, key: str) -> Patient:
    """The patient with this key, or 404: what one may not see does not exist."""
    patient = visible_patients(user).filter(key=key).select_related("team", "nurse", "surgeon").first()
    if patient is None:
        raise Http404("No such patient among yours.")
    return patient


def follow_up_for(user: User, uid: str) -> FollowUp:
    """The follow-up with this uid, or 404."""
    follow_up = visible_follow_ups(user).filter(uid=uid).select_related("patient").first()
    if follow_up is None:
        raise Http404("No such follow-up among yours.")
    return follow_up


def reminder_for(user: User, reminder_id: int) -> Reminder:
    """The message about one of this person's patients, or 404."""
    seen = Reminder.objects.filter(about_patients(visible_patients(user)))
    reminder = seen.filter(pk=reminder_id).select_related("follow_up__patient", "patient").first()
    if reminder is None:
        raise Http404("No such message among those of your patients.")
    return reminder


def about_patients(patients: QuerySet[Patient]) -> Q:
    """Messages about one of these patients."""
    return Q(follow_up__patient__in=patients) | Q(patient__in=patients)


def can_record(user: User) -> bool:
    """Whether this person records clinical facts."""
    return user.is_active and user.role in CLINICAL


def is_clinician(user: User) -> bool:
    """Whether this person may close a symptom and approve a step-down or a lengthened interval: a surgeon."""
    return user.is_active and user.role == Role.SURGEON


def check_can_record(user: User) -> None:
    """Raise Refused unless this person records clinical facts."""
    if not can_record(user):
        raise Refused("Only nurses and surgeons of the patient's team record clinical facts.")


def check_is_clinician(user: User, act: str) -> None:
    """Raise Refused unless this person is a clinician who may `act` (a phrase such as "close a symptom")."""
    if not is_clinician(user):
        raise Refused(f"Only a clinician may {act}; ask the responsible surgeon.")
