"""The limit of re-planning: the same rows read without a model, and the same rows written without a thought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from tests.benchmarks.databases import seconds
from tracker.kinds import KINDS
from tracker.models import MODELS, AuditEvent, FollowUp, FollowUpEvent, Patient, PatientPlan

_Row = tuple[Any, ...]


def bare(batches: Sequence[list[int]], at: datetime) -> dict[str, Any]:
    """Read what planning reads of these batches and write again what it wrote `at`; µs and rows a patient."""
    patients = sum(map(len, batches))
    queries = [query for batch in batches for query in _read_by_planning(batch)]
    counted: list[int] = []
    read = seconds(lambda: counted.extend(len(_fetched(query)) for query in queries))
    written = [(query, _fetched(query)) for batch in batches for query in _written(batch, at)]
    wrote = seconds(lambda: [_write(query, rows) for query, rows in written])
    return {
        "us": (read + wrote) / patients * 1e6,
        "read": sum(counted) / patients,
        "written": sum(len(rows) for _, rows in written) / patients,
        "by": "COPY" if connection.vendor == "postgresql" else "executemany",
    }


def _read_by_planning(batch: list[int]) -> list[QuerySet[Any, _Row]]:
    """One query a kind of fact, the open follow-ups and the last plans."""
    span = {"patient_id__gte": batch[0], "patient_id__lte": batch[-1]}
    facts = [
        MODELS[kind.code]._default_manager.filter(**span).values_list("patient_id", *kind.read.columns)
        for kind in KINDS
        if kind.read is not None
    ]
    return [
        Patient.objects.filter(pk__gte=batch[0], pk__lte=batch[-1]).values_list("pk", "registered_on"),
        *facts,
        FollowUp.objects.filter(closed_at__isnull=True, **span).values_list(),
        PatientPlan.objects.filter(**span).values_list(),
    ]


def _written(batch: list[int], at: datetime) -> list[QuerySet[Any, _Row]]:
    span = {"patient_id__gte": batch[0], "patient_id__lte": batch[-1]}
    of_rows = {f"follow_up__{name}": key for name, key in span.items()}
    return [
        FollowUp.objects.filter(changed_at=at, **span).values_list(),
        FollowUpEvent.objects.filter(at=at, **of_rows).values_list(),
        PatientPlan.objects.filter(changed_at=at, **span).values_list(),
        AuditEvent.objects.filter(at=at, **span).values_list(),
    ]


def _fetched(query: QuerySet[Any, _Row]) -> list[_Row]:
    """The rows as the driver gives them."""
    statement, values = query.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _write(query: QuerySet[Any, _Row], rows: list[_Row]) -> None:
    """All rows into a table like theirs, without index, constraint or trigger, in one transaction."""
    if not rows:
        return
    table = connection.ops.quote_name(query.model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in query.model._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE bare AS SELECT {columns} FROM {table} WHERE 1 = 0")
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY bare ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO bare VALUES ({marks})", rows)
        cursor.execute("DROP TABLE bare")
