"""A closed set belongs to the code: a migration sees plain text and reads no vocabulary."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.db import models

from tests.architecture.source import PACKAGES, ROOT, imports
from tracker.models.codes import CodeField


def test_every_column_with_choices_is_a_code() -> None:
    bare = [
        f"{model.__name__}.{field.name}"
        for app in PACKAGES
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField) and field.choices and not isinstance(field, CodeField)
    ]
    assert bare == []


def test_a_new_word_costs_no_migration() -> None:
    before, after = (CodeField(max_length=9, choices=[(word, word)], default=word) for word in ("old", "old"))
    after.choices = [("old", "old"), ("new", "new")]
    assert before.deconstruct()[1:] == after.deconstruct()[1:]
    assert before.deconstruct()[1] == "django.db.models.CharField"


def test_migrations_read_no_vocabulary() -> None:
    files = [path for app in PACKAGES for path in (ROOT / app / "migrations").glob("*.py")]
    assert len(files) > 3
    allowed = {"scheduling.sql_files"}
    found = {
        f"{path.name}: {name}"
        for path in files
        for name, _ in imports(Path(path))
        if name.split(".")[0] in PACKAGES and name not in allowed
    }
    assert found == set()
