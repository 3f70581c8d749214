"""Many rows in few statements: COPY and one update by a temporary table on PostgreSQL, `executemany` on SQLite.

Triggers and constraints hold as for any row; signals of models are not sent, and nothing here opens a transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import DateField, DateTimeField, Field, JSONField, Model, UUIDField

#: From here on a temporary table and COPY cost less than one statement a row.
MANY = 40


def insert(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Add `rows`, each with the values of `columns` (field or ``…_id`` names) in order."""
    if not rows:
        return
    fields = _fields(model, columns)
    table = _quoted(model._meta.db_table)
    names = ", ".join(_quoted(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        if _copies(rows):
            _copy(cursor, f"{table} ({names})", fields, rows)
            return
        marks = ", ".join(["%s"] * len(fields))
        _each(cursor, f"INSERT INTO {table} ({names}) VALUES ({marks})", fields, rows)


def update(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write `columns` of existing rows; each of `rows` holds the values in order, then the primary key."""
    if not rows:
        return
    key = model._meta.pk
    fields = [*_fields(model, columns), key]
    table, names = _quoted(model._meta.db_table), [_quoted(str(field.column)) for field in fields]
    with connection.cursor() as cursor:
        if not _copies(rows):
            sets = ", ".join(f"{name} = %s" for name in names[:-1])
            _each(cursor, f"UPDATE {table} SET {sets} WHERE {names[-1]} = %s", fields, rows)
            return
        cursor.execute(
            f"CREATE TEMPORARY TABLE written ON COMMIT DROP AS SELECT {', '.join(names)} FROM {table} WITH NO DATA"
        )
        _copy(cursor, "written", fields, rows)
        sets = ", ".join(f"{name} = written.{name}" for name in names[:-1])
        cursor.execute(f"UPDATE {table} SET {sets} FROM written WHERE {table}.{names[-1]} = written.{names[-1]}")
        cursor.execute("DROP TABLE written")


def insert_named(model: type[Model], rows: Sequence[Mapping[str, object]]) -> None:
    """Add `rows`, each with the same columns by name."""
    if rows:
        columns = tuple(rows[0])
        insert(model, columns, [[row[name] for name in columns] for row in rows])


def update_named(model: type[Model], rows: Sequence[Mapping[str, object]]) -> None:
    """Write the columns of existing rows by name; ``pk`` names the row, and every row has the same columns."""
    if rows:
        columns = tuple(name for name in rows[0] if name != "pk")
        update(model, columns, [[*(row[name] for name in columns), row["pk"]] for row in rows])


def _each(cursor: Any, statement: str, fields: Sequence[Field[Any, Any]], rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement for each row; psycopg's way for many begins a pipeline, which one row does not repay."""
    if len(rows) == 1:
        cursor.execute(statement, next(_prepared(fields, rows)))
    else:
        cursor.executemany(statement, list(_prepared(fields, rows)))


def _copies(rows: Sequence[Sequence[object]]) -> bool:
    return connection.vendor == "postgresql" and len(rows) >= MANY


def _copy(cursor: Any, target: str, fields: Sequence[Field[Any, Any]], rows: Sequence[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in _prepared(fields, rows):
            copy.write_row(row)


def _prepared(fields: Sequence[Field[Any, Any]], rows: Sequence[Sequence[Any]]) -> Iterator[list[Any]]:
    """Values as the database takes them."""
    prepare = [(place, make) for place, make in enumerate(map(_preparer, fields)) if make is not _as_it_is]
    for row in rows:
        values = list(row)
        for place, make in prepare:
            if values[place] is not None:
                values[place] = make(values[place])
        yield values


def _preparer(field: Field[Any, Any]) -> Callable[[Any], Any]:
    """How a value of this field is handed to the driver: psycopg knows days, moments and keys, sqlite3 does not."""
    if isinstance(field, JSONField):
        return _json
    if connection.vendor == "postgresql":
        return _as_it_is
    if isinstance(field, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, DateField):
        return date.isoformat
    return attrgetter("hex") if isinstance(field, UUIDField) else _as_it_is


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _as_it_is(value: object) -> object:
    return value


def _fields(model: type[Model], columns: Sequence[str]) -> list[Field[object, object]]:
    by_name = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    return [by_name[name] for name in columns]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
