"""SQL of what only the database can enforce: a file for each database beside the migrations, with its reason."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def run_file(folder: Path, name: str) -> migrations.RunPython:
    """An operation that runs ``<name>.<database>.sql`` of a folder; what it makes goes with its tables."""

    def run(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        connection = schema_editor.connection
        text = (folder / f"{name}.{connection.vendor}.sql").read_text(encoding="utf-8")
        for statement in connection.ops.prepare_sql_script(text):
            schema_editor.execute(statement, params=None)

    return migrations.RunPython(run, migrations.RunPython.noop)
