"""Everything the tracker stores, what only the database can refuse, and the named author of what the program records."""

import datetime
import uuid
from pathlib import Path

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import migrations, models

from scheduling.sql_files import run_file


def add_scheduler(apps, schema_editor):
    user = apps.get_model("tracker", "User")
    user.objects.using(schema_editor.connection.alias).get_or_create(
        username="scheduler",
        defaults={
            "role": "system",
            "display_name": "Scheduler",
            "password": make_password(None),
            "is_active": False,
        },
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("scheduling", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lease",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
                ("holder", models.CharField(max_length=120)),
                ("until_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="NightlyRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("on", models.DateField(unique=True)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("result", models.JSONField(default=dict)),
                ("release", models.CharField(blank=True, default="", max_length=64)),
                ("zone", models.CharField(blank=True, default="", max_length=40)),
                ("swept", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("started_on", models.DateField(blank=True, null=True)),
                (
                    "phone",
                    models.CharField(blank=True, default="", help_text="The number given in messages.", max_length=40),
                ),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                ),
                ("role", models.CharField(default="nurse", max_length=7)),
                ("display_name", models.CharField(blank=True, default="", max_length=120)),
                (
                    "may_assign",
                    models.BooleanField(default=False, help_text="May give patients without a team an owner."),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("name", models.CharField(default="Follow-up", max_length=60)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("level", models.CharField(default="neutral", max_length=8)),
                ("visibility", models.CharField(default="PRIVATE", max_length=7)),
                ("language", models.CharField(default="en-gb", max_length=12)),
                ("time_zone", models.CharField(default="Europe/London", max_length=60)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("fetched_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "surgeon",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feeds",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ConservationCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("on", models.DateField()),
                ("stream", models.CharField(max_length=8)),
                ("state", models.CharField(max_length=20)),
                ("patients", models.PositiveIntegerField()),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["on", "stream"], name="tracker_con_on_9c8577_idx")],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("kind", models.CharField(max_length=4)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("as_of", models.DateField()),
                ("report", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Patient",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(help_text="The hospital's number.", max_length=80, unique=True)),
                ("family_name", models.CharField(blank=True, default="", max_length=120)),
                ("given_name", models.CharField(blank=True, default="", max_length=120)),
                ("birth_on", models.DateField(blank=True, null=True)),
                ("birth_precision", models.CharField(default="day", max_length=7)),
                ("sex", models.CharField(default="unknown", max_length=7)),
                ("phone", models.CharField(blank=True, default="", max_length=40)),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("best_hour", models.CharField(blank=True, default="", max_length=80)),
                ("language", models.CharField(blank=True, default="", max_length=12)),
                ("time_zone", models.CharField(blank=True, default="", max_length=60)),
                ("preferred_channel", models.CharField(blank=True, default="", max_length=20)),
                (
                    "messages_allowed",
                    models.CharField(default="unknown", help_text="Consent to e-mail and text.", max_length=7),
                ),
                ("quality_use", models.CharField(blank=True, default="", max_length=9)),
                ("quality_use_on", models.DateField(blank=True, null=True)),
                ("research_use", models.CharField(blank=True, default="", max_length=9)),
                ("research_use_on", models.DateField(blank=True, null=True)),
                ("oncologist", models.CharField(blank=True, default="", max_length=120)),
                ("registered_on", models.DateField()),
                ("registered_because", models.CharField(default="unknown", max_length=30)),
                ("prospective_from", models.DateField(blank=True, null=True)),
                ("spine_metastasis_on", models.DateField(blank=True, null=True)),
                ("spine_metastasis_precision", models.CharField(default="unknown", max_length=7)),
                ("last_known_alive_on", models.DateField(blank=True, null=True)),
                ("last_known_alive_source", models.CharField(blank=True, default="", max_length=60)),
                ("deceased_on", models.DateField(blank=True, null=True)),
                ("death_cause", models.CharField(default="unknown", max_length=30)),
                ("death_source", models.CharField(blank=True, default="", max_length=60)),
                ("source_key", models.CharField(blank=True, db_index=True, default="", max_length=200)),
                (
                    "unreachable_since",
                    models.DateField(blank=True, help_text="Not reached; never a reason to stop.", null=True),
                ),
                ("contact_failures", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "nurse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "surgeon",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="patients",
                        to="tracker.team",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lesion",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("level", models.CharField(blank=True, default="", max_length=3)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_les_patient_6f7f7b_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="lesion_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="lesion_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImagingSafety",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("mri", models.CharField(blank=True, default="", max_length=20)),
                ("gadolinium_allergy", models.BooleanField(blank=True, null=True)),
                ("egfr", models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_ima_patient_7e5143_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="imagingsafety_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="imagingsafety_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Function",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("scale", models.CharField(max_length=10)),
                ("value", models.CharField(max_length=20)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_fun_patient_5f8de9_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="function_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="function_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("stream", models.CharField(max_length=8)),
                ("state", models.CharField(default="open", max_length=9)),
                (
                    "revision",
                    models.PositiveIntegerField(default=1, help_text="Rises when what a calendar shows changes."),
                ),
                ("opens_on", models.DateField()),
                ("due_on", models.DateField()),
                ("closes_on", models.DateField()),
                ("first_due_on", models.DateField(help_text="The first due date ever given; never changes.")),
                ("row", models.CharField(help_text="The policy row that gives the date.", max_length=8)),
                ("urgency", models.CharField(max_length=9)),
                (
                    "urgency_rank",
                    models.PositiveSmallIntegerField(help_text="Place of the urgency in a queue, 0 first."),
                ),
                ("counted_by", models.CharField(max_length=12)),
                ("request", models.CharField(blank=True, default="", max_length=20)),
                (
                    "reasons",
                    models.JSONField(default=list, help_text="Every fired row with an item or a say in this stream."),
                ),
                ("own_opens_on", models.DateField(blank=True, null=True)),
                ("own_due_on", models.DateField(blank=True, null=True)),
                ("own_closes_on", models.DateField(blank=True, null=True)),
                (
                    "awaiting_closure_on",
                    models.DateField(blank=True, help_text="Done on this day; a clinician ends it.", null=True),
                ),
                ("conflict", models.CharField(blank=True, default="", max_length=14)),
                ("asked_opens_on", models.DateField(blank=True, null=True)),
                ("asked_due_on", models.DateField(blank=True, null=True)),
                ("asked_closes_on", models.DateField(blank=True, null=True)),
                ("asked_row", models.CharField(blank=True, default="", max_length=8)),
                ("ordered_on", models.DateField(blank=True, null=True)),
                (
                    "indication",
                    models.CharField(blank=True, default="", help_text="Why, said when ordered.", max_length=40),
                ),
                ("indication_at", models.DateTimeField(blank=True, null=True)),
                (
                    "snapshot",
                    models.JSONField(blank=True, help_text="Planned and known when it was ordered.", null=True),
                ),
                (
                    "booked_on",
                    models.DateField(blank=True, help_text="The day of the appointment.", null=True),
                ),
                (
                    "booked_at",
                    models.DateTimeField(blank=True, help_text="Its moment, when an hour was agreed.", null=True),
                ),
                ("booked_place", models.CharField(blank=True, default="", max_length=120)),
                ("missed_on", models.DateField(blank=True, null=True)),
                ("missed_count", models.PositiveSmallIntegerField(default=0)),
                (
                    "hold_until_on",
                    models.DateField(blank=True, help_text="A cancelled row reopens after this day.", null=True),
                ),
                ("snoozed_until", models.DateField(blank=True, null=True)),
                ("snooze_reason", models.CharField(blank=True, default="", max_length=200)),
                ("last_contact_on", models.DateField(blank=True, null=True)),
                ("last_contact", models.CharField(blank=True, default="", max_length=80)),
                (
                    "next_step_on",
                    models.DateField(
                        blank=True,
                        default=datetime.date(1, 1, 1),
                        help_text="The day on which the ladder is asked next; a change brings it forward.",
                        null=True,
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=30)),
                ("outcome_reason", models.CharField(blank=True, default="", max_length=300)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(help_text="When what a calendar shows changed last.")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owned_follow_ups",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scheduling.policyversion",
                    ),
                ),
                (
                    "snoozed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="tracker.patient",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["urgency_rank", "closes_on"],
                        name="follow_up_current_queue",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["due_on"],
                        name="follow_up_current_due",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["next_step_on"],
                        name="follow_up_next_step",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("patient", "stream"),
                        name="one_current_follow_up_per_stream",
                        violation_error_message="This patient already has a follow-up in this stream.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opens_on__lte", models.F("due_on")), ("due_on__lte", models.F("closes_on"))
                        ),
                        name="follow_up_window_in_order",
                        violation_error_message="A window runs from earliest over due to latest.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="follow_up_closed_by_someone",
                        violation_error_message="A closed follow-up names who closed it and when.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state__in", ["done", "withdrawn"])),
                            models.Q(
                                models.Q(("state__in", ["done", "withdrawn"]), _negated=True),
                                ("closed_at__isnull", True),
                            ),
                            ("state", "cancelled"),
                            _connector="OR",
                        ),
                        name="follow_up_closed_when_ended",
                        violation_error_message="Done and withdrawn follow-ups are closed, the others are not.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("snoozed_until__isnull", True),
                            models.Q(("snooze_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="follow_up_snooze_has_reason",
                        violation_error_message="A snooze says why.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("at", models.DateTimeField()),
                ("verb", models.CharField(max_length=60)),
                ("target_kind", models.CharField(max_length=40)),
                ("target_key", models.CharField(max_length=60)),
                ("changes", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_events",
                        to="tracker.patient",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "at"], name="tracker_aud_patient_78421b_idx")],
            },
        ),
        migrations.CreateModel(
            name="PrimaryCancer",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("site", models.CharField(max_length=10)),
                ("subtype", models.CharField(blank=True, default="", max_length=60)),
                ("marker_class", models.CharField(blank=True, default="", max_length=30)),
                (
                    "text",
                    models.CharField(blank=True, default="", help_text="As the source words it.", max_length=200),
                ),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_pri_patient_32a9db_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="primarycancer_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="primarycancer_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Marker",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("name", models.CharField(max_length=120)),
                ("result", models.CharField(max_length=10)),
                ("value", models.CharField(blank=True, default="", max_length=120)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "primary",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.primarycancer",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_mar_patient_f1bfc0_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="marker_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="marker_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Procedure",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("kind", models.CharField(max_length=20)),
                ("levels", models.JSONField(default=list)),
                ("hardware", models.CharField(blank=True, default="", max_length=12)),
                ("dose_gy", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ("fractions", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_pro_patient_abb1f8_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="procedure_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="procedure_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Prognosis",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("score", models.CharField(max_length=20)),
                ("inputs", models.JSONField(default=dict)),
                ("total", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("band", models.CharField(blank=True, default="", max_length=10)),
                ("model_version", models.CharField(blank=True, default="", max_length=80)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_pro_patient_76691a_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="prognosis_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="prognosis_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("kind", models.CharField(max_length=60)),
                ("source_key", models.CharField(max_length=300, unique=True)),
                ("place", models.CharField(help_text="File and line, or resource and path.", max_length=300)),
                ("value", models.CharField(blank=True, default="", max_length=500)),
                ("expected", models.CharField(blank=True, default="", max_length=500)),
                ("text", models.CharField(max_length=500)),
                ("proposal", models.JSONField(blank=True, null=True)),
                ("state", models.CharField(default="open", max_length=9)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.JSONField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="tracker.patient",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="tracker.importrun",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "patient"], name="tracker_que_state_221ccf_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                                ("state", "open"),
                            ),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="question_answered_by_someone",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="follow-up, revision, step, recipient, channel", max_length=120, unique=True
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(help_text="Revision of the follow-up it speaks of."),
                ),
                ("step", models.CharField(max_length=40)),
                ("purpose", models.CharField(max_length=12)),
                ("audience", models.CharField(max_length=8)),
                ("channel", models.CharField(default="email", max_length=10)),
                ("due_at", models.DateTimeField()),
                ("state", models.CharField(default="pending", max_length=10)),
                ("claimed_by", models.CharField(blank=True, default="", max_length=80)),
                ("lease_until_at", models.DateTimeField(blank=True, null=True)),
                (
                    "handing_over",
                    models.BooleanField(default=False, help_text="True from the moment before the provider is called."),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("withdrawn_reason", models.CharField(blank=True, default="", max_length=120)),
                ("created_at", models.DateTimeField()),
                (
                    "follow_up",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="tracker.followup",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "claimed", "failed"])),
                        fields=["next_attempt_at"],
                        name="reminder_to_send",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("at", models.DateTimeField()),
                ("channel", models.CharField(max_length=10)),
                ("outcome", models.CharField(max_length=10)),
                ("detail", models.CharField(blank=True, default="", max_length=300)),
                ("provider_id", models.CharField(blank=True, default="", max_length=120)),
                (
                    "reminder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="tracker.reminder",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StatusEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("status", models.CharField(max_length=12)),
                ("transfer_accepted", models.BooleanField(default=False)),
                (
                    "clinician",
                    models.CharField(blank=True, default="", help_text="Who confirmed or discharged.", max_length=120),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                (
                    "scope",
                    models.CharField(blank=True, default="", help_text="What was declined.", max_length=60),
                ),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_sta_patient_2da630_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="statusevent_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="statusevent_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StepDownApproval",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("clinician", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("ended_row", models.CharField(blank=True, default="", max_length=8)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_ste_patient_024a1d_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="stepdownapproval_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="stepdownapproval_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Study",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("kind", models.CharField(max_length=12)),
                ("coverage", models.CharField(blank=True, default="", max_length=12)),
                ("indication", models.CharField(default="unknown", max_length=40)),
                ("indication_recorded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "snapshot",
                    models.JSONField(
                        blank=True, help_text="What was planned and known when it was ordered.", null=True
                    ),
                ),
                ("ordered_on", models.DateField(blank=True, null=True)),
                (
                    "booked_for",
                    models.JSONField(default=list, help_text="Every day it was booked for, in order."),
                ),
                ("reported_on", models.DateField(blank=True, null=True)),
                ("seen_on", models.DateField(blank=True, null=True)),
                ("patient_told_on", models.DateField(blank=True, null=True)),
                ("timing_reason", models.CharField(default="unknown", max_length=30)),
                ("spine_read", models.CharField(default="unknown", max_length=10)),
                ("quality", models.CharField(default="unknown", max_length=10)),
                ("contrast", models.CharField(default="unknown", max_length=7)),
                ("first_call", models.CharField(default="unknown", max_length=15)),
                ("first_call_at", models.DateTimeField(blank=True, null=True)),
                ("adjudicated_call", models.CharField(blank=True, default="", max_length=20)),
                ("adjudicated_on", models.DateField(blank=True, null=True)),
                ("visible_earlier", models.CharField(default="not_reviewed", max_length=15)),
                ("visible_earlier_on", models.DateField(blank=True, null=True)),
                ("actionable", models.CharField(default="unknown", max_length=7)),
                ("action", models.CharField(blank=True, default="", max_length=200)),
                ("action_decided_on", models.DateField(blank=True, null=True)),
                ("action_done_on", models.DateField(blank=True, null=True)),
                ("action_planned_before", models.CharField(default="unknown", max_length=7)),
                (
                    "report",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="The reader's conclusion, shown and never interpreted.",
                    ),
                ),
                (
                    "adjudicated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "compared_with",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.study",
                    ),
                ),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "follow_up",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="studies",
                        to="tracker.followup",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visible_earlier_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visible_earlier_study",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.study",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_stu_patient_aba480_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="study_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="study_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("spine", models.CharField(max_length=30)),
                ("visceral", models.CharField(blank=True, default="", max_length=30)),
                ("pain", models.CharField(blank=True, default="", max_length=15)),
                (
                    "criteria",
                    models.CharField(blank=True, default="", help_text="RECIST, MDA, PERCIST, SPINO …", max_length=20),
                ),
                ("evidence", models.CharField(default="unknown", max_length=10)),
                ("assessor", models.CharField(blank=True, default="", max_length=120)),
                ("counts", models.BooleanField(default=True)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lesion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.lesion",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.study",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_res_patient_a7c683_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="response_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="response_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Progression",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("found_by", models.CharField(default="unknown", max_length=30)),
                ("level", models.CharField(blank=True, default="", max_length=3)),
                ("kind", models.CharField(default="unknown", max_length=20)),
                ("escc_then", models.CharField(blank=True, default="", max_length=2)),
                ("escc_before", models.CharField(blank=True, default="", max_length=2)),
                ("sins_then", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("sins_before", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("symptoms", models.CharField(default="unknown", max_length=12)),
                ("walking", models.CharField(default="unknown", max_length=10)),
                ("neurology_scale", models.CharField(blank=True, default="", max_length=8)),
                ("neurology_grade", models.CharField(blank=True, default="", max_length=1)),
                ("emergency", models.CharField(default="unknown", max_length=7)),
                ("overdue_at_the_time", models.CharField(default="unknown", max_length=7)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lesion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.lesion",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.response",
                    ),
                ),
                (
                    "first_positive_study",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.study",
                    ),
                ),
                (
                    "last_clean_study",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.study",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_pro_patient_d6ade1_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="progression_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="progression_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LesionAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("escc", models.CharField(blank=True, default="", max_length=2)),
                ("sins_scored", models.BooleanField(default=False)),
                ("location", models.CharField(blank=True, default="", max_length=12)),
                ("location_overridden", models.BooleanField(default=False)),
                ("location_reason", models.CharField(blank=True, default="", max_length=200)),
                ("pain", models.CharField(blank=True, default="", max_length=30)),
                ("bone_lesion", models.CharField(blank=True, default="", max_length=10)),
                ("alignment", models.CharField(blank=True, default="", max_length=12)),
                ("collapse", models.CharField(blank=True, default="", max_length=30)),
                ("posterolateral", models.CharField(blank=True, default="", max_length=12)),
                ("local_response", models.CharField(blank=True, default="", max_length=30)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lesion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="tracker.lesion",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.study",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_les_patient_719225_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="lesionassessment_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="lesionassessment_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Symptom",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("kind", models.CharField(max_length=16)),
                ("detail", models.CharField(blank=True, default="", max_length=300)),
                ("onset_on", models.DateField(blank=True, null=True)),
                ("onset_precision", models.CharField(default="unknown", max_length=7)),
                ("told_to", models.CharField(blank=True, default="", max_length=120)),
                ("told_on", models.DateField(blank=True, null=True)),
                ("route", models.CharField(default="unknown", max_length=25)),
                ("red_flag", models.CharField(default="unknown", max_length=7)),
                ("triaged_at", models.DateTimeField(blank=True, null=True)),
                ("mri_requested_at", models.DateTimeField(blank=True, null=True)),
                ("mri_done_at", models.DateTimeField(blank=True, null=True)),
                ("result_at", models.DateTimeField(blank=True, null=True)),
                ("treatment_begun_at", models.DateTimeField(blank=True, null=True)),
                ("lost_walking", models.CharField(default="unknown", max_length=7)),
                ("cause", models.CharField(default="unknown", max_length=15)),
                ("cause_on", models.DateField(blank=True, null=True)),
                ("confirmed", models.BooleanField(default=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_reason", models.CharField(blank=True, default="", max_length=300)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_sym_patient_100320_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="symptom_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="symptom_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_by__isnull", True), ("closed_on__isnull", True)),
                            models.Q(("closed_by__isnull", False), ("closed_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="symptom_closed_by_someone",
                        violation_error_message="A closed symptom names who closed it and on which day.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="study",
            name="symptom",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tracker.symptom",
            ),
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("kind", models.CharField(max_length=40)),
                ("raised_by", models.CharField(max_length=10)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("text", models.CharField(blank=True, default="", max_length=300)),
                ("raised_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ending", models.CharField(blank=True, default="", max_length=16)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "follow_up",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="tracker.followup",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="tracker.patient",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("patient", "kind", "follow_up"),
                        name="one_open_task_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="task_ended_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="tracker.team",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "team"), name="one_membership_per_team")],
            },
        ),
        migrations.CreateModel(
            name="TherapyLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("therapy_class", models.CharField(max_length=12)),
                ("drugs", models.JSONField(default=list, help_text="Names as written, one text each.")),
                ("stopped_on", models.DateField(blank=True, null=True)),
                ("stopped_precision", models.CharField(default="day", max_length=7)),
                (
                    "reason",
                    models.CharField(default="unknown", help_text="Why this line was begun.", max_length=25),
                ),
                ("stop_reason", models.CharField(default="unknown", max_length=25)),
                ("bone_agent", models.CharField(blank=True, default="", max_length=60)),
                ("steroids", models.CharField(default="unknown", max_length=7)),
                (
                    "baseline_study",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.study",
                    ),
                ),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_the_patient_12a8db_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="therapyline_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="therapyline_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("kind", models.CharField(default="spine_surgeon", max_length=20)),
                ("planned", models.CharField(default="unknown", max_length=8)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("seen_by", models.CharField(blank=True, default="", max_length=120)),
                ("symptoms_asked", models.CharField(default="unknown", max_length=7)),
                ("examined", models.CharField(default="unknown", max_length=7)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "follow_up",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="tracker.followup",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_vis_patient_f6b50d_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="visit_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="visit_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUpEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("kind", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("on", models.DateField()),
                ("cause", models.CharField(default="unknown", max_length=10)),
                ("outcome", models.CharField(blank=True, default="", max_length=30)),
                ("text", models.CharField(blank=True, default="", max_length=300)),
                ("opens_on", models.DateField(blank=True, null=True)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("closes_on", models.DateField(blank=True, null=True)),
                ("row", models.CharField(blank=True, default="", max_length=8)),
                ("before", models.JSONField(blank=True, help_text="What undo puts back.", null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "follow_up",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="tracker.followup",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scheduling.policyversion",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["follow_up", "at"], name="tracker_fol_follow__068736_idx")],
            },
        ),
        migrations.CreateModel(
            name="PatientPlan",
            fields=[
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="plan",
                        serialize=False,
                        to="tracker.patient",
                    ),
                ),
                ("rows", models.JSONField(default=list)),
                ("tempo", models.CharField(blank=True, default="", max_length=12)),
                ("urgency", models.CharField(max_length=9)),
                (
                    "tasks",
                    models.JSONField(
                        default=list,
                        help_text="What the plan asked people to do; a task is raised when it first stands here.",
                    ),
                ),
                ("gaps", models.JSONField(default=list)),
                (
                    "imaging_not_asked",
                    models.CharField(blank=True, default="", help_text="The row behind an empty stream.", max_length=8),
                ),
                ("surgeon_not_asked", models.CharField(blank=True, default="", max_length=8)),
                (
                    "low_risk",
                    models.BooleanField(
                        default=False, help_text="The last plan that suspended nothing listed a low-risk row."
                    ),
                ),
                (
                    "active",
                    models.BooleanField(
                        default=True,
                        help_text="Counted by night: neither dead nor transferred with the transfer accepted.",
                    ),
                ),
                (
                    "stands_from",
                    models.DateField(default=datetime.date(1, 1, 1), help_text="The day of the plan."),
                ),
                (
                    "stands_until",
                    models.DateField(
                        blank=True,
                        default=datetime.date(1, 1, 1),
                        help_text="The first day on which it could change with nothing recorded.",
                        null=True,
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "policy_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="scheduling.policyversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["stands_until"], name="plan_stands_until"),
                    models.Index(fields=["stands_from"], name="plan_stands_from"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Override",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                ("stream", models.CharField(max_length=8)),
                ("earliest_on", models.DateField()),
                ("due_on", models.DateField()),
                ("latest_on", models.DateField()),
                ("until_on", models.DateField()),
                ("reason", models.CharField(max_length=300)),
                ("second_approved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "second_approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_ove_patient_bac623_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="override_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="override_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LowRiskExit",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("occurred_on", models.DateField()),
                ("precision", models.CharField(default="day", max_length=7)),
                ("recorded_at", models.DateTimeField()),
                ("source", models.CharField(default="typed", max_length=6)),
                ("source_key", models.CharField(blank=True, default="", max_length=200)),
                ("form_version", models.CharField(blank=True, default="", max_length=20)),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_reason", models.CharField(blank=True, default="", max_length=300)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracker.patient"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["patient", "occurred_on"], name="tracker_low_patient_d0dc76_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at__isnull", True), ("entered_in_error_by__isnull", True)),
                            models.Q(("entered_in_error_at__isnull", False), ("entered_in_error_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="lowriskexit_error_has_author",
                        violation_error_message="A fact entered in error names who said so and when.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("entered_in_error_at__isnull", True), models.Q(("source_key", ""), _negated=True)
                        ),
                        fields=("patient", "source", "source_key"),
                        name="lowriskexit_once_per_source",
                        violation_error_message="This row of the source has been read already.",
                    ),
                ],
            },
        ),
        run_file(Path(__file__).parent / "sql", "append_only"),
        # Its acts stay in the audit trail, so it is not taken away again.
        migrations.RunPython(add_scheduler, migrations.RunPython.noop),
    ]
