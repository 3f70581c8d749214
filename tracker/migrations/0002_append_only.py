"""The database itself refuses to change or delete audit events, follow-up events and deliveries."""

from __future__ import annotations

from django.db import migrations

APPEND_ONLY = ("tracker_auditevent", "tracker_followupevent", "tracker_delivery")

SQLITE = """
CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append only'); END;
"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}
FOR EACH {each} EXECUTE FUNCTION tracker_append_only();
"""
FUNCTION = """
CREATE FUNCTION tracker_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append only', TG_TABLE_NAME; END $$;
"""


def add_triggers(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            if vendor == "postgresql":
                schema_editor.execute(POSTGRESQL.format(table=table, act=act, each="ROW"))
            else:
                schema_editor.execute(SQLITE.format(table=table, act=act))


def drop_triggers(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            suffix = f" ON {table}" if vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER {table}_no_{act}{suffix}")
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION tracker_append_only()")


class Migration(migrations.Migration):
    dependencies = [("tracker", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
