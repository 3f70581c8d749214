"""Every stored field is classified: it identifies a person (tracker.models.personal) or it does not (here).

The columns of a kind of fact are classified in its entry in `tracker.kinds`.
"""

from django.apps import apps
from django.db import models

from tracker.kinds import KINDS
from tracker.models import Fact
from tracker.models.personal import PERSONAL

#: What every fact carries besides its own fields.
OF_EVERY_FACT = frozenset(
    [
        "occurred_on",
        "precision",
        "recorded_at",
        "recorded_by",
        "source",
        "form_version",
        "patient",
        "entered_in_error_at",
        "entered_in_error_by",
    ]
)

#: Fields that identify nobody by themselves: codes, days, numbers and keys.
NOT_PERSONAL = {kind.model.rpartition(".")[2]: " ".join(kind.columns) for kind in KINDS} | {
    "AuditEvent": "at by patient target_key target_kind verb",
    "NightlyRun": "finished_at on release result started_at swept zone",
    "PlanningRound": "at on",
    "ConservationCount": "counted_at on patients state stream",
    "CalendarFeed": (
        "changed_at created_at created_by fetched_at language level name revision revoked_at revoked_by "
        "surgeon time_zone token_hash visibility"
    ),
    "FollowUp": (
        "answered arranged_as asked awaiting_closure_on awaiting_response_on booked_at booked_on "
        "changed_at closed_at closed_by closes_on counted_by created_at done_on due_on "
        "first_due_on hold_until_on indication indication_at known_before last_contact_on missed_count "
        "missed_on next_step_on opens_on ordered_on outcome owner passed_to patient policy_version reasons request "
        "revision row snapshot snoozed_by snoozed_closes_on snoozed_until state stream uid urgency urgency_rank"
    ),
    "FollowUpEvent": ("at by cause closes_on due_on follow_up kind on opens_on outcome policy_version row"),
    "PatientPlan": (
        "active changed_at gaps imaging_not_asked low_risk patient policy_version rows stands_from stands_until "
        "surgeon_not_asked tasks tempo urgency"
    ),
    "Lease": "holder name until_at",
    "User": ("date_joined groups is_active is_staff is_superuser may_assign role user_permissions"),
    "Team": "name started_on",
    "Membership": "team user",
    "Patient": (
        "contact_failures created_at created_by death_cause key language messages_allowed nurse "
        "preferred_channel prospective_from quality_use quality_use_on registered_because registered_on "
        "research_use research_use_on sex spine_metastasis_on spine_metastasis_precision surgeon team "
        "time_zone unreachable_since"
    ),
    "ImportRun": "as_of by finished_at kind started_at",
    "Question": "answered_at answered_by asked_at expected kind patient run state",
    "Reminder": (
        "about attempts audience channel claimed_by created_at due_at follow_up handing_over key lease_until_at "
        "next_attempt_at patient purpose recipient revision state step wait withdrawn_reason"
    ),
    "Delivery": "at channel outcome reminder",
    "SentForm": "about at by content key",
    "Task": "call due_on ended_at ended_by ending follow_up kind patient raised_at raised_by symptom",
    "Policy": "slug title",
    "PolicyVersion": (
        "approved_at approved_by created_at document effective_from fingerprint next_review_on policy "
        "published_at published_by retired_at retired_by version"
    ),
}


def stored(model: type[models.Model]) -> frozenset[str]:
    """The names of the columns and lists of a model, without its number and without what others point at it."""
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return frozenset(field.name for field in fields if field.name != "id")


def personal(model: type[models.Model]) -> frozenset[str]:
    """The fields that identify a person, those of its parents included."""
    return frozenset().union(*(PERSONAL.get(parent.__name__, frozenset()) for parent in model.__mro__))


def own_models() -> list[type[models.Model]]:
    """The models of this project."""
    return [*apps.get_app_config("tracker").get_models(), *apps.get_app_config("scheduling").get_models()]


def test_every_field_is_classified_once() -> None:
    unclassified: dict[str, list[str]] = {}
    twice: dict[str, list[str]] = {}
    for model in own_models():
        not_personal = frozenset(NOT_PERSONAL.get(model.__name__, "").split())
        if issubclass(model, Fact):
            not_personal |= OF_EVERY_FACT
        if left := stored(model) - not_personal - personal(model):
            unclassified[model.__name__] = sorted(left)
        if both := not_personal & personal(model):
            twice[model.__name__] = sorted(both)
    assert unclassified == {}, (
        "add each to its kind's entry, to tracker.models.personal or, if it identifies nobody, to NOT_PERSONAL"
    )
    assert twice == {}


def test_no_classified_field_is_gone() -> None:
    by_name = {model.__name__: stored(model) for model in own_models()}
    by_name["Fact"] = OF_EVERY_FACT | {"entered_in_error_reason", "source_key"}
    listed = {name: frozenset(fields.split()) for name, fields in NOT_PERSONAL.items()}
    gone = {
        name: sorted(fields - by_name.get(name, frozenset()))
        for table in (listed, PERSONAL)
        for name, fields in table.items()
        if fields - by_name.get(name, frozenset())
    }
    assert gone == {}
