"""Columns that hold a word of a closed set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField  # generic for type checkers only


class CodeField(_Text):
    """A word of a closed set, checked by forms and by the services.

    The set belongs to the code and not to the schema: a migration sees plain text, so a new word costs none and no
    migration reads the vocabulary.
    """

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        """The column as a migration sees it."""
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        if "default" in kwargs:
            kwargs["default"] = str(kwargs["default"])
        return name, "django.db.models.CharField", args, kwargs


def choices(*codes: str) -> list[tuple[str, str]]:
    """Codes as Django choices, each shown with spaces and a capital."""
    return [(code, code.replace("_", " ").capitalize()) for code in codes]
