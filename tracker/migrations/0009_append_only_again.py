"""SQLite changes a column by making its table anew, without what guards it: the guards are set again."""

from pathlib import Path

from django.db import migrations

from scheduling.sql_files import run_file


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0008_awaiting_response"),
    ]

    operations = [
        run_file(Path(__file__).parent / "sql", "append_only"),
    ]
