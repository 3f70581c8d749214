"""The people of the tracker's tests, for journeys too; and what must hold of everything that a journey wrote."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_

import pytest
from django.apps import apps
from django.db.models import CharField, Q
from django.db.models.functions import Length

from tests.tracker.conftest import alice, beth, bob, charlie, dana, estuary, patient

__all__ = ["alice", "beth", "bob", "charlie", "dana", "estuary", "patient"]


@pytest.fixture(autouse=True)
def every_text_fits_its_column(request: pytest.FixtureRequest) -> Iterator[None]:
    """SQLite takes a text of any length, PostgreSQL does not: what was written fits on both."""
    if request.node.get_closest_marker("django_db") is None:
        yield
        return
    request.getfixturevalue("db")
    yield
    for model in apps.get_models():
        texts = [field for field in model._meta.concrete_fields if isinstance(field, CharField) and field.max_length]
        if not texts:
            continue
        sizes = {f"size_of_{field.attname}": Length(field.attname) for field in texts}
        long = reduce(or_, (Q(**{f"size_of_{field.attname}__gt": field.max_length}) for field in texts))
        assert not model._default_manager.alias(**sizes).filter(long)[:3], model.__name__
