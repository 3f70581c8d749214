"""What a module may know: the engine its own room, a door no table, nobody but tracker.clock the time."""

import ast
import sys
from pathlib import Path

from tests.architecture.source import DOORS, PACKAGES, imports, modules, place, tree

CLOCK = "tracker/clock.py"
#: Calls that read the clock, as (what it is called on, its name).
CLOCK_CALLS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("time", "time"),
}
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
#: What asks a table further, also one that somebody else has reached into.
ASKING = frozenset({"filter", "exclude", "order_by", "values_list", "select_related", "annotate", "exists"})
CLOCK_NAMES = {"django.utils.timezone": {"now", "localdate"}, "time": {"time"}}


def clock_readings(module: ast.Module) -> list[ast.AST]:
    """Every place of a module that reads the clock, or imports what does."""
    found: list[ast.AST] = []
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (owner, node.attr) in CLOCK_CALLS:
                found.append(node)
        elif isinstance(node, ast.ImportFrom) and CLOCK_NAMES.get(node.module or "", set()) & {
            a.name for a in node.names
        }:
            found.append(node)
    return found


def rows_reached(module: ast.Module, names: frozenset[str] = MANAGERS) -> list[ast.AST]:
    """Every place of a module that reaches into a table by itself."""
    return [node for node in ast.walk(module) if isinstance(node, ast.Attribute) and node.attr in names]


def test_the_engine_imports_the_standard_library_and_itself() -> None:
    strangers = [
        f"{place(path, node)} imports {name}"
        for path in modules("scheduling/engine")
        for name, node in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not f"{name}.".startswith("scheduling.engine.")
    ]
    assert strangers == []


def test_one_room_alone_reads_yaml() -> None:
    readers = {"yaml", "ruamel", "strictyaml", "oyaml"}
    found = {place(path) for path in modules(*PACKAGES) for name, _ in imports(path) if name.split(".")[0] in readers}
    assert found == {"scheduling/safe_yaml/documents.py"}


def test_scheduling_never_imports_the_tracker() -> None:
    found = [
        place(path, node)
        for path in modules("scheduling")
        for name, node in imports(path)
        if name.split(".")[0] == "tracker"
    ]
    assert found == []


def test_the_kinds_of_fact_import_no_room() -> None:
    (table,) = modules("tracker/kinds.py")
    strangers = {name for name, _ in imports(table) if name.split(".")[0] not in sys.stdlib_module_names}
    assert strangers <= {"scheduling.engine.vocabulary"}


def test_only_the_clock_module_reads_the_clock() -> None:
    found = [
        place(path, node) for path in modules(*PACKAGES) if place(path) != CLOCK for node in clock_readings(tree(path))
    ]
    assert found == []


def test_a_reading_of_the_clock_is_seen() -> None:
    bad = "from django.utils.timezone import now\nimport datetime\nx = datetime.datetime.now()\ny = timezone.now()\n"
    good = "from tracker import clock\ntoday = clock.today()\nnow = clock.now()\nday = date(2026, 1, 1)\n"
    assert [node.lineno for node in clock_readings(ast.parse(bad))] == [1, 3, 4]  # type: ignore[attr-defined]
    assert clock_readings(ast.parse(good)) == []


def test_doors_reach_no_rows_by_themselves() -> None:
    found = [place(path, node) for path in modules(*DOORS) for node in rows_reached(tree(path))]
    assert found == [], "patients come from access.visible_patients(user), the rest from a query or a service"


def test_pages_and_the_interface_ask_no_rows_further() -> None:
    found = [
        place(path, node) for path in modules("tracker/web", "tracker/api") for node in rows_reached(tree(path), ASKING)
    ]
    assert found == [], "a query gives the rows a page needs"


def test_a_reach_into_rows_is_seen() -> None:
    assert len(rows_reached(ast.parse("user.feeds.filter(pk=1).order_by('pk')"), ASKING)) == 2
    assert len(rows_reached(ast.parse("Patient.objects.all()\nPatient._default_manager.get()"))) == 2
    assert rows_reached(ast.parse("access.visible_patients(user)")) == []


def test_services_and_queries_never_call_celery() -> None:
    found = [
        place(path, node)
        for path in modules(
            "tracker/services", "tracker/queries", "tracker/models", "tracker/facts.py", "tracker/channels"
        )
        for name, node in imports(path)
        if name.split(".")[0] in ("celery", "kombu") or name == "tracker.tasks"
    ]
    assert found == []


def test_doors_do_not_import_each_other() -> None:
    def door(path_or_name: str) -> str:
        return ".".join(path_or_name.removesuffix(".py").replace("/", ".").split(".")[:2])

    doors = {door(name) for name in DOORS}
    found = [
        f"{place(path, node)} imports {name}"
        for path in modules(*DOORS)
        for name, node in imports(path)
        if door(name) in doors and door(name) != door(place(Path(path)))
    ]
    assert found == []
