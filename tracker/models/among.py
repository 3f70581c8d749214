"""Reading by many keys: a condition whose statement stays the same for any number, and statements kept ready."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, DateTimeField, F, Func, JSONField, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class Among(Func):
    """``Among("patient_id", keys)``: the column holds one of these whole numbers; for `filter`.

    The keys travel as one parameter, so a batch of any size is one short statement.
    """

    output_field = BooleanField()

    def __init__(self, column: str, keys: Collection[int]) -> None:
        super().__init__(F(column))
        self.keys = list(keys)

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s::bigint[])", (*params, self.keys)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*params, json.dumps(self.keys))


class Prepared:
    """A query over columns of one table by `Among`, turned into SQL once and then only run.

    `make` gives the query for some keys, ending in `values_list`. Values come as the driver gives them (a decimal is a
    float on SQLite), moments aware and JSON read. For hot paths: building a small query costs more than running it.
    """

    def __init__(self, make: Callable[[Collection[int]], QuerySet[Any, Any]]) -> None:
        self._make = make
        self._statements: dict[str, _Statement] = {}

    def __call__(self, keys: Collection[int]) -> list[tuple[Any, ...]]:
        vendor = connection.vendor
        if vendor not in self._statements:
            self._statements[vendor] = self._compiled()
        statement = self._statements[vendor]
        given: Any = list(keys) if vendor == "postgresql" else json.dumps(list(keys))
        constants, place = statement.constants, statement.place
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, [*constants[:place], given, *constants[place + 1 :]])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return [statement.read(row) for row in rows] if statement.readers else rows

    def _compiled(self) -> _Statement:
        compiler = self._make([]).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        readers: list[tuple[int, Callable[[Any], Any]]] = []
        for place, (column, _, _) in enumerate(compiler.select):
            if isinstance(column.output_field, JSONField):
                readers.append((place, _json))
            elif isinstance(column.output_field, DateTimeField) and connection.vendor == "sqlite":
                readers.append((place, _moment))
        empty: Any = [] if connection.vendor == "postgresql" else "[]"
        return _Statement(sql, list(params), list(params).index(empty), readers)


class _Statement(NamedTuple):
    """SQL with its parameters, the place of the keys among them, and how columns are read that need it."""

    sql: str
    constants: list[Any]
    place: int
    readers: list[tuple[int, Callable[[Any], Any]]]

    def read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, reader in self.readers:
            if values[place] is not None:
                values[place] = reader(values[place])
        return tuple(values)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _moment(value: datetime) -> datetime:
    """SQLite keeps moments in UTC without saying so."""
    return value.replace(tzinfo=UTC)
