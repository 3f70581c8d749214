"""The database itself refuses to change or delete the document of a published policy version."""

from __future__ import annotations

from django.db import migrations

TABLE = "scheduling_policyversion"
KEPT = (
    "document",
    "fingerprint",
    "version",
    "policy_id",
    "published_at",
    "published_by_id",
    "effective_from",
)
MESSAGE = "a published policy version never changes"

SQLITE_UPDATE = """
CREATE TRIGGER {table}_published_update BEFORE UPDATE ON {table}
WHEN OLD.published_at IS NOT NULL AND ({changed})
BEGIN SELECT RAISE(ABORT, '{message}'); END
"""
SQLITE_DELETE = """
CREATE TRIGGER {table}_published_delete BEFORE DELETE ON {table}
WHEN OLD.published_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, '{message}'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION scheduling_published_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{message}'; END $$
"""
POSTGRESQL_UPDATE = """
CREATE TRIGGER {table}_published_update BEFORE UPDATE ON {table} FOR EACH ROW
WHEN (OLD.published_at IS NOT NULL AND ({changed}))
EXECUTE FUNCTION scheduling_published_is_immutable()
"""
POSTGRESQL_DELETE = """
CREATE TRIGGER {table}_published_delete BEFORE DELETE ON {table} FOR EACH ROW
WHEN (OLD.published_at IS NOT NULL)
EXECUTE FUNCTION scheduling_published_is_immutable()
"""


def add_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        statements, different = (
            (POSTGRESQL_FUNCTION, POSTGRESQL_UPDATE, POSTGRESQL_DELETE),
            "IS DISTINCT FROM",
        )
    else:
        statements, different = (SQLITE_UPDATE, SQLITE_DELETE), "IS NOT"
    changed = " OR ".join(f"NEW.{column} {different} OLD.{column}" for column in KEPT)
    for statement in statements:
        # params=None: a bare percent sign is none of our placeholders
        schema_editor.execute(statement.format(table=TABLE, changed=changed, message=MESSAGE), params=None)


def drop_triggers(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for act in ("update", "delete"):
        suffix = f" ON {TABLE}" if postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {TABLE}_published_{act}{suffix}", params=None)
    if postgresql:
        schema_editor.execute("DROP FUNCTION scheduling_published_is_immutable()", params=None)


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0002_initial")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
