"""The named author of what the program records, and the tasks of the last plan."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import migrations, models


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
    dependencies = [("tracker", "0002_append_only")]
    operations = [
        migrations.AddField(
            model_name="patientplan",
            name="tasks",
            field=models.JSONField(
                default=list,
                help_text="What the plan asked people to do; a task is raised when it first stands here.",
            ),
        ),
        # Its acts stay in the audit trail, so it is not taken away again.
        migrations.RunPython(add_scheduler, migrations.RunPython.noop),
    ]
