"""Reading by many keys: a condition whose statement stays the same for any number, and statements kept ready."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, DateTimeField, F, Func, JSONField, QuerySet, UUIDField
from django.db.models.sql.compiler import SQLCompiler


class Among(Func):
    """``Among("patient_id", keys)``: the column holds one of these whole numbers; for `filter`.

    The keys travel as one parameter, so a batch of any size is one short statement.
    """

    output_field = BooleanField()

    def __init__(self, column: str, keys: Collection[int]) -> None:
        super().__init__(F(column))
        self.keys = list(keys)

    def as_sql(  # type: ignore[override]  # no function, template or joiner: it is an operator
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object
    ) -> tuple[str, tuple[object, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s::bigint[])", (*params, _as_text(self.keys))
        return f"{column} IN (SELECT value FROM json_each(%s))", (*params, _as_text(self.keys))


class Prepared:
    """A query over columns of one table by `Among`, turned into SQL once and then only run.

    `make` gives the query for some keys, ending in `values_list`. Values come as the driver gives them (a decimal is a
    float on SQLite), moments aware and JSON read. For hot paths: building a small query costs more than running it.
    """

    def __init__(self, make: Callable[[Collection[int]], QuerySet[Any, Any]]) -> None:
        self._make = make
        self._statements: dict[str, _Statement] = {}

    def __call__(self, keys: Collection[int]) -> list[tuple[Any, ...]]:
        statement, params = self.statement(keys)
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, params)
            return statement.read(cursor.fetchall())

    def statement(self, keys: Collection[int]) -> tuple[_Statement, list[Any]]:
        """The statement for the database in use, with its parameters for these keys."""
        vendor = connection.vendor
        if vendor not in self._statements:
            self._statements[vendor] = self._compiled()
        statement = self._statements[vendor]
        return statement, [*statement.before, _as_text(keys), *statement.after]

    def _compiled(self) -> _Statement:
        compiler = self._make([]).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        readers: list[tuple[int, Callable[[Any], Any]]] = []
        for place, (column, _, _) in enumerate(compiler.select):
            if isinstance(column.output_field, JSONField):
                readers.append((place, _json))
            elif isinstance(column.output_field, DateTimeField) and connection.vendor == "sqlite":
                readers.append((place, _moment))
            elif isinstance(column.output_field, UUIDField) and connection.vendor == "sqlite":
                readers.append((place, UUID))
        constants = list(params)
        keys = constants.index(_as_text([]))
        return _Statement(sql, constants[:keys], constants[keys + 1 :], readers)


class Ready:
    """A query of `values_list` turned into SQL once, for those who ask it again and again with the same conditions."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        try:
            self._sql, self._params = rows.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            self._sql, self._params = "", ()

    def __call__(self, moment: tuple[datetime, datetime] | None = None) -> list[tuple[Any, ...]]:
        """Its rows; of `moment` the first, with which the query was made, gives way to the second."""
        if not self._sql:
            return []
        params = list(self._params)
        if moment is not None:
            was, now = map(connection.ops.adapt_datetimefield_value, moment)
            params = [now if param == was else param for param in params]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            return list(cursor.fetchall())


def read_together(queries: Sequence[Prepared], keys: Collection[int]) -> list[list[tuple[Any, ...]]]:
    """The rows of several queries for the same keys; on PostgreSQL they share one way to the server and back."""
    if connection.vendor != "postgresql":
        return [query(keys) for query in queries]
    connection.ensure_connection()
    statements = [query.statement(keys) for query in queries]
    raw = connection.connection
    with connection.wrap_database_errors, raw.pipeline():
        cursors = [raw.execute(statement.sql, params) for statement, params in statements]
        return [statement.read(cursor.fetchall()) for (statement, _), cursor in zip(statements, cursors, strict=True)]


class _Statement(NamedTuple):
    """SQL, its parameters before and after the keys, and how columns are read that need it."""

    sql: str
    before: list[object]
    after: list[object]
    readers: list[tuple[int, Callable[[object], object]]]

    def read(self, rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
        if not self.readers:
            return rows
        found = []
        for row in rows:
            values = list(row)
            for place, reader in self.readers:
                if values[place] is not None:
                    values[place] = reader(values[place])
            found.append(tuple(values))
        return found


def _as_text(keys: Collection[int]) -> str:
    """Whole numbers as the one text that the database reads as a list: the driver takes longer to pack a list."""
    marks = "{}" if connection.vendor == "postgresql" else "[]"
    return marks[0] + ",".join(map(str, keys)) + marks[1]


def _json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


def _moment(value: datetime) -> datetime:
    """SQLite keeps moments in UTC without saying so."""
    return value.replace(tzinfo=UTC)
